"""A guest of the reference system, whose agent is reached by TCP."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from .errors import ForkdError, unexpected_reply
from .wire import ModelT

if TYPE_CHECKING:
    import socket

_CONNECT_TIMEOUT_SECS = 5
# Beyond what the guest is given for its work.
_GRACE_SECS = 5
_MAX_REPLY_BYTES = 256 * 1024 * 1024


def split_target(target: str) -> tuple[str, int]:
    """Host and port. Raises ValueError for what is not `host:port`; an IPv6 address is in brackets."""
    parts = urlsplit(f"//{target}")
    try:
        port = parts.port
    except ValueError:
        port = None
    if not parts.hostname or port is None:
        told = "expected host:port (e.g. 10.42.0.2:8888 or [::1]:8888), or the id of a sandbox"
        raise ValueError(f"invalid forkd target {target!r}; {told}")
    return parts.hostname, port


class TargetConnection:
    """Answers the few operations that such an agent knows, in the place of a connection to a daemon."""

    def __init__(self, target: str, timeout: float) -> None:
        self._target = target
        self._timeout = timeout

    def call(self, kind: type[ModelT], operation: str, /, *, body: Mapping[str, Any] | None = None, **_: Any) -> ModelT:
        return kind.of(self.ask(operation, body=body))

    def ask(self, operation: str, /, *, body: Mapping[str, Any] | None = None, **_: Any) -> Any:
        asked = body or {}
        if operation == "killSandbox":
            return None
        if operation == "ping":
            return self.send({"action": "ping"})
        if operation == "eval":
            return _to_evaluation(self.send({"action": "eval", "code": asked["code"]}))
        if operation == "exec" and not asked.get("detach"):
            seconds = asked.get("timeout_secs") or self._timeout
            message = {"action": "exec", "args": asked["args"], "timeout": seconds}
            return _to_exec_result(self.send(message))
        raise self._unsupported(operation)

    def close(self) -> None:
        """There is nothing to close."""

    def send(self, message: Mapping[str, Any]) -> dict[str, Any]:
        """One message, and its answer. Raises RuntimeError when there is none, and TimeoutError when it takes too long."""
        import socket

        host, port = split_target(self._target)
        seconds = self._timeout + _GRACE_SECS
        with socket.create_connection((host, port), timeout=_CONNECT_TIMEOUT_SECS) as connection:
            connection.settimeout(seconds)
            connection.sendall(json.dumps(message).encode() + b"\n")
            connection.shutdown(socket.SHUT_WR)
            try:
                reply = _receive(connection)
            except TimeoutError as error:
                told = f"forkd: no response from guest agent at {self._target} within {seconds}s"
                raise TimeoutError(told) from error
        if not reply:
            raise RuntimeError(f"forkd: empty response from guest agent at {self._target}: it may have crashed")
        answer = json.loads(reply)
        if not isinstance(answer, dict):
            raise unexpected_reply(f"the guest agent at {self._target} answered with no object")
        return answer

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__"):
            raise AttributeError(name)
        raise self._unsupported(name)

    def _unsupported(self, what: str) -> ForkdError:
        error = f"the guest agent at {self._target} cannot do {what}: only exec, eval and ping"
        hint = "fork a machine of a daemon: Sandbox(tag)"
        return ForkdError(0, {"error": error, "code": "unsupported_target", "hint": hint})


def _receive(connection: socket.socket) -> bytes:
    parts = bytearray()
    while chunk := connection.recv(65_536):
        parts += chunk
        if len(parts) > _MAX_REPLY_BYTES:
            raise unexpected_reply(f"the guest agent sent more than {_MAX_REPLY_BYTES} bytes")
    return bytes(parts)


def _to_exec_result(reply: Mapping[str, Any]) -> dict[str, Any]:
    failed = {} if "stdout" in reply else {"stderr": reply.get("error", ""), "exit_code": 1}
    known = {key: reply[key] for key in ("stdout", "stderr", "exit_code") if key in reply}
    return {"stdout": "", "stderr": "", "exit_code": -1, **known, **failed}


def _to_evaluation(reply: Mapping[str, Any]) -> dict[str, Any]:
    absent = {"result": None, "result_json": None, "error": None, "exit_code": 0}
    return {**absent, **reply}
