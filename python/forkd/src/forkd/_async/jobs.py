"""Jobs: work of the daemon that takes a while. Those that ended stay listed for ten minutes."""

from __future__ import annotations

from collections.abc import Sequence

from ..models import Job
from .connection import AsyncConnection
from .stream import AsyncStream


class AsyncJobs:
    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection

    async def list(self) -> Sequence[Job]:
        return await self._connection.call_list(Job, "listJobs")

    def pages(self, *, limit: int | None = None) -> AsyncStream[Sequence[Job]]:
        """The same in pages, the oldest first."""
        return self._connection.pages(Job, "listJobs", query={}, limit=limit)

    async def get(self, id: str) -> Job:
        """One job. Raises `job_not_found`."""
        return await self._connection.call(Job, "getJob", id=id)

    async def cancel(self, id: str) -> Job:
        """Cancels a job, and returns once what it had begun is undone. Raises `job_not_found`."""
        return await self._connection.call(Job, "cancelJob", id=id)
