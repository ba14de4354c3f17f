# Generated from ../_async by scripts/generate.ts: change that, then `npm run generate`.
"""Turns operations of the API into requests, and answers into values or errors."""

from __future__ import annotations

from collections.abc import Iterator, Callable, Mapping, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from ..errors import error_of, unexpected_reply
from ..models import Progress
from ..ndjson import LineSplitter
from ..operations import OPERATIONS
from ..replies import list_of, parse_json, read_error
from ..wire import ModelT, write_body, write_path
from .stream import Stream
from .transport import Transport, Content

if TYPE_CHECKING:
    from socket import socket

    import httpx

OnProgress = Callable[[Progress], object] | None
Query = Mapping[str, Any]

_JSON = "application/json"
_LINES = "application/x-ndjson"
# Asking whether a daemon is there, or ending it, starts none.
_STARTS_NONE = frozenset(["health", "version", "scrape", "stop"])
_PAGE_SIZE = 100
# An answer that is not a stream is at most as long as a line of one, or a list of many.
_MAX_REPLY_BYTES = 256 * 1024 * 1024


class Connection:
    def __init__(self, transport: Transport, token: str | None) -> None:
        self._transport = transport
        self._credentials = {} if token is None else {"authorization": f"Bearer {token}"}

    def call(
        self,
        kind: type[ModelT],
        operation: str,
        /,
        *,
        query: Query | None = None,
        body: Mapping[str, Any] | None = None,
        on_progress: OnProgress = None,
        **params: str | int,
    ) -> ModelT:
        """The whole answer of an operation, as an object of `kind`."""
        return kind.of(self.ask(operation, query=query, body=body, on_progress=on_progress, **params))

    def call_list(
        self,
        kind: type[ModelT],
        operation: str,
        /,
        *,
        query: Query | None = None,
        body: Mapping[str, Any] | None = None,
        on_progress: OnProgress = None,
        **params: str | int,
    ) -> list[ModelT]:
        """The same where it is a list."""
        return list_of(kind, self.ask(operation, query=query, body=body, on_progress=on_progress, **params))

    def ask(
        self,
        operation: str,
        /,
        *,
        query: Query | None = None,
        body: Mapping[str, Any] | None = None,
        on_progress: OnProgress = None,
        **params: str | int,
    ) -> Any:
        """The answer as the wire says it. Work that takes seconds tells its steps."""
        if OPERATIONS[operation][2] == "progress":
            return self._follow(operation, query, body, on_progress, params)
        content = None if body is None else write_body(body)
        with self._send(operation, query, content, _JSON, params, is_json=body is not None) as reply:
            return parse_json(_read(reply))

    def peek(self, operation: str, /, **params: str | int) -> Any:
        """The answer of the daemon that is there; none is started for it."""
        with self._send(operation, None, None, _JSON, params, starts_daemon=False) as reply:
            return parse_json(_read(reply))

    def pages(
        self, kind: type[ModelT], operation: str, /, *, query: Query, limit: int | None = None
    ) -> Stream[Sequence[ModelT]]:
        """A list page by page, each asked for when it is wanted."""
        return Stream(self._pages(kind, operation, {"limit": limit or _PAGE_SIZE, **query}))

    def lines(
        self,
        operation: str,
        /,
        *,
        query: Query | None = None,
        body: Mapping[str, Any] | None = None,
        **params: str | int,
    ) -> Iterator[Any]:
        """The answer line by line, each as the wire says it."""
        return self._lines(operation, query, body, params)

    def upload(
        self, operation: str, content: Content, /, *, query: Query | None = None, **params: str | int
    ) -> Any:
        """Sends raw bytes."""
        data = content.encode() if isinstance(content, str) else content
        with self._send(operation, query, data, _JSON, params) as reply:
            return parse_json(_read(reply))

    @contextmanager
    def download(
        self, operation: str, /, *, query: Query | None = None, range: str | None = None, **params: str | int
    ) -> Iterator[httpx.Response]:
        """An answer of raw bytes; with a Range header, of a part of them where the status is 206."""
        with self._send(operation, query, None, "*/*", params, range=range) as reply:
            yield reply

    def text(self, operation: str, /) -> str:
        """An answer that is text."""
        with self._send(operation, None, None, "*/*", {}) as reply:
            return (_read(reply)).decode()

    def tunnel_dialer(self, sandbox: str, port: int) -> Callable[[], socket]:
        """Opens a connection to a port of a guest, each time that it is called. It blocks until then."""
        path = f"/v1/sandboxes/{quote(sandbox, safe='')}/ports/{port}/tunnel"

        def dial() -> socket:
            from ..tunnel import open_tunnel

            return open_tunnel(self._transport.address, path, self._credentials)

        return dial

    def close(self) -> None:
        self._transport.close()

    def _pages(self, kind: type[ModelT], operation: str, query: Query) -> Iterator[Sequence[ModelT]]:
        cursor: str | None = None
        while True:
            asked = {**query, "cursor": cursor}
            with self._send(operation, asked, None, _JSON, {}) as reply:
                found = parse_json(_read(reply))
            yield list_of(kind, found)
            cursor = reply.headers.get("x-next-cursor")
            if cursor is None:
                return

    def _follow(
        self,
        operation: str,
        query: Query | None,
        body: Mapping[str, Any] | None,
        on_progress: OnProgress,
        params: Mapping[str, str | int],
    ) -> Any:
        with Stream(self._lines(operation, query, body, params)) as lines:
            for line in lines:
                if line.get("type") == "result":
                    return line["result"]
                if on_progress is not None:
                    on_progress(Progress.of(line))
        raise unexpected_reply("the daemon ended the reply before its result")

    def _lines(
        self,
        operation: str,
        query: Query | None,
        body: Mapping[str, Any] | None,
        params: Mapping[str, str | int],
    ) -> Iterator[Any]:
        content = None if body is None else write_body(body)
        splitter = LineSplitter()
        with self._send(operation, query, content, _LINES, params, is_json=body is not None) as reply:
            for chunk in reply.iter_bytes():
                for line in splitter.push(chunk):
                    yield line
            for line in splitter.finish():
                yield line

    @contextmanager
    def _send(
        self,
        operation: str,
        query: Query | None,
        content: Content,
        accept: str,
        params: Mapping[str, str | int],
        *,
        is_json: bool = False,
        range: str | None = None,
        starts_daemon: bool = True,
    ) -> Iterator[httpx.Response]:
        headers = {"accept": accept, "accept-encoding": "identity", **self._credentials}
        if content is not None:
            headers["content-type"] = _JSON if is_json else "application/octet-stream"
        if range is not None:
            headers["range"] = range
        path = write_path(operation, params, query or {})
        needs_daemon = starts_daemon and operation not in _STARTS_NONE
        method = OPERATIONS[operation][0]
        with self._transport.send(method, path, headers, content, needs_daemon) as reply:
            if reply.status_code >= 300:
                raise error_of(reply.status_code, read_error(reply.status_code, _read(reply)), str(reply.url))
            yield reply


def _read(reply: httpx.Response) -> bytes:
    parts: list[bytes] = []
    size = 0
    for chunk in reply.iter_bytes():
        size += len(chunk)
        if size > _MAX_REPLY_BYTES:
            raise unexpected_reply(f"the daemon sent more than {_MAX_REPLY_BYTES} bytes", reply.status_code)
        parts.append(chunk)
    return b"".join(parts)
