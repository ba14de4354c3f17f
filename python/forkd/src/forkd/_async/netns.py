"""Network namespaces of the daemon's host, for sandboxes in the mode `netns`."""

from __future__ import annotations

from collections.abc import Sequence

from ..models import NetnsInfo
from .connection import AsyncConnection


class AsyncNetworkNamespaces:
    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection

    async def list(self) -> Sequence[NetnsInfo]:
        """Those that sandboxes have, and those that wait for one."""
        return await self._connection.call_list(NetnsInfo, "listNetns")

    async def set_up(self, count: int) -> Sequence[NetnsInfo]:
        """Has so many ready, until the daemon ends, and gives all that are there. Raises `requirement_missing`."""
        return await self._connection.call_list(NetnsInfo, "setUpNetns", body={"count": count})
