"""Where the daemon is and how to be let in, as the environment says. The only place that reads it."""

from __future__ import annotations

import os
from typing import NamedTuple


class Environment(NamedTuple):
    """`url`: FORKD_URL, else the user's own unix socket. `is_told`: whether FORKD_URL says so."""

    url: str
    is_told: bool
    token: str | None
    command: str
    tag: str
    target: str | None


def read_environment() -> Environment:
    told = os.environ.get("FORKD_URL") or None
    socket = os.environ.get("FORKD_SOCKET") or _default_socket()
    return Environment(
        url=told or f"unix:{socket}",
        is_told=told is not None,
        token=os.environ.get("FORKD_TOKEN", "").strip() or None,
        command=os.environ.get("FORKD_COMMAND") or "forkd",
        tag=os.environ.get("FORKD_TAG") or "pyagent",
        target=os.environ.get("FORKD_TARGET") or None,
    )


def _default_socket() -> str:
    """Root's is the system's, others have one each."""
    uid = os.getuid()
    if uid == 0:
        return "/run/forkd/forkd.sock"
    runtime = os.environ.get("XDG_RUNTIME_DIR")
    return f"{runtime}/forkd/forkd.sock" if runtime else f"/tmp/forkd-{uid}/forkd.sock"
