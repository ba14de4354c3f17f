"""What is kept between calls, and what is looked up once, before a fork, so that a child need not."""

import builtins
import os
import sys
import types

from forkd_python_reseed import find_numpy_state


class Session:
    """What is kept between calls."""

    def __init__(self):
        self.main = types.ModuleType("__main__")
        self.main.__builtins__ = builtins
        self.pid = os.getpid()
        self.cells = 0
        self.loop = None
        self.in_user_code = False
        self.known_modules = 0
        self.flush_c = None
        self.numpy_state = None


def prepare(session):
    """
    After a call that imported something: what a fork and the end of a call need of new modules is looked up now,
    since a child runs every line of it for the first time.
    """
    if len(sys.modules) == session.known_modules:
        return
    session.known_modules = len(sys.modules)
    ctypes = sys.modules.get("ctypes")
    if ctypes is not None and session.flush_c is None and hasattr(ctypes, "CDLL"):
        session.flush_c = ctypes.CDLL(None).fflush
    if ctypes is not None and session.numpy_state is None and "numpy.random" in sys.modules:
        session.numpy_state = find_numpy_state(sys.modules["numpy.random"], ctypes)
