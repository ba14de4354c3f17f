"""A bare connection to a port of a guest, by HTTP's upgrade."""

from __future__ import annotations

import io
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from .address import Address, check_socket_path, unreachable
from .errors import DaemonLostError, error_of, unexpected_reply
from .replies import read_error

if TYPE_CHECKING:
    import socket

_CONNECT_TIMEOUT_SECS = 10
_MAX_HEAD_BYTES = 65_536
_MAX_ERROR_BYTES = 1024 * 1024


def open_tunnel(address: Address, path: str, headers: Mapping[str, str]) -> socket.socket:
    """The connection, from behind the daemon's answer on. Raises what the daemon refuses it with, and `daemon_unreachable`."""
    connection = _dial(address)
    try:
        _ask(connection, address, path, headers)
        head = _read_head(connection)
        if not head.startswith(b"HTTP/1.1 101 "):
            status, body = _read_refusal(connection, head)
            raise error_of(status, read_error(status, body), f"{address.text}{path}")
    except BaseException:
        connection.close()
        raise
    return connection


def _dial(address: Address) -> socket.socket:
    import socket

    try:
        if address.socket_path is not None:
            check_socket_path(address.socket_path)
            connection = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
            connection.connect(address.socket_path)
            return connection
        url = urlsplit(address.base)
        is_safe = url.scheme == "https"
        host, port = url.hostname or "", url.port or (443 if is_safe else 80)
        connection = socket.create_connection((host, port), timeout=_CONNECT_TIMEOUT_SECS)
        connection.settimeout(None)
        if not is_safe:
            return connection
        import ssl

        return ssl.create_default_context().wrap_socket(connection, server_hostname=host)
    except OSError as error:
        hint = "start one: forkd serve" if address.socket_path is not None else "check FORKD_URL"
        raise unreachable(f"no forkd daemon answers at {address.text}: {error}", hint) from error


def _ask(connection: socket.socket, address: Address, path: str, headers: Mapping[str, str]) -> None:
    url = urlsplit(address.base)
    fields = {"host": url.netloc, "connection": "Upgrade", "upgrade": "tcp", **headers}
    lines = [f"GET {url.path}{path} HTTP/1.1", *(f"{name}: {value}" for name, value in fields.items())]
    connection.sendall(("\r\n".join(lines) + "\r\n\r\n").encode("latin-1"))


def _read_head(connection: socket.socket) -> bytes:
    """Takes no byte from behind it, which is the guest's."""
    head = bytearray()
    while not head.endswith(b"\r\n\r\n"):
        byte = connection.recv(1)
        if not byte:
            lost = "the forkd daemon ended in the middle of an answer"
            raise DaemonLostError(0, {"error": lost, "code": "daemon_lost", "hint": "its log ends with why"})
        head += byte
        if len(head) > _MAX_HEAD_BYTES:
            raise unexpected_reply(f"the daemon's answer begins with more than {_MAX_HEAD_BYTES} bytes of header")
    return bytes(head)


def _read_refusal(connection: socket.socket, head: bytes) -> tuple[int, bytes]:
    """The status and the body of an answer that is no connection."""
    from http.client import HTTPException, HTTPResponse

    response = HTTPResponse(_Replayed(connection, head))  # type: ignore[arg-type]
    try:
        response.begin()
        return response.status, response.read(_MAX_ERROR_BYTES)
    except HTTPException as error:
        raise unexpected_reply(f"the daemon answered with no HTTP: {head[:80]!r}") from error


class _Replayed(io.RawIOBase):
    """What was read of a connection already, and then the rest of it."""

    def __init__(self, connection: socket.socket, head: bytes) -> None:
        self._connection = connection
        self._head = head

    def makefile(self, _mode: str) -> io.BufferedReader:
        return io.BufferedReader(self)

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        taken, self._head = self._head[: len(buffer)], self._head[len(buffer) :]
        taken = taken or self._connection.recv(len(buffer))
        buffer[: len(taken)] = taken
        return len(taken)
