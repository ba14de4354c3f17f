"""Code that runs in a sandbox, followed while it runs."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from typing import Any

from ..errors import unexpected_reply
from ..execution import EvaluationParts, Result
from ..models import EvalEvent, EvalResult
from .io import settle
from .stream import AsyncStream

OnText = Callable[[str], object] | None
OnResult = Callable[[Result], object] | None


async def decode_eval_events(lines: AsyncIterator[Any]) -> AsyncIterator[EvalEvent]:
    """Raises `unexpected_reply` when the lines end before the code's end."""
    async with AsyncStream(lines) as stream:
        async for line in stream:
            event = EvalEvent.of(line)
            yield event
            if event.type == "end":
                return
    raise unexpected_reply("the daemon ended the stream before the code's end")


async def collect_evaluation(
    events: AsyncStream[EvalEvent], on_stdout: OnText, on_stderr: OnText, on_result: OnResult
) -> EvalResult:
    """Tells of an evaluation while it runs. What a listener gives is waited for, which slows the code down."""
    parts = EvaluationParts()
    async with events:
        async for event in events:
            if event.type == "end" and event.outcome is not None:
                return parts.finish(event.outcome)
            if event.type == "result" and event.content is not None:
                result = Result.of(event.content.to_dict())
                parts.add_result(result)
                if on_result is not None:
                    await settle(on_result(result))
            elif event.text is not None:
                kept, listener = (parts.stdout, on_stdout) if event.type == "stdout" else (parts.stderr, on_stderr)
                kept.add(event.text)
                if listener is not None:
                    await settle(listener(event.text))
    raise unexpected_reply("the evaluation ended without its outcome")
