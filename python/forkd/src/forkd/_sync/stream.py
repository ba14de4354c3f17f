# Generated from ../_async by scripts/generate.ts: change that, then `npm run generate`.
"""What comes piece by piece, until its reader has enough."""

from __future__ import annotations

from collections.abc import Iterator
from types import TracebackType
from typing import Generic, Self, TypeVar

T = TypeVar("T")


class Stream(Generic[T]):
    """An iterator that can be closed, which ends the request behind it. `with` closes it at the end.

    The request is made when the first item is asked for. What iterates over it in full, or leaves the `with` block, leaves no connection open.
    """

    def __init__(self, items: Iterator[T]) -> None:
        self._items = items

    def __iter__(self) -> Self:
        return self

    def __next__(self) -> T:
        return self._items.__next__()

    def close(self) -> None:
        """Wants no more. Does nothing when it has ended."""
        close = getattr(self._items, "close", None)
        if close is not None:
            close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()
