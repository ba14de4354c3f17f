"""What is sent, and how answers are read."""

from __future__ import annotations

import pickle

import pytest

from forkd import errors
from forkd.errors import ForkdError, error_of
from forkd.models import EvalResult, RichResult, SandboxInfo
from forkd.ndjson import LineSplitter
from forkd.ranges import Range
from forkd.wire import write_body, write_path


@pytest.mark.parametrize("name", ["../../stop", "a/b", "a?x=1", "a#b", "%2e%2e", "ä\n", ".."])
def test_a_name_stays_one_part_of_the_path(name: str) -> None:
    path = write_path("getSnapshot", {"tag": name}, {})
    assert path.startswith("/v1/snapshots/")
    assert path.count("/") == 3
    assert not set(path) & set("?# \n")


def test_a_query_has_what_is_told_and_lists_more_than_once() -> None:
    query = {"label": ["a=b", "c"], "tag": None, "keep": False}
    assert write_path("listSandboxes", {}, query) == "/v1/sandboxes?label=a%3Db&label=c&keep=false"


def test_fields_are_attributes_and_items_and_absent_ones_are_none() -> None:
    info = SandboxInfo({"id": "sb_1", "env": {"a_b": 1}, "newer": {"x": [{"y": 2}]}})
    assert (info.id, info["id"], info.name, info.newer.x[0].y) == ("sb_1", "sb_1", None, 2)
    assert dict(info).keys() == info.to_dict().keys() and "id" in info and info.get("nope", 3) == 3
    with pytest.raises(AttributeError, match="SandboxInfo has no field nope"):
        _ = info.nope


def test_parts_have_their_class_and_data_stays_as_it_is() -> None:
    outcome = EvalResult({"results": [{"extra": {"application/x": "1"}, "json": {"a": {"b": 1}}}]})
    [result] = outcome.results
    assert type(result) is RichResult
    assert (result.extra, result.json) == ({"application/x": "1"}, {"a": {"b": 1}})


def test_models_can_be_sent_back_and_copied() -> None:
    info = SandboxInfo({"id": "x", "labels": {}})
    assert write_body({"of": [info]}) == b'{"of": [{"id": "x", "labels": {}}]}'
    assert pickle.loads(pickle.dumps(info)) == info


@pytest.mark.parametrize("size", [1, 2, 3, 1000])
def test_lines_come_whole_however_they_are_cut(size: int) -> None:
    text = '{"a":1}\n\n{"b":"ä"}\n[]'.encode()
    splitter = LineSplitter()
    chunks = [text[i : i + size] for i in range(0, len(text), size)]
    values = [value for chunk in chunks for value in splitter.push(chunk)] + list(splitter.finish())
    assert values == [{"a": 1}, {"b": "ä"}, []]


@pytest.mark.parametrize("chunk", [b"x" * 11, b"rubbish\n", b'{"type":"error","status":409,"error":{"code":"x"}}\n'])
def test_a_line_that_is_too_long_or_rubbish_or_an_error_is_an_error(chunk: bytes) -> None:
    with pytest.raises(ForkdError):
        list(LineSplitter(10 if chunk[0] == 120 else 100).push(chunk))


def test_errors_have_the_class_of_their_code_or_of_their_status() -> None:
    known = error_of(404, {"error": "no", "code": "snapshot_not_found", "details": {"tag": "x"}})
    assert type(known) is errors.SnapshotNotFoundError and isinstance(known, LookupError)
    assert (known.code, known.details) == ("snapshot_not_found", {"tag": "x"})
    assert type(error_of(409, {"code": "of_tomorrow"})) is errors.ConflictError
    assert type(error_of(599, {})) is errors.DaemonError
    copy = pickle.loads(pickle.dumps(known))
    assert (str(copy), copy.status) == (str(known), 404)


def test_hints_are_calls_of_this_client() -> None:
    killed = {"operation": "killSandboxes", "args": {"tag": "py"}}
    option = {"operation": "createSnapshot", "option": "timeout_secs", "value": 5}
    logs = {"operation": "logs", "args": {"id": None, "source": "vmm"}}
    told = error_of(409, {"error": "e", "hint_parts": ["a: ", killed, "; ", option, "; ", logs], "hint": "h"})
    assert told.hint == (
        "a: forkd.sandboxes.kill_all(tag='py'); timeout_secs=5; forkd.sandboxes.at(id).logs(source='vmm')"
    )
    unknown = {"error": "e", "hint_parts": [{"operation": "ofTomorrow", "args": {}}], "hint": "quoted"}
    assert error_of(409, unknown).hint == "quoted"


@pytest.mark.parametrize("size", [1, 4, 100])
def test_a_part_is_taken_out_of_a_whole_answer(size: int) -> None:
    def cut(part: Range) -> bytes:
        cutter = part.cutter(200)
        whole = b"0123456789"
        taken = [cutter.take(whole[i : i + size]) for i in range(0, 10, size)]
        return b"".join([*taken, cutter.finish()])

    assert cut(Range(offset=2, length=3)) == b"234"
    assert cut(Range(offset=8)) == b"89"
    assert cut(Range(tail=4)) == b"6789"
    assert cut(Range()) == b"0123456789"
