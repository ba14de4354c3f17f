# Generated from ../_async by scripts/generate.ts: change that, then `npm run generate`.
"""Where the daemon sends events."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from ..models import NewWebhook, WebhookInfo
from .connection import Connection

if TYPE_CHECKING:
    from typing import Unpack

    from ..requests import WebhookOptions


class Webhooks:
    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def create(self, url: str, **options: Unpack[WebhookOptions]) -> NewWebhook:
        """Has events sent to a URL. What they are signed with, `secret`, is told this once. Raises `webhook_limit`."""
        return self._connection.call(NewWebhook, "createWebhook", body={"url": url, **options})

    def list(self) -> Sequence[WebhookInfo]:
        """All of them, and how it goes."""
        return self._connection.call_list(WebhookInfo, "listWebhooks")

    def remove(self, webhook: str) -> None:
        """Sends no more there, also not what waits. Raises `webhook_not_found`."""
        self._connection.ask("deleteWebhook", webhook=webhook)
