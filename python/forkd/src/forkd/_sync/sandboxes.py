# Generated from ../_async by scripts/generate.ts: change that, then `npm run generate`.
"""Sandboxes: running machines. Wherever one is asked for by its id, its name will do."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from ..models import SandboxInfo
from .connection import Connection, OnProgress
from .group import SandboxGroup
from .sandbox import Sandbox
from .stream import Stream

if TYPE_CHECKING:
    from typing import Unpack

    from ..requests import GroupMember, KillSandboxesQuery, ListSandboxesQuery, SandboxForkRequest


class Sandboxes:
    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def fork(
        self, tag: str, *, on_progress: OnProgress = None, **options: Unpack[SandboxForkRequest]
    ) -> SandboxGroup:
        """Forks `n` children from a snapshot; they are machines of their own when this returns.

        Raises `snapshot_not_found`, `snapshot_not_ready`, `sandbox_quota`, `fork_failed` and others; the children that
        started are ended then, unless `on_failure` is `keep`.

            with forkd.sandboxes.fork("py-numpy", n=20, env={"ROLE": "worker"}) as children: ...
            forkd.sandboxes.fork("py-numpy", children=[{"env": {"N": "1"}}, {"env": {"N": "2"}}])
        """
        body = {"snapshot_tag": tag, **options}
        infos = self._connection.call_list(SandboxInfo, "createSandboxes", body=body, on_progress=on_progress)
        return SandboxGroup(Sandbox.of(self._connection, info) for info in infos)

    def fork_group(
        self, link: str, members: Sequence[GroupMember], *, on_progress: OnProgress = None
    ) -> SandboxGroup:
        """Forks children from several snapshots, which reach each other by their names: all of them or none.

        Raises as `fork` does, and `requirement_missing` where there can be no network.

            forkd.sandboxes.fork_group(
                "shop", [{"name": "db", "snapshot_tag": "postgres"}, {"name": "web", "snapshot_tag": "py"}]
            )
        """
        body = {"link": link, "members": list(members)}
        infos = self._connection.call_list(SandboxInfo, "createGroup", body=body, on_progress=on_progress)
        return SandboxGroup(Sandbox.of(self._connection, info) for info in infos)

    def list(self, **query: Unpack[ListSandboxesQuery]) -> Sequence[Sandbox]:
        """All machines, or those that are as is told: `status`, `tag`, `name`, `label` ("team=web")."""
        infos = self._connection.call_list(SandboxInfo, "listSandboxes", query=query)
        return [Sandbox.of(self._connection, info) for info in infos]

    def pages(
        self, *, limit: int | None = None, **query: Unpack[ListSandboxesQuery]
    ) -> Stream[Sequence[SandboxInfo]]:
        """What is known of them in pages, the oldest first."""
        return self._connection.pages(SandboxInfo, "listSandboxes", query=query, limit=limit)

    def get(self, id: str) -> Sandbox:
        """One machine, by its id or its name. Raises `sandbox_not_found`."""
        return Sandbox.of(self._connection, self._connection.call(SandboxInfo, "getSandbox", id=id))

    def at(self, id: str) -> Sandbox:
        """A handle on a machine by its id or its name, without asking the daemon about it first."""
        return Sandbox.of(self._connection, id)

    def adopt(self, id: str) -> Sandbox:
        """Tries again to take over a machine that an earlier daemon left. Raises `sandbox_unmanaged`."""
        return Sandbox.of(self._connection, self._connection.call(SandboxInfo, "adoptSandbox", id=id))

    def kill(self, id: str) -> None:
        """Ends one machine. Raises `sandbox_not_found`."""
        self._connection.ask("killSandbox", id=id)

    def kill_all(self, **query: Unpack[KillSandboxesQuery]) -> Sequence[str]:
        """Ends all machines, or those of one tag, and gives their ids. With `keep_suspended` those on disk are left."""
        report = self._connection.ask("killSandboxes", query=query)
        return list(report["killed"])
