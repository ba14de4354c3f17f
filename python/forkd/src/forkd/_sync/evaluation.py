# Generated from ../_async by scripts/generate.ts: change that, then `npm run generate`.
"""Code that runs in a sandbox, followed while it runs."""

from __future__ import annotations

from collections.abc import Iterator, Callable
from typing import Any

from ..errors import unexpected_reply
from ..execution import EvaluationParts, Result
from ..models import EvalEvent, EvalResult
from .io import settle
from .stream import Stream

OnText = Callable[[str], object] | None
OnResult = Callable[[Result], object] | None


def decode_eval_events(lines: Iterator[Any]) -> Iterator[EvalEvent]:
    """Raises `unexpected_reply` when the lines end before the code's end."""
    with Stream(lines) as stream:
        for line in stream:
            event = EvalEvent.of(line)
            yield event
            if event.type == "end":
                return
    raise unexpected_reply("the daemon ended the stream before the code's end")


def collect_evaluation(
    events: Stream[EvalEvent], on_stdout: OnText, on_stderr: OnText, on_result: OnResult
) -> EvalResult:
    """Tells of an evaluation while it runs. What a listener gives is waited for, which slows the code down."""
    parts = EvaluationParts()
    with events:
        for event in events:
            if event.type == "end" and event.outcome is not None:
                return parts.finish(event.outcome)
            if event.type == "result" and event.content is not None:
                result = Result.of(event.content.to_dict())
                parts.add_result(result)
                if on_result is not None:
                    settle(on_result(result))
            elif event.text is not None:
                kept, listener = (parts.stdout, on_stdout) if event.type == "stdout" else (parts.stderr, on_stderr)
                kept.add(event.text)
                if listener is not None:
                    settle(listener(event.text))
    raise unexpected_reply("the evaluation ended without its outcome")
