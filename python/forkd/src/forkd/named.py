"""What has an id."""

from __future__ import annotations

from typing import Protocol


class Named(Protocol):
    @property
    def id(self) -> str: ...
