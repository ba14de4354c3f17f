"""Programs that were written for the reference system's client."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest
from servers import agent_that_answers

from forkd import CommandResult, Controller, ControllerError, Sandbox
from forkd.sandbox import _split_host_port


@pytest.mark.parametrize(
    ("target", "parts"),
    [("10.42.0.2:8888", ("10.42.0.2", 8888)), ("[::1]:1", ("::1", 1)), ("agent.local:9", ("agent.local", 9))],
)
def test_a_target_is_a_host_and_a_port(target: str, parts: tuple[str, int]) -> None:
    assert _split_host_port(target) == parts


@pytest.mark.parametrize("target", ["host", "host:", ":1", "host:x", "host:99999", ""])
def test_what_is_no_target_is_refused_before_anything_is_asked(target: str) -> None:
    with pytest.raises(ValueError, match="invalid forkd target"):
        _split_host_port(target)


def test_a_guest_of_the_reference_system_is_asked_by_tcp() -> None:
    with agent_that_answers(b'{"stdout":"hi\\n","stderr":"","exit_code":0}') as target:
        sandbox = Sandbox(target=target, timeout=2, spawn=False)
        assert sandbox.commands.run("echo hi") == CommandResult("hi\n", "", 0)
        assert sandbox._send({"action": "ping"})["exit_code"] == 0
        with pytest.raises(RuntimeError, match="only exec, eval and ping"):
            sandbox.files.read("/etc/passwd")


def test_a_guest_that_fails_says_so() -> None:
    with agent_that_answers(b'{"error":"no such file"}') as target:
        sandbox = Sandbox(target=target, timeout=2, spawn=False)
        assert sandbox.commands.run(["nope"]) == CommandResult("", "no such file", 1)
        with pytest.raises(RuntimeError, match="forkd eval: no such file"):
            sandbox.eval("x")
    with agent_that_answers(b"") as target, pytest.raises(RuntimeError, match="empty response"):
        Sandbox(target=target, timeout=2, spawn=False).ping()


def test_the_readme_of_the_reference_works(tag: str) -> None:
    with Sandbox(tag) as sandbox:
        result = sandbox.commands.run("python3 -c 'import numpy; print(numpy.zeros(3))'")
        assert (result.stdout, result.exit_code) == ("[0. 0. 0.]\n", 0)
        assert sandbox.commands.run("exit 3", timeout=30).exit_code == 3
        assert sandbox.eval("numpy.zeros(2).tolist()") == "[0.0, 0.0]"
        with pytest.raises(RuntimeError, match="ZeroDivisionError"):
            sandbox.eval("1/0")
        assert sandbox.ping()["pong"] is True


def test_a_controller_spawns_branches_and_kills(tag: str) -> None:
    controller = Controller()
    [child] = controller.spawn_sandboxes(tag, n=1)
    id = child["id"]
    try:
        assert controller.exec_command(id, ["echo", "x"])["stdout"] == "x\n"
        assert controller.eval_code(id, "6*7")["result"] == "42"
        assert controller.ping_sandbox(id)["pong"] is True
        branch = controller.branch_sandbox(id, tag="python-branch", mode="diff")
        assert (branch["tag"], branch["branched_from"]) == ("python-branch", id)
        assert "python-branch" in [each["tag"] for each in controller.list_snapshots()]
        controller.delete_snapshot("python-branch")
        assert Sandbox(target=id, spawn=False).commands.run("echo there").stdout == "there\n"
    finally:
        controller.kill_sandbox(id)
    with pytest.raises(ControllerError) as caught:
        controller.get_sandbox(id)
    assert (caught.value.status, caught.value.body["code"]) == (404, "sandbox_not_found")
    assert caught.value.url.endswith(f"/v1/sandboxes/{id}")


def test_importing_it_loads_neither_httpx_nor_asyncio() -> None:
    source = str(Path(__file__).parents[1] / "src")
    program = "import sys, forkd; print([name for name in ('httpx', 'asyncio', 'ssl') if name in sys.modules])"
    env = {**os.environ, "PYTHONPATH": source}
    done = subprocess.run([sys.executable, "-c", program], env=env, capture_output=True, text=True, check=True)
    assert done.stdout == "[]\n"
