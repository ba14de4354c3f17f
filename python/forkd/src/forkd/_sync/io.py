"""What the two clients do in different ways: threads, and many calls at once."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterable
from typing import TypeVar

T = TypeVar("T")

Lock = threading.Lock
sleep = time.sleep

_THREADS = 16


def run_blocking(work: Callable[[], T]) -> T:
    return work()


def gather_failures(calls: Iterable[Callable[[], object]]) -> list[Exception]:
    """Makes the calls, up to 16 at once, and gives what was raised."""
    from concurrent.futures import ThreadPoolExecutor

    with ThreadPoolExecutor(_THREADS) as pool:
        outcomes = list(pool.map(_failure_of, calls))
    return [outcome for outcome in outcomes if outcome is not None]


def _failure_of(call: Callable[[], object]) -> Exception | None:
    try:
        call()
    except Exception as error:
        return error
    return None


def settle(value: object) -> None:
    """Whatever a listener gave is taken as it is."""
