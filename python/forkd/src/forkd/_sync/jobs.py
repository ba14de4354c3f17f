# Generated from ../_async by scripts/generate.ts: change that, then `npm run generate`.
"""Jobs: work of the daemon that takes a while. Those that ended stay listed for ten minutes."""

from __future__ import annotations

from collections.abc import Sequence

from ..models import Job
from .connection import Connection
from .stream import Stream


class Jobs:
    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def list(self) -> Sequence[Job]:
        return self._connection.call_list(Job, "listJobs")

    def pages(self, *, limit: int | None = None) -> Stream[Sequence[Job]]:
        """The same in pages, the oldest first."""
        return self._connection.pages(Job, "listJobs", query={}, limit=limit)

    def get(self, id: str) -> Job:
        """One job. Raises `job_not_found`."""
        return self._connection.call(Job, "getJob", id=id)

    def cancel(self, id: str) -> Job:
        """Cancels a job, and returns once what it had begun is undone. Raises `job_not_found`."""
        return self._connection.call(Job, "cancelJob", id=id)
