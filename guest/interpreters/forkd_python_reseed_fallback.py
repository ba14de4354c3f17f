"""
New random states, made by the interpreter itself: for when they could not be filled from outside, at the places that
`locate` of forkd_python_states tells of.
"""

import os
import struct
import sys

from forkd_python_generators import find_generators, random_classes
from forkd_python_identity import seed_number, take_identity


def reseed(session, env):
    """
    New random state for every generator that is in this process, and the environment of the new machine. Seeds come
    from the kernel, whose pool is fresh by now.
    """
    take_identity(env)
    modules = sys.modules
    if "random" in modules:
        modules["random"].seed()
    if "numpy.random" in modules:
        modules["numpy.random"].seed(struct.unpack("<16I", os.urandom(64)))
    if "_ssl" in modules and not session.stateless_ssl:
        modules["_ssl"].RAND_add(os.urandom(64), 64.0)
    reseed_reachable(session)


def reseed_reachable(session):
    for item in find_generators(session):
        if isinstance(item, random_classes()[0]):
            item.seed(seed_number())
        elif isinstance(item, random_classes()[1]):
            item.state = type(item)(seed_number()).state
        else:
            forget_gauss(item)


def forget_gauss(random_state):
    """Normal numbers come in pairs; the second one of a pair would be the same in every child."""
    state = random_state.get_state(legacy=False)
    if state["has_gauss"]:
        random_state.set_state({**state, "has_gauss": 0})
