"""How a daemon's address is written: `unix:/path`, `http://…` or `https://…`."""

from __future__ import annotations

import re
from typing import NamedTuple

from .errors import DaemonUnreachableError

# `sun_path` has 108 bytes with the NUL, unix(7); connect(2) only says EINVAL.
_MAX_SOCKET_PATH_BYTES = 107


class Address(NamedTuple):
    """`socket_path` is None where it is reached by TCP. `base` is what paths of requests are put behind."""

    text: str
    socket_path: str | None
    base: str


def parse_address(url: str) -> Address:
    """Raises ValueError for what is neither http nor a unix socket, or holds a password."""
    if url.startswith("unix:"):
        path = re.sub(r"^//(?=/)", "", url.removeprefix("unix:"))
        return Address(f"unix:{path}", path, "http://forkd")
    if not re.match(r"https?://", url):
        raise ValueError(f"the forkd URL must begin with http://, https:// or unix:/, not {url}")
    if re.match(r"https?://[^/?#]*@", url):
        raise ValueError("the forkd URL must hold no user and no password: give a token")
    return Address(url.rstrip("/"), None, url.rstrip("/"))


def check_socket_path(path: str) -> None:
    """Raises `daemon_unreachable` for a path that no unix socket can have."""
    size = len(path.encode())
    if size > _MAX_SOCKET_PATH_BYTES:
        raise unreachable(
            f"no forkd daemon can answer at {path}: the path has {size} bytes, "
            f"and a unix socket's has at most {_MAX_SOCKET_PATH_BYTES}",
            "set FORKD_SOCKET, or FORKD_URL, to a shorter path",
        )


def unreachable(error: str, hint: str) -> DaemonUnreachableError:
    return DaemonUnreachableError(0, {"error": error, "code": "daemon_unreachable", "hint": hint})
