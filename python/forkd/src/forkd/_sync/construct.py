"""How a handle on a sandbox begins."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from .. import models
from ..environment import read_environment
from ..target import TargetConnection
from .connect import open_connection

if TYPE_CHECKING:
    from .connection import Connection

_ID = re.compile(r"sb_[0-9a-z]{16}")
_DEFAULTS = read_environment()


class Construct:
    """`Sandbox()` forks a machine; `Sandbox(target=…, spawn=False)` is a handle on one that is there."""

    DEFAULT_TAG = _DEFAULTS.tag
    DEFAULT_TARGET = _DEFAULTS.target or "10.42.0.2:8888"
    _connection: Connection
    _owned: Connection | None

    def __init__(
        self, tag: str | None = None, target: str | None = None, timeout: int = 30, *, spawn: bool = True
    ) -> None:
        """Forks a machine from the snapshot `tag`, FORKD_TAG unless told.

        Without `spawn`, `target` is the id of a machine, or the `host:port` of a guest of the reference system, which can
        be asked for `commands.run`, `eval` and `ping`, and has `timeout` seconds for an answer.
        """
        self.tag = tag or self.DEFAULT_TAG
        self.target = target or self.DEFAULT_TARGET
        self.timeout = timeout
        if not spawn and not _ID.fullmatch(self.target):
            self._bind(TargetConnection(self.target, timeout), self.target)
            return
        _, connection = open_connection()
        try:
            self._bind(connection, self._fork(connection) if spawn else self.target)
        except BaseException:
            connection.close()
            raise
        self._owned = connection

    def _fork(self, connection: Connection) -> models.SandboxInfo:
        body = {"snapshot_tag": self.tag}
        [info] = connection.call_list(models.SandboxInfo, "createSandboxes", body=body)
        return info

    def _bind(self, connection: Any, known: models.SandboxInfo | str) -> None:
        raise NotImplementedError

    def _send(self, message: dict[str, Any]) -> dict[str, Any]:
        """Sends a message to a guest of the reference system."""
        return TargetConnection(self.target, self.timeout).send(message)
