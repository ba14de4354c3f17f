"""The pytest plugin: each test that asks for `forkd_sandbox` has a fork of its own, which is kept when it fails.

@pytest.mark.forkd("warm")
def test_the_report_is_written(forkd_sandbox): ...
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from .. import Forkd, Sandbox
from ..environment import read_environment
from .fork import TestFork
from .postgres import PUBLISH, TestDatabase, open_database, prepare_snapshot

_FORKS = pytest.StashKey[list[TestFork]]()
_KEEP_SECS = 3600


def pytest_addoption(parser: pytest.Parser) -> None:
    group = parser.getgroup("forkd", "sandboxes of forkd")
    keep = f"for how long the sandbox of a test that fails lives on; 0: it ends with its test (default: {_KEEP_SECS})"
    group.addoption("--forkd-keep", type=float, default=_KEEP_SECS, metavar="SECONDS", help=keep)
    logs = "write the console of such a sandbox into this directory"
    group.addoption("--forkd-logs", type=Path, metavar="DIR", help=logs)
    parser.addini("forkd_tag", "the snapshot that forkd_sandbox is a fork of, unless a test is marked with another")
    parser.addini("forkd_postgres_recipe", "the recipe of forkd_postgres", default="postgres-fixture")
    parser.addini("forkd_postgres_migrations", "a folder whose .sql files make the schema of forkd_postgres", type="paths")


def pytest_configure(config: pytest.Config) -> None:
    told = "forkd(tag, **options): the snapshot that forkd_sandbox is a fork of, and options of the fork"
    config.addinivalue_line("markers", told)


@pytest.hookimpl(hookwrapper=True, tryfirst=True)  # type: ignore[untyped-decorator, unused-ignore]
def pytest_runtest_makereport(item: pytest.Item) -> Iterator[None]:
    outcome: Any = yield
    report: pytest.TestReport = outcome.get_result()
    if not report.failed or report.when == "teardown":
        return
    seconds, logs = item.config.getoption("--forkd-keep"), item.config.getoption("--forkd-logs")
    for fork in item.stash.get(_FORKS, []):
        if told := fork.keep(seconds, logs):
            report.sections.append(("forkd", "\n".join(told)))


@pytest.fixture(scope="session")
def forkd_client() -> Iterator[Forkd]:
    """A client of the daemon that the environment names, for all tests of a process."""
    with Forkd() as client:
        yield client


@pytest.fixture
def forkd_sandbox(request: pytest.FixtureRequest, forkd_client: Forkd) -> Iterator[Sandbox]:
    """A sandbox of the test's own, a fork of the snapshot that it is marked with; else of `forkd_tag`, or FORKD_TAG."""
    mark = request.node.get_closest_marker("forkd")
    told = mark.args[0] if mark is not None and mark.args else request.config.getini("forkd_tag")
    options = {} if mark is None else mark.kwargs
    with _hold(request, TestFork(forkd_client, told or read_environment().tag, request.node.nodeid, **options)) as fork:
        yield fork.sandbox


@pytest.fixture(scope="session")
def forkd_postgres_tag(request: pytest.FixtureRequest, forkd_client: Forkd) -> str:
    """The snapshot of a PostgreSQL server in which the migrations have run; it is made when there is none."""
    folders = request.config.getini("forkd_postgres_migrations")
    return prepare_snapshot(forkd_client, request.config.getini("forkd_postgres_recipe"), folders)


@pytest.fixture
def forkd_postgres(
    request: pytest.FixtureRequest, forkd_client: Forkd, forkd_postgres_tag: str
) -> Iterator[TestDatabase]:
    """A PostgreSQL server of the test's own, with the schema that the migrations make: `forkd_postgres.url`."""
    fork = TestFork(forkd_client, forkd_postgres_tag, request.node.nodeid, publish=PUBLISH)
    with _hold(request, fork):
        yield open_database(fork.sandbox)


@contextmanager
def _hold(request: pytest.FixtureRequest, fork: TestFork) -> Iterator[TestFork]:
    """Has a fork end with the test, or be kept when that fails."""
    forks = request.node.stash.setdefault(_FORKS, [])
    forks.append(fork)
    try:
        yield fork
    finally:
        forks.remove(fork)
        fork.end()
