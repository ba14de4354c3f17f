"""Servers that answer as they are told."""

from __future__ import annotations

import re
import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager

Answer = Callable[[socket.socket], None]


@contextmanager
def serve(listener: socket.socket, answer: Answer) -> Iterator[None]:
    """Gives each connection to `answer`, which may leave it open until the end."""
    stopping = threading.Event()
    listener.settimeout(0.05)
    listener.listen()

    def run() -> None:
        with listener:
            while not stopping.is_set():
                try:
                    connection, _ = listener.accept()
                except TimeoutError:
                    continue
                connection.settimeout(5)
                try:
                    answer(connection)
                except OSError:
                    pass
                connection.close()

    thread = threading.Thread(target=run)
    thread.start()
    try:
        yield
    finally:
        stopping.set()
        thread.join()


def read_request(connection: socket.socket) -> None:
    """A request, with its body: who closes before that has come resets the connection."""
    request = b""
    while b"\r\n\r\n" not in request:
        request += connection.recv(65_536)
    head, _, body = request.partition(b"\r\n\r\n")
    length = re.search(rb"(?i)content-length: (\d+)", head)
    missing = (int(length[1]) if length else 0) - len(body)
    while missing > 0:
        missing -= len(connection.recv(65_536))


@contextmanager
def daemon_that_answers(path: str, reply: bytes) -> Iterator[str]:
    """A daemon that gives every request the same answer and ends the connection."""
    listener = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    listener.bind(path)

    def answer(connection: socket.socket) -> None:
        read_request(connection)
        connection.sendall(reply)

    with serve(listener, answer):
        yield f"unix:{path}"


@contextmanager
def agent_that_answers(reply: bytes) -> Iterator[str]:
    """An agent of the reference system: one message in, one out."""
    listener = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
    listener.bind(("127.0.0.1", 0))
    host, port = listener.getsockname()

    def answer(connection: socket.socket) -> None:
        while connection.recv(65_536):
            pass
        connection.sendall(reply)

    with serve(listener, answer):
        yield f"{host}:{port}"


def http(status: int, body: bytes, kind: str = "application/json") -> bytes:
    head = f"HTTP/1.1 {status} X\r\ncontent-type: {kind}\r\ncontent-length: {len(body)}\r\nconnection: close\r\n\r\n"
    return head.encode() + body
