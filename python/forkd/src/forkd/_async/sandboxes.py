"""Sandboxes: running machines. Wherever one is asked for by its id, its name will do."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from ..models import SandboxInfo
from .connection import AsyncConnection, OnProgress
from .group import AsyncSandboxGroup
from .sandbox import AsyncSandbox
from .stream import AsyncStream

if TYPE_CHECKING:
    from typing import Unpack

    from ..requests import GroupMember, KillSandboxesQuery, ListSandboxesQuery, SandboxForkRequest


class AsyncSandboxes:
    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection

    async def fork(
        self, tag: str, *, on_progress: OnProgress = None, **options: Unpack[SandboxForkRequest]
    ) -> AsyncSandboxGroup:
        """Forks `n` children from a snapshot; they are machines of their own when this returns.

        Raises `snapshot_not_found`, `snapshot_not_ready`, `sandbox_quota`, `fork_failed` and others; the children that
        started are ended then, unless `on_failure` is `keep`.

            async with await forkd.sandboxes.fork("py-numpy", n=20, env={"ROLE": "worker"}) as children: ...
            await forkd.sandboxes.fork("py-numpy", children=[{"env": {"N": "1"}}, {"env": {"N": "2"}}])
        """
        body = {"snapshot_tag": tag, **options}
        infos = await self._connection.call_list(SandboxInfo, "createSandboxes", body=body, on_progress=on_progress)
        return AsyncSandboxGroup(AsyncSandbox.of(self._connection, info) for info in infos)

    async def fork_group(
        self, link: str, members: Sequence[GroupMember], *, on_progress: OnProgress = None
    ) -> AsyncSandboxGroup:
        """Forks children from several snapshots, which reach each other by their names: all of them or none.

        Raises as `fork` does, and `requirement_missing` where there can be no network.

            await forkd.sandboxes.fork_group(
                "shop", [{"name": "db", "snapshot_tag": "postgres"}, {"name": "web", "snapshot_tag": "py"}]
            )
        """
        body = {"link": link, "members": list(members)}
        infos = await self._connection.call_list(SandboxInfo, "createGroup", body=body, on_progress=on_progress)
        return AsyncSandboxGroup(AsyncSandbox.of(self._connection, info) for info in infos)

    async def list(self, **query: Unpack[ListSandboxesQuery]) -> Sequence[AsyncSandbox]:
        """All machines, or those that are as is told: `status`, `tag`, `name`, `label` ("team=web")."""
        infos = await self._connection.call_list(SandboxInfo, "listSandboxes", query=query)
        return [AsyncSandbox.of(self._connection, info) for info in infos]

    def pages(
        self, *, limit: int | None = None, **query: Unpack[ListSandboxesQuery]
    ) -> AsyncStream[Sequence[SandboxInfo]]:
        """What is known of them in pages, the oldest first."""
        return self._connection.pages(SandboxInfo, "listSandboxes", query=query, limit=limit)

    async def get(self, id: str) -> AsyncSandbox:
        """One machine, by its id or its name. Raises `sandbox_not_found`."""
        return AsyncSandbox.of(self._connection, await self._connection.call(SandboxInfo, "getSandbox", id=id))

    def at(self, id: str) -> AsyncSandbox:
        """A handle on a machine by its id or its name, without asking the daemon about it first."""
        return AsyncSandbox.of(self._connection, id)

    async def adopt(self, id: str) -> AsyncSandbox:
        """Tries again to take over a machine that an earlier daemon left. Raises `sandbox_unmanaged`."""
        return AsyncSandbox.of(self._connection, await self._connection.call(SandboxInfo, "adoptSandbox", id=id))

    async def kill(self, id: str) -> None:
        """Ends one machine. Raises `sandbox_not_found`."""
        await self._connection.ask("killSandbox", id=id)

    async def kill_all(self, **query: Unpack[KillSandboxesQuery]) -> Sequence[str]:
        """Ends all machines, or those of one tag, and gives their ids. With `keep_suspended` those on disk are left."""
        report = await self._connection.ask("killSandboxes", query=query)
        return list(report["killed"])
