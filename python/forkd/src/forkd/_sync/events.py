# Generated from ../_async by scripts/generate.ts: change that, then `npm run generate`.
"""What happens in the daemon: machines that are forked, die or expire, snapshots that come and go, jobs."""

from __future__ import annotations

from collections.abc import Iterator, Callable, Sequence

from ..models import EventLine, ForkdEvent
from .connection import Connection
from .stream import Stream

OnOpen = Callable[[EventLine], object] | None


class Events:
    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def list(self, *, after: str | None = None, types: Sequence[str] = ()) -> Sequence[ForkdEvent]:
        """The events that are kept, the last 4096; only those behind a cursor, only of some kinds."""
        found: list[ForkdEvent] = []
        with Stream(self._events(after, types, False, None)) as events:
            for event in events:
                found.append(event)
        return found

    def follow(
        self, *, after: str | None = None, types: Sequence[str] = (), on_open: OnOpen = None
    ) -> Stream[ForkdEvent]:
        """Each event as it happens, from now on or behind `after`.

        `types`: `sandbox.died`, or `sandbox` for all that begin with it. `on_open` is called first, with the cursor where
        it begins and `is_whole`, which is false when events behind `after` are no longer kept. A reader that falls far
        behind is let go with an error: begin again behind the last `cursor` that you have.

            with forkd.events.follow(types=["sandbox.died"]) as events:
                for event in events:
                    print(event.id, event.why)
        """
        return Stream(self._events(after, types, True, on_open))

    def _events(
        self, after: str | None, types: Sequence[str], follow: bool, on_open: OnOpen
    ) -> Iterator[ForkdEvent]:
        query = {"after": after, "types": ",".join(types) or None, "follow": follow}
        with Stream(self._connection.lines("watchEvents", query=query)) as lines:
            for line in lines:
                if line.get("type") != "stream.opened":
                    yield ForkdEvent.of(line)
                elif on_open is not None:
                    on_open(EventLine.of(line))
