"""A fork that the interpreter is told of: it obeys, and answers."""

from forkd_python_frames import read_frame, send_frame
from forkd_python_reseed_fallback import reseed


def answer_fork(session, generation, env):
    session.fork_waits = False
    answer = {"op": "forked", "generation": int(generation)}
    try:
        reseed(session, env)
    except Exception as error:
        answer["error"] = f"{type(error).__name__}: {error}"
    send_frame(answer)


def take_waiting_fork(session):
    """The next frame is the fork's: who sends the signal sends nothing else while a call runs."""
    _op, generation, env = read_frame()
    answer_fork(session, generation, env)
