"""JSON values, one a line."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

from .errors import error_of, unexpected_reply

# The longest line that is taken.
MAX_LINE_BYTES = 16 * 1024 * 1024


class LineSplitter:
    """Takes bytes as they come, and gives the values of the lines that are whole."""

    def __init__(self, max_line_bytes: int = MAX_LINE_BYTES) -> None:
        self._max = max_line_bytes
        self._parts: list[bytes] = []
        self._size = 0

    def push(self, chunk: bytes) -> Iterator[Any]:
        """Raises `unexpected_reply` for a line that is no JSON or too long, and the error that a line tells of."""
        *lines, rest = chunk.split(b"\n")
        for line in lines:
            self._keep(line)
            yield from self.finish()
        self._keep(rest)

    def finish(self) -> Iterator[Any]:
        """The last line needs no newline."""
        line = b"".join(self._parts)
        self._parts = []
        self._size = 0
        if line.strip():
            yield _checked(_parse(line))

    def _keep(self, part: bytes) -> None:
        self._size += len(part)
        if self._size > self._max:
            raise unexpected_reply(f"the daemon sent a line of more than {self._max} bytes")
        if part:
            self._parts.append(part)


def _parse(line: bytes) -> Any:
    try:
        return json.loads(line)
    except ValueError as error:
        text = line[:80].decode(errors="replace")
        raise unexpected_reply(f"the daemon sent a line that is not JSON: {text}") from error


def _checked(value: Any) -> Any:
    """A stream that has begun cannot change its status any more: it ends with a line that has the error."""
    if isinstance(value, dict) and value.get("type") == "error" and isinstance(value.get("error"), dict):
        raise error_of(int(value.get("status", 500)), value["error"])
    return value
