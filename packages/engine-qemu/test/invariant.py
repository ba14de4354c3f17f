"""Keeps an invariant over memory and disk at full speed, and counts how often it finds it broken.

Each round first looks whether every page and every block holds what the rounds before left, and then writes all of
them anew, and a page that was never written before. A machine whose memory and disk are not of one instant finds a
page or a block that is too old or too new.
"""

import mmap
import os
import sys

import numpy

PAGES = 1024
BLOCKS = 16
BLOCK_BYTES = 4096
FRESH_PAGES = 16384
RECENT = 32

words = numpy.zeros((PAGES, 512), dtype=numpy.int64)
uses_disk = sys.argv[1] == "disk"
block = mmap.mmap(-1, BLOCK_BYTES)
disk = os.open("/root/invariant", os.O_RDWR | os.O_CREAT | os.O_DIRECT | os.O_DSYNC)
os.pwrite(disk, mmap.mmap(-1, BLOCKS * BLOCK_BYTES), 0)
expected = [0] * BLOCKS
fresh = numpy.frombuffer(mmap.mmap(-1, FRESH_PAGES * 4096), dtype=numpy.int64).reshape(FRESH_PAGES, 512)
status = os.open("/run/invariant", os.O_WRONLY | os.O_CREAT)
broken = 0
round_number = 0

while True:
    if not (words[:, round_number % 512] == round_number).all():
        broken += 1
    recent = numpy.arange(max(0, round_number - RECENT), round_number)
    if not (fresh[recent % FRESH_PAGES, 0] == recent).all():
        broken += 1
    fresh[round_number % FRESH_PAGES, 0] = round_number
    round_number += 1
    words[:, round_number % 512] = round_number
    if uses_disk:
        for number in (round_number % BLOCKS, (round_number + 1) % BLOCKS):
            os.preadv(disk, [block], number * BLOCK_BYTES)
            if int.from_bytes(block[:8], "little") != expected[number]:
                broken += 1
        block[:8] = round_number.to_bytes(8, "little")
        expected[round_number % BLOCKS] = round_number
        os.pwritev(disk, [block], round_number % BLOCKS * BLOCK_BYTES)
    os.pwrite(status, b"%12d %6d\n" % (round_number, broken), 0)
