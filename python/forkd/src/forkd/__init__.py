"""The Python client of forkd: `fork(2)` for virtual machines.

from forkd import Sandbox

with Sandbox.create("py-numpy") as sandbox:
    print(sandbox.commands.run("uname -r").stdout)
    print(sandbox.run_code("numpy.arange(4).sum()").text)
"""

from typing import TYPE_CHECKING, Any

from . import errors, models
from ._sync.client import Forkd
from ._sync.process import Process
from ._sync.stream import Stream
from .controller import BranchMode, Controller, ControllerError
from .errors import (
    AuthenticationError,
    BadRequestError,
    ConflictError,
    DaemonError,
    DaemonLostError,
    DaemonUnreachableError,
    ForkdError,
    NotEnoughSpaceError,
    NotFoundError,
    RateLimitError,
    SandboxNotFoundError,
    TimedOutError,
)
from .execution import (
    CommandExitError,
    CommandResult,
    EvalError,
    ExecOutput,
    Execution,
    ExecutionError,
    Logs,
    Result,
)
from .operations import VERSION as __version__
from .sandbox import Sandbox

if TYPE_CHECKING:
    from ._async.client import AsyncForkd
    from ._async.controller import AsyncController
    from ._async.process import AsyncProcess
    from ._async.sandbox import AsyncSandbox
    from ._async.stream import AsyncStream

# Loaded when they are wanted: asyncio takes as long as all else.
_MODULES = {
    "AsyncController": "controller",
    "AsyncForkd": "client",
    "AsyncProcess": "process",
    "AsyncSandbox": "sandbox",
    "AsyncStream": "stream",
}


def __getattr__(name: str) -> Any:
    from importlib import import_module

    if name not in _MODULES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f"._async.{_MODULES[name]}", __name__), name)


__all__ = [
    "AsyncController",
    "AsyncForkd",
    "AsyncProcess",
    "AsyncSandbox",
    "AsyncStream",
    "AuthenticationError",
    "BadRequestError",
    "BranchMode",
    "CommandExitError",
    "CommandResult",
    "ConflictError",
    "Controller",
    "ControllerError",
    "DaemonError",
    "DaemonLostError",
    "DaemonUnreachableError",
    "EvalError",
    "ExecOutput",
    "Execution",
    "ExecutionError",
    "Forkd",
    "ForkdError",
    "Logs",
    "NotEnoughSpaceError",
    "NotFoundError",
    "Process",
    "RateLimitError",
    "Result",
    "Sandbox",
    "SandboxNotFoundError",
    "Stream",
    "TimedOutError",
    "__version__",
    "errors",
    "models",
]
