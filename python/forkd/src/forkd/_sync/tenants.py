# Generated from ../_async by scripts/generate.ts: change that, then `npm run generate`.
"""Those who share a daemon and see nothing of each other."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from ..models import TenantInfo
from .connection import Connection

if TYPE_CHECKING:
    from typing import Unpack

    from ..requests import TenantQuota


class Tenants:
    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def list(self) -> Sequence[TenantInfo]:
        """Those that have a token, a sandbox or a quota, with what they use."""
        return self._connection.call_list(TenantInfo, "listTenants")

    def set(self, name: str, **quota: Unpack[TenantQuota]) -> TenantInfo:
        """Says how much one may use. What is left away has no limit, whatever it had."""
        return self._connection.call(TenantInfo, "setTenant", name=name, body=quota)
