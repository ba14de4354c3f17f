# Generated from ../_async by scripts/generate.ts: change that, then `npm run generate`.
"""Who may use the API by TCP. The unix socket needs no token."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from ..models import NewToken, TokenInfo
from .connection import Connection

if TYPE_CHECKING:
    from typing import Unpack

    from ..requests import TokenOptions


class Tokens:
    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def create(self, name: str, **options: Unpack[TokenOptions]) -> NewToken:
        """Makes one. Its secret, `token`, is told this once. Raises `token_name_taken`."""
        return self._connection.call(NewToken, "createToken", body={"name": name, **options})

    def list(self) -> Sequence[TokenInfo]:
        """All of them, by their names, without their secrets."""
        return self._connection.call_list(TokenInfo, "listTokens")

    def revoke(self, name: str) -> None:
        """Makes one useless at once; what its holder has under way ends within a second. Raises `token_not_found`."""
        self._connection.ask("revokeToken", name=name)
