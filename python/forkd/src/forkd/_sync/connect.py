# Generated from ../_async by scripts/generate.ts: change that, then `npm run generate`.
"""Opens a connection to the daemon that is told, or that the environment tells."""

from __future__ import annotations

from ..address import parse_address
from ..environment import read_environment
from .connection import Connection
from .transport import Transport


def open_connection(
    url: str | None = None,
    *,
    token: str | None = None,
    start_daemon: bool | None = None,
    command: str | None = None,
    timeout: float | None = None,
) -> tuple[str, Connection]:
    """The address, and a connection that does nothing yet. Raises ValueError for an address that is none."""
    environment = read_environment()
    address = parse_address(url or environment.url)
    starts = url is None and not environment.is_told if start_daemon is None else start_daemon
    starter = (command or environment.command) if starts else None
    credential = environment.token if token is None else (token or None)
    return address.text, Connection(Transport(address, starter, timeout), credential)
