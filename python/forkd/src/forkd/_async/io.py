"""What the two clients do in different ways: threads, and many calls at once."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Iterable
from typing import TypeVar

T = TypeVar("T")

Lock = asyncio.Lock
sleep = asyncio.sleep


async def run_blocking(work: Callable[[], T]) -> T:
    return await asyncio.to_thread(work)


async def gather_failures(calls: Iterable[Callable[[], Awaitable[object]]]) -> list[Exception]:
    """Makes all the calls at once, and gives what was raised."""
    outcomes = await asyncio.gather(*(call() for call in calls), return_exceptions=True)
    for outcome in outcomes:
        if isinstance(outcome, BaseException) and not isinstance(outcome, Exception):
            raise outcome
    return [outcome for outcome in outcomes if isinstance(outcome, Exception)]


async def settle(value: object) -> None:
    """Waits for what a listener gave, if that is to be waited for."""
    if isinstance(value, Awaitable):
        await value
