"""The method names of the reference system's client, for programs that move over. New programs use `AsyncForkd`."""

from __future__ import annotations

from collections.abc import Sequence
from types import TracebackType
from typing import Any, Self

from ..controller_error import BranchMode, ControllerError
from ..errors import DaemonUnreachableError, ForkdError, TimedOutError
from .connect import open_connection


class AsyncController:
    """Answers are dictionaries, as the wire says them.

    `base_url`: FORKD_URL unless told, else the user's own unix socket, where a daemon is started when none answers.
    `timeout`: for how many seconds the daemon may say nothing.
    """

    def __init__(self, base_url: str | None = None, token: str | None = None, timeout: float = 60.0) -> None:
        self.base_url, self._connection = open_connection(base_url, token=token, timeout=timeout)
        self.token = token
        self.timeout = timeout

    async def list_snapshots(self) -> list[dict[str, Any]]:
        return list(await self._ask("listSnapshots"))

    async def delete_snapshot(self, tag: str) -> None:
        await self._ask("deleteSnapshot", tag=tag)

    async def spawn_sandboxes(
        self,
        snapshot_tag: str,
        n: int = 1,
        per_child_netns: bool = False,
        memory_limit_mib: int | None = None,
        prewarm: bool = False,
        live_fork: bool = False,
        hugepages: bool = False,
    ) -> list[dict[str, Any]]:
        """Forks `n` children from a snapshot."""
        asked = {
            "per_child_netns": per_child_netns,
            "memory_limit_mib": memory_limit_mib,
            "prewarm": prewarm,
            "live_fork": live_fork,
            "hugepages": hugepages,
        }
        body = {"snapshot_tag": snapshot_tag, "n": n, **{key: value for key, value in asked.items() if value}}
        return list(await self._ask("createSandboxes", body))

    async def list_sandboxes(self) -> list[dict[str, Any]]:
        return list(await self._ask("listSandboxes"))

    async def get_sandbox(self, sandbox_id: str) -> dict[str, Any]:
        return dict(await self._ask("getSandbox", id=sandbox_id))

    async def kill_sandbox(self, sandbox_id: str) -> None:
        await self._ask("killSandbox", id=sandbox_id)

    async def branch_sandbox(
        self,
        sandbox_id: str,
        tag: str | None = None,
        diff: bool = False,
        measure_diff: bool = False,
        mode: BranchMode | None = None,
        wait: bool = True,
    ) -> dict[str, Any]:
        """Makes a snapshot of a machine, which runs on. `mode` says what the older `diff` said, and goes before it."""
        body: dict[str, Any] = {} if tag is None else {"tag": tag}
        body |= {"mode": mode} if mode is not None else {"diff": True} if diff else {}
        body |= {"measure_diff": True} if measure_diff else {}
        body |= {} if wait else {"wait": False}
        return dict(await self._ask("branchSandbox", body, id=sandbox_id))

    async def exec_command(self, sandbox_id: str, args: Sequence[str], timeout_secs: float = 30) -> dict[str, Any]:
        body = {"args": args, "timeout_secs": timeout_secs}
        return dict(await self._ask("exec", body, id=sandbox_id))

    async def eval_code(self, sandbox_id: str, code: str) -> dict[str, Any]:
        return dict(await self._ask("eval", {"code": code}, id=sandbox_id))

    async def ping_sandbox(self, sandbox_id: str) -> dict[str, Any]:
        return dict(await self._ask("ping", id=sandbox_id))

    async def aclose(self) -> None:
        """Closes idle connections."""
        await self._connection.aclose()

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.aclose()

    async def _ask(self, operation: str, body: dict[str, Any] | None = None, **params: Any) -> Any:
        try:
            return await self._connection.ask(operation, body=body, **params)
        except (DaemonUnreachableError, TimedOutError) as error:
            if error.status == 0:
                raise
            raise ControllerError.of(error) from error
        except ForkdError as error:
            raise ControllerError.of(error) from error
