"""Previews and imports in the database. Each function is one transaction, or a part of one.

They take a connection first, and are run by ``database.Database.run``. Times are seconds since 1970.
"""

from __future__ import annotations

import json
import secrets
from typing import Any, cast

from sqlalchemy import Connection, Row, and_, delete, insert, select, update

from ..launches.model import Launch
from ..launches.tables import launches
from .model import Imported, ImportState, Kind, Preview
from .tables import imports, previews

__all__ = ["add_import", "add_preview", "content_of", "find", "get_preview", "tidy"]

#: Imports of one listing.
_MOST_LISTED = 100
_FACTS = [column for column in previews.c if column.name != "content"]


def add_preview(
    connection: Connection,
    *,
    owner: str,
    kind: Kind,
    facts: dict[str, Any],
    content: bytes | None,
    now: float,
    life: float,
    most: int,
    most_bytes: int,
) -> Preview:
    """Keep what was looked at; of one person's the oldest go where it is too much.

    Args:
        connection: To the database.
        owner: Whose it is.
        kind: What it is.
        facts: What was found.
        content: The bytes of a notebook; ``None`` of a repository.
        now: The time.
        life: How long it is good, in seconds.
        most: Previews of one person.
        most_bytes: Their total; the new one is kept in any case.
    """
    size = len(content or b"")
    _make_room(connection, owner, most - 1, most_bytes - size)
    number = secrets.token_hex(16)
    values = {
        "id": number,
        "owner": owner,
        "kind": kind,
        "facts": json.dumps(facts),
        "size": size,
        "content": content,
        "created_at": now,
        "expires_at": now + life,
    }
    connection.execute(insert(previews), values)
    return Preview(number, owner, kind, facts, now + life)


def get_preview(connection: Connection, preview_id: str, owner: str, *, now: float) -> Preview | None:
    """The preview, if it is this person's and not over."""
    wanted = and_(previews.c.id == preview_id, previews.c.owner == owner, previews.c.expires_at > now)
    row = connection.execute(select(*_FACTS).where(wanted)).one_or_none()
    if row is None:
        return None
    return Preview(row.id, row.owner, row.kind, json.loads(row.facts), row.expires_at)


def content_of(connection: Connection, preview_id: str) -> bytes | None:
    """The bytes of a notebook that was looked at; ``None`` when they are kept no longer."""
    query = select(previews.c.content).where(previews.c.id == preview_id)
    return cast("bytes | None", connection.execute(query).scalar())


def add_import(
    connection: Connection, launch: Launch, *, kind: Kind, url: str, facts: dict[str, Any]
) -> None:
    """Note a launch in the list of its person; in the transaction that stores the launch.

    Args:
        connection: To the database.
        launch: Just stored.
        kind: What is imported.
        url: Where from, as it is shown.
        facts: ``source``, and ``commit`` and ``sha256`` where they are known.
    """
    values = {
        "id": launch.id,
        "owner": launch.owner,
        "kind": kind,
        "name": launch.file_name,
        "directory": launch.directory,
        "url": url,
        "source": json.dumps(facts["source"]),
        "revision": facts.get("commit") or "",
        "sha256": facts.get("sha256") or "",
        "created_at": launch.created_at,
        "path": "",
    }
    connection.execute(insert(imports), values)


def find(connection: Connection, owner: str, *, now: float) -> list[Imported]:
    """The imports of a person, newest first."""
    beside = imports.outerjoin(launches, launches.c.id == imports.c.id)
    query = (
        select(
            imports,
            launches.c.state.label("launch_state"),
            launches.c.path.label("launch_path"),
            launches.c.problem.label("launch_problem"),
            launches.c.expires_at,
        )
        .select_from(beside)
        .where(imports.c.owner == owner)
        .order_by(imports.c.created_at.desc())
        .limit(_MOST_LISTED)
    )
    return [_imported(row, now) for row in connection.execute(query)]


def tidy(connection: Connection, *, now: float, life: float) -> None:
    """Before launches that are over are removed: note what became of them; forget what is old.

    Args:
        connection: To the database.
        now: The time.
        life: How long an import stands in its person's list, in seconds.
    """
    over = (
        select(imports.c.id, launches.c.state, launches.c.path, launches.c.problem)
        .join(launches, launches.c.id == imports.c.id)
        .where(launches.c.expires_at <= now, imports.c.state.is_(None))
    )
    for row in connection.execute(over).all():
        values = {"state": _ended(row.state), "path": row.path, "problem": row.problem}
        connection.execute(update(imports).where(imports.c.id == row.id).values(**values))
    connection.execute(delete(previews).where(previews.c.expires_at <= now))
    connection.execute(delete(imports).where(imports.c.created_at <= now - life))


def _make_room(connection: Connection, owner: str, most: int, most_bytes: int) -> None:
    own = select(previews.c.id, previews.c.size).where(previews.c.owner == owner)
    total, over = 0, []
    for number, row in enumerate(connection.execute(own.order_by(previews.c.created_at.desc())).all()):
        total += row.size
        if number >= most or total > most_bytes:
            over.append(row.id)
    connection.execute(delete(previews).where(previews.c.id.in_(over)))


def _ended(state: str) -> ImportState:
    """What is said of a launch that is over."""
    return cast("ImportState", state) if state in ("ready", "failed") else "expired"


def _imported(row: Row[Any], now: float) -> Imported:
    is_kept = row.expires_at is not None and row.expires_at > now
    state: ImportState
    if row.launch_state is None:  # the launch is removed, and what became of it was noted
        state, path, problem = row.state or "expired", row.path, row.problem
    else:
        state = row.launch_state if is_kept else _ended(row.launch_state)
        path, problem = row.launch_path, row.launch_problem
    return Imported(
        id=row.id,
        kind=row.kind,
        name=row.name,
        directory=row.directory,
        url=row.url,
        source=json.loads(row.source),
        commit=row.revision,
        sha256=row.sha256,
        created_at=row.created_at,
        state=state,
        path=path,
        problem=json.loads(problem) if problem else None,
        is_kept=is_kept,
    )
