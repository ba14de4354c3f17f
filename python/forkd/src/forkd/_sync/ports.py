# Generated from ../_async by scripts/generate.ts: change that, then `npm run generate`.
"""The TCP ports of one sandbox."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from ..models import PortInfo
from ..named import Named
from .connection import Connection
from .io import run_blocking

if TYPE_CHECKING:
    from socket import socket

    from ..port_forward import PortForward


class Ports:
    def __init__(self, connection: Connection, sandbox: Named) -> None:
        self._connection = connection
        self._sandbox = sandbox

    def list(self) -> Sequence[PortInfo]:
        """What programs of the guest listen on, with the process that does."""
        return self._connection.call_list(PortInfo, "listPorts", id=self._sandbox.id)

    def wait_for(self, port: int, *, timeout_secs: float = 60) -> None:
        """Waits until something listens on a port of the guest. Raises `port_timeout`."""
        body = {"timeout_secs": timeout_secs}
        self._connection.ask("waitForPort", body=body, id=self._sandbox.id, port=port)

    def connect(self, port: int) -> socket:
        """A connection to a port of the guest, which its owner closes. It blocks, as sockets do.

        Raises `port_refused`, `port_timeout`, `too_many_connections`.
        """
        return run_blocking(self._dialer(port))

    def forward(
        self,
        port: int,
        *,
        host: str = "127.0.0.1",
        host_port: int = 0,
        on_error: Callable[[Exception], object] | None = None,
    ) -> PortForward:
        """A listener of this process that leads to a port of the guest, by threads of its own. Raises OSError.

            with sandbox.ports.forward(8080) as forward:
                httpx.get(f"http://{forward.address}/")
        """
        from ..port_forward import PortForward

        return PortForward(self._dialer(port), host, host_port, on_error)

    def _dialer(self, port: int) -> Callable[[], socket]:
        return self._connection.tunnel_dialer(self._sandbox.id, port)
