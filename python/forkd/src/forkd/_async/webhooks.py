"""Where the daemon sends events."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from ..models import NewWebhook, WebhookInfo
from .connection import AsyncConnection

if TYPE_CHECKING:
    from typing import Unpack

    from ..requests import WebhookOptions


class AsyncWebhooks:
    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection

    async def create(self, url: str, **options: Unpack[WebhookOptions]) -> NewWebhook:
        """Has events sent to a URL. What they are signed with, `secret`, is told this once. Raises `webhook_limit`."""
        return await self._connection.call(NewWebhook, "createWebhook", body={"url": url, **options})

    async def list(self) -> Sequence[WebhookInfo]:
        """All of them, and how it goes."""
        return await self._connection.call_list(WebhookInfo, "listWebhooks")

    async def remove(self, webhook: str) -> None:
        """Sends no more there, also not what waits. Raises `webhook_not_found`."""
        await self._connection.ask("deleteWebhook", webhook=webhook)
