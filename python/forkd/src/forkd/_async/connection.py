"""Turns operations of the API into requests, and answers into values or errors."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from ..errors import error_of, unexpected_reply
from ..models import Progress
from ..ndjson import LineSplitter
from ..operations import OPERATIONS
from ..replies import list_of, parse_json, read_error
from ..wire import ModelT, write_body, write_path
from .stream import AsyncStream
from .transport import AsyncTransport, Content

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


class AsyncConnection:
    def __init__(self, transport: AsyncTransport, token: str | None) -> None:
        self._transport = transport
        self._credentials = {} if token is None else {"authorization": f"Bearer {token}"}

    async def call(
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
        return kind.of(await self.ask(operation, query=query, body=body, on_progress=on_progress, **params))

    async def call_list(
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
        return list_of(kind, await self.ask(operation, query=query, body=body, on_progress=on_progress, **params))

    async def ask(
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
            return await self._follow(operation, query, body, on_progress, params)
        content = None if body is None else write_body(body)
        async with self._send(operation, query, content, _JSON, params, is_json=body is not None) as reply:
            return parse_json(await _read(reply))

    async def peek(self, operation: str, /, **params: str | int) -> Any:
        """The answer of the daemon that is there; none is started for it."""
        async with self._send(operation, None, None, _JSON, params, starts_daemon=False) as reply:
            return parse_json(await _read(reply))

    def pages(
        self, kind: type[ModelT], operation: str, /, *, query: Query, limit: int | None = None
    ) -> AsyncStream[Sequence[ModelT]]:
        """A list page by page, each asked for when it is wanted."""
        return AsyncStream(self._pages(kind, operation, {"limit": limit or _PAGE_SIZE, **query}))

    def lines(
        self,
        operation: str,
        /,
        *,
        query: Query | None = None,
        body: Mapping[str, Any] | None = None,
        **params: str | int,
    ) -> AsyncIterator[Any]:
        """The answer line by line, each as the wire says it."""
        return self._lines(operation, query, body, params)

    async def upload(
        self, operation: str, content: Content, /, *, query: Query | None = None, **params: str | int
    ) -> Any:
        """Sends raw bytes."""
        data = content.encode() if isinstance(content, str) else content
        async with self._send(operation, query, data, _JSON, params) as reply:
            return parse_json(await _read(reply))

    @asynccontextmanager
    async def download(
        self, operation: str, /, *, query: Query | None = None, range: str | None = None, **params: str | int
    ) -> AsyncIterator[httpx.Response]:
        """An answer of raw bytes; with a Range header, of a part of them where the status is 206."""
        async with self._send(operation, query, None, "*/*", params, range=range) as reply:
            yield reply

    async def text(self, operation: str, /) -> str:
        """An answer that is text."""
        async with self._send(operation, None, None, "*/*", {}) as reply:
            return (await _read(reply)).decode()

    def tunnel_dialer(self, sandbox: str, port: int) -> Callable[[], socket]:
        """Opens a connection to a port of a guest, each time that it is called. It blocks until then."""
        path = f"/v1/sandboxes/{quote(sandbox, safe='')}/ports/{port}/tunnel"

        def dial() -> socket:
            from ..tunnel import open_tunnel

            return open_tunnel(self._transport.address, path, self._credentials)

        return dial

    async def aclose(self) -> None:
        await self._transport.aclose()

    async def _pages(self, kind: type[ModelT], operation: str, query: Query) -> AsyncIterator[Sequence[ModelT]]:
        cursor: str | None = None
        while True:
            asked = {**query, "cursor": cursor}
            async with self._send(operation, asked, None, _JSON, {}) as reply:
                found = parse_json(await _read(reply))
            yield list_of(kind, found)
            cursor = reply.headers.get("x-next-cursor")
            if cursor is None:
                return

    async def _follow(
        self,
        operation: str,
        query: Query | None,
        body: Mapping[str, Any] | None,
        on_progress: OnProgress,
        params: Mapping[str, str | int],
    ) -> Any:
        async with AsyncStream(self._lines(operation, query, body, params)) as lines:
            async for line in lines:
                if line.get("type") == "result":
                    return line["result"]
                if on_progress is not None:
                    on_progress(Progress.of(line))
        raise unexpected_reply("the daemon ended the reply before its result")

    async def _lines(
        self,
        operation: str,
        query: Query | None,
        body: Mapping[str, Any] | None,
        params: Mapping[str, str | int],
    ) -> AsyncIterator[Any]:
        content = None if body is None else write_body(body)
        splitter = LineSplitter()
        async with self._send(operation, query, content, _LINES, params, is_json=body is not None) as reply:
            async for chunk in reply.aiter_bytes():
                for line in splitter.push(chunk):
                    yield line
            for line in splitter.finish():
                yield line

    @asynccontextmanager
    async def _send(
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
    ) -> AsyncIterator[httpx.Response]:
        headers = {"accept": accept, "accept-encoding": "identity", **self._credentials}
        if content is not None:
            headers["content-type"] = _JSON if is_json else "application/octet-stream"
        if range is not None:
            headers["range"] = range
        path = write_path(operation, params, query or {})
        needs_daemon = starts_daemon and operation not in _STARTS_NONE
        method = OPERATIONS[operation][0]
        async with self._transport.send(method, path, headers, content, needs_daemon) as reply:
            if reply.status_code >= 300:
                raise error_of(reply.status_code, read_error(reply.status_code, await _read(reply)), str(reply.url))
            yield reply


async def _read(reply: httpx.Response) -> bytes:
    parts: list[bytes] = []
    size = 0
    async for chunk in reply.aiter_bytes():
        size += len(chunk)
        if size > _MAX_REPLY_BYTES:
            raise unexpected_reply(f"the daemon sent more than {_MAX_REPLY_BYTES} bytes", reply.status_code)
        parts.append(chunk)
    return b"".join(parts)
