"""Machines that die, daemons that are not there or answer rubbish, and clients that go away."""

from __future__ import annotations

import queue
import resource
import socket
import threading
from collections.abc import Callable
from pathlib import Path

import pytest
from servers import daemon_that_answers, http

from forkd import Forkd, ForkdError, Sandbox, errors
from forkd.errors import DaemonLostError, DaemonUnreachableError, UnexpectedReplyError
from forkd.port_forward import PortForward


@pytest.mark.parametrize(
    "call",
    [
        lambda sandbox: sandbox.commands.run("sleep 1000"),
        lambda sandbox: list(sandbox.exec_stream(["sleep", "1000"])),
        lambda sandbox: sandbox.run_code("import time; time.sleep(1000)", timeout=900),
        lambda sandbox: list(sandbox.eval_stream("import time; time.sleep(1000)", timeout_secs=900)),
        lambda sandbox: list(sandbox.files.watch_dir("/srv")),
        lambda sandbox: sandbox.ports.wait_for(1, timeout_secs=900),
    ],
    ids=["run", "exec_stream", "run_code", "eval_stream", "watch_dir", "wait_for"],
)
def test_a_machine_that_is_killed_in_the_middle_of_a_call_is_told_of(
    tag: str, forkd: Forkd, call: Callable[[Sandbox], object]
) -> None:
    [sandbox] = forkd.sandboxes.fork(tag)
    killer = threading.Timer(1, sandbox.kill)
    killer.start()
    try:
        with pytest.raises(ForkdError) as caught:
            call(sandbox)
        assert caught.value.code in ("sandbox_not_found", "sandbox_dead", "agent_unreachable")
    finally:
        killer.join()


@pytest.mark.parametrize(
    ("end", "code"),
    [(lambda sandbox: sandbox.kill(), "sandbox_dead"), (lambda sandbox: sandbox.suspend(), "sandbox_suspended")],
    ids=["killed", "suspended"],
)
def test_a_file_of_a_sandbox_that_ends_while_it_is_read_says_so(
    tag: str, forkd: Forkd, end: Callable[[Sandbox], object], code: str
) -> None:
    [sandbox] = forkd.sandboxes.fork(tag)
    try:
        sandbox.exec(["truncate", "-s", "1G", "/root/large"])
        with sandbox.files.read("/root/large", "stream") as chunks:
            next(chunks)
            end(sandbox)
            with pytest.raises(ForkdError) as caught:
                for _chunk in chunks:
                    pass
        assert caught.value.code == code
    finally:
        sandbox.kill()


@pytest.mark.parametrize(
    "reply",
    [
        b"",
        b"rubbish\r\n\r\n",
        b"HTTP/1.1 200 OK\r\ncontent-length: 100\r\n\r\n{",
        http(200, b"<html>"),
        http(500, b"<html>"),
        http(404, b"[1]"),
        http(302, b"", "text/html"),
    ],
    ids=["nothing", "no HTTP", "half", "no JSON", "an error that is no JSON", "another's error", "elsewhere"],
)
def test_a_daemon_that_answers_rubbish_is_an_error(tmp_path: Path, reply: bytes) -> None:
    with daemon_that_answers(f"{tmp_path}/s", reply) as url, Forkd(url) as forkd:
        with pytest.raises((DaemonLostError, UnexpectedReplyError)) as caught:
            forkd.snapshots.list()
        assert caught.value.hint


def test_a_stream_that_ends_too_early_is_an_error(tmp_path: Path) -> None:
    lines = http(200, b'{"type":"start","pid":1,"dropped":0,"offset":0}\n', "application/x-ndjson")
    with daemon_that_answers(f"{tmp_path}/s", lines) as url, Forkd(url) as forkd:
        with pytest.raises(UnexpectedReplyError, match="before the command's exit"):
            list(forkd.sandboxes.at("x").exec_stream(["true"]))
        with pytest.raises(UnexpectedReplyError):
            list(forkd.sandboxes.at("x").eval_stream("1"))
        with pytest.raises(UnexpectedReplyError, match="before its result"):
            forkd.sandboxes.fork("x")


def test_a_daemon_that_is_not_there_is_named(tmp_path: Path) -> None:
    with Forkd(f"unix:{tmp_path}/none") as forkd:
        with pytest.raises(DaemonUnreachableError, match="no forkd daemon answers at unix:") as caught:
            forkd.version()
        assert isinstance(caught.value, OSError) and caught.value.code == "daemon_unreachable"
    with pytest.raises(DaemonUnreachableError, match="has 202 bytes"):
        Forkd("unix:/" + "x" * 201).version()
    for url in ("ftp://x", "http://me:secret@x"):
        with pytest.raises(ValueError, match="the forkd URL must"):
            Forkd(url)


def test_a_program_that_starts_no_daemon_is_told_of(tmp_path: Path) -> None:
    url = f"unix:{tmp_path}/none"
    with pytest.raises(DaemonUnreachableError, match="cannot be run to start one"):
        Forkd(url, start_daemon=True, command=f"{tmp_path}/no-program").snapshots.list()
    failing = tmp_path / "fails"
    failing.write_text('#!/bin/sh\necho \'{"error":"no room","code":"disk_full","hint":"h"}\' >&2\nexit 1\n')
    failing.chmod(0o755)
    with pytest.raises(errors.DiskFullError, match="no room"):
        Forkd(url, start_daemon=True, command=str(failing)).snapshots.list()
    with pytest.raises(DaemonUnreachableError, match="daemon start failed"):
        Forkd(url, start_daemon=True, command="false").snapshots.list()


def test_a_daemon_that_says_nothing_for_too_long_is_told_of(shared: Sandbox) -> None:
    with Forkd(timeout=0.5) as forkd:
        with pytest.raises(TimeoutError) as caught:
            forkd.sandboxes.at(shared.id).commands.run("sleep 60")
        assert isinstance(caught.value, ForkdError) and caught.value.code == "request_timeout"


def test_a_name_with_a_path_in_it_reach_no_other_route(forkd: Forkd) -> None:
    for name in ("../capabilities", "a/../../stop", "%2e%2e/x"):
        with pytest.raises(ForkdError) as caught:
            forkd.snapshots.get(name)
        assert caught.value.code in ("invalid_request", "snapshot_not_found", "unknown_route")
    forkd.health()


def test_a_forward_goes_on_when_it_could_not_take_a_connection() -> None:
    failed: queue.SimpleQueue[Exception] = queue.SimpleQueue()
    ends = [socket.socketpair() for _ in range(2)]
    tunnels = iter([ours for ours, _ in ends])
    limits = resource.getrlimit(resource.RLIMIT_NOFILE)
    with PortForward(lambda: next(tunnels), "127.0.0.1", 0, failed.put) as forward:
        first, second = socket.socket(), socket.socket()
        with first, second:
            # It waits with a descriptor in its hand, and has none for the next.
            resource.setrlimit(resource.RLIMIT_NOFILE, (second.fileno() + 1, limits[1]))
            try:
                first.connect((forward.host, forward.port))
                assert isinstance(failed.get(timeout=30), OSError)
            finally:
                resource.setrlimit(resource.RLIMIT_NOFILE, limits)
            second.connect((forward.host, forward.port))
            ends[1][1].sendall(b"hello")
            second.settimeout(30)
            assert second.recv(5) == b"hello"
    for pair in ends:
        for end in pair:
            end.close()
