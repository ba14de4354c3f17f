# Generated from ../_async by scripts/generate.ts: change that, then `npm run generate`.
"""Network namespaces of the daemon's host, for sandboxes in the mode `netns`."""

from __future__ import annotations

from collections.abc import Sequence

from ..models import NetnsInfo
from .connection import Connection


class NetworkNamespaces:
    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def list(self) -> Sequence[NetnsInfo]:
        """Those that sandboxes have, and those that wait for one."""
        return self._connection.call_list(NetnsInfo, "listNetns")

    def set_up(self, count: int) -> Sequence[NetnsInfo]:
        """Has so many ready, until the daemon ends, and gives all that are there. Raises `requirement_missing`."""
        return self._connection.call_list(NetnsInfo, "setUpNetns", body={"count": count})
