"""The error of the reference system's client."""

from __future__ import annotations

import json
from typing import Any, Literal, Self

from .errors import ForkdError

BranchMode = Literal["full", "diff", "live"]


class ControllerError(RuntimeError):
    """An answer that is an error: `status`, `body` as the daemon wrote it, and `url`. Its cause is the ForkdError."""

    def __init__(self, status: int, body: Any, url: str) -> None:
        self.status = status
        self.body = body
        self.url = url
        text = body if isinstance(body, str) else json.dumps(body)
        super().__init__(f"controller {url}: HTTP {status}: {text}")

    @classmethod
    def of(cls, error: ForkdError) -> Self:
        return cls(error.status, error.reply, error.url)
