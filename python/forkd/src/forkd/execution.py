"""What code and commands give."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any, Literal

from .errors import ForkdError
from .models import EvalResult, RichResult
from .wire import Model

# How much of each stream, and of all results as JSON, is kept of code or a command that is followed.
_KEPT_CHARACTERS = 1024 * 1024
_KEPT_RESULT_CHARACTERS = 16 * 1024 * 1024

_NOT_FORMATS = frozenset(["is_main_result", "extra", "truncated"])


class Result(RichResult):
    """A value in every format that it has: `text`, `html`, `png` and others, None where it has none."""

    def formats(self) -> Iterator[str]:
        """The names of the formats that it has."""
        yield from (name for name in self.to_dict() if name not in _NOT_FORMATS)
        yield from self.extra

    def _repr_html_(self) -> str | None:
        return self.html

    def _repr_png_(self) -> str | None:
        return self.png

    def _repr_svg_(self) -> str | None:
        return self.svg


@dataclass
class Logs:
    """What code printed."""

    stdout: list[str] = field(default_factory=list)
    stderr: list[str] = field(default_factory=list)


@dataclass
class ExecutionError:
    """The exception of code."""

    name: str
    value: str
    traceback: str


@dataclass
class Execution:
    """What running code gave. An exception of the code is in `error`."""

    results: list[Result]
    logs: Logs
    error: ExecutionError | None
    execution_count: int | None
    exit_code: int
    timed_out: bool
    truncated: bool

    @property
    def text(self) -> str | None:
        """The text of its value."""
        return next((result.text for result in self.results if result.is_main_result), None)

    @staticmethod
    def of(outcome: EvalResult) -> Execution:
        error = outcome.error
        return Execution(
            results=[Result.of(each) for each in outcome.to_dict().get("results", [])],
            logs=Logs(_lines(outcome.stdout), _lines(outcome.stderr)),
            error=None if error is None else _error_of(outcome),
            execution_count=outcome.execution_count,
            exit_code=outcome.exit_code,
            timed_out=outcome.timed_out,
            truncated=outcome.truncated,
        )


def _error_of(outcome: EvalResult) -> ExecutionError:
    return ExecutionError(
        outcome.error_name or "Error", outcome.error_value or outcome.error or "", outcome.traceback or ""
    )


def _lines(text: str) -> list[str]:
    return text.splitlines(keepends=True)


class EvaluationParts:
    """What an evaluation that is followed has given, within bounds."""

    def __init__(self) -> None:
        self.stdout = KeptText()
        self.stderr = KeptText()
        self._results: list[dict[str, Any]] = []
        self._size = 0
        self._is_cut = False

    def add_result(self, result: Model) -> None:
        data = result.to_dict()
        self._size += len(json.dumps(data))
        if self._size <= _KEPT_RESULT_CHARACTERS:
            self._results.append(data)
        else:
            self._is_cut = True

    def finish(self, outcome: Model) -> EvalResult:
        """The outcome as if it had not been followed."""
        is_cut = self._is_cut or self.stdout.is_cut or self.stderr.is_cut
        told = outcome.to_dict()
        texts = {"stdout": self.stdout.text, "stderr": self.stderr.text}
        return EvalResult({**told, **texts, "results": self._results, "truncated": told["truncated"] or is_cut})


class KeptText:
    """The beginning of a text."""

    def __init__(self) -> None:
        self._parts: list[str] = []
        self._room = _KEPT_CHARACTERS
        self.is_cut = False

    def add(self, more: str) -> None:
        self.is_cut = self.is_cut or len(more) > self._room
        if self._room > 0:
            self._parts.append(more[: self._room])
            self._room -= len(self._parts[-1])

    @property
    def text(self) -> str:
        return "".join(self._parts)


@dataclass
class CommandResult:
    """What a command gave. `exit_code` is 128 + the signal's number if a signal ended it."""

    stdout: str
    stderr: str
    exit_code: int
    timed_out: bool = False
    truncated: bool = False


@dataclass(frozen=True)
class ExecOutput:
    """Bytes that a command wrote. Attach with `next_offset` to go on behind them; None where the agent is older."""

    type: Literal["stdout", "stderr"]
    data: bytes
    next_offset: int | None


class CommandExitError(ForkdError):
    """A command failed that was to succeed (`check=True`): `stdout`, `stderr`, `exit_code`."""

    code = "command_failed"

    def __init__(self, result: CommandResult) -> None:
        why = "ran out of time" if result.timed_out else f"ended with status {result.exit_code}"
        super().__init__(0, {"error": f"the command {why}: {result.stderr[-2000:]}".rstrip(), "code": self.code})
        self.result = result
        self.stdout = result.stdout
        self.stderr = result.stderr
        self.exit_code = result.exit_code

    def __reduce__(self) -> tuple[Any, ...]:
        return type(self), (self.result,)


class EvalError(ForkdError):
    """Code raised: `name`, `value`, `traceback` are those of its exception."""

    code = "eval_failed"

    def __init__(self, result: EvalResult) -> None:
        super().__init__(0, {"error": f"forkd eval: {result.error}", "code": self.code})
        self.result = result
        self.name = result.error_name
        self.value = result.error_value
        self.traceback = result.traceback

    def __reduce__(self) -> tuple[Any, ...]:
        return type(self), (self.result,)
