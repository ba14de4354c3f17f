"""Databases for tests: each is a fork of a PostgreSQL server in which the migrations have run once."""

from __future__ import annotations

import subprocess
import time
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import NamedTuple
from urllib.parse import quote
from uuid import uuid4

from .. import Forkd, Sandbox
from ..environment import read_environment
from ..errors import NameTakenError, SnapshotExistsError, SnapshotNotFoundError
from ..models import SnapshotInfo
from ..requests import SandboxForkRequestPublish
from .migrations import Migration, digest_migrations, read_migrations

_PORT = 5432
# A port of the host that is free, for as long as the machine lives.
PUBLISH: Sequence[SandboxForkRequestPublish] = [{"port": _PORT}]

# How often it is looked whether another process has made the snapshot.
_LOOK_SECS = 0.2
_MAX_BASE_LENGTH = 40
# Longer than what fits a test's database takes.
_TIMEOUT_SECS = 600

_RUN = 'psql --no-psqlrc --quiet --set=ON_ERROR_STOP=1 -U "$PG_USER" -d "$PG_DATABASE" --file="$1"'
# Until the server has let go of who ran them: a snapshot must have nobody connected.
_LEAVE = "while grep -qs '^postgres: .*[[]local[]]' /proc/[0-9]*/cmdline; do sleep 0.02; done"
_LOGIN = 'printf "%s\\n" "$PG_USER" "$PG_PASSWORD" "$PG_DATABASE"'


class TestDatabase(NamedTuple):
    """A PostgreSQL server of one test, on a port of this host. `url`: `postgres://USER:PASSWORD@127.0.0.1:PORT/DATABASE`."""

    url: str
    host: str
    port: int
    user: str
    password: str
    database: str
    sandbox: Sandbox


TestDatabase.__test__ = False  # type: ignore[attr-defined]


def open_database(sandbox: Sandbox) -> TestDatabase:
    """How the server of a machine that publishes its port is reached. Raises RuntimeError for one that has none."""
    user, password, database = (sandbox.exec(["sh", "-c", _LOGIN]).stdout.split("\n") + ["", ""])[:3]
    if user == "":
        raise RuntimeError(f"{sandbox.info.snapshot_tag} is no PostgreSQL fixture: it names no PG_USER")
    [published] = sandbox.info.published_ports
    host, port = "127.0.0.1", published.host_port
    who, secret, name = (quote(word, safe="") for word in (user, password, database))
    url = f"postgres://{who}:{secret}@{host}:{port}/{name}"
    return TestDatabase(url, host, port, user, password, database, sandbox)


def prepare_snapshot(forkd: Forkd, recipe: str, folders: Iterable[Path]) -> str:
    """The tag of the snapshot in which migrations ran, which is made when there is none of their digest.

    Of many processes that want it at once one makes it.
    """
    migrations = read_migrations(folders)
    base = _ensure_base(forkd, recipe)
    if not migrations:
        return base.tag
    tag = f"{base.tag[:_MAX_BASE_LENGTH]}-{digest_migrations(base.id or '', migrations)}"
    while True:
        found = _find_snapshot(forkd, tag)
        if found is not None and found.status == "ready":
            return tag
        if found is not None and found.status == "failed":
            raise RuntimeError(f"the snapshot {tag} is broken: forkd rmi {tag}")
        if found is None and _make_migrated(forkd, tag, base, migrations):
            return tag
        time.sleep(_LOOK_SECS)


def _ensure_base(forkd: Forkd, recipe: str) -> SnapshotInfo:
    """A recipe's snapshot. The command line makes one that is not there, and shows on stderr how it goes."""
    existing = _find_snapshot(forkd, recipe)
    if existing is not None and existing.status == "ready":
        return existing
    command = [read_environment().command, "recipe", "build", recipe, "--url", forkd.url]
    if subprocess.run(command, stdin=subprocess.DEVNULL, stdout=2).returncode != 0:
        raise RuntimeError(f"{' '.join(command)} failed: run it by hand to see why")
    return forkd.snapshots.get(recipe)


def _find_snapshot(forkd: Forkd, tag: str) -> SnapshotInfo | None:
    try:
        return forkd.snapshots.get(tag)
    except SnapshotNotFoundError:
        return None


def _make_migrated(forkd: Forkd, tag: str, base: SnapshotInfo, migrations: Sequence[Migration]) -> bool:
    """False when another does. The machine's name is what only one can have."""
    try:
        with forkd.sandboxes.fork(base.tag, name=f"make-{tag}") as [sandbox]:
            _migrate(sandbox, migrations)
            sandbox.branch(tag=tag, mode="diff")
            return True
    except (NameTakenError, SnapshotExistsError):
        return False


def _migrate(sandbox: Sandbox, migrations: Sequence[Migration]) -> None:
    """Runs migrations in order. Raises RuntimeError with what the server said of one that fails."""
    path = f"/tmp/{uuid4()}.sql"
    for name, sql in migrations:
        sandbox.files.write(path, sql)
        done = sandbox.exec(["sh", "-c", _RUN, "sh", path], timeout_secs=_TIMEOUT_SECS)
        if done.exit_code != 0:
            raise RuntimeError(f"the migration {name} failed: {done.stderr.strip()}")
    sandbox.files.remove(path)
    sandbox.exec(["sh", "-c", _LEAVE])
