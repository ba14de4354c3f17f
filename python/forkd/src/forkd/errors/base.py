"""The one family of errors of the client, by what a caller can do about them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ..hints import render_hint


class ForkdError(RuntimeError):
    """What failed, on which object, with the numbers.

    `code` says what happened (docs/reference/errors.md), `hint` what mends it in calls of this client, `details` has the
    facts of the sentence, and `request_id` finds the request in the daemon's log. `status` is that of HTTP; 0 where
    nobody answered.
    """

    code: str = "unknown"

    def __init__(self, status: int, reply: Mapping[str, Any], url: str = "") -> None:
        super().__init__(str(reply.get("error", "")))
        self.status = status
        self.code = str(reply.get("code", self.code))
        self.hint = render_hint(reply)
        self.details: Any = reply.get("details")
        self.request_id: str | None = reply.get("request_id")
        self.url = url
        self.reply = dict(reply)

    def __str__(self) -> str:
        message = super().__str__()
        return f"{message} (try: {self.hint})" if self.hint else message

    def __reduce__(self) -> tuple[Any, ...]:
        return type(self), (self.status, self.reply, self.url)


class BadRequestError(ForkdError, ValueError):
    """The request cannot be done as it was asked."""


class AuthenticationError(ForkdError):
    """The token is missing or wrong."""


class ForbiddenError(ForkdError, PermissionError):
    """It is not allowed."""


class NotFoundError(ForkdError, LookupError):
    """There is no such thing."""


class ConflictError(ForkdError):
    """Not as things are now."""


class RateLimitError(ForkdError):
    """As many as may be are there already."""


class NotEnoughSpaceError(ForkdError):
    """A disk is full."""


class TimedOutError(ForkdError, TimeoutError):
    """It took longer than it may."""


class DaemonError(ForkdError):
    """The daemon, the machine or what is around it failed."""


class DaemonUnreachableError(ForkdError, ConnectionError):
    """No daemon answers, or it ended in the middle of the request."""


class DaemonLostError(DaemonUnreachableError):
    """The daemon ended in the middle of the request."""

    code = "daemon_lost"


class DaemonStartFailedError(DaemonUnreachableError):
    """The daemon that was to be started did not start."""

    code = "daemon_start_failed"


class UnexpectedReplyError(ForkdError):
    """The answer is not what the API says."""

    code = "unexpected_reply"
