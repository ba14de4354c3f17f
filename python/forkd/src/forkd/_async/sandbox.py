"""One machine."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator, Mapping
from types import TracebackType
from typing import TYPE_CHECKING, Any, Self

from .. import models
from ..environment import read_environment
from ..errors import ForkdError
from .commands import AsyncCommands
from .connect import open_connection
from .connection import AsyncConnection, OnProgress
from .construct import Construct
from .contexts import AsyncContexts
from .files import AsyncFiles
from .group import AsyncSandboxGroup
from .guest import AsyncGuest
from .ports import AsyncPorts
from .stream import AsyncStream

if TYPE_CHECKING:
    from typing import Unpack

    from ..requests import BranchRequest, LogsQuery, MetricsQuery, SandboxForkRequest, SandboxUpdate, SignOptions

_ID = re.compile(r"sb_[0-9a-z]{16}")


class AsyncSandbox(AsyncGuest, Construct):
    """A handle on one machine. It may be dead: calls then raise `sandbox_dead`, or `sandbox_not_found` once it is forgotten.

    `async with` ends the machine at the end of the block.

        async with await AsyncSandbox.create("py-numpy") as sandbox:
            print((await sandbox.commands.run("uname -r")).stdout)
    """

    @classmethod
    def of(cls, connection: AsyncConnection, known: models.SandboxInfo | str) -> Self:
        """A handle of a client, from what is known of the machine, or its id or name."""
        sandbox = cls.__new__(cls)
        sandbox._bind(connection, known)
        return sandbox

    @classmethod
    async def create(
        cls,
        template: str | None = None,
        timeout: float | None = None,
        metadata: Mapping[str, str] | None = None,
        envs: Mapping[str, str] | None = None,
        *,
        tag: str | None = None,
        url: str | None = None,
        token: str | None = None,
        on_progress: OnProgress = None,
        **options: Unpack[SandboxForkRequest],
    ) -> Self:
        """Forks one machine from a snapshot (`template`, or `tag`; FORKD_TAG unless told), with a client of its own.

        It ends by itself after `timeout` seconds; None: never. `metadata` are its labels, `envs` its variables; all else
        is as in `forkd.sandboxes.fork`.
        """
        told: dict[str, Any] = {"ttl_secs": timeout, "labels": metadata, "env": envs}
        body = {key: value for key, value in told.items() if value is not None}
        body |= {**options, "snapshot_tag": template or tag or read_environment().tag}
        _, connection = open_connection(url, token=token)
        try:
            infos = await connection.call_list(
                models.SandboxInfo, "createSandboxes", body=body, on_progress=on_progress
            )
        except BaseException:
            await connection.aclose()
            raise
        return cls._owning(connection, infos[0])

    @classmethod
    async def connect(cls, sandbox_id: str, timeout: float | None = None, *, url: str | None = None) -> Self:
        """A handle on a machine that is there, with a client of its own; one that is paused or suspended runs on."""
        _, connection = open_connection(url)
        try:
            known = await connection.call(models.SandboxInfo, "resumeSandbox", id=sandbox_id)
            sandbox = cls._owning(connection, known)
            if timeout is not None:
                await sandbox.set_timeout(timeout)
        except BaseException:
            await connection.aclose()
            raise
        return sandbox

    @classmethod
    def _owning(cls, connection: AsyncConnection, known: models.SandboxInfo) -> Self:
        sandbox = cls.of(connection, known)
        sandbox._owned = connection
        return sandbox

    def _bind(self, connection: AsyncConnection, known: models.SandboxInfo | str) -> None:
        self._connection = connection
        self._owned: AsyncConnection | None = None
        self._info = None if isinstance(known, str) else known
        self._reference = known if isinstance(known, str) else known.id
        self.commands = AsyncCommands(self)
        self.files = AsyncFiles(connection, self)
        self.contexts = AsyncContexts(connection, self)
        self.ports = AsyncPorts(connection, self)

    @property
    def id(self) -> str:
        """Its id; of a handle made of a name, that name until the daemon has told the id."""
        return self._reference if self._info is None else self._info.id

    @property
    def sandbox_id(self) -> str:
        """The same."""
        return self.id

    @property
    def info(self) -> models.SandboxInfo:
        """What was last heard of it. Raises RuntimeError for a handle that has heard nothing yet."""
        if self._info is None:
            raise RuntimeError(f"nothing is known of {self.id} yet: call get_info() first")
        return self._info

    async def get_info(self) -> models.SandboxInfo:
        """Asks the daemon about it."""
        return self._learn(await self._connection.call(models.SandboxInfo, "getSandbox", id=self.id))

    async def is_running(self) -> bool:
        """Whether it is there and runs."""
        try:
            return (await self.get_info()).status == "running"
        except ForkdError as error:
            if error.code != "sandbox_not_found":
                raise
            return False

    async def update(self, **changes: Unpack[SandboxUpdate]) -> models.SandboxInfo:
        """Changes its name, its labels (None takes one away), or when it ends. Raises `name_taken`."""
        return self._learn(await self._connection.call(models.SandboxInfo, "updateSandbox", body=changes, id=self.id))

    async def modify(self, **limits: Unpack[SandboxUpdate]) -> models.SandboxInfo:
        """Changes its limits, all or none; None takes one away. Raises `limit_unavailable`, `memory_limit_unavailable`."""
        return await self.update(**limits)

    async def set_timeout(self, timeout: float | None) -> None:
        """Has it end so many seconds from now; None: never by itself."""
        await self.update(ttl_secs=timeout)

    async def pause(self) -> models.SandboxInfo:
        """Lets the machine stand still until it is resumed; its memory and what runs in it are kept."""
        return self._learn(await self._connection.call(models.SandboxInfo, "pauseSandbox", id=self.id))

    async def suspend(self) -> models.SandboxInfo:
        """Puts the machine on disk until it is resumed. Raises `disk_full`, `capture_failed`; it runs on then."""
        return self._learn(await self._connection.call(models.SandboxInfo, "suspendSandbox", id=self.id))

    async def resume(self) -> models.SandboxInfo:
        """Lets it run again, with its clock set. Does nothing when it runs. Raises `sandbox_quota`, `resume_failed`."""
        return self._learn(await self._connection.call(models.SandboxInfo, "resumeSandbox", id=self.id))

    async def branch(self, *, on_progress: OnProgress = None, **options: Unpack[BranchRequest]) -> models.BranchInfo:
        """Makes a snapshot of this machine, which runs on. With `wait=False` it returns as soon as the machine runs again.

        Raises `snapshot_exists`, `branch_busy`, `live_unavailable`, `capture_failed` and others; nothing is kept then.
        """
        return await self._connection.call(
            models.BranchInfo, "branchSandbox", body=options, on_progress=on_progress, id=self.id
        )

    async def fork(self, *, on_progress: OnProgress = None, **options: Unpack[SandboxForkRequest]) -> AsyncSandboxGroup:
        """Forks `n` children from this machine as it is now; it runs on. Raises as `branch` and `sandboxes.fork` do."""
        infos = await self._connection.call_list(
            models.SandboxInfo, "forkSandbox", body=options, on_progress=on_progress, id=self.id
        )
        return AsyncSandboxGroup(AsyncSandbox.of(self._connection, info) for info in infos)

    async def metrics(self, **query: Unpack[MetricsQuery]) -> models.SandboxMetrics:
        """What the machine uses: CPU, memory and disk of the host, and what its guest says."""
        return await self._connection.call(models.SandboxMetrics, "metrics", query=query, id=self.id)

    def logs(self, **query: Unpack[LogsQuery]) -> AsyncStream[bytes]:
        """The console, or what the VMM said (`source="vmm"`), as it comes."""
        return AsyncStream(self._logs(query))

    async def download_url(self, path: str, **options: Unpack[SignOptions]) -> str:
        """A path and query of any address of the daemon, by which a file can be read for a while, by GET."""
        return await self._sign({**options, "path": path, "access": "read"})

    async def upload_url(self, path: str, **options: Unpack[SignOptions]) -> str:
        """The same for a file that is to be written, by PUT; `user` is whose it is then."""
        return await self._sign({**options, "path": path, "access": "write"})

    async def kill(self) -> bool:
        """Ends the machine. False when it is gone already; raises `sandbox_not_found` for a name that none has."""
        # A name may mean another machine by the time of the end.
        if not _ID.fullmatch(self.id):
            await self.get_info()
        try:
            await self._connection.ask("killSandbox", id=self.id)
            return True
        except ForkdError as error:
            if error.code != "sandbox_not_found":
                raise
            return False
        finally:
            if self._owned is not None:
                await self._owned.aclose()

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.kill()

    def __repr__(self) -> str:
        return f"{type(self).__name__}({self.id!r})"

    def _learn(self, info: models.SandboxInfo) -> models.SandboxInfo:
        self._info = info
        return info

    async def _sign(self, body: Mapping[str, Any]) -> str:
        return str((await self._connection.ask("signFileUrl", body=body, id=self.id))["url"])

    async def _logs(self, query: Mapping[str, Any]) -> AsyncIterator[bytes]:
        async with self._connection.download("logs", query=query, id=self.id) as reply:
            async for chunk in reply.aiter_bytes():
                yield chunk
