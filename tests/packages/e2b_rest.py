"""What `e2b_clients.py` leaves of the calls of E2B's Python clients, against the daemon that their environment names."""

import asyncio
import io
import os
import sys
import time
import uuid

from e2b import AuthenticationException, FileType, NotFoundException, PtySize, SandboxException, TimeoutException
from e2b_code_interpreter import AsyncSandbox, Sandbox

TEMPLATE = sys.argv[1]
TERMINAL = PtySize(rows=20, cols=70)


def refused(kind: type[Exception], ask) -> Exception:
    try:
        ask()
    except kind as error:
        return error
    raise AssertionError(f"no {kind.__name__}")


def lifecycle(sandbox: Sandbox) -> None:
    assert sandbox.is_running()
    sandbox.set_timeout(600)
    left = sandbox.get_info().end_at.timestamp() - time.time()
    assert 500 < left < 700, left
    [metrics] = sandbox.get_metrics()[-1:]
    assert metrics.cpu_count == 1 and 0 < metrics.mem_used < metrics.mem_total, metrics
    assert sandbox.get_host(8000).startswith("8000-"), sandbox.get_host(8000)
    refused(SandboxException, lambda: Sandbox.create(TEMPLATE, timeout=-1))
    told = refused(AuthenticationException, lambda: Sandbox.create(TEMPLATE, api_key="e2b_" + "0" * 40))
    assert "its token is not known" in str(told), told
    name = f"python-{uuid.uuid4().hex[:8]}"
    sandbox.commands.run("echo kept > /root/kept")
    snapshot = sandbox.create_snapshot(name)
    try:
        assert snapshot.snapshot_id in [each.snapshot_id for each in sandbox.list_snapshots().next_items()]
        with Sandbox.create(snapshot.snapshot_id, timeout=300) as other:
            assert other.files.read("/root/kept") == "kept\n"
    finally:
        assert Sandbox.delete_snapshot(snapshot.snapshot_id) is True
    assert Sandbox.delete_snapshot(snapshot.snapshot_id) is False


def files(sandbox: Sandbox) -> None:
    files = sandbox.files
    assert files.make_dir("/root/a/b") and not files.make_dir("/root/a/b")
    written = files.write_files([{"path": f"/root/a/{i}", "data": str(i) * 3} for i in range(3)])
    assert [each.path for each in written] == ["/root/a/0", "/root/a/1", "/root/a/2"], written
    assert files.exists("/root/a/0") and not files.exists("/root/a/9")
    info = files.get_info("/root/a/1")
    assert (info.name, info.type, info.size, info.permissions[:3]) == ("1", FileType.FILE, 3, "-rw"), info
    assert sorted(each.path for each in files.list("/root/a", depth=2)) == [f"/root/a/{i}" for i in (0, 1, 2, "b")]
    files.write("/root/big", io.BytesIO(bytes(3_000_000)), gzip=True, use_octet_stream=True)
    assert sum(len(part) for part in files.read("/root/big", format="stream")) == 3_000_000
    assert files.write("/root/noted", "x", metadata={"Origin": "test"}).metadata == {"origin": "test"}
    assert files.get_info("/root/noted").metadata == {"origin": "test"}
    assert files.write("/root/noted", "x").metadata is None
    files.remove("/root/a")
    refused(NotFoundException, lambda: files.list("/root/a"))
    refused(NotFoundException, lambda: files.get_info("/root/a"))


def processes(sandbox: Sandbox) -> None:
    commands = sandbox.commands
    server = commands.run("sleep 1234", background=True, envs={"A": "b"}, cwd="/tmp", user="root")
    [listed] = [each for each in commands.list() if each.pid == server.pid]
    assert (listed.cwd, listed.envs.get("A")) == ("/tmp", "b"), listed
    server.disconnect()
    assert commands.kill(server.pid) is True and commands.kill(999_999) is False
    counter = commands.run("while read line; do echo got $line; done", background=True, stdin=True)
    commands.stream_input(counter.pid, ["one\n", "two\n"])
    again = commands.connect(counter.pid)
    commands.close_stdin(counter.pid)
    assert again.wait().stdout.endswith("got two\n") and counter.wait().exit_code == 0
    refused(TimeoutException, lambda: commands.run("sleep 60", timeout=1))
    refused(NotFoundException, lambda: commands.connect(999_999))
    printed = commands.run("head -c 3000000 /dev/zero | tr '\\0' x").stdout
    assert len(printed) == 3_000_000, len(printed)
    terminal = sandbox.pty.create(TERMINAL, envs={"PS1": "$ "})
    sandbox.pty.resize(terminal.pid, PtySize(rows=31, cols=90))
    sandbox.pty.send_stdin(terminal.pid, b"stty size; exit 4\n")
    shown = b"".join(data for _, _, data in terminal if data)
    assert b"31 90" in shown, shown


def code(sandbox: Sandbox) -> None:
    context = sandbox.create_code_context(cwd="/tmp", language="python")
    assert context.id in [each.id for each in sandbox.list_code_contexts()]
    assert sandbox.run_code("import os; os.getcwd()", context=context).text == "'/tmp'"
    sandbox.run_code("kept = 1", context=context)
    sandbox.restart_code_context(context)
    assert sandbox.run_code("'kept' in globals()", context=context).text == "False"
    sandbox.remove_code_context(context)
    refused(SandboxException, lambda: sandbox.run_code("1", context=context))
    assert sandbox.run_code("const six = 6; six * 7", language="javascript").text == "42"
    assert sandbox.run_code("echo from $0", language="bash").logs.stdout[0].startswith("from ")
    printed, errors, results = [], [], []
    told = sandbox.run_code(
        "import sys; print('out'); print('err', file=sys.stderr); 6 * 7",
        on_stdout=lambda message: printed.append(message.line),
        on_stderr=lambda message: errors.append(message.line),
        on_result=lambda result: results.append(result.text),
    )
    assert ("".join(printed), "".join(errors), results) == ("out\n", "err\n", ["42"]), (printed, errors, results)
    assert told.logs.stdout == ["out\n"] and told.error is None, told
    class_with_formats = "class F:\n  def _repr_html_(self): return '<b>x</b>'\n  def _repr_json_(self): return {'a': 1}\nF()"
    [result] = sandbox.run_code(class_with_formats).results
    assert (result.html, result.json) == ("<b>x</b>", {"a": 1}), result
    refused(TimeoutException, lambda: sandbox.run_code("import time; time.sleep(60)", timeout=1))
    refused(SandboxException, lambda: sandbox.run_code("1", language="cobol"))
    refused(SandboxException, lambda: sandbox.run_code("1", envs={"COLOUR": "red"}))


async def concurrent() -> None:
    sandbox = await AsyncSandbox.create(TEMPLATE, timeout=300)
    try:
        events: list[str] = []
        ended = asyncio.Event()
        await sandbox.files.make_dir("/root/seen/deep")
        watch = await sandbox.files.watch_dir(
            "/root/seen", lambda event: events.append(event.name), lambda _: ended.set(), recursive=True
        )
        await sandbox.files.write("/root/seen/deep/x", "1")
        while "deep/x" not in events:
            await asyncio.sleep(0.05)
        await watch.stop()
        await asyncio.wait_for(ended.wait(), 60)
        shown = bytearray()
        terminal = await sandbox.pty.create(TERMINAL, on_data=shown.extend)
        await sandbox.pty.send_stdin(terminal.pid, b"stty size; exit\n")
        await terminal.wait()
        assert b"20 70" in shown, shown
        handle = await sandbox.commands.run("echo one; sleep 600", background=True)
        assert await handle.kill()
        await sandbox.pause()
        again = await sandbox.connect(timeout=300)
        assert await again.is_running() and await again.files.read("/root/seen/deep/x") == "1"
        forks = await again.fork(count=2)
        assert [await fork.files.read("/root/seen/deep/x") for fork in forks] == ["1", "1"]
        await asyncio.gather(*(fork.kill() for fork in forks))
    finally:
        await sandbox.kill()
    assert await sandbox.is_running() is False


with Sandbox.create(TEMPLATE, timeout=300) as shared:
    for part in (lifecycle, files, processes, code):
        part(shared)
asyncio.run(concurrent())
print("all of it holds", flush=True)
# The client's transport has threads of its own, and 1 time in 4 the end of the interpreter finds one of them and aborts.
os._exit(0)
