# Generated from ../_async by scripts/generate.ts: change that, then `npm run generate`.
"""The interpreters of one sandbox."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from ..models import ContextInfo
from .connection import Connection
from ..named import Named

if TYPE_CHECKING:
    from typing import Unpack

    from ..requests import ContextRequest

Context = str | ContextInfo


class Contexts:
    """Each language has one that is there for good, whose id is the language's name; a context is another, with variables, a
    working directory and a process of its own. Children of a fork have all of them.
    """

    def __init__(self, connection: Connection, sandbox: Named) -> None:
        self._connection = connection
        self._sandbox = sandbox

    def list(self) -> Sequence[ContextInfo]:
        """Those that are there for good among them."""
        return self._connection.call_list(ContextInfo, "listContexts", id=self._sandbox.id)

    def create(self, **options: Unpack[ContextRequest]) -> ContextInfo:
        """Starts one. Raises `too_many_contexts`, `interpreter_unavailable`, and `agent_outdated`."""
        return self._connection.call(ContextInfo, "createContext", body=options, id=self._sandbox.id)

    def restart(self, context: Context) -> ContextInfo:
        """Starts it anew, without its state. What runs in it ends. Raises `context_not_found`."""
        return self._connection.call(ContextInfo, "restartContext", id=self._sandbox.id, context=id_of(context))

    def interrupt(self, context: Context) -> bool:
        """Interrupts what runs in it: False when nothing did. Its state stays. Raises `context_not_found`."""
        report = self._connection.ask("interruptContext", id=self._sandbox.id, context=id_of(context))
        return bool(report["interrupted"])

    def remove(self, context: Context) -> None:
        """Ends one that was created. Raises `context_not_found`, and `guest_refused` for one that is there for good."""
        self._connection.ask("removeContext", id=self._sandbox.id, context=id_of(context))


def id_of(context: Context) -> str:
    return context if isinstance(context, str) else context.id
