# Generated from ../_async by scripts/generate.ts: change that, then `npm run generate`.
"""A handle on a command that runs by itself."""

from __future__ import annotations

import codecs
from collections.abc import Iterator
from types import TracebackType
from typing import TYPE_CHECKING, Self

from ..errors import ForkdError, unexpected_reply
from ..execution import CommandResult, ExecOutput, KeptText
from ..models import ExecEvent, ProcessExit
from .evaluation import OnText
from .io import settle
from .stream import Stream

if TYPE_CHECKING:
    from .guest import Guest

_GONE = frozenset(["guest_process_not_found", "sandbox_not_found", "sandbox_dead"])


class Process:
    """See `Sandbox.spawn`. `with` ends the command, unless it was detached.

    The guest keeps the last 256 KiB of output that nobody has read, so the command never waits for a reader; one that is
    spawned `lossless` does, and loses nothing.
    """

    def __init__(self, sandbox: Guest, pid: int, *, is_detached: bool) -> None:
        self._sandbox = sandbox
        self.pid = pid
        self._is_detached = is_detached

    def output(self, *, from_offset: int | None = None) -> Stream[ExecOutput]:
        """What it wrote and is not forgotten, or all behind `from_offset`, then what it writes, until it ends."""
        return Stream(self._output(from_offset))

    def wait(self, on_stdout: OnText = None, on_stderr: OnText = None) -> CommandResult:
        """Waits until it has ended, and gives what it wrote, as far as that is kept: 1 MiB of each stream."""
        return collect_command(self._sandbox.attach(self.pid), on_stdout, on_stderr)

    def wait_exit(self) -> ProcessExit:
        """Waits until it has ended. Its output stays for those who read it."""
        return self._sandbox.wait_for(self.pid)

    def kill(self, signal: str = "SIGTERM") -> bool:
        """Sends a signal to its process group. False when it is gone."""
        try:
            self._sandbox.signal(self.pid, signal)
            return True
        except ForkdError as error:
            if error.code not in _GONE:
                raise
            return False

    def send_stdin(self, data: str | bytes, *, more: bool = True) -> None:
        """Feeds its standard input, if that is fed, and closes it unless there is `more` to come."""
        self._sandbox.write_stdin(self.pid, data, more=more)

    def close_stdin(self) -> None:
        self.send_stdin(b"", more=False)

    def resize(self, cols: int, rows: int) -> None:
        """Resizes its terminal, if it was spawned with `pty`."""
        self._sandbox.resize(self.pid, cols, rows)

    def detach(self) -> int:
        """Lets it outlive this handle, and gives its pid."""
        self._is_detached = True
        return self.pid

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if not self._is_detached:
            self.kill("SIGKILL")

    def _output(self, from_offset: int | None) -> Iterator[ExecOutput]:
        with self._sandbox.attach(self.pid, from_offset=from_offset) as events:
            for event in events:
                if isinstance(event, ExecOutput):
                    yield event


def collect_command(
    events: Stream[ExecEvent | ExecOutput], on_stdout: OnText, on_stderr: OnText
) -> CommandResult:
    """Tells what a command writes as it comes, and gives the whole of it."""
    texts = {"stdout": KeptText(), "stderr": KeptText()}
    decoders = {name: codecs.getincrementaldecoder("utf-8")("replace") for name in texts}
    listeners = {"stdout": on_stdout, "stderr": on_stderr}
    with events:
        for event in events:
            if isinstance(event, ExecOutput):
                text = decoders[event.type].decode(event.data)
                texts[event.type].add(text)
                listener = listeners[event.type]
                if listener is not None and text:
                    settle(listener(text))
            elif event.type == "exit":
                is_cut = texts["stdout"].is_cut or texts["stderr"].is_cut
                code = 0 if event.exit_code is None else event.exit_code
                return CommandResult(texts["stdout"].text, texts["stderr"].text, code, bool(event.timed_out), is_cut)
    raise unexpected_reply("the command ended without its exit")
