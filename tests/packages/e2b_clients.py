"""Drives E2B's own Python clients, blocking and not, against the daemon that their environment names."""

import asyncio
import os
import sys
import uuid

from e2b import CommandExitException, FileNotFoundException, SandboxException, SandboxNotFoundException
from e2b_code_interpreter import AsyncSandbox, Sandbox

TEMPLATE = sys.argv[1]


def blocking() -> None:
    run = uuid.uuid4().hex
    sandbox = Sandbox.create(TEMPLATE, timeout=300, metadata={"run": run}, envs={"COLOUR": "blue"})
    try:
        info = sandbox.get_info()
        assert (info.template_id, info.metadata["run"]) == (TEMPLATE, run), info
        assert [each.sandbox_id for each in Sandbox.list(query=None).next_items() if each.metadata.get("run") == run]

        said: list[str] = []
        result = sandbox.commands.run("echo $COLOUR; echo two >&2", on_stdout=said.append)
        assert (result.stdout, result.stderr, "".join(said)) == ("blue\n", "two\n", "blue\n"), result
        try:
            sandbox.commands.run("exit 3")
            raise AssertionError("a status of 3 is no error")
        except CommandExitException as error:
            assert error.exit_code == 3
        cat = sandbox.commands.run("cat", background=True, stdin=True)
        sandbox.commands.send_stdin(cat.pid, "heard\n")
        sandbox.commands.close_stdin(cat.pid)
        assert cat.wait().stdout == "heard\n"

        sandbox.files.write("/root/tree/a", b"\x00\xff")
        assert bytes(sandbox.files.read("/root/tree/a", format="bytes")) == b"\x00\xff"
        assert [entry.name for entry in sandbox.files.list("/root/tree")] == ["a"]
        watch = sandbox.files.watch_dir("/root/tree")
        sandbox.files.rename("/root/tree/a", "/root/tree/b")
        names: set[str] = set()
        while not {"a", "b"} <= names:
            names |= {event.name for event in watch.get_new_events()}
        watch.stop()
        try:
            sandbox.files.read("/root/none")
            raise AssertionError("a file that is not there was read")
        except FileNotFoundException:
            pass

        assert sandbox.run_code("x = 6 * 7; x").text == "42"
        failed = sandbox.run_code("1 / 0")
        assert failed.error is not None and failed.error.name == "ZeroDivisionError", failed
        sandbox.pause()
        again = Sandbox.connect(sandbox.sandbox_id, timeout=300)
        assert again.run_code("x").text == "42"
        forks = again.fork(count=2) if hasattr(again, "fork") else []
        for fork in forks:
            assert not isinstance(fork, Exception), fork
            assert fork.commands.run("cat /root/tree/b | wc -c").stdout.strip() == "2"
            fork.kill()
    finally:
        sandbox.kill()
    try:
        Sandbox.connect(sandbox.sandbox_id)
        raise AssertionError("a sandbox that was ended was connected to")
    except SandboxNotFoundException:
        pass
    try:
        Sandbox.create("no-such-tag")
        raise AssertionError("a sandbox was made of nothing")
    except SandboxException as error:
        assert "no-such-tag" in str(error), error


async def concurrent() -> None:
    sandbox = await AsyncSandbox.create(TEMPLATE, timeout=300)
    try:
        answers = await asyncio.gather(*(sandbox.commands.run(f"echo {i}") for i in range(5)))
        assert [answer.stdout for answer in answers] == [f"{i}\n" for i in range(5)], answers
        await sandbox.files.write("/root/x", "text")
        assert await sandbox.files.read("/root/x") == "text"
        context = await sandbox.create_code_context(language="python")
        await sandbox.run_code("y = 1", context=context)
        assert (await sandbox.run_code("y + 1", context=context)).text == "2"
        assert (await sandbox.run_code("'y' in globals()")).text == "False"
    finally:
        await sandbox.kill()


blocking()
asyncio.run(concurrent())
print("all of it holds", flush=True)
# The client's transport has threads of its own, and 1 time in 4 the end of the interpreter finds one of them and aborts.
os._exit(0)
