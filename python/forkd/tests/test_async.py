"""The client that does not block: the same, and what is its own."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable

import pytest

from forkd import AsyncController, AsyncForkd, AsyncSandbox, errors


def run(program: Callable[[], Awaitable[None]]) -> None:
    async def main() -> None:
        await asyncio.wait_for(program(), 60)

    asyncio.run(main())


def test_many_children_are_asked_at_once(tag: str) -> None:
    async def program() -> None:
        async with AsyncForkd() as forkd:
            async with await forkd.sandboxes.fork(tag, n=4) as children:
                answers = await asyncio.gather(*(child.eval(f"6 * {i}") for i, child in enumerate(children)))
            assert answers == ["0", "6", "12", "18"]
            with pytest.raises(errors.SandboxNotFoundError):
                await children[0].ping()

    run(program)


def test_listeners_that_wait_are_waited_for(tag: str) -> None:
    async def program() -> None:
        heard: list[str] = []

        async def listen(text: str) -> None:
            await asyncio.sleep(0)
            heard.append(text)

        async with await AsyncSandbox.create(tag) as sandbox:
            result = await sandbox.commands.run("echo a; echo b", on_stdout=listen)
            assert "".join(heard) == result.stdout == "a\nb\n"
            await sandbox.run_code("print('c')", on_stdout=listen)
            assert heard[-1] == "c\n"
            await sandbox.files.write("/root/x", chunks())
            assert await sandbox.files.read("/root/x") == "onetwo"

    async def chunks():  # type: ignore[no-untyped-def]
        yield b"one"
        yield b"two"

    run(program)


def test_a_task_that_is_cancelled_ends_its_command(tag: str) -> None:
    async def program() -> None:
        async with await AsyncSandbox.create(tag) as sandbox:
            task = asyncio.create_task(sandbox.commands.run("exec sleep 1000"))
            while not [each for each in await sandbox.processes() if each.running and "exec sleep 1000" in each.args]:
                await asyncio.sleep(0.05)
            task.cancel()
            with pytest.raises(asyncio.CancelledError):
                await task
            while [each for each in await sandbox.processes() if each.running and "exec sleep 1000" in each.args]:
                await asyncio.sleep(0.05)

    run(program)


def test_a_sandbox_is_not_made_by_its_constructor() -> None:
    with pytest.raises(TypeError, match="AsyncSandbox.create"):
        AsyncSandbox()


def test_a_controller_answers_with_dictionaries(tag: str) -> None:
    async def program() -> None:
        async with AsyncController() as controller:
            assert tag in [each["tag"] for each in await controller.list_snapshots()]

    run(program)
