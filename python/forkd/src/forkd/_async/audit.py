"""Who has asked the daemon for what, where it is told to record that (`FORKD_AUDIT`)."""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping

from ..models import AuditEntry, AuditReport
from .connection import AsyncConnection
from .stream import AsyncStream


class AsyncAudit:
    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection

    def list(self, *, since_unix_ms: int | None = None) -> AsyncStream[AuditEntry]:
        """What was recorded, the oldest first: a line before anything is done, and one with what became of it."""
        return AsyncStream(self._entries({"since_unix_ms": since_unix_ms}))

    def follow(self, *, since_unix_ms: int | None = None) -> AsyncStream[AuditEntry]:
        """The last line that there is, with those since then before it, and each as it is recorded.

        Of a daemon that records nothing it ends at once.
        """
        return AsyncStream(self._entries({"since_unix_ms": since_unix_ms, "follow": True}))

    async def verify(self, *, contains: str | None = None) -> AuditReport:
        """Whether each line follows from the one before, and `contains`, an earlier `head["sha256"]`, is one of them."""
        return await self._connection.call(AuditReport, "verifyAudit", query={"contains": contains})

    async def _entries(self, query: Mapping[str, object]) -> AsyncIterator[AuditEntry]:
        async with AsyncStream(self._connection.lines("listAudit", query=query)) as lines:
            async for line in lines:
                yield AuditEntry.of(line)
