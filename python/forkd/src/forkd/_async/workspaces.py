"""Sandboxes with a name and no time to live, which go to the disk instead of ending."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from ..models import WorkspaceInfo
from .connection import AsyncConnection, OnProgress
from .stream import AsyncStream

if TYPE_CHECKING:
    from typing import Unpack

    from ..requests import WorkspaceOptions


class AsyncWorkspaces:
    """Each is a sandbox: `forkd.sandboxes.at(name)` is a handle on it."""

    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection

    async def create(
        self, name: str, tag: str, *, on_progress: OnProgress = None, **options: Unpack[WorkspaceOptions]
    ) -> WorkspaceInfo:
        """Forks one from a snapshot. Raises `name_taken`, and what `sandboxes.fork` raises."""
        body = {"name": name, "snapshot_tag": tag, **options}
        return await self._connection.call(WorkspaceInfo, "createWorkspace", body=body, on_progress=on_progress)

    async def list(self) -> Sequence[WorkspaceInfo]:
        return await self._connection.call_list(WorkspaceInfo, "listWorkspaces")

    def pages(self, *, limit: int | None = None) -> AsyncStream[Sequence[WorkspaceInfo]]:
        """The same in pages, by their names."""
        return self._connection.pages(WorkspaceInfo, "listWorkspaces", query={}, limit=limit)

    async def get(self, name: str) -> WorkspaceInfo:
        """Raises `workspace_not_found`, as all below do."""
        return await self._connection.call(WorkspaceInfo, "getWorkspace", name=name)

    async def suspend(self, name: str) -> WorkspaceInfo:
        """Puts it on disk, if it is not there."""
        return await self._connection.call(WorkspaceInfo, "suspendWorkspace", body={}, name=name)

    async def resume(self, name: str) -> WorkspaceInfo:
        """Lets it run, if it does not."""
        return await self._connection.call(WorkspaceInfo, "resumeWorkspace", name=name)

    async def delete(self, name: str) -> None:
        """Ends it, and removes all that is its own. Its snapshot stays."""
        await self._connection.ask("deleteWorkspace", name=name)
