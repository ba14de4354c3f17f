"""Parts of files."""

from __future__ import annotations

from typing import NamedTuple

PARTIAL_CONTENT = 206


class Range(NamedTuple):
    """So many bytes from `offset` on, or the last ones (`tail`). Without both, all."""

    offset: int | None = None
    length: int | None = None
    tail: int | None = None

    def header(self) -> str | None:
        """A Range header; None for all of a file."""
        if self.tail is not None:
            return f"bytes=-{self.tail}"
        if self.offset is None and self.length is None:
            return None
        first = self.offset or 0
        return f"bytes={first}-" if self.length is None else f"bytes={first}-{first + self.length - 1}"

    def cutter(self, status: int) -> Cutter:
        """Takes the part out of an answer, which has the whole where files have no size, as in `/proc`."""
        return Cutter(Range() if status == PARTIAL_CONTENT else self)


class Cutter:
    """Takes chunks and gives what of them belongs to the part. Keeps no more than the tail."""

    def __init__(self, part: Range) -> None:
        self._first = part.offset or 0
        self._last = None if part.length is None else self._first + part.length
        self._tail = part.tail
        self._kept = b""
        self._position = 0

    @property
    def is_done(self) -> bool:
        return self._last is not None and self._position >= self._last

    def take(self, chunk: bytes) -> bytes:
        if self._tail is not None:
            self._kept = (self._kept + chunk)[-self._tail :]
            return b""
        start = max(0, self._first - self._position)
        end = None if self._last is None else max(0, self._last - self._position)
        self._position += len(chunk)
        return chunk[start:end]

    def finish(self) -> bytes:
        return self._kept
