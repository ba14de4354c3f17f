"""How a handle on a sandbox begins."""

from __future__ import annotations


class Construct:
    """Nothing that waits can be done by a constructor."""

    def __init__(self) -> None:
        raise TypeError("use `await AsyncSandbox.create(…)`")
