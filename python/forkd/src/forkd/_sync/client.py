# Generated from ../_async by scripts/generate.ts: change that, then `npm run generate`.
"""A client of one daemon."""

from __future__ import annotations

from types import TracebackType
from typing import TYPE_CHECKING, Self

from .. import models
from .audit import Audit
from .connection import Connection
from .connect import open_connection
from .events import Events
from .images import Images
from .jobs import Jobs
from .netns import NetworkNamespaces
from .sandboxes import Sandboxes
from .snapshots import Snapshots
from .tenants import Tenants
from .tokens import Tokens
from .webhooks import Webhooks
from .workspaces import Workspaces

if TYPE_CHECKING:
    from typing import Unpack

    from ..requests import GarbageRequest, StopRequest


class Forkd:
    """A client of one forkd daemon. Does nothing until its first call; `with` closes its connections.

    `url`: `unix:/path` or `http(s)://…`; unless told, FORKD_URL, else the user's own unix socket. `token`: FORKD_TOKEN
    unless told; "" is none. `start_daemon`: whether one is started when none answers on a unix socket, as the command
    line does; unless told, when neither `url` nor FORKD_URL is there. `command` starts it: FORKD_COMMAND, else `forkd`.
    `timeout`: for how many seconds the daemon may say nothing; None: as long as it likes.

        with Forkd() as forkd:
            with forkd.sandboxes.fork("py-numpy", n=3) as children:
                print(children[0].eval("numpy.arange(4).sum()"))
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
        self._connection: Connection
        self.url, self._connection = open_connection(
            url, token=token, start_daemon=start_daemon, command=command, timeout=timeout
        )
        self.images = Images(self._connection)
        self.snapshots = Snapshots(self._connection)
        self.sandboxes = Sandboxes(self._connection)
        self.workspaces = Workspaces(self._connection)
        self.netns = NetworkNamespaces(self._connection)
        self.events = Events(self._connection)
        self.jobs = Jobs(self._connection)
        self.tokens = Tokens(self._connection)
        self.audit = Audit(self._connection)
        self.webhooks = Webhooks(self._connection)
        self.tenants = Tenants(self._connection)

    def health(self) -> None:
        """Whether a daemon answers: raises `daemon_unreachable` when none does."""
        self._connection.ask("health")

    def version(self) -> models.Version:
        """The versions of daemon and API, and the daemon's pid."""
        return self._connection.call(models.Version, "version")

    def metrics(self) -> str:
        """Figures of the daemon and of all machines, in Prometheus' text format."""
        return self._connection.text("scrape")

    def capabilities(self) -> models.Capabilities:
        """What the host can do, and why."""
        return self._connection.call(models.Capabilities, "capabilities")

    def doctor(self) -> models.Doctor:
        """Every requirement: its state, why, and how to mend it."""
        return self._connection.call(models.Doctor, "doctor")

    def tree(self) -> models.Tree:
        """Snapshots and machines, with what each comes from."""
        return self._connection.call(models.Tree, "tree")

    def collect_garbage(self, **options: Unpack[GarbageRequest]) -> models.GarbageReport:
        """Removes what nothing points to; with `dry_run` only says what that is."""
        return self._connection.call(models.GarbageReport, "collectGarbage", body=options)

    def stop(self, **options: Unpack[StopRequest]) -> None:
        """Stops the daemon; `on_exit` says what becomes of its machines: keep, suspend, kill. Raises `stop_failed`."""
        self._connection.ask("stop", body=options)

    def close(self) -> None:
        """Closes idle connections."""
        self._connection.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()
