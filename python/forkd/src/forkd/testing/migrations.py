"""Files of SQL that make a schema."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import NamedTuple


class Migration(NamedTuple):
    """A file of SQL."""

    name: str
    sql: bytes


def read_migrations(folders: Iterable[Path]) -> list[Migration]:
    """The `.sql` files of each folder, in the order of their names. Raises OSError for a folder that is not there."""
    return [
        Migration(path.name, path.read_bytes())
        for folder in folders
        for path in sorted(folder.iterdir())
        if path.suffix == ".sql"
    ]


def digest_migrations(snapshot_id: str, migrations: Sequence[Migration]) -> str:
    """The same for the same files on the same snapshot, also as the TypeScript client has it."""
    digest = hashlib.sha256(snapshot_id.encode())
    for name, sql in migrations:
        digest.update(f"\0{name}\0{len(sql)}\0".encode())
        digest.update(sql)
    return digest.hexdigest()[:16]
