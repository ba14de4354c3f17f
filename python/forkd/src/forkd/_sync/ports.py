# Generated from ../_async by scripts/generate.ts: change that, then `npm run generate`.
"""The TCP ports of one sandbox."""

from __future__ import annotations

from collections.abc import Sequence

from ..models import PortInfo
from ..named import Named
from .connection import Connection


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
