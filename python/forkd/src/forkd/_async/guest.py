"""What a sandbox is asked to run: commands and code."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator, Sequence
from typing import TYPE_CHECKING, Any

from .. import models
from ..execution import EvalError, ExecOutput, Execution
from .connection import AsyncConnection
from .contexts import Context, id_of
from .evaluation import OnResult, OnText, collect_evaluation, decode_eval_events
from .exec_events import decode_exec_events
from .process import AsyncProcess
from .stream import AsyncStream

if TYPE_CHECKING:
    from typing import Unpack

    from ..requests import EvalOptions, ExecOptions


class AsyncGuest:
    """The part of a sandbox that is asked of its guest."""

    _connection: AsyncConnection

    @property
    def id(self) -> str:
        raise NotImplementedError

    async def exec(self, args: Sequence[str], **options: Unpack[ExecOptions]) -> models.ExecResult:
        """Runs a command and gives its whole output. A failing command is a result, not an error."""
        body = {"args": args, **options}
        return await self._connection.call(models.ExecResult, "exec", body=body, id=self.id)

    def exec_stream(
        self, args: Sequence[str], **options: Unpack[ExecOptions]
    ) -> AsyncStream[models.ExecEvent | ExecOutput]:
        """Runs a command and gives its output as it comes: closing the stream early kills it, unless `detach` is set."""
        lines = self._connection.lines("exec", body={"args": args, **options}, id=self.id)
        return AsyncStream(decode_exec_events(lines, self._output))

    async def spawn(self, args: Sequence[str], **options: Unpack[ExecOptions]) -> AsyncProcess:
        """Starts a command that runs by itself, and gives a handle on it once it runs.

        It outlives its output's readers, this client and the daemon, and ends with the handle's block.

            async with await sandbox.spawn(["make", "test"]) as job:
                print((await job.wait()).exit_code)
        """
        body: dict[str, Any] = {"args": args, **options, "detach": True}
        started = await self._connection.call(models.ExecResult, "exec", body=body, id=self.id)
        return AsyncProcess(self, started.pid, is_detached=False)

    def process(self, pid: int) -> AsyncProcess:
        """A handle on a command that was spawned before, here or elsewhere. The end of its block leaves the command running."""
        return AsyncProcess(self, pid, is_detached=True)

    def attach(self, pid: int, *, from_offset: int | None = None) -> AsyncStream[models.ExecEvent | ExecOutput]:
        """Its buffered output or that from an offset on, then live. Raises `output_lost` when that is kept no more."""
        return AsyncStream(decode_exec_events(self._output(pid, from_offset), self._output))

    async def wait_for(self, pid: int) -> models.ProcessExit:
        """Waits until a command has ended. Its output stays for those who read it."""
        return await self._connection.call(models.ProcessExit, "waitForProcess", id=self.id, pid=pid)

    async def processes(self) -> list[models.ProcessInfo]:
        """The commands that were run by exec, those that have ended for a while too."""
        return await self._connection.call_list(models.ProcessInfo, "listProcesses", id=self.id)

    async def top(self) -> models.GuestTasks:
        """All processes of the guest but its kernel's, whoever started them, with CPU time and memory."""
        return await self._connection.call(models.GuestTasks, "listTasks", id=self.id)

    async def write_stdin(self, pid: int, data: str | bytes, *, more: bool = False) -> None:
        """Feeds a command that was started with `stdin_stream`, and closes its input unless there is `more` to come."""
        await self._connection.upload("writeStdin", data, query={"more": more or None}, id=self.id, pid=pid)

    async def signal(self, pid: int, name: str, *, group: bool = True) -> None:
        """Sends a signal such as `SIGTERM` to a command's process group, or to the process alone."""
        await self._connection.ask("signalProcess", body={"signal": name, "group": group}, id=self.id, pid=pid)

    async def resize(self, pid: int, cols: int, rows: int) -> None:
        """Resizes a command's terminal."""
        await self._connection.ask("resizeTerminal", body={"cols": cols, "rows": rows}, id=self.id, pid=pid)

    async def eval(self, code: str, **options: Unpack[EvalOptions]) -> Any:
        """The value of code in a warm interpreter: in Python its repr, in Node the value itself.

        Raises EvalError for an exception of the code; `run_code` gives it, and all else.

            await sandbox.eval("numpy.zeros(2).tolist()")  # '[0.0, 0.0]'
        """
        outcome = await self._evaluate(code, options)
        if outcome.error is not None:
            raise EvalError(outcome)
        if options.get("language") == "node" and outcome.result_json is not None:
            return json.loads(outcome.result_json)
        return outcome.result

    async def run_code(
        self,
        code: str,
        *,
        context: Context | None = None,
        timeout: float | None = None,
        on_stdout: OnText = None,
        on_stderr: OnText = None,
        on_result: OnResult = None,
        **options: Unpack[EvalOptions],
    ) -> Execution:
        """Runs code in a warm interpreter, Python's unless told: text, images and tables of its value, and what it printed.

        An exception of the code is in `error`; it is not raised. It may take `timeout` seconds, 30 unless told. Raises
        `context_not_found`, `interpreter_unavailable`.
        """
        if context is not None:
            options["context_id"] = id_of(context)
        if timeout is not None:
            options["timeout_secs"] = timeout
        if on_stdout is None and on_stderr is None and on_result is None:
            return Execution.of(await self._evaluate(code, options))
        events = self.eval_stream(code, **options)
        return Execution.of(await collect_evaluation(events, on_stdout, on_stderr, on_result))

    def eval_stream(self, code: str, **options: Unpack[EvalOptions]) -> AsyncStream[models.EvalEvent]:
        """Output and results as they come, then the rest of the outcome. Closing it early interrupts the code.

        Raises as `run_code` does, and `agent_outdated`.
        """
        lines = self._connection.lines("eval", body={"code": code, **options}, id=self.id)
        return AsyncStream(decode_eval_events(lines))

    async def ping(self) -> models.Ping:
        """Asks the guest's agent how it is."""
        return await self._connection.call(models.Ping, "ping", id=self.id)

    async def _evaluate(self, code: str, options: EvalOptions) -> models.EvalResult:
        body = {"code": code, **options}
        return await self._connection.call(models.EvalResult, "eval", body=body, id=self.id)

    def _output(self, pid: int, from_offset: int | None) -> AsyncIterator[Any]:
        return self._connection.lines("attach", query={"from_offset": from_offset}, id=self.id, pid=pid)
