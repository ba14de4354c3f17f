"""Runs a part of the suite, in an interpreter that lives on."""

import time

import pytest

OPTIONS = ["-q", "-p", "no:cacheprovider", "--no-header", "--no-summary", "--rootdir=/suite"]


class Recorder:
    def __init__(self):
        self.collected = []
        self.outcomes = {}

    def pytest_collection_finish(self, session):
        self.collected = [item.nodeid for item in session.items]

    def pytest_runtest_logreport(self, report):
        if report.when == "call" or report.outcome != "passed":
            self.outcomes[report.nodeid] = report.outcome


def collect():
    """The ids of all tests. Their modules are imported then."""
    recorder = Recorder()
    pytest.main([*OPTIONS, "--collect-only", "/suite"], plugins=[recorder])
    return recorder.collected


def run(tests, part=0, of=1):
    """What became of each test of a part, and the milliseconds that they took together."""
    recorder = Recorder()
    started = time.monotonic()
    pytest.main([*OPTIONS, *(f"/suite/{test}" for test in tests[part::of])], plugins=[recorder])
    return {"outcomes": recorder.outcomes, "ms": round((time.monotonic() - started) * 1000)}
