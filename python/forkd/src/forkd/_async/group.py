"""The children of one fork."""

from __future__ import annotations

from types import TracebackType
from typing import TYPE_CHECKING, Self

from .io import gather_failures

if TYPE_CHECKING:
    from .sandbox import AsyncSandbox

    _Children = list[AsyncSandbox]
else:
    _Children = list


class AsyncSandboxGroup(_Children):
    """The children, by their index. `async with` ends all of them."""

    async def kill(self) -> None:
        """Ends all of them. Raises an ExceptionGroup of what was not ended."""
        failures = await gather_failures([child.kill for child in self])
        if failures:
            raise ExceptionGroup(f"{len(failures)} sandboxes were not ended", failures)

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.kill()
