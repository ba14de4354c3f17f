# Generated from ../_async by scripts/generate.ts: change that, then `npm run generate`.
"""Carries requests to one daemon, which is started where none answers."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from ..address import Address, check_socket_path, unreachable
from ..daemon import ensure_daemon
from ..errors import DaemonLostError, ForkdError, TimedOutError
from .io import Lock, run_blocking

if TYPE_CHECKING:
    import httpx

Content = str | bytes | Iterable[bytes] | None


class Transport:
    """`command` starts the daemon of a unix socket; None: none is started. `timeout`: for how long the daemon may say nothing."""

    def __init__(self, address: Address, command: str | None, timeout: float | None) -> None:
        self.address = address
        self._command = command if address.socket_path is not None else None
        self._timeout = timeout
        self._client: httpx.Client | None = None
        self._is_known = False
        self._starting = Lock()

    @contextmanager
    def send(
        self, method: str, path: str, headers: dict[str, str], content: Content, needs_daemon: bool
    ) -> Iterator[httpx.Response]:
        """The answer, whose body is read while this is open.

        Raises `daemon_unreachable` when there is no connection, and `daemon_lost` when it is lost half-way.
        """
        import httpx

        if needs_daemon:
            self._ensure()
        client = self._open()
        url = self.address.base + path
        request = client.build_request(method, url, headers=headers, content=content)
        try:
            response = self._deliver(client, request, needs_daemon)
            try:
                yield response
            finally:
                response.close()
        except httpx.TransportError as error:
            raise self._explain(error, f"{method} {path}") from error

    def close(self) -> None:
        """Closes idle connections. A later request opens others."""
        client, self._client = self._client, None
        if client is not None:
            client.close()

    def _deliver(self, client: httpx.Client, request: httpx.Request, needs_daemon: bool) -> httpx.Response:
        import httpx

        try:
            return client.send(request, stream=True)
        except httpx.ConnectError:
            # The daemon that answered before has ended meanwhile, and nothing was sent: another one is started.
            if self._command is None or not needs_daemon:
                raise
            self._is_known = False
            self._ensure()
            return client.send(request, stream=True)

    def _ensure(self) -> None:
        path, command = self.address.socket_path, self._command
        if path is None or command is None or self._is_known:
            return
        check_socket_path(path)
        with self._starting:
            if not self._is_known:
                run_blocking(lambda: ensure_daemon(command, path))
                self._is_known = True

    def _open(self) -> httpx.Client:
        import httpx

        path = self.address.socket_path
        if path is not None:
            check_socket_path(path)
        if self._client is None:
            # Making the context of TLS takes longer than many a call.
            is_safe = self.address.base.startswith("https:")
            limits = httpx.Limits(max_connections=None, max_keepalive_connections=32)
            transport = httpx.HTTPTransport(uds=path, verify=is_safe, limits=limits)
            timeout = httpx.Timeout(self._timeout, connect=10)
            self._client = httpx.Client(transport=transport, timeout=timeout, trust_env=False)
        return self._client

    def _explain(self, error: Any, request: str) -> ForkdError:
        import httpx

        at, why = self.address.text, str(error) or type(error).__name__
        if isinstance(error, (httpx.ConnectError, httpx.ConnectTimeout)):
            where = "start one: forkd serve" if self.address.socket_path is not None else _CHECK_URL
            return unreachable(f"no forkd daemon answers at {at}: {why}", where)
        if isinstance(error, httpx.TimeoutException):
            told = f"{request} at {at} took longer than the {self._timeout} s that this client waits"
            reply = {"error": told, "code": "request_timeout", "hint": "give the client a longer timeout, or None"}
            return TimedOutError(0, reply)
        lost = f"the forkd daemon at {at} ended in the middle of {request}: {why}"
        return DaemonLostError(0, {"error": lost, "code": "daemon_lost", "hint": _READ_LOG})


_CHECK_URL = "check FORKD_URL, and that a daemon serves there: forkd serve"
_READ_LOG = "its log ends with why; the next daemon undoes what was half-done"
