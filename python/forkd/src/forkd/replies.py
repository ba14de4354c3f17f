"""Whole answers, read."""

from __future__ import annotations

import json
from typing import Any

from .errors import unexpected_reply
from .wire import ModelT


def parse_json(text: bytes) -> Any:
    """What an answer says; None where it is empty."""
    if not text:
        return None
    try:
        return json.loads(text)
    except ValueError as error:
        raise unexpected_reply(f"the daemon answered with what is not JSON: {_start(text)}") from error


def list_of(kind: type[ModelT], found: Any) -> list[ModelT]:
    """The objects of a list. Raises `unexpected_reply` for what is none."""
    if not isinstance(found, list):
        raise unexpected_reply(f"the daemon answered with no list of {kind.__name__}")
    return [kind.of(each) for each in found]


def read_error(status: int, text: bytes) -> dict[str, Any]:
    """The error of an answer. Raises `unexpected_reply` for one that is not the API's."""
    try:
        wire = json.loads(text)
    except ValueError as error:
        raise unexpected_reply(f"status {status} without a JSON body", status) from error
    if isinstance(wire, dict) and isinstance(wire.get("error"), str) and isinstance(wire.get("code"), str):
        return wire
    raise unexpected_reply(f"status {status}: {_start(text)}", status)


def _start(text: bytes) -> str:
    return text[:200].decode(errors="replace")
