"""The controller's names where the reference system's client has them."""

from ._sync.controller import Controller
from .controller_error import BranchMode, ControllerError

__all__ = ["BranchMode", "Controller", "ControllerError"]
