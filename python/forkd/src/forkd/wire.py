"""Between values of Python and what is sent: paths, bodies, and the classes of answers."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Any, ClassVar, Self, TypeVar
from urllib.parse import quote, urlencode

from .errors import unexpected_reply
from .operations import OPAQUE_NAMES, OPERATIONS

ModelT = TypeVar("ModelT", bound="Model")


class Model:
    """An answer of the daemon: its fields are attributes, and items. What a newer daemon adds is there too."""

    __slots__ = ("_data",)
    _names: ClassVar[frozenset[str]] = frozenset()
    _parts: ClassVar[dict[str, str]] = {}
    _classes: ClassVar[dict[str, type[Model]]] = {}

    def __init__(self, data: Mapping[str, Any]) -> None:
        self._data = dict(data)

    def __init_subclass__(cls) -> None:
        Model._classes[cls.__name__] = cls

    @classmethod
    def of(cls, data: Any) -> Self:
        """Takes what the wire says. Raises `unexpected_reply` when that is no object."""
        if not isinstance(data, Mapping):
            raise unexpected_reply(f"the daemon answered with no {cls.__name__}")
        return cls(data)

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__") or name == "_data":
            raise AttributeError(name)
        key = name.removesuffix("_") if name not in self._data else name
        if key in self._data:
            return self._wrap(key, self._data[key])
        if key in self._names:
            return None
        raise AttributeError(f"{type(self).__name__} has no field {name}")

    def __getitem__(self, name: str) -> Any:
        return self._wrap(name, self._data[name])

    def __contains__(self, name: object) -> bool:
        return name in self._data

    def keys(self) -> Iterator[str]:
        """The fields that were told; `dict(answer)` has them all."""
        return iter(self._data)

    def get(self, name: str, default: Any = None) -> Any:
        return self[name] if name in self._data else default

    def to_dict(self) -> dict[str, Any]:
        """What the wire says, as it is."""
        return dict(self._data)

    def __eq__(self, other: object) -> bool:
        return type(other) is type(self) and isinstance(other, Model) and other._data == self._data

    __hash__ = None  # type: ignore[assignment]

    def __repr__(self) -> str:
        fields = ", ".join(f"{name}={value!r}" for name, value in self._data.items())
        return f"{type(self).__name__}({fields})"

    def _wrap(self, name: str, value: Any) -> Any:
        if name in OPAQUE_NAMES:
            return value
        if isinstance(value, list):
            return [self._wrap(name, item) for item in value]
        if isinstance(value, dict):
            return self._classes.get(self._parts.get(name, ""), Model)(value)
        return value


def plain(value: Any) -> Any:
    """A value as JSON can write it."""
    if isinstance(value, Model):
        return value.to_dict()
    if isinstance(value, Mapping):
        return {key: plain(each) for key, each in value.items()}
    if isinstance(value, (list, tuple)):
        return [plain(each) for each in value]
    return value


def write_body(body: Mapping[str, Any]) -> bytes:
    return json.dumps(plain(body)).encode()


def write_path(operation: str, params: Mapping[str, str | int], query: Mapping[str, Any]) -> str:
    """The path of an operation. Whatever is in a parameter, it stays one part of the path."""
    path = "/".join(
        quote(str(params[part[1:]]), safe="") if part.startswith(":") else part
        for part in OPERATIONS[operation][1].split("/")
    )
    fields = list(_query_fields(query))
    return f"{path}?{urlencode(fields)}" if fields else path


def _query_fields(query: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    for name, value in query.items():
        for each in value if isinstance(value, (list, tuple)) else [value]:
            if each is not None:
                yield name, str(each).lower() if isinstance(each, bool) else str(each)
