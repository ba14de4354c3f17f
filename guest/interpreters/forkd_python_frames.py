"""
Frames between the agent and the interpreter: a little-endian length of 4 bytes, then text. What comes in begins with a
line of its own that says what it is; what goes out is JSON.

A child runs all of this cold for its first call, so it does without what can be done without: a decoder, buffers.
"""

import json
import os

CALLS_FD = 3
FRAMES_FD = 4
READ_BYTES = 64 * 1024
LITTLE = "little"

# Made once: json.dumps() with options makes an encoder for every call.
encode = json.JSONEncoder(ensure_ascii=False).encode
quote = json.encoder.encode_basestring

PENDING = [b""]


def read_frame():
    """What a frame is, its other word, and what follows. One read is enough for a call of common size."""
    data = PENDING[0] or read_more()
    while len(data) < 4:
        data += read_more()
    end = 4 + int.from_bytes(data[:4], LITTLE)
    if len(data) < end:
        data = read_until(data, end)
    PENDING[0] = data[end:]
    head, _, body = data[4:end].partition(b"\n")
    op, _, word = head.partition(b" ")
    return op, word, body


def read_more():
    data = os.read(CALLS_FD, READ_BYTES)
    if not data:
        os._exit(0)
    return data


def read_until(data, end):
    parts = bytearray(data)
    while len(parts) < end:
        parts += read_more()
    return bytes(parts)


def send_frame(frame):
    """A dictionary, or JSON text that is valid UTF-8."""
    if type(frame) is dict:
        frame = encode_any(frame)
    payload = frame.encode()
    data = len(payload).to_bytes(4, LITTLE) + payload
    sent = os.write(FRAMES_FD, data)
    while sent < len(data):
        sent += os.write(FRAMES_FD, data[sent : sent + READ_BYTES])


def encode_any(frame):
    text = encode(frame)
    try:
        text.encode()
    except UnicodeEncodeError:
        return json.dumps(frame)
    return text
