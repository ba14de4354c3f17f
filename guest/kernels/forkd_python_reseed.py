"""What makes a forked interpreter differ from its siblings: new random state, and the new machine's environment."""

import os
import struct
import sys

from forkd_python_reachable import reseed_reachable, seed_number


def reseed(session, env):
    """
    New random state for every generator that is in this process, and the environment of the new machine. Seeds come
    from the kernel, whose pool is fresh by now. It is for when the states could not be filled from outside.
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
