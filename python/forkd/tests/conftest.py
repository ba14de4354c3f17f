"""A daemon that the environment names (FORKD_SOCKET), with a snapshot (FORKD_TAG) that has Python and Node warm."""

from __future__ import annotations

import os
from collections.abc import Iterator

import pytest

from forkd import Forkd, Sandbox


@pytest.fixture(scope="session")
def tag() -> str:
    return os.environ["FORKD_TAG"]


@pytest.fixture(scope="session")
def forkd() -> Iterator[Forkd]:
    with Forkd() as client:
        yield client


@pytest.fixture(scope="session")
def shared(tag: str) -> Iterator[Sandbox]:
    """One machine for the tests that leave nothing behind."""
    with Sandbox.create(tag) as sandbox:
        yield sandbox
