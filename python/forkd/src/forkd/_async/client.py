"""A client of one daemon."""

from __future__ import annotations

from types import TracebackType
from typing import TYPE_CHECKING, Self

from .. import models
from .audit import AsyncAudit
from .connection import AsyncConnection
from .connect import open_connection
from .events import AsyncEvents
from .images import AsyncImages
from .jobs import AsyncJobs
from .netns import AsyncNetworkNamespaces
from .sandboxes import AsyncSandboxes
from .snapshots import AsyncSnapshots
from .tenants import AsyncTenants
from .tokens import AsyncTokens
from .webhooks import AsyncWebhooks
from .workspaces import AsyncWorkspaces

if TYPE_CHECKING:
    from typing import Unpack

    from ..requests import GarbageRequest, StopRequest


class AsyncForkd:
    """A client of one forkd daemon. Does nothing until its first call; `async with` closes its connections.

    `url`: `unix:/path` or `http(s)://…`; unless told, FORKD_URL, else the user's own unix socket. `token`: FORKD_TOKEN
    unless told; "" is none. `start_daemon`: whether one is started when none answers on a unix socket, as the command
    line does; unless told, when neither `url` nor FORKD_URL is there. `command` starts it: FORKD_COMMAND, else `forkd`.
    `timeout`: for how many seconds the daemon may say nothing; None: as long as it likes.

        async with AsyncForkd() as forkd:
            async with await forkd.sandboxes.fork("py-numpy", n=3) as children:
                print(await children[0].eval("numpy.arange(4).sum()"))
    """

    def __init__(
        self,
        url: str | None = None,
        *,
        token: str | None = None,
        start_daemon: bool | None = None,
        command: str | None = None,
        timeout: float | None = None,
    ) -> None:
        self._connection: AsyncConnection
        self.url, self._connection = open_connection(
            url, token=token, start_daemon=start_daemon, command=command, timeout=timeout
        )
        self.images = AsyncImages(self._connection)
        self.snapshots = AsyncSnapshots(self._connection)
        self.sandboxes = AsyncSandboxes(self._connection)
        self.workspaces = AsyncWorkspaces(self._connection)
        self.netns = AsyncNetworkNamespaces(self._connection)
        self.events = AsyncEvents(self._connection)
        self.jobs = AsyncJobs(self._connection)
        self.tokens = AsyncTokens(self._connection)
        self.audit = AsyncAudit(self._connection)
        self.webhooks = AsyncWebhooks(self._connection)
        self.tenants = AsyncTenants(self._connection)

    async def health(self) -> None:
        """Whether a daemon answers: raises `daemon_unreachable` when none does."""
        await self._connection.ask("health")

    async def version(self) -> models.Version:
        """The versions of daemon and API, and the daemon's pid."""
        return await self._connection.call(models.Version, "version")

    async def metrics(self) -> str:
        """Figures of the daemon and of all machines, in Prometheus' text format."""
        return await self._connection.text("scrape")

    async def capabilities(self) -> models.Capabilities:
        """What the host can do, and why."""
        return await self._connection.call(models.Capabilities, "capabilities")

    async def doctor(self) -> models.Doctor:
        """Every requirement: its state, why, and how to mend it."""
        return await self._connection.call(models.Doctor, "doctor")

    async def tree(self) -> models.Tree:
        """Snapshots and machines, with what each comes from."""
        return await self._connection.call(models.Tree, "tree")

    async def collect_garbage(self, **options: Unpack[GarbageRequest]) -> models.GarbageReport:
        """Removes what nothing points to; with `dry_run` only says what that is."""
        return await self._connection.call(models.GarbageReport, "collectGarbage", body=options)

    async def stop(self, **options: Unpack[StopRequest]) -> None:
        """Stops the daemon; `on_exit` says what becomes of its machines: keep, suspend, kill. Raises `stop_failed`."""
        await self._connection.ask("stop", body=options)

    async def aclose(self) -> None:
        """Closes idle connections."""
        await self._connection.aclose()

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.aclose()
