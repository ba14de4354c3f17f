"""A sandbox of one test's own, which is kept when the test fails."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING, Any

from .. import Forkd, ForkdError, Sandbox
from ..environment import read_environment
from ..errors import SandboxDeadError

if TYPE_CHECKING:
    from typing import Unpack

    from ..requests import SandboxForkRequest

# One that its process has forgotten ends by itself.
_TTL_SECS = 3600
_MAX_LABEL_LENGTH = 255
_MAX_FILE_NAME_LENGTH = 60


class TestFork:
    """Forks a machine for a test of this name, with its name as the label `test`. Raises as `forkd.sandboxes.fork` does."""

    __test__ = False

    def __init__(self, forkd: Forkd, tag: str, test: str, **options: Unpack[SandboxForkRequest]) -> None:
        self._forkd = forkd
        self._test = test
        self._is_kept = False
        labels = {"test": _to_label(test), **options.pop("labels", {})}
        asked: Any = {"ttl_secs": _TTL_SECS, **options, "labels": labels}
        [self.sandbox] = forkd.sandboxes.fork(tag, **asked)

    def keep(self, seconds: float, logs: Path | None) -> list[str]:
        """Keeps it for so long, and writes its console into a directory. Gives what there is to be done with it, in lines."""
        told: list[str] = []
        try:
            if logs is not None:
                told.append(f"its console is in {_save_logs(self.sandbox, self._test, logs)}")
            if seconds > 0:
                told = [*self._keep(seconds), *told]
        except (ForkdError, OSError) as error:
            told.append(f"the sandbox was not kept: {error}")
        return told

    def end(self) -> None:
        """Ends it, unless it is kept."""
        if not self._is_kept:
            self.sandbox.kill()

    def _keep(self, seconds: float) -> list[str]:
        id, where = self.sandbox.id, self._name_daemon()
        self._is_kept = True
        try:
            self.sandbox.set_timeout(seconds)
        except SandboxDeadError:
            return [f"the sandbox died; for ten minutes: forkd logs {id}{where}"]
        verbs = [f"forkd {verb} {id}{where}" for verb in ("shell", "logs", "kill")]
        return [f"the sandbox is kept for {seconds:g} s", *verbs]

    def _name_daemon(self) -> str:
        """What the command line needs to be told, if its environment does not."""
        return "" if self._forkd.url == read_environment().url else f" --url {self._forkd.url}"


def _to_label(test: str) -> str:
    return "".join(letter if letter.isprintable() else " " for letter in test)[-_MAX_LABEL_LENGTH:]


def _save_logs(sandbox: Sandbox, test: str, directory: Path) -> Path:
    directory.mkdir(parents=True, exist_ok=True)
    words = re.sub("[^A-Za-z0-9]+", "-", test)[-_MAX_FILE_NAME_LENGTH:]
    path = directory / f"{words}-{sandbox.id}.log"
    path.touch(mode=0o600)
    with path.open("wb") as file, sandbox.logs() as console:
        file.writelines(console)
    return path
