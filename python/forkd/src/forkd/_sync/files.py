# Generated from ../_async by scripts/generate.ts: change that, then `npm run generate`.
"""The files of one sandbox. Paths are absolute."""

from __future__ import annotations

from collections.abc import Iterator, Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any, Literal, overload

from ..errors import DaemonLostError, ForkdError, unexpected_reply
from ..models import FileChange, FileInfo
from ..named import Named
from ..ranges import Range
from .broken_body import explain_end
from .connection import Connection
from .stream import Stream
from .transport import Content

if TYPE_CHECKING:
    from typing import Unpack

    from ..requests import DirectoryOptions, WriteFileOptions

# How much `read` takes unless told.
MAX_READ_BYTES = 256 * 1024 * 1024
# How many files `list` takes unless told, and how many characters their paths may have in all.
MAX_ENTRIES = 100_000
_MAX_PATH_CHARACTERS = 64 * 1024 * 1024


class Files:
    def __init__(self, connection: Connection, sandbox: Named) -> None:
        self._connection = connection
        self._sandbox = sandbox

    @overload
    def read(
        self,
        path: str,
        format: Literal["text"] = ...,
        *,
        offset: int | None = ...,
        length: int | None = ...,
        tail: int | None = ...,
        max_bytes: int = ...,
    ) -> str: ...

    @overload
    def read(
        self,
        path: str,
        format: Literal["bytes"],
        *,
        offset: int | None = ...,
        length: int | None = ...,
        tail: int | None = ...,
        max_bytes: int = ...,
    ) -> bytes: ...

    @overload
    def read(
        self,
        path: str,
        format: Literal["stream"],
        *,
        offset: int | None = ...,
        length: int | None = ...,
        tail: int | None = ...,
        max_bytes: int = ...,
    ) -> Stream[bytes]: ...

    def read(
        self,
        path: str,
        format: Literal["text", "bytes", "stream"] = "text",
        *,
        offset: int | None = None,
        length: int | None = None,
        tail: int | None = None,
        max_bytes: int = MAX_READ_BYTES,
    ) -> str | bytes | Stream[bytes]:
        """A whole file, as UTF-8 text unless told, or a part of it; as a stream, of any size.

        Raises `guest_file_not_found`, `range_not_satisfiable` when there is nothing of the part, and `unexpected_reply`
        when it is longer than `max_bytes`: a guest cannot fill our memory.
        """
        stream = Stream(self._read(path, Range(offset, length, tail)))
        if format == "stream":
            return stream
        parts: list[bytes] = []
        size = 0
        with stream:
            for chunk in stream:
                size += len(chunk)
                if size > max_bytes:
                    raise unexpected_reply(f"{path} has more than {max_bytes} bytes")
                parts.append(chunk)
        content = b"".join(parts)
        return content.decode(errors="replace") if format == "text" else content

    def write(
        self,
        path: str,
        data: Content,
        *,
        metadata: Mapping[str, str] | None = None,
        **options: Unpack[WriteFileOptions],
    ) -> FileInfo:
        """Writes a file, whole or not at all, and tells what is there then.

        `data`: text, bytes, or an iterable of bytes. `mode` and `user` are those of a file that is new; with `append` or
        `offset` it writes into the file that is there, and what was written before a failure stays. `metadata` is noted of a
        file that is written whole, in place of what was: words of printable ASCII, at most 4096 bytes in all.
        """
        query: dict[str, Any] = {"path": path, **options}
        if metadata:
            query["meta"] = [f"{key}={value}" for key, value in metadata.items()]
        self._connection.upload("writeFile", data, query=query, id=self._sandbox.id)
        return self.get_info(path, follow=True)

    def write_files(
        self,
        files: Iterable[Mapping[str, Any]],
        *,
        metadata: Mapping[str, str] | None = None,
        **options: Unpack[WriteFileOptions],
    ) -> Sequence[FileInfo]:
        """Writes several: `[{"path": …, "data": …}]`."""
        return [self.write(each["path"], each["data"], metadata=metadata, **options) for each in files]

    def list(self, path: str, depth: int = 1, *, max_entries: int = MAX_ENTRIES) -> Sequence[FileInfo]:
        """What is in a directory, in the order of paths; 2: and in its directories, and so on.

        Raises `unexpected_reply` for more than `max_entries`, and for more than 64 Mi characters of paths and metadata.
        """
        found: list[FileInfo] = []
        characters = 0
        with self.walk(path, depth) as entries:
            for entry in entries:
                noted = entry.metadata or {}
                characters += len(entry.path) + len(entry.symlink_target or "") + sum(map(len, [*noted, *noted.values()]))
                if len(found) == max_entries or characters > _MAX_PATH_CHARACTERS:
                    raise unexpected_reply(f"{path} has more than {len(found)} entries")
                found.append(entry)
        return sorted(found, key=lambda entry: entry.path)

    def walk(self, path: str, depth: int = 1) -> Stream[FileInfo]:
        """What is in a directory as it is found, in no order, however much that is."""
        return Stream(self._walk(path, depth))

    def get_info(self, path: str, *, follow: bool = False) -> FileInfo:
        """What is at a path: a link itself, or with `follow` what it leads to. Raises `guest_file_not_found`."""
        query = {"path": path, "follow": follow or None}
        return self._connection.call(FileInfo, "getFileInfo", query=query, id=self._sandbox.id)

    def exists(self, path: str) -> bool:
        """Whether anything is at a path; a link that leads nowhere is something."""
        try:
            self.get_info(path)
            return True
        except ForkdError as error:
            if error.code != "guest_file_not_found":
                raise
            return False

    def make_dir(self, path: str, **options: Unpack[DirectoryOptions]) -> bool:
        """Makes a directory and those above it. False when it was there already."""
        body = {"path": path, **options}
        report = self._connection.ask("makeDirectory", body=body, id=self._sandbox.id)
        return bool(report["created"])

    def rename(self, old_path: str, new_path: str) -> FileInfo:
        """Moves a file or a directory; a file that is there is replaced, and directories above the new place are made."""
        body = {"from": old_path, "to": new_path}
        return self._connection.call(FileInfo, "moveFile", body=body, id=self._sandbox.id)

    def remove(self, path: str, *, recursive: bool = False) -> None:
        """Removes a file, a link itself, or an empty directory; with `recursive`, all that is in it. No link is followed."""
        query = {"path": path, "recursive": recursive or None}
        self._connection.ask("removeFile", query=query, id=self._sandbox.id)

    def chmod(self, path: str, mode: str) -> FileInfo:
        """Sets the permission bits, octal: `chmod("/srv/run", "0755")`."""
        return self._update({"path": path, "mode": mode})

    def chown(self, path: str, *, owner: str | None = None, group: str | None = None) -> FileInfo:
        """Sets the owner and the group, each by name or number."""
        whose = {"owner": owner, "group": group}
        return self._update({"path": path, **{key: each for key, each in whose.items() if each is not None}})

    def watch_dir(self, path: str, *, recursive: bool = False) -> Stream[FileChange]:
        """What changes in a directory, from the first event on, `opened`, until it is closed or the directory goes away.

        After `overflow`, list what there is: events were lost.

            with sandbox.files.watch_dir("/srv", recursive=True) as events:
                for event in events:
                    print(event.type, event.name)
        """
        return Stream(self._watch(path, recursive))

    def read_tar(self, path: str) -> Stream[bytes]:
        """A directory with all that is in it, as a tar archive that the guest makes.

        Whoever unpacks it must not trust its names and links. Raises `guest_file_not_found`, `tar_failed`.
        """
        return Stream(self._download("readDirectory", path, Range()))

    def write_tar(self, path: str, archive: Content) -> None:
        """Unpacks a tar archive: a directory that is there gets what is in it, a new one appears when it is whole."""
        query = {"path": path}
        self._connection.upload("writeDirectory", archive, query=query, id=self._sandbox.id)

    def _read(self, path: str, part: Range) -> Iterator[bytes]:
        return self._download("readFile", path, part)

    def _download(self, operation: str, path: str, part: Range) -> Iterator[bytes]:
        query, sandbox = {"path": path}, self._sandbox.id
        try:
            with self._connection.download(operation, query=query, range=part.header(), id=sandbox) as reply:
                cutter = part.cutter(reply.status_code)
                for chunk in reply.iter_bytes():
                    taken = cutter.take(chunk)
                    if taken:
                        yield taken
        except DaemonLostError as lost:
            raise explain_end(self._connection, sandbox, lost) from lost

    def _walk(self, path: str, depth: int) -> Iterator[FileInfo]:
        query = {"path": path, "depth": depth}
        lines = self._connection.lines("listFiles", query=query, id=self._sandbox.id)
        with Stream(lines) as stream:
            for line in stream:
                yield FileInfo.of(line)

    def _watch(self, path: str, recursive: bool) -> Iterator[FileChange]:
        query = {"path": path, "recursive": recursive or None}
        lines = self._connection.lines("watchFiles", query=query, id=self._sandbox.id)
        with Stream(lines) as stream:
            for line in stream:
                yield FileChange.of(line)

    def _update(self, body: Mapping[str, Any]) -> FileInfo:
        return self._connection.call(FileInfo, "updateFile", body=body, id=self._sandbox.id)
