"""One machine: commands, code, files, and its life."""

from __future__ import annotations

import io
import os
import socket
import tarfile
from itertools import islice
from urllib.request import urlopen

import pytest

from forkd import CommandExitError, EvalError, Forkd, NotFoundError, Sandbox, errors
from forkd.errors import ForkdError


def test_a_command_gives_its_output_and_its_status(shared: Sandbox) -> None:
    result = shared.commands.run("echo out; echo err >&2; exit 3", envs={"A": "b"}, cwd="/etc", user="root")
    assert (result.stdout, result.stderr, result.exit_code) == ("out\n", "err\n", 3)
    with pytest.raises(CommandExitError, match="ended with status 3") as caught:
        shared.commands.run("exit 3", check=True)
    assert caught.value.exit_code == 3
    assert shared.commands.run("sleep 60", timeout=0.2).timed_out
    with pytest.raises(errors.CommandNotFoundError):
        shared.commands.run(["no-such-program"])


def test_listeners_hear_a_command_and_characters_come_whole(shared: Sandbox) -> None:
    heard: list[str] = []
    program = r"printf '\303'; sleep 0.1; printf '\244x'; echo err >&2"
    result = shared.commands.run(program, on_stdout=heard.append)
    assert "".join(heard) == result.stdout == "äx"
    assert result.stderr == "err\n"


def test_a_stream_of_a_command_has_its_bytes_and_its_exit(shared: Sandbox) -> None:
    with shared.exec_stream(["sh", "-c", "echo a; exit 4"]) as events:
        kinds = [(event.type, getattr(event, "data", None) or event.exit_code) for event in events]  # type: ignore[union-attr]
    assert kinds == [("start", None), ("stdout", b"a\n"), ("exit", 4)]


def test_closing_a_stream_early_ends_the_command(shared: Sandbox) -> None:
    with shared.exec_stream(["sh", "-c", "echo $$; exec yes > /dev/null"]) as events:
        pid = next(event.pid for event in events if event.type == "start")  # type: ignore[union-attr]
    assert pid is not None
    assert shared.wait_for(pid).signal is not None


def test_a_command_in_the_background_is_fed_and_taken_up_again(shared: Sandbox) -> None:
    with shared.commands.run("cat; exit 5", background=True, stdin=True) as handle:
        handle.send_stdin("one ")
        handle.send_stdin("two", more=False)
        result = shared.commands.connect(handle.pid).wait()
        assert (result.stdout, result.exit_code) == ("one two", 5)
        with handle.output(from_offset=4) as output:
            assert b"".join(each.data for each in output) == b"two"
        assert handle.wait_exit().exit_code == 5
    with shared.spawn(["sleep", "60"]) as sleeper:
        pid = sleeper.pid
    assert shared.wait_for(pid).signal == "SIGKILL"
    assert shared.commands.kill(999_999) is False


def test_what_a_lossless_command_wrote_comes_whole(shared: Sandbox) -> None:
    with shared.exec_stream(["seq", "100000"], lossless=True, detach=True) as events:
        text = b"".join(event.data for event in events if event.type == "stdout")  # type: ignore[union-attr]
    assert text == b"".join(b"%d\n" % i for i in range(1, 100_001))


def test_code_gives_results_output_and_errors(shared: Sandbox) -> None:
    execution = shared.run_code("print('x'); 6 * 7")
    assert (execution.text, execution.logs.stdout, execution.error) == ("42", ["x\n"], None)
    failed = shared.run_code("raise ValueError('no')")
    assert failed.error is not None
    assert (failed.error.name, failed.error.value) == ("ValueError", "no")
    assert "Traceback" in failed.error.traceback
    assert shared.run_code("while True: pass", timeout=0.3).timed_out
    assert shared.eval("[1, 2].map(x => x * 2)", language="node") == [2, 4]
    with pytest.raises(EvalError) as caught:
        shared.eval("nope")
    assert caught.value.name == "NameError"


def test_listeners_hear_code_and_results_in_every_format(shared: Sandbox) -> None:
    heard: list[object] = []
    code = "print('a')\ndisplay({'text/html': '<b>x</b>', 'application/x-own': '1'}, raw=True)\n'done'"
    execution = shared.run_code(code, on_stdout=heard.append, on_result=lambda result: heard.append(result.html))
    assert (heard, execution.text) == (["a\n", "<b>x</b>", None], "'done'")
    assert list(execution.results[0].formats()) == ["html", "application/x-own"]
    assert execution.results[0]._repr_html_() == "<b>x</b>"


def test_a_context_has_a_state_of_its_own(shared: Sandbox) -> None:
    context = shared.contexts.create(cwd="/etc")
    shared.run_code("mine = 1", context=context)
    assert shared.run_code("mine", context=context).text == "1"
    assert shared.run_code("mine").error is not None
    assert shared.contexts.interrupt(context) is False
    assert context.id in [each.id for each in shared.contexts.list()]
    shared.contexts.remove(context)
    with pytest.raises(errors.ContextNotFoundError):
        shared.run_code("mine", context=context)


def test_files_are_written_read_listed_and_moved(shared: Sandbox) -> None:
    files = shared.files
    assert files.make_dir("/srv/py/sub") and not files.make_dir("/srv/py")
    info = files.write("/srv/py/ä b", "hé\n", mode="0600")
    assert (info.size, info.mode, info.name) == (4, "0600", "ä b")
    assert files.read("/srv/py/ä b") == "hé\n"
    assert files.read("/srv/py/ä b", "bytes", tail=2) == b"\xa9\n"
    files.write("/srv/py/ä b", iter([b"more", b""]), append=True)
    with files.read("/srv/py/ä b", "stream") as stream:
        assert b"".join(stream) == "hé\nmore".encode()
    noted = {"author": "ann", "kind": "a=b"}
    assert files.write("/srv/py/noted", "", metadata=noted).metadata == noted
    assert files.write("/srv/py/noted", "").metadata == {}
    files.remove("/srv/py/noted")
    assert files.rename("/srv/py/ä b", "/srv/py/sub/c").path == "/srv/py/sub/c"
    assert [each.path for each in files.list("/srv/py", depth=2)] == ["/srv/py/sub", "/srv/py/sub/c"]
    assert files.chmod("/srv/py/sub/c", "0640").mode == "0640"
    files.remove("/srv/py", recursive=True)
    assert not files.exists("/srv/py")
    with pytest.raises(NotFoundError) as caught:
        files.read("/srv/py/sub/c")
    assert caught.value.code == "guest_file_not_found"


def test_a_read_takes_no_more_than_it_was_told(shared: Sandbox) -> None:
    with pytest.raises(ForkdError, match="more than 1000000 bytes"):
        shared.files.read("/usr/bin/python3", "bytes", max_bytes=1_000_000)
    with pytest.raises(ForkdError, match="has more than 2 entries"):
        shared.files.list("/etc", max_entries=2)


def test_directories_go_as_archives(shared: Sandbox) -> None:
    with io.BytesIO() as made:
        with tarfile.open(fileobj=made, mode="w") as archive:
            member = tarfile.TarInfo("inner")
            member.size = 3
            archive.addfile(member, io.BytesIO(b"abc"))
        shared.files.write_tar("/srv/unpacked", made.getvalue())
    with shared.files.read_tar("/srv/unpacked") as stream:
        content = io.BytesIO(b"".join(stream))
    with tarfile.open(fileobj=content) as archive:
        assert any(name.endswith("inner") for name in archive.getnames())
    shared.files.remove("/srv/unpacked", recursive=True)


def test_changes_of_a_directory_are_told(shared: Sandbox) -> None:
    with shared.files.watch_dir("/srv") as events:
        assert next(events).type == "opened"
        shared.files.make_dir("/srv/new")
        event = next(events)
        assert (event.type, event.name) == ("create", "new")
    shared.files.remove("/srv/new")


def test_ports_are_listed_and_waited_for(shared: Sandbox) -> None:
    with shared.spawn(["python3", "-m", "http.server", "8123"]):
        shared.ports.wait_for(8123)
        assert 8123 in [each.port for each in shared.ports.list()]
    with pytest.raises(errors.PortTimeoutError) as caught:
        shared.ports.wait_for(8124, timeout_secs=0.1)
    assert isinstance(caught.value, TimeoutError)


def test_a_port_is_a_socket_or_one_of_this_process(shared: Sandbox) -> None:
    failed: list[Exception] = []
    with shared.spawn(["python3", "-m", "http.server", "8125", "--directory", "/etc"]):
        shared.ports.wait_for(8125)
        with shared.ports.connect(8125) as connection:
            connection.sendall(b"GET /hostname HTTP/1.0\r\n\r\n")
            connection.shutdown(socket.SHUT_WR)
            answer = b"".join(iter(lambda: connection.recv(65_536), b""))
        assert answer.endswith(shared.info.hostname.encode() + b"\n")
        with shared.ports.forward(8125) as forward:
            for _ in range(2):
                with urlopen(f"http://{forward.address}/hostname") as page:
                    assert page.read().decode().strip() == shared.info.hostname
        with pytest.raises(ConnectionRefusedError):
            socket.create_connection((forward.host, forward.port))
    with pytest.raises(errors.PortRefusedError):
        shared.ports.connect(8126)
    with shared.ports.forward(8126, on_error=failed.append) as forward:
        with socket.create_connection((forward.host, forward.port)) as connection:
            assert connection.recv(1) == b""
    assert [type(error) for error in failed] == [errors.PortRefusedError]


def test_the_daemon_has_figures(forkd: Forkd) -> None:
    assert "# TYPE forkd_sandboxes gauge" in forkd.metrics()


def test_a_fork_publishes_ports_and_has_a_network(forkd: Forkd, tag: str) -> None:
    asked = {"publish": [{"port": 8000}], "network": {"mode": "none", "egress": "deny"}}
    with forkd.sandboxes.fork(tag, **asked) as [sandbox]:
        [published] = sandbox.info.published_ports
        assert published.port == 8000 and published.host_port > 0
        assert (sandbox.info.network.mode, sandbox.info.network.egress) == ("none", "deny")


@pytest.mark.skipif(os.geteuid() != 0, reason="network namespaces need root")
def test_a_group_of_snapshots_is_forked_as_one(forkd: Forkd, tag: str) -> None:
    members = [{"name": "group-one", "snapshot_tag": tag}, {"name": "group-other", "snapshot_tag": tag}]
    with forkd.sandboxes.fork_group("py", members) as [one, other]:
        found = one.commands.run("getent ahostsv4 group-other")
        assert found.stdout.split()[0] == other.info.link_addr
        assert one.info.network.link == "py"


def test_a_machine_has_a_name_labels_and_a_life(tag: str, forkd: Forkd) -> None:
    with Sandbox.create(tag, timeout=600, metadata={"team": "py"}, envs={"ROLE": "one"}) as sandbox:
        assert sandbox.commands.run("echo $ROLE").stdout == "one\n"
        assert sandbox.id in [each.id for each in forkd.sandboxes.list(label="team=py")]
        sandbox.update(name="python-test", labels={"team": None})
        assert (sandbox.info.name, sandbox.info.labels) == ("python-test", {})
        assert forkd.sandboxes.get("python-test").id == sandbox.id
        sandbox.set_timeout(None)
        assert sandbox.get_info().expires_at_unix is None
        assert sandbox.pause().status == "paused"
        with pytest.raises(errors.SandboxPausedError):
            sandbox.ping()
        with Sandbox.connect(sandbox.id) as again:
            assert again.is_running() and again.ping().pong
        assert not sandbox.is_running()
        assert sandbox.kill() is False
    with pytest.raises(errors.SandboxNotFoundError):
        forkd.sandboxes.at("python-test").kill()


def test_children_are_forked_with_parameters_of_their_own(shared: Sandbox) -> None:
    shared.run_code("state = 'of the parent'")
    of_each = [{"env": {"N": "a"}}, {"env": {"N": "b"}}]
    with shared.fork(n=2, children=of_each) as children:
        seen = [child.commands.run("echo $N $FORKD_CHILD_INDEX").stdout for child in children]
        assert seen == ["a 0\n", "b 1\n"]
        assert [child.eval("state") for child in children] == ["'of the parent'"] * 2
        ids = [child.id for child in children]
    assert [Sandbox.of(shared._connection, id).is_running() for id in ids] == [False, False]


def test_a_branch_is_a_snapshot_that_progress_is_told_of(shared: Sandbox, forkd: Forkd) -> None:
    steps: list[str] = []
    branch = shared.branch(tag="python-mid", on_progress=lambda progress: steps.append(progress.step))
    try:
        assert (branch.status, forkd.snapshots.get("python-mid").branched_from) == ("ready", shared.id)
        assert steps
        with pytest.raises(errors.SnapshotExistsError) as caught:
            shared.branch(tag="python-mid")
        assert "forkd.snapshots.remove('python-mid')" in caught.value.hint
    finally:
        assert forkd.snapshots.remove("python-mid") == ["python-mid"]


def test_events_follow_each_other_behind_a_cursor(tag: str, forkd: Forkd) -> None:
    cursor = forkd.events.list()[-1].cursor
    with forkd.sandboxes.fork(tag) as [child]:
        id = child.id
    opened: list[bool | None] = []
    with forkd.events.follow(
        after=cursor, types=["sandbox"], on_open=lambda start: opened.append(start.is_whole)
    ) as events:
        kinds = {event.type for event in islice(events, 3)}
    assert kinds == {"sandbox.forked", "sandbox.ready", "sandbox.killed"}
    assert opened == [True]
    assert [event.id for event in forkd.events.list(after=cursor, types=["sandbox.killed"])] == [id]


def test_lists_come_in_pages(tag: str, forkd: Forkd) -> None:
    with forkd.sandboxes.fork(tag, n=3, labels={"paged": "yes"}):
        with forkd.sandboxes.pages(limit=2, label="paged") as pages:
            assert [len(page) for page in pages] == [2, 1]


def test_the_daemon_is_asked_about_itself(forkd: Forkd) -> None:
    forkd.health()
    assert forkd.version().api == "v1"
    assert forkd.capabilities().max_sandboxes > 0
    assert forkd.tree().snapshots
    assert {check.status for check in forkd.doctor().checks} <= {"pass", "warn", "fail", "skip"}
    assert forkd.collect_garbage(dry_run=True).dry_run is True
    assert forkd.jobs.list() is not None and forkd.images.list()
    assert forkd.tokens.create("python-token", scope="read").token
    assert "python-token" in [each.name for each in forkd.tokens.list()]
    forkd.tokens.revoke("python-token")
    webhook = forkd.webhooks.create("https://example.org/hook", events=["token"])
    assert webhook.secret and webhook.id in [each.id for each in forkd.webhooks.list()]
    forkd.webhooks.remove(webhook.id)
