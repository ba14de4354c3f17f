"""The sandbox's names where the reference system's client has them."""

from ._sync.sandbox import Sandbox
from .execution import CommandResult
from .target import split_target as _split_host_port

__all__ = ["CommandResult", "Sandbox", "_split_host_port"]
