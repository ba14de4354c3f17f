"""Finds the generators that the user made."""

import gc
import sys
import types

MAX_VISITED = 20_000
MAX_CONTAINER = 1000


def random_classes():
    """Python's generators with a state, and numpy's; each a tuple that is empty when nobody has imported them."""
    module = sys.modules.get("random")
    numpy_random = sys.modules.get("numpy.random")
    return (module.Random,) if module else (), (numpy_random.BitGenerator,) if numpy_random else ()


def find_generators(session):
    """
    Objects of the classes Random, BitGenerator and RandomState. Only what can be reached from the user's names is looked at: a walk over all
    objects would write to all of their reference counts, and each page of them would become private to this child.
    """
    python_classes, bits_classes = random_classes()
    system_class = getattr(sys.modules.get("random"), "SystemRandom", ())
    numpy_random = sys.modules.get("numpy.random")
    with_bits = (numpy_random.Generator, numpy_random.RandomState) if numpy_random else ()
    skipped = (type, types.ModuleType, types.CodeType, types.FrameType, str, bytes, int, float)
    seen, pending = set(), list(session.main.__dict__.values())
    while pending and len(seen) < MAX_VISITED:
        item = pending.pop()
        if id(item) in seen or isinstance(item, skipped):
            continue
        seen.add(id(item))
        if isinstance(item, python_classes):
            if not isinstance(item, system_class):
                yield item
        elif isinstance(item, bits_classes):
            yield item
        elif isinstance(item, with_bits):
            if isinstance(item, numpy_random.RandomState):
                yield item
            pending.append(getattr(item, "_bit_generator", None) or getattr(item, "bit_generator", None))
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
