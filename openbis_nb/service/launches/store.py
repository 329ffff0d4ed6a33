"""Launches in the database. Each function is one transaction; changes are conditional, and say how it went.

They take a connection first, and are run by ``database.Database.run``. Times are seconds since 1970.
"""

from __future__ import annotations

import json
import secrets
from collections.abc import Collection
from typing import Any, cast

from sqlalchemy import Connection, Row, Select, and_, delete, func, insert, select, text, update

from ...errors import TooLarge, TooMany
from .model import Launch, NewLaunch
from .tables import launches

__all__ = [
    "add",
    "body_of",
    "content_of",
    "find",
    "get",
    "pending",
    "remove_expired",
    "set_failed",
    "set_prepared",
    "set_ready",
    "set_writing",
    "try_again",
]

#: Launches of one listing.
_MOST_LISTED = 50
_COLUMNS = [column for column in launches.c if column.name not in ("body", "content", "size")]


def add(
    connection: Connection, new: NewLaunch, *, now: float, life: float, most: int, most_bytes: int
) -> Launch:
    """Store a launch.

    Args:
        connection: To the database.
        new: What to store.
        now: The time.
        life: How long it is good, in seconds.
        most: Launches of one person that may wait.
        most_bytes: Their total.

    Raises:
        TooMany, TooLarge: the person has so much waiting already.
    """
    _one_at_a_time(connection, new.owner)
    own = and_(launches.c.owner == new.owner, launches.c.expires_at > now, launches.c.size > 0)
    count, total = connection.execute(
        select(func.count(), func.coalesce(func.sum(launches.c.size), 0)).where(own)
    ).one()
    step = "Open the notebooks that wait, or try again tomorrow."
    if count >= most:
        raise TooMany(f"{count} of your launches wait already.", next_step=step)
    if total + len(new.body) > most_bytes:
        raise TooLarge(f"Your launches that wait would be larger than {most_bytes} bytes.", next_step=step)
    number = secrets.token_hex(16)
    values = {
        "id": number,
        "owner": new.owner,
        "kind": new.kind,
        "state": "checking",
        "directory": new.directory,
        "file_name": new.file_name,
        "path": "",
        "options": json.dumps(new.options),
        "size": len(new.body),
        "created_at": now,
        "expires_at": now + life,
        "body": new.body,
    }
    connection.execute(insert(launches), values)
    return Launch(
        id=number,
        owner=new.owner,
        kind=new.kind,
        state="checking",
        directory=new.directory,
        file_name=new.file_name,
        path="",
        problem=None,
        options=new.options,
        prepared=False,
        created_at=now,
        expires_at=now + life,
    )


def get(connection: Connection, launch_id: str, *, now: float) -> Launch | None:
    """The launch; ``None`` if it is unknown or over."""
    row = connection.execute(_listed().where(_alive(launch_id, now))).one_or_none()
    return None if row is None else _launch(row)


def find(
    connection: Connection,
    owners: Collection[str],
    *,
    directory: str | None,
    file_name: str | None,
    now: float,
) -> list[Launch]:
    """Launches of these owners, newest first; of one folder or file, where these are given."""
    query = _listed().where(launches.c.owner.in_(owners), launches.c.expires_at > now)
    if directory is not None:
        query = query.where(launches.c.directory == directory)
    if file_name is not None:
        query = query.where(launches.c.file_name == file_name)
    rows = connection.execute(query.order_by(launches.c.created_at.desc()).limit(_MOST_LISTED))
    return [_launch(row) for row in rows]


def body_of(connection: Connection, launch_id: str) -> bytes | None:
    """What the notebook is to be made from; ``None`` when it is made."""
    return cast(
        "bytes | None", connection.execute(select(launches.c.body).where(launches.c.id == launch_id)).scalar()
    )


def content_of(connection: Connection, launch_id: str) -> bytes | None:
    """The prepared notebook with what belongs to it; ``None`` before it is made."""
    return cast(
        "bytes | None",
        connection.execute(select(launches.c.content).where(launches.c.id == launch_id)).scalar(),
    )


def set_prepared(connection: Connection, launch_id: str, content: bytes, *, now: float) -> bool:
    """Keep the notebook in place of the body; whether this was the first one."""
    return _change(
        connection,
        and_(_alive(launch_id, now), launches.c.content.is_(None)),
        state="waiting",
        content=content,
        body=None,
        size=len(content),
        problem=None,
    )


def set_writing(connection: Connection, launch_id: str, *, now: float) -> bool:
    """The person's server has fetched it; whether it may."""
    return _change(connection, _writable(launch_id, now), state="writing", problem=None)


def set_ready(connection: Connection, launch_id: str, path: str, *, now: float) -> bool:
    """The file is written, and the notebook is kept no longer; whether this was the first one."""
    return _change(
        connection, _writable(launch_id, now), state="ready", path=path, problem=None, size=0, content=None
    )


def set_failed(
    connection: Connection, launch_id: str, problem: dict[str, Any], *, for_good: bool, now: float
) -> bool:
    """Note why it failed, unless a file is there already.

    Args:
        connection: To the database.
        launch_id: Which launch.
        problem: Problem JSON.
        for_good: Whether it will never be tried again: what it was made from is not kept then.
        now: The time.
    """
    gone = {"size": 0, "body": None} if for_good else {}
    where = and_(_alive(launch_id, now), launches.c.state != "ready")
    return _change(connection, where, state="failed", problem=json.dumps(problem), **gone)


def try_again(connection: Connection, launch_id: str, *, now: float) -> bool:
    """Take a failure back: prepared ones wait again, others are checked again."""
    failed = and_(_alive(launch_id, now), launches.c.state == "failed")
    if _change(connection, and_(failed, launches.c.content.is_not(None)), state="waiting", problem=None):
        return True
    return _change(connection, failed, state="checking", problem=None)


def remove_expired(connection: Connection, *, now: float) -> int:
    """Delete what is over; how many."""
    return connection.execute(delete(launches).where(launches.c.expires_at <= now)).rowcount


def pending(connection: Connection, *, now: float) -> int:
    """How many launches wait."""
    query = select(func.count()).where(
        launches.c.expires_at > now, launches.c.state.in_(("checking", "waiting", "writing"))
    )
    return int(connection.execute(query).scalar() or 0)


def _one_at_a_time(connection: Connection, owner: str) -> None:
    """Two launches of a person at once must not both take the last place. SQLite has one writer anyway."""
    if connection.dialect.name == "postgresql":
        connection.execute(
            text("SELECT pg_advisory_xact_lock(hashtextextended(:owner, 0))"), {"owner": owner}
        )


def _change(connection: Connection, where: Any, **values: Any) -> bool:
    return connection.execute(update(launches).where(where).values(**values)).rowcount == 1


def _alive(launch_id: str, now: float) -> Any:
    return and_(launches.c.id == launch_id, launches.c.expires_at > now)


def _writable(launch_id: str, now: float) -> Any:
    return and_(_alive(launch_id, now), launches.c.content.is_not(None), launches.c.state != "ready")


def _listed() -> Select[Any]:
    return select(*_COLUMNS, launches.c.content.is_not(None).label("prepared"))


def _launch(row: Row[Any]) -> Launch:
    return Launch(
        id=row.id,
        owner=row.owner,
        kind=row.kind,
        state=row.state,
        directory=row.directory,
        file_name=row.file_name,
        path=row.path,
        problem=json.loads(row.problem) if row.problem else None,
        options=json.loads(row.options),
        prepared=bool(row.prepared),
        created_at=row.created_at,
        expires_at=row.expires_at,
    )
