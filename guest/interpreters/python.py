"""The warm Python interpreter: answers calls on descriptor 3 with frames on descriptor 4, and keeps its state."""

import builtins
import os
import signal
import sys

# The environment can change what Python puts here. The user's code finds another place here, see start().
sys.path[0] = os.path.dirname(__file__)
WRITES_NO_BYTECODE = sys.dont_write_bytecode
sys.dont_write_bytecode = True

from forkd_python_answer import describe_error, write_answer
from forkd_python_call import call, flush_output
from forkd_python_display import create_display
from forkd_python_fork import answer_fork, take_waiting_fork
from forkd_python_frames import CALLS_FD, FRAMES_FD, read_frame, send_frame
from forkd_python_identity import take_identity
from forkd_python_reseed_fallback import reseed
from forkd_python_session import Session, create_main, prepare
from forkd_python_states import locate

sys.dont_write_bytecode = WRITES_NO_BYTECODE
ATTENTION_SIGNAL = signal.SIGRTMIN + 11
# The interpreter specializes code that it has run 8 times, and that again a few times later.
REHEARSALS = 20


def answer_locate(session):
    """Comes before a freeze, so that it is also the time for what children should find done."""
    where = locate(session)
    prepare(session)
    for _ in range(REHEARSALS):
        rehearse_call(session)
    send_frame({"op": "located", **where})


def on_interrupt(_number, _frame):
    if SESSION.in_user_code:
        raise KeyboardInterrupt
    SESSION.interrupt_waits = SESSION.sending


def on_attention(_number, _frame):
    """A fork while a call runs, or was sent: it cannot wait for the call's end."""
    if os.getpid() != SESSION.pid:
        return
    if SESSION.in_user_code:
        take_waiting_fork(SESSION)
    else:
        SESSION.fork_waits = True


def serve(session):
    op, word, body = read_frame()
    if op == b"eval":
        answer_call(session, body.decode(), word.decode())
    elif op == b"env":
        take_identity(body)
    elif op == b"fork":
        answer_fork(session, word, body)
    elif op == b"locate":
        answer_locate(session)
    elif op == b"stream":
        answer_streamed(session, body.decode(), word.decode())
    elif op == b"rehearse":
        answer_rehearsal(session, body.decode(), word.decode())


def answer_call(session, code, mode):
    try:
        answer = call(session, code, mode)
    except KeyboardInterrupt as error:
        answer = describe_error(error)
    session.in_user_code = session.sending = session.interrupt_waits = False
    flush_output(session)
    if os.getpid() != session.pid:
        # A child that the user forked, and that came back from the user's code.
        os._exit(0)
    prepare(session)
    send_frame(write_answer(answer))


def answer_streamed(session, code, mode):
    """Its reader sees each line as soon as it is printed, at the price of a system call for each."""
    set_line_buffering(True)
    try:
        answer_call(session, code, mode)
    finally:
        set_line_buffering(False)


def set_line_buffering(wanted):
    """Not of a stream that the user has closed."""
    try:
        sys.__stdout__.reconfigure(line_buffering=wanted)
    except (AttributeError, ValueError):
        pass


def answer_rehearsal(session, code, mode):
    """A call that does not count, and does not meet what the user keeps under usual names."""
    cells, main = session.cells, session.main
    session.main = create_main()
    try:
        answer_call(session, code, mode)
    finally:
        session.cells, session.main = cells, main


def rehearse(session):
    """Does once what every forked child does first: what was touched before the fork is shared and in memory."""
    reseed(session, b"")
    rehearse_call(session)
    prepare(session)


def rehearse_call(session):
    cells = session.cells
    write_answer(call(session, "1 + 1", "auto"))
    flush_output(session)
    session.cells = cells


def start(session):
    for fd in (CALLS_FD, FRAMES_FD):
        os.set_inheritable(fd, False)
    signal.signal(signal.SIGINT, on_interrupt)
    signal.signal(ATTENTION_SIGNAL, on_attention)
    sys.modules["__main__"] = session.main
    sys.argv = [""]
    builtins.display = create_display(session)
    # Figures are drawn, and shown as results: there is no screen.
    os.environ.setdefault("MPLBACKEND", "agg")
    # User code imports from its working directory, not from where this file is.
    sys.path[0] = ""
    rehearse(session)
    send_frame({"op": "ready", "version": ".".join(map(str, sys.version_info[:3]))})


if __name__ == "__main__":
    SESSION = Session()
    start(SESSION)
    while True:
        serve(SESSION)
