"""Those who share a daemon and see nothing of each other."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from ..models import TenantInfo
from .connection import AsyncConnection

if TYPE_CHECKING:
    from typing import Unpack

    from ..requests import TenantQuota


class AsyncTenants:
    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection

    async def list(self) -> Sequence[TenantInfo]:
        """Those that have a token, a sandbox or a quota, with what they use."""
        return await self._connection.call_list(TenantInfo, "listTenants")

    async def set(self, name: str, **quota: Unpack[TenantQuota]) -> TenantInfo:
        """Says how much one may use. What is left away has no limit, whatever it had."""
        return await self._connection.call(TenantInfo, "setTenant", name=name, body=quota)
