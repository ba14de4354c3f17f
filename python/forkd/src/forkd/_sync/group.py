# Generated from ../_async by scripts/generate.ts: change that, then `npm run generate`.
"""The children of one fork."""

from __future__ import annotations

from types import TracebackType
from typing import TYPE_CHECKING, Self

from .io import gather_failures

if TYPE_CHECKING:
    from .sandbox import Sandbox

    _Children = list[Sandbox]
else:
    _Children = list


class SandboxGroup(_Children):
    """The children, by their index. `with` ends all of them."""

    def kill(self) -> None:
        """Ends all of them. Raises an ExceptionGroup of what was not ended."""
        failures = gather_failures([child.kill for child in self])
        if failures:
            raise ExceptionGroup(f"{len(failures)} sandboxes were not ended", failures)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.kill()
