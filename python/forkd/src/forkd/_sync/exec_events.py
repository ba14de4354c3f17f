# Generated from ../_async by scripts/generate.ts: change that, then `npm run generate`.
"""A command that is followed while it runs."""

from __future__ import annotations

import base64
from collections.abc import Iterator, Callable
from typing import Any

from ..errors import unexpected_reply
from ..execution import ExecOutput
from ..models import ExecEvent
from .stream import Stream

# Gives the lines of a command's output from an offset on.
AskForMore = Callable[[int, int], Iterator[Any]]


def decode_exec_events(
    lines: Iterator[Any], ask_for_more: AskForMore
) -> Iterator[ExecEvent | ExecOutput]:
    """A start, any number of outputs, an exit.

    Asks for each next piece of a lossless command's output once the last was taken. Raises `unexpected_reply` when the
    lines end before the exit.
    """
    pid = 0
    is_first = True
    piece = lines
    while True:
        more: int | None = None
        with Stream(_decode_piece(piece)) as events:
            for event in events:
                if isinstance(event, ExecOutput):
                    yield event
                    continue
                if event.type == "start":
                    pid = event.pid or 0
                if event.type == "more":
                    more = event.offset
                elif event.type != "start" or is_first:
                    yield event
                if event.type == "exit":
                    return
        if more is None:
            raise unexpected_reply("the daemon ended the stream before the command's exit")
        is_first = False
        piece = ask_for_more(pid, more)


def _decode_piece(lines: Iterator[Any]) -> Iterator[ExecEvent | ExecOutput]:
    offset: int | None = None
    with Stream(lines) as stream:
        for line in stream:
            if line["type"] not in ("stdout", "stderr"):
                event = ExecEvent.of(line)
                if event.type == "start":
                    offset = event.offset
                yield event
                continue
            data = base64.b64decode(line["data"])
            offset = None if offset is None else offset + len(data)
            yield ExecOutput(line["type"], data, offset)
