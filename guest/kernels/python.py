"""The warm Python interpreter: answers calls on descriptor 3 with frames on descriptor 4, and keeps its state."""

import os
import signal
import sys

# The environment can change what Python puts here. The user's code finds another place here, see start().
sys.path[0] = os.path.dirname(__file__)
WRITES_NO_BYTECODE = sys.dont_write_bytecode
sys.dont_write_bytecode = True

from forkd_python_answer import describe_error
from forkd_python_call import call, flush_output
from forkd_python_frames import CALLS_FD, FRAMES_FD, decode, encode, read_frame, send_frame
from forkd_python_reseed import reseed
from forkd_python_session import Session, prepare

sys.dont_write_bytecode = WRITES_NO_BYTECODE
ATTENTION_SIGNAL = signal.SIGRTMIN + 11


def answer_fork(session, frame):
    answer = {"op": "forked", "generation": frame.get("generation")}
    try:
        reseed(session, frame.get("env", {}))
    except Exception as error:
        answer["error"] = f"{type(error).__name__}: {error}"
    send_frame(answer)


def on_interrupt(_number, _frame):
    if SESSION.in_user_code:
        raise KeyboardInterrupt


def on_attention(_number, _frame):
    """A fork while a call runs: it cannot wait for the call's end."""
    if SESSION.in_user_code and os.getpid() == SESSION.pid:
        answer_fork(SESSION, read_frame())


def serve(session):
    frame = read_frame()
    if frame["op"] == "fork":
        return answer_fork(session, frame)
    try:
        answer = call(session, frame["code"], frame["mode"])
    except KeyboardInterrupt as error:
        answer = describe_error(error)
    session.in_user_code = False
    flush_output(session)
    if os.getpid() != session.pid:
        # A child that the user forked, and that came back from the user's code.
        os._exit(0)
    prepare(session)
    answer["op"] = "result"
    send_frame(answer)


def rehearse(session):
    """Does once what every forked child does first: what was touched before the fork is shared and in memory."""
    frame = decode(encode({"generation": 0, "env": {}}))
    reseed(session, frame["env"])
    encode({**call(session, "0", "auto"), "op": "result"})
    flush_output(session)
    prepare(session)
    session.cells = 0


def start(session):
    for fd in (CALLS_FD, FRAMES_FD):
        os.set_inheritable(fd, False)
    signal.signal(signal.SIGINT, on_interrupt)
    signal.signal(ATTENTION_SIGNAL, on_attention)
    sys.modules["__main__"] = session.main
    sys.argv = [""]
    # User code imports from its working directory, not from where this file is.
    sys.path[0] = ""
    rehearse(session)
    send_frame({"op": "ready", "version": ".".join(map(str, sys.version_info[:3]))})


if __name__ == "__main__":
    SESSION = Session()
    start(SESSION)
    while True:
        serve(SESSION)
