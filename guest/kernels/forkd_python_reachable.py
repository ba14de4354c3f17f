"""New random state for the generators that the user made."""

import gc
import os
import sys
import types

MAX_VISITED = 20_000
MAX_CONTAINER = 1000


def seed_number():
    return int.from_bytes(os.urandom(64), "little")


def reseed_reachable(session):
    """
    Generators that the user made. Only what can be reached from the user's names is looked at: a walk over all
    objects would write to all of their reference counts, and each page of them would become private to this child.
    """
    random_class = getattr(sys.modules.get("random"), "Random", ())
    system_class = getattr(sys.modules.get("random"), "SystemRandom", ())
    numpy_random = sys.modules.get("numpy.random")
    with_bits = (numpy_random.Generator, numpy_random.RandomState) if numpy_random else ()
    bits_class = numpy_random.BitGenerator if numpy_random else ()
    skipped = (type, types.ModuleType, types.CodeType, types.FrameType, str, bytes, int, float)
    seen, pending = set(), list(session.main.__dict__.values())
    while pending and len(seen) < MAX_VISITED:
        item = pending.pop()
        if id(item) in seen or isinstance(item, skipped):
            continue
        seen.add(id(item))
        if isinstance(item, random_class) and not isinstance(item, system_class):
            item.seed(seed_number())
        elif isinstance(item, with_bits):
            pending.append(getattr(item, "_bit_generator", None) or getattr(item, "bit_generator", None))
        elif isinstance(item, bits_class):
            item.state = type(item)(seed_number()).state
        elif isinstance(item, types.FunctionType):
            pending.extend(item.__closure__ or ())
            pending.extend(item.__defaults__ or ())
        elif gc.is_tracked(item) and not (hasattr(type(item), "__len__") and is_large(item)):
            pending.extend(gc.get_referents(item))


def is_large(item):
    try:
        return isinstance(item, (list, tuple, dict, set, frozenset)) and len(item) > MAX_CONTAINER
    except BaseException:
        return True
