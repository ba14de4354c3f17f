"""A listener of this process that leads to a port of a guest."""

from __future__ import annotations

import socket
import threading
from collections.abc import Callable
from types import TracebackType
from typing import Self

_CHUNK_BYTES = 65_536
# For how long none is taken when one could not be: what was lacking, such as file descriptors, is not there at once.
_REST_SECS = 0.1


class PortForward:
    """Leads each connection to a port of a guest by a tunnel of its own. `with` ends it and its connections.

    `host` and `port` are where it listens. `on_error` is told why a connection could not be taken here, or not be made in the
    guest; it is then broken off, and others are taken.
    """

    def __init__(
        self, dial: Callable[[], socket.socket], host: str, port: int, on_error: Callable[[Exception], object] | None
    ) -> None:
        self._dial = dial
        self._on_error = on_error
        self._lock = threading.Lock()
        self._open: set[socket.socket] = set()
        family = socket.AF_INET6 if ":" in host else socket.AF_INET
        self._listener = socket.create_server((host, port), family=family)
        self.host, self.port = self._listener.getsockname()[:2]
        self._closing = threading.Event()
        self._thread = threading.Thread(target=self._accept, daemon=True)
        self._thread.start()

    @property
    def address(self) -> str:
        """`127.0.0.1:8080`, as a client is told."""
        return f"[{self.host}]:{self.port}" if ":" in self.host else f"{self.host}:{self.port}"

    def close(self) -> None:
        """Ends it and its connections."""
        with self._lock:
            self._closing.set()
            remaining = list(self._open)
        for each in [self._listener, *remaining]:
            _shut(each, socket.SHUT_RDWR)
        self._listener.close()
        self._thread.join()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def _accept(self) -> None:
        while True:
            connection: socket.socket | None = None
            try:
                connection, _ = self._listener.accept()
                threading.Thread(target=self._serve, args=(connection,), daemon=True).start()
            except (OSError, RuntimeError) as error:
                if connection is not None:
                    connection.close()
                if self._closing.is_set():
                    return
                self._tell(error)
                self._closing.wait(_REST_SECS)

    def _tell(self, error: Exception) -> None:
        if self._on_error is not None:
            self._on_error(error)

    def _serve(self, connection: socket.socket) -> None:
        with connection:
            try:
                tunnel = self._dial()
            except Exception as error:
                self._tell(error)
                return
            with tunnel:
                if not self._take(connection, tunnel):
                    return
                back = threading.Thread(target=_carry, args=(tunnel, connection), daemon=True)
                back.start()
                _carry(connection, tunnel)
                back.join()
                self._leave(connection, tunnel)

    def _take(self, *sockets: socket.socket) -> bool:
        with self._lock:
            self._open.update(sockets)
            return not self._closing.is_set()

    def _leave(self, *sockets: socket.socket) -> None:
        with self._lock:
            self._open.difference_update(sockets)


def _carry(source: socket.socket, target: socket.socket) -> None:
    """Carries bytes one way until that ends. A way that breaks ends the other, too."""
    try:
        while chunk := source.recv(_CHUNK_BYTES):
            target.sendall(chunk)
        _shut(target, socket.SHUT_WR)
    except OSError:
        _shut(source, socket.SHUT_RDWR)
        _shut(target, socket.SHUT_RDWR)


def _shut(connection: socket.socket, how: int) -> None:
    try:
        connection.shutdown(how)
    except OSError:
        pass
