"""Commands of one sandbox."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, Literal, overload

from ..execution import CommandExitError, CommandResult
from ..models import ExecResult, ProcessInfo
from .evaluation import OnText
from .process import AsyncProcess, collect_command

if TYPE_CHECKING:
    from .guest import AsyncGuest

# How long a command may take unless told, in seconds.
DEFAULT_TIMEOUT_SECS = 60.0


class AsyncCommands:
    def __init__(self, sandbox: AsyncGuest) -> None:
        self._sandbox = sandbox

    @overload
    async def run(
        self,
        cmd: str | Sequence[str],
        timeout: float | None = ...,
        background: Literal[False] | None = ...,
        *,
        envs: Mapping[str, str] | None = ...,
        user: str | None = ...,
        cwd: str | None = ...,
        on_stdout: OnText = ...,
        on_stderr: OnText = ...,
        stdin: bool = ...,
        check: bool = ...,
    ) -> CommandResult: ...

    @overload
    async def run(
        self,
        cmd: str | Sequence[str],
        timeout: float | None = ...,
        *,
        background: Literal[True],
        envs: Mapping[str, str] | None = ...,
        user: str | None = ...,
        cwd: str | None = ...,
        stdin: bool = ...,
    ) -> AsyncProcess: ...

    async def run(
        self,
        cmd: str | Sequence[str],
        timeout: float | None = DEFAULT_TIMEOUT_SECS,
        background: bool | None = None,
        *,
        envs: Mapping[str, str] | None = None,
        user: str | None = None,
        cwd: str | None = None,
        on_stdout: OnText = None,
        on_stderr: OnText = None,
        stdin: bool = False,
        check: bool = False,
    ) -> CommandResult | AsyncProcess:
        """Runs a line of shell, or the words of a command; with `background`, gives a handle once it runs.

        A failing command is a result, not an error; with `check` it raises CommandExitError. It is ended after `timeout`
        seconds, 60 unless told, if it is waited for; None or 0: never. `on_stdout` and `on_stderr` are told what it writes
        as it comes. `stdin`: it is fed by the handle's `send_stdin`.
        """
        args = ["/bin/sh", "-c", cmd] if isinstance(cmd, str) else list(cmd)
        options: dict[str, Any] = {"env": dict(envs or {}), "stdin_stream": stdin}
        options |= {key: value for key, value in (("user", user), ("cwd", cwd)) if value is not None}
        if background:
            return await self._sandbox.spawn(args, **options)
        options["timeout_secs"] = timeout or None
        if on_stdout is None and on_stderr is None:
            result = to_command_result(await self._sandbox.exec(args, **options))
        else:
            events = self._sandbox.exec_stream(args, **options)
            result = await collect_command(events, on_stdout, on_stderr)
        if check and (result.exit_code != 0 or result.timed_out):
            raise CommandExitError(result)
        return result

    async def list(self) -> Sequence[ProcessInfo]:
        """The commands that were run, those that have ended for a while too."""
        return await self._sandbox.processes()

    async def connect(self, pid: int) -> AsyncProcess:
        """A handle on a command that runs in the background."""
        return self._sandbox.process(pid)

    async def kill(self, pid: int) -> bool:
        """Ends a command at once. False when there is none."""
        return await self._sandbox.process(pid).kill("SIGKILL")

    async def send_stdin(self, pid: int, data: str | bytes) -> None:
        """Feeds a command that was started with `stdin=True`."""
        await self._sandbox.process(pid).send_stdin(data)


def to_command_result(result: ExecResult) -> CommandResult:
    return CommandResult(result.stdout, result.stderr, result.exit_code, bool(result.timed_out), bool(result.truncated))
