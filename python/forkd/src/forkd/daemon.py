"""Starting a daemon where none answers, as the command line does."""

from __future__ import annotations

import json

from .address import unreachable
from .errors import DaemonStartFailedError, ForkdError, error_of

# How much of what the program says is kept, in bytes.
_KEPT_OUTPUT = 65_536


def ensure_daemon(command: str, socket_path: str) -> None:
    """Returns once a daemon answers.

    The command line knows how to start one, waits for it, and of many that ask at once one starts it. Raises
    `daemon_unreachable` when there is no such program, and what it says of a daemon that does not start.
    """
    if not somebody_listens(socket_path):
        _start(command, socket_path)


def somebody_listens(socket_path: str) -> bool:
    """False if there is no socket or nobody behind it. Every other obstacle is told by the request that meets it."""
    import socket

    with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as probe:
        try:
            probe.connect(socket_path)
        except (FileNotFoundError, ConnectionRefusedError):
            return False
        except OSError:
            pass
        return True


def _start(command: str, socket_path: str) -> None:
    import subprocess

    args = [command, "daemon", "start", "--json", "--daemon-url", f"unix:{socket_path}"]
    try:
        done = subprocess.run(args, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)
    except OSError as error:
        raise unreachable(
            f"no forkd daemon answers at unix:{socket_path}, and {command} cannot be run to start one ({error.strerror})",
            "put forkd on PATH or name it with FORKD_COMMAND; or name a daemon that runs elsewhere with FORKD_URL",
        ) from error
    if done.returncode != 0:
        raise _describe_failure(command, done.stderr[-_KEPT_OUTPUT:].decode(errors="replace"))


def _describe_failure(command: str, stderr: str) -> ForkdError:
    """The last line of the program is the error as the wire writes it; or it is no program of ours."""
    lines = stderr.rstrip().split("\n")
    try:
        reply = json.loads(lines[-1])
        if isinstance(reply, dict) and isinstance(reply.get("error"), str):
            return error_of(0, reply)
    except ValueError:
        pass
    error = f"{command} daemon start failed: " + "\n".join(lines[-12:])
    hint = f"run it by hand: {command} daemon start"
    return DaemonStartFailedError(0, {"error": error, "code": "daemon_start_failed", "hint": hint})
