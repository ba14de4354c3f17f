"""Frames between the agent and the interpreter: a little-endian length of 4 bytes, then JSON."""

import json
import os
import struct

CALLS_FD = 3
FRAMES_FD = 4
READ_BYTES = 64 * 1024

# Made once: json.dumps() with options makes an encoder for every call, and json.loads() looks at the encoding.
decode = json.JSONDecoder().decode
encode = json.JSONEncoder(ensure_ascii=False).encode

INPUT = bytearray()
# Reused: a new buffer for each read would be new pages of memory in every child.
CHUNK = bytearray(READ_BYTES)


def read_frame():
    """One read is enough for a call of common size: system calls are what a round trip is made of."""
    while True:
        if len(INPUT) >= 4:
            (length,) = struct.unpack_from("<I", INPUT)
            if len(INPUT) >= 4 + length:
                frame = decode(INPUT[4 : 4 + length].decode())
                del INPUT[: 4 + length]
                return frame
        got = os.readv(CALLS_FD, [CHUNK])
        if got == 0:
            os._exit(0)
        INPUT.extend(CHUNK[:got])


def send_frame(frame):
    try:
        payload = encode(frame).encode()
    except UnicodeEncodeError:
        payload = json.dumps(frame).encode()
    view = memoryview(struct.pack("<I", len(payload)) + payload)
    while view:
        view = view[os.write(FRAMES_FD, view) :]
