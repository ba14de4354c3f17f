"""What happens in the daemon: machines that are forked, die or expire, snapshots that come and go, jobs."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Sequence

from ..models import EventLine, ForkdEvent
from .connection import AsyncConnection
from .stream import AsyncStream

OnOpen = Callable[[EventLine], object] | None


class AsyncEvents:
    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection

    async def list(self, *, after: str | None = None, types: Sequence[str] = ()) -> Sequence[ForkdEvent]:
        """The events that are kept, the last 4096; only those behind a cursor, only of some kinds."""
        found: list[ForkdEvent] = []
        async with AsyncStream(self._events(after, types, False, None)) as events:
            async for event in events:
                found.append(event)
        return found

    def follow(
        self, *, after: str | None = None, types: Sequence[str] = (), on_open: OnOpen = None
    ) -> AsyncStream[ForkdEvent]:
        """Each event as it happens, from now on or behind `after`.

        `types`: `sandbox.died`, or `sandbox` for all that begin with it. `on_open` is called first, with the cursor where
        it begins and `is_whole`, which is false when events behind `after` are no longer kept. A reader that falls far
        behind is let go with an error: begin again behind the last `cursor` that you have.

            async with forkd.events.follow(types=["sandbox.died"]) as events:
                async for event in events:
                    print(event.id, event.why)
        """
        return AsyncStream(self._events(after, types, True, on_open))

    async def _events(
        self, after: str | None, types: Sequence[str], follow: bool, on_open: OnOpen
    ) -> AsyncIterator[ForkdEvent]:
        query = {"after": after, "types": ",".join(types) or None, "follow": follow}
        async with AsyncStream(self._connection.lines("watchEvents", query=query)) as lines:
            async for line in lines:
                if line.get("type") != "stream.opened":
                    yield ForkdEvent.of(line)
                elif on_open is not None:
                    on_open(EventLine.of(line))
