# Generated from ../_async by scripts/generate.ts: change that, then `npm run generate`.
"""Snapshots: warm machines, frozen, that children are forked from."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from ..models import PackInfo, PullInfo, PushInfo, SnapshotDetail, SnapshotInfo
from .connection import Connection, OnProgress
from .stream import Stream

if TYPE_CHECKING:
    from typing import Unpack

    from ..requests import PackOptions, PullOptions, PushOptions, SnapshotOptions


class Snapshots:
    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def list(self) -> Sequence[SnapshotInfo]:
        """All snapshots, those being written too."""
        return self._connection.call_list(SnapshotInfo, "listSnapshots")

    def pages(self, *, limit: int | None = None) -> Stream[Sequence[SnapshotInfo]]:
        """The same in pages, by their tags."""
        return self._connection.pages(SnapshotInfo, "listSnapshots", query={}, limit=limit)

    def get(self, tag: str) -> SnapshotInfo:
        """One snapshot. Raises `snapshot_not_found`."""
        return self._connection.call(SnapshotInfo, "getSnapshot", tag=tag)

    def create(
        self, tag: str, image: str, *, on_progress: OnProgress = None, **options: Unpack[SnapshotOptions]
    ) -> SnapshotInfo:
        """Boots an image, warms it up and freezes it.

        Raises `snapshot_exists`, `image_not_found`, `boot_failed`, `warm_up_failed`, `never_ready` and others; nothing is
        kept then.

            forkd.snapshots.create("py", "py-numpy", warm=[{"kind": "python", "code": "import numpy"}])
        """
        body = {"tag": tag, "image": image, **options}
        return self._connection.call(SnapshotInfo, "createSnapshot", body=body, on_progress=on_progress)

    def detail(self, tag: str) -> SnapshotDetail:
        """One snapshot among its relatives, with sizes. Raises `snapshot_not_found`, `snapshot_corrupt`."""
        return self._connection.call(SnapshotDetail, "snapshotDetail", tag=tag)

    def compact(self, tag: str, to: str, *, on_progress: OnProgress = None) -> SnapshotInfo:
        """Makes a snapshot `to` of the same content that stands alone. Raises `snapshot_exists`, `disk_full`."""
        body = {"to": to}
        return self._connection.call(SnapshotInfo, "compactSnapshot", body=body, on_progress=on_progress, tag=tag)

    def remove(self, tag: str, *, force: bool = False, cascade: bool = False) -> Sequence[str]:
        """Removes a snapshot, and gives the tags that are gone.

        With `force` also when machines run from it or snapshots stand on it, which go on; with `cascade` the snapshots
        that stand on it too. Raises `snapshot_in_use`, `snapshot_has_dependents`.
        """
        query = {"force": force or None, "cascade": cascade or None}
        removal = self._connection.ask("deleteSnapshot", query=query, tag=tag)
        return list(removal["removed"])

    def pack(
        self, tag: str, output: str, *, on_progress: OnProgress = None, **options: Unpack[PackOptions]
    ) -> PackInfo:
        """Writes a snapshot, with all that it stands on, to one file of the daemon's host."""
        body = {"output": output, **options}
        return self._connection.call(PackInfo, "packSnapshot", body=body, on_progress=on_progress, tag=tag)

    def push(
        self, tag: str, destination: str, *, on_progress: OnProgress = None, **options: Unpack[PushOptions]
    ) -> PushInfo:
        """Pushes a snapshot to an OCI registry, less what is there already. Raises `registry_failed`."""
        body = {"destination": destination, **options}
        return self._connection.call(PushInfo, "pushSnapshot", body=body, on_progress=on_progress, tag=tag)

    def pull(self, source: str, *, on_progress: OnProgress = None, **options: Unpack[PullOptions]) -> PullInfo:
        """Gets a snapshot out of a pack: a file, a URL, an OCI registry, or an index.

        Raises `pack_invalid`, `pack_incompatible`, `signature_required`, `registry_failed`, `snapshot_exists` and others;
        nothing is kept then.
        """
        body = {"source": source, **options}
        return self._connection.call(PullInfo, "pullSnapshot", body=body, on_progress=on_progress)
