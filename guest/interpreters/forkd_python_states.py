"""Where the generators keep their states, so that a fork can fill them anew while the interpreter stands still."""

import os
import struct
import sys
import threading

from forkd_python_generators import find_generators, random_classes

WORDS = 624
MAX_RANGES = 256
# Behind the object's reference count and type: an int, the position, and then the words.
PYTHON_POSITION = 16
LITTLE = "little"


class Unknown(Exception):
    """Something that cannot be filled from outside: the interpreter has to do it by itself."""


def locate(session):
    """
    The ranges of memory to be filled with random bytes, and those to be zeroed, as pairs of an address and a length.
    Both are None when there is more to be done than that. What is told of is kept alive until the next answer.
    """
    try:
        with open("/proc/self/mem", "rb", 0) as memory:
            found = Located(memory.fileno())
            check_surroundings(session)
            for item in [*global_generators(), *find_generators(session)]:
                found.add(item)
    except Exception:
        return {"random": None, "zero": None}
    session.located = found.items
    return {"random": list(found.random), "zero": list(found.zero)}


def check_surroundings(session):
    """Another thread could draw, or look at the environment, before the interpreter is told of the fork."""
    if threading.active_count() > 1 or len(sys._current_frames()) > 1:
        raise Unknown
    if "_ssl" in sys.modules and not session.stateless_ssl:
        raise Unknown


def global_generators():
    if "random" in sys.modules:
        yield sys.modules["random"]._inst
    if "numpy.random" in sys.modules:
        yield sys.modules["numpy.random"].mtrand._rand
        yield sys.modules["numpy.random"].mtrand._rand._bit_generator


class Located:
    """Each state is looked at where it is said to be: nothing is told of that is not as it is known to be."""

    def __init__(self, memory_fd):
        self.memory_fd = memory_fd
        self.items = []
        # Dictionaries for their order, without what comes twice.
        self.random = {}
        self.zero = {}

    def add(self, item):
        self.items.append(item)
        if isinstance(item, random_classes()[0]):
            self.add_python(item)
        elif isinstance(item, random_classes()[1]):
            self.add_bits(item)
        elif item.get_state(legacy=False)["has_gauss"]:
            raise Unknown
        if len(self.random) > MAX_RANGES:
            raise Unknown

    def add_python(self, generator):
        _version, (*words, position), gauss = random_classes()[0][0].getstate(generator)
        address = id(generator) + PYTHON_POSITION
        self.expect(address, struct.pack(f"<i{WORDS}I", position, *words))
        if gauss is not None:
            raise Unknown
        self.random[address + 4, 4 * WORDS] = True

    def add_bits(self, bits):
        address = bits.ctypes.state_address
        state = bits.state
        getattr(self, "add_" + state["bit_generator"].lower())(address, state)

    # The structures of numpy/random/src: a position may stay as it is, since it says nothing of what comes next.

    def add_mt19937(self, address, state):
        key, position = state["state"]["key"], state["state"]["pos"]
        self.expect(address, key.astype("<u4").tobytes() + struct.pack("<i", position))
        self.random[address, 4 * WORDS] = True

    def add_pcg64(self, address, state):
        inner = self.read_pointer(address)
        numbers = state["state"]
        self.expect(inner, numbers["state"].to_bytes(16, LITTLE) + numbers["inc"].to_bytes(16, LITTLE))
        self.add_spare(address + 8, state)
        # An increment has to be odd, and makes a stream of its own already.
        self.random[inner, 16] = True

    add_pcg64dxsm = add_pcg64

    def add_philox(self, address, state):
        key, buffer = state["state"]["key"], state["buffer"]
        key_address = self.read_pointer(address + 8)
        self.expect(key_address, key.astype("<u8").tobytes())
        self.expect(address + 24, buffer.astype("<u8").tobytes())
        self.add_spare(address + 56, state)
        self.random[key_address, 16] = True
        self.random[address + 24, 32] = True

    def add_sfc64(self, address, state):
        self.expect(address, state["state"]["state"].astype("<u8").tobytes())
        self.add_spare(address + 32, state)
        self.random[address, 32] = True

    def add_spare(self, address, state):
        """The half of a number that was not asked for yet."""
        self.expect(address, struct.pack("<iI", state["has_uint32"], state["uinteger"]))
        self.zero[address, 8] = True

    def read_pointer(self, address):
        return int.from_bytes(os.pread(self.memory_fd, 8, address), LITTLE)

    def expect(self, address, content):
        if os.pread(self.memory_fd, len(content), address) != content:
            raise Unknown
