"""The pytest plugin, as a user's tests have it."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from forkd import Forkd
from forkd.testing.migrations import Migration, digest_migrations

pytest_plugins = ["pytester"]

TESTS = """
import pytest

mine = []

@pytest.mark.parametrize("n", [1, 2])
def test_one(forkd_sandbox, n):
    assert forkd_sandbox.info.labels["test"].endswith(f"::test_one[{n}]")
    assert forkd_sandbox.commands.run("cat /root/mine; echo mine > /root/mine").stdout == ""
    mine.append(forkd_sandbox.id)

@pytest.mark.forkd(%(tag)r, env={"FROM": "mark"}, labels={"team": "shop"})
def test_fails(forkd_sandbox):
    assert forkd_sandbox.info.labels["team"] == "shop"
    forkd_sandbox.commands.run("echo said here > /dev/console")
    assert forkd_sandbox.commands.run("echo $FROM").stdout == "nothing"

@pytest.mark.xfail
def test_is_to_fail(forkd_sandbox):
    assert False

@pytest.mark.forkd("nobody-has-this")
def test_without_a_snapshot(forkd_sandbox):
    pass
"""


def test_each_test_has_a_fork_of_its_own_and_that_of_one_that_fails_is_kept(
    pytester: pytest.Pytester, forkd: Forkd, tag: str
) -> None:
    pytester.makepyfile(TESTS % {"tag": tag})
    before = {each.id for each in forkd.sandboxes.list()}
    result = pytester.runpytest("-p", "forkd.testing.plugin", "--forkd-keep=600", "--forkd-logs=logs")
    result.assert_outcomes(passed=2, failed=1, xfailed=1, errors=1)
    told = result.stdout.str()
    assert "there is no snapshot nobody-has-this" in told
    kept = re.search(r"the sandbox is kept for 600 s\nforkd shell (sb_\w+)\nforkd logs \1\nforkd kill \1\n", told)
    assert kept is not None, told
    left = [each for each in forkd.sandboxes.list() if each.id not in before]
    try:
        assert [each.id for each in left] == [kept[1]]
        assert left[0].info.expires_at_unix is not None
        [log] = Path(pytester.path, "logs").iterdir()
        assert "said here" in log.read_text()
        assert log.stat().st_mode & 0o077 == 0
    finally:
        for each in left:
            each.kill()


def test_a_sandbox_is_not_kept_for_no_time(pytester: pytest.Pytester, forkd: Forkd, tag: str) -> None:
    pytester.makepyfile("def test_fails(forkd_sandbox): assert False")
    pytester.makeini(f"[pytest]\nforkd_tag = {tag}\n")
    before = {each.id for each in forkd.sandboxes.list()}
    result = pytester.runpytest("-p", "forkd.testing.plugin", "--forkd-keep=0")
    result.assert_outcomes(failed=1)
    assert "forkd shell" not in result.stdout.str()
    assert {each.id for each in forkd.sandboxes.list()} == before


def test_a_digest_is_that_of_the_other_client() -> None:
    migrations = [Migration("a.sql", b"1"), Migration("b.sql", b"2")]
    assert digest_migrations("sn_1", migrations) == "7c5f78f744b3ee87"
