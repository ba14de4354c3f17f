"""What makes a forked interpreter differ from its siblings: new random state, and the new machine's environment."""

import os
import struct
import sys

from forkd_python_reachable import reseed_reachable, seed_number

MT19937_KEY_BYTES = 624 * 4


def reseed(session, env):
    """
    New random state for every generator that is in this process, and the environment of the new machine. Seeds come
    from the kernel, whose pool is fresh by now. A child runs all of this cold, so it is short and plain.
    """
    take_environment(env)
    modules = sys.modules
    if "random" in modules:
        modules["random"].seed()
    if "numpy.random" in modules:
        reseed_numpy(session, modules["numpy.random"])
    if "_ssl" in modules:
        modules["_ssl"].RAND_add(os.urandom(64), 64.0)
    if "uuid" in modules:
        reseed_uuid(modules["uuid"])
    if "tempfile" in modules:
        modules["tempfile"]._name_sequence = None
    reseed_reachable(session)


def take_environment(env):
    """As `os.environ.update`, for names and values that are known to be text."""
    for name, value in env.items():
        key, text = os.fsencode(name), os.fsencode(value)
        os.environ._data[key] = text
        os.putenv(key, text)


def find_numpy_state(numpy_random, ctypes):
    """
    numpy's global generator, to be seeded as `RandomState.set_state` does but without an array: the function that
    writes memory, and the address of its 624 words and the position behind them. None when it is not where and what
    it is known to be.
    """
    try:
        bits = numpy_random.mtrand._rand._bit_generator
        address = bits.ctypes.state_address
        key = ctypes.string_at(address, MT19937_KEY_BYTES)
        position = ctypes.c_int.from_address(address + MT19937_KEY_BYTES).value
        state = bits.state
        known = state["bit_generator"] == "MT19937" and state["state"]["key"].astype("<u4").tobytes() == key
        return (ctypes.memmove, address) if known and state["state"]["pos"] == position else None
    except (AttributeError, KeyError, TypeError, ValueError):
        return None


def reseed_numpy(session, numpy_random):
    if session.numpy_state is None:
        numpy_random.seed(struct.unpack("<16I", os.urandom(64)))
        return
    copy, address = session.numpy_state
    position = struct.pack("<i", 624)
    copy(address, os.urandom(MT19937_KEY_BYTES) + position, MT19937_KEY_BYTES + len(position))


def reseed_uuid(uuid):
    """uuid1 of a sibling must differ even at the same instant: RFC 4122, 4.5, a random node with the multicast bit."""
    uuid._node = (seed_number() & ((1 << 48) - 1)) | (1 << 40)
    uuid._generate_time_safe = None
    uuid._last_timestamp = None
