"""Root images: what machines boot from."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from ..models import ImageInfo
from .connection import AsyncConnection, OnProgress
from .stream import AsyncStream

if TYPE_CHECKING:
    from ..requests import ImageRecipe


class AsyncImages:
    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection

    async def list(self) -> Sequence[ImageInfo]:
        return await self._connection.call_list(ImageInfo, "listImages")

    def pages(self, *, limit: int | None = None) -> AsyncStream[Sequence[ImageInfo]]:
        """The same in pages, the oldest first."""
        return self._connection.pages(ImageInfo, "listImages", query={}, limit=limit)

    async def build(self, name: str, recipe: ImageRecipe, *, on_progress: OnProgress = None) -> ImageInfo:
        """Builds a root image, or finds the one of the same recipe (`cached`). Takes a minute or so.

        Raises `image_build_failed`, `requirement_missing`, `disk_full`.
        """
        body = {"name": name, "recipe": recipe}
        return await self._connection.call(ImageInfo, "buildImage", body=body, on_progress=on_progress)

    async def remove(self, image: str) -> None:
        """Removes an image by name or id. Raises `image_not_found`, `image_in_use`."""
        await self._connection.ask("deleteImage", image=image)
