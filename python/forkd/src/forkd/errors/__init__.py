"""Errors: families by what a caller can do about them, and one class for each code of the daemon."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from .base import (
    AuthenticationError,
    BadRequestError,
    ConflictError,
    DaemonError,
    DaemonLostError,
    DaemonStartFailedError,
    DaemonUnreachableError,
    ForbiddenError,
    ForkdError,
    NotEnoughSpaceError,
    NotFoundError,
    RateLimitError,
    TimedOutError,
    UnexpectedReplyError,
)
from .codes import *  # noqa: F403
from .codes import __all__ as _codes

_OF_STATUS: dict[int, type[ForkdError]] = {
    400: BadRequestError,
    401: AuthenticationError,
    403: ForbiddenError,
    404: NotFoundError,
    408: TimedOutError,
    409: ConflictError,
    422: BadRequestError,
    429: RateLimitError,
    504: TimedOutError,
    507: NotEnoughSpaceError,
}
_OF_CODE: dict[str, type[ForkdError]] = {globals()[name].code: globals()[name] for name in _codes}


def error_of(status: int, reply: Mapping[str, Any], url: str = "") -> ForkdError:
    """The error of an answer, in the class of its code, or of its status where a newer daemon gives another code."""
    family = _OF_STATUS.get(status, DaemonError if status >= 500 else ForkdError)
    return _OF_CODE.get(str(reply.get("code")), family)(status, reply, url)


def unexpected_reply(what: str, status: int = 0) -> UnexpectedReplyError:
    hint = "is this address a forkd daemon's, of the same version? see forkd.version()"
    return UnexpectedReplyError(status, {"error": what, "code": "unexpected_reply", "hint": hint})


__all__ = [
    "AuthenticationError",
    "BadRequestError",
    "ConflictError",
    "DaemonError",
    "DaemonLostError",
    "DaemonStartFailedError",
    "DaemonUnreachableError",
    "ForbiddenError",
    "ForkdError",
    "NotEnoughSpaceError",
    "NotFoundError",
    "RateLimitError",
    "TimedOutError",
    "UnexpectedReplyError",
    "error_of",
    "unexpected_reply",
    *_codes,
]
