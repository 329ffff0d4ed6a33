"""Requests that came with an ``Idempotency-Key``, in the database. Each function is one transaction.

They take a connection first, and are run by ``database.Database.run``. Times are seconds since 1970.
"""

from __future__ import annotations

import json
import uuid
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Column, Connection, Float, Index, String, Table, Text, delete, insert, select, update

from .launches.tables import metadata

__all__ = ["KeptRequest", "begin", "forget", "new_save_id", "requests", "set_done", "set_tried"]

requests = Table(
    "nb_request",
    metadata,
    Column("id", String(64), primary_key=True),  # hash of person and key
    Column("digest", String(64), nullable=False),  # of route, query and body
    Column("save_id", String(64), nullable=False),
    Column("created_at", Float(53), nullable=False),
    Column("expires_at", Float(53), nullable=False),
    Column("last_try_at", Float(53)),  # when something was about to be registered
    Column("answer", Text),  # JSON: what was made; null while it is not done
    Index("nb_request_expires_at", "expires_at"),
)


@dataclass(frozen=True, slots=True)
class KeptRequest:
    """A request as an earlier try left it.

    Args:
        digest: Of what was asked.
        save_id: Of the version that it makes.
        created_at: When it came first; what it writes says so.
        last_try_at: When a try began that may have reached openBIS.
        answer: What was made; ``None`` while it is not done.
    """

    digest: str
    save_id: str
    created_at: float
    last_try_at: float | None = None
    answer: dict[str, Any] | None = None


def begin(connection: Connection, request_id: str, digest: str, *, now: float, life: float) -> KeptRequest:
    """The request of this id; a new one if there is none, or it is over."""
    connection.execute(delete(requests).where(requests.c.expires_at <= now))
    row = connection.execute(select(requests).where(requests.c.id == request_id)).one_or_none()
    if row is not None:
        answer = json.loads(row.answer) if row.answer else None
        return KeptRequest(row.digest, row.save_id, row.created_at, row.last_try_at, answer)
    new = KeptRequest(digest, new_save_id(), now)
    values = {"digest": digest, "save_id": new.save_id, "created_at": now, "expires_at": now + life}
    connection.execute(insert(requests), {"id": request_id, **values})
    return new


def set_tried(connection: Connection, request_id: str, when: float | None) -> None:
    """Something is about to be registered; ``None``: it certainly was not."""
    connection.execute(update(requests).where(requests.c.id == request_id).values(last_try_at=when))


def set_done(connection: Connection, request_id: str, answer: dict[str, Any]) -> None:
    """It is done, and this was made."""
    connection.execute(update(requests).where(requests.c.id == request_id).values(answer=json.dumps(answer)))


def forget(connection: Connection, request_id: str) -> None:
    """Nothing was made, and nothing will be found: the key may be used again."""
    connection.execute(delete(requests).where(requests.c.id == request_id))


def new_save_id() -> str:
    """As ``openbis-nb save`` makes them."""
    return str(uuid.uuid4())
