"""What a forked interpreter takes over of its new machine: the environment, and names that must be its own."""

import os
import sys


def take_identity(env):
    """All of a fork but the generators' states, for when those were filled from outside."""
    take_environment(env)
    if "uuid" in sys.modules:
        reseed_uuid(sys.modules["uuid"])
    if "tempfile" in sys.modules:
        sys.modules["tempfile"]._name_sequence = None


def take_environment(env):
    """As `os.environ.update`, of `NAME=VALUE` with NUL between them."""
    for item in env.split(b"\0") if env else ():
        name, _, value = item.partition(b"=")
        os.environ._data[name] = value
        os.putenv(name, value)


def reseed_uuid(uuid):
    """uuid1 of a sibling must differ even at the same instant: RFC 4122, 4.5, a random node with the multicast bit."""
    uuid._node = (seed_number() & ((1 << 48) - 1)) | (1 << 40)
    uuid._generate_time_safe = None
    uuid._last_timestamp = None


def seed_number():
    return int.from_bytes(os.urandom(64), "little")
