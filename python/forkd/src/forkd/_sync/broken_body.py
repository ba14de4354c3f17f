# Generated from ../_async by scripts/generate.ts: change that, then `npm run generate`.
"""Why a body that comes out of a sandbox broke off: once it has begun, it has no place for an error."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from ..errors import DaemonLostError, ForkdError, error_of
from .io import sleep

if TYPE_CHECKING:
    from .connection import Connection

# That a machine has ended is known a little later than that the connection to it broke; both in seconds.
_PATIENCE = 5.0
_ASK_AGAIN = 0.1


def explain_end(connection: Connection, sandbox: str, lost: DaemonLostError) -> ForkdError:
    """`sandbox_dead` or `sandbox_suspended` where the sandbox has ended, else `lost` as it is."""
    until = time.monotonic() + _PATIENCE
    while time.monotonic() < until:
        try:
            info = connection.peek("getSandbox", id=sandbox)
        except ForkdError as error:
            return _ended("sandbox_dead", f"{sandbox} was killed") if error.code == "sandbox_not_found" else lost
        if info["status"] == "dead":
            why = (info.get("died") or {}).get("why", "nobody knows why")
            return _ended("sandbox_dead", f"{sandbox} died: {why}")
        if info["status"] == "suspended":
            return _ended("sandbox_suspended", f"{sandbox} was suspended")
        sleep(_ASK_AGAIN)
    return lost


def _ended(code: str, why: str) -> ForkdError:
    told = f"sandbox {why} while this was read"
    return error_of(409, {"error": told, "code": code, "hint": "what had come by then is not all of it"})
