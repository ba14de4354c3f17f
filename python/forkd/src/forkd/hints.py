"""What mends an error, in calls of this client, which is named `forkd` in them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

# For each operation that a hint can name: the call, the arguments that it takes by place, and those it needs besides.
_OF_CLIENT: dict[str, tuple[str, tuple[str, ...]]] = {
    "listWorkspaces": ("workspaces.list", ()),
    "listSandboxes": ("sandboxes.list", ()),
    "createSandboxes": ("sandboxes.fork", ("snapshot_tag",)),
    "adoptSandbox": ("sandboxes.adopt", ("id",)),
    "killSandbox": ("sandboxes.kill", ("id",)),
    "killSandboxes": ("sandboxes.kill_all", ()),
    "createSnapshot": ("snapshots.create", ("tag", "image")),
    "deleteSnapshot": ("snapshots.remove", ("tag",)),
    "compactSnapshot": ("snapshots.compact", ("tag", "to")),
    "packSnapshot": ("snapshots.pack", ("tag", "output")),
    "pullSnapshot": ("snapshots.pull", ("source",)),
    "listImages": ("images.list", ()),
    "buildImage": ("images.build", ("name", "recipe")),
    "deleteImage": ("images.remove", ("image",)),
    "listJobs": ("jobs.list", ()),
    "watchEvents": ("events.follow", ()),
    "listTokens": ("tokens.list", ()),
    "createToken": ("tokens.create", ("name",)),
    "revokeToken": ("tokens.revoke", ("name",)),
    "doctor": ("doctor", ()),
    "stop": ("stop", ()),
    "version": ("version", ()),
}
_OF_SANDBOX: dict[str, tuple[str, tuple[str, ...]]] = {
    "forkSandbox": ("fork", ()),
    "branchSandbox": ("branch", ()),
    "resumeSandbox": ("resume", ()),
    "logs": ("logs", ()),
    "listContexts": ("contexts.list", ()),
    "removeContext": ("contexts.remove", ("context",)),
    "listPorts": ("ports.list", ()),
    "waitForPort": ("ports.wait_for", ("port",)),
    "exec": ("exec", ("args",)),
}


def render_hint(reply: Mapping[str, Any]) -> str:
    """The hint of an error. One that names an operation which is newer than this client is quoted as it came."""
    parts = reply.get("hint_parts")
    try:
        if isinstance(parts, list):
            return "".join(part if isinstance(part, str) else _render_part(part) for part in parts)
    except (KeyError, TypeError, AttributeError):
        pass
    return str(reply.get("hint", ""))


def _render_part(part: Mapping[str, Any]) -> str:
    if "option" in part:
        name = str(part["option"]).rpartition(".")[2]
        return f"{name}={part['value']!r}" if "value" in part else name
    operation, args = part["operation"], dict(part["args"])
    if operation in _OF_SANDBOX:
        method, places = _OF_SANDBOX[operation]
        of = f"forkd.sandboxes.at({_value('id', args.pop('id', None))})"
        return f"{of}.{method}({_arguments(args, places)})"
    method, places = _OF_CLIENT[operation]
    return f"forkd.{method}({_arguments(args, places)})"


def _arguments(args: Mapping[str, Any], places: tuple[str, ...]) -> str:
    by_place = [_value(name, args.get(name)) for name in places]
    by_name = [f"{name}={_value(name, value)}" for name, value in args.items() if name not in places]
    return ", ".join([*by_place, *by_name])


def _value(name: str, value: Any) -> str:
    """A value as it is written; the argument's name where the reader is to choose."""
    return name if value is None else repr(value)
