"""What is kept between calls, and what is looked up once, before a fork, so that a child need not."""

import builtins
import os
import sys
import types

RANDOM_LIBRARY = os.path.join(os.path.dirname(__file__), "python-random.so")


def create_main():
    """An empty namespace to run code in."""
    main = types.ModuleType("__main__")
    main.__builtins__ = builtins
    return main


class Session:
    """What is kept between calls."""

    def __init__(self):
        self.main = create_main()
        self.pid = os.getpid()
        self.cells = 0
        self.loop = None
        self.in_user_code = False
        # A fork was announced before the call that it met had begun.
        self.fork_waits = False
        # A result is on its way to the agent, and an interrupt waits for it.
        self.sending = False
        self.interrupt_waits = False
        # Of the call that runs.
        self.results_left = 0
        self.result_bytes_left = 0
        self.results_cut = False
        self.known_modules = 0
        self.flush_c = None
        self.stateless_ssl = False
        # What locate() has told of last.
        self.located = []


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
    if "_ssl" in sys.modules and not session.stateless_ssl:
        session.stateless_ssl = replace_ssl_generator(sys.modules["_ssl"])


def replace_ssl_generator(ssl):
    """
    Has OpenSSL take each random byte from the kernel, so that there is nothing to reseed. False when it does not:
    its generator is reseeded in each fork then.
    """
    try:
        import ctypes

        method = ctypes.c_char.in_dll(ctypes.CDLL(RANDOM_LIBRARY), "forkd_rand_method")
        library = ctypes.CDLL(f"libcrypto.so.{ssl.OPENSSL_VERSION_INFO[0]}")
        return library.RAND_set_rand_method(ctypes.c_void_p(ctypes.addressof(method))) == 1
    except (AttributeError, ImportError, OSError, ValueError):
        return False
