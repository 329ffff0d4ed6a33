"""What admins see and stop, in the database; each function is a part of one transaction."""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping, Sequence
from typing import Any

from sqlalchemy import ColumnElement, Connection, Row, Select, and_, func, or_, select, update

from ..library.store import storable
from . import audit as lines
from .dashboards.tables import pages_on
from .tables import audit, pages

__all__ = ["audited", "boards", "found", "stop"]


def found(db: Connection, text: str, *, live: bool, now: int, limit: int, offset: int) -> Sequence[Row[Any]]:
    """Pages whose title, publisher, place or notebook holds each word of *text*, the one changed last first.

    Args:
        db: A connection.
        text: Words.
        live: Only those that are shown now.
        now: Milliseconds since 1970.
        limit: At most so many.
        offset: Without the first so many.
    """
    query: Select[Any] = select(pages)
    for word in storable(text).lower().split():
        looked_at = (pages.c.title, pages.c.published_by, pages.c.owner_identifier, pages.c.notebook_id)
        query = query.where(or_(*(func.lower(one).contains(word, autoescape=True) for one in looked_at)))
    if live:
        query = query.where(_is_shown(now))
    ordered = query.order_by(pages.c.changed_at.desc(), pages.c.id).limit(limit).offset(offset)
    return db.execute(ordered).all()


def boards(db: Connection, page_ids: Collection[str]) -> Mapping[str, int]:
    """Page → on how many dashboards it stands."""
    query = select(pages_on.c.page_id, func.count()).where(pages_on.c.page_id.in_(list(page_ids)))
    return {page_id: number for page_id, number in db.execute(query.group_by(pages_on.c.page_id))}


def stop(db: Connection, page_ids: Collection[str] | None, *, who: str, now: int) -> int:
    """Stop pages at once, whatever anybody does with them at the same time; how many were live.

    Args:
        db: A connection.
        page_ids: ``None``: all.
        who: User id.
        now: Milliseconds since 1970.
    """
    query = select(pages.c.id).where(pages.c.state == "live")
    if page_ids is not None:
        query = query.where(pages.c.id.in_(list(page_ids)))
    stopped = list(db.execute(query).scalars())
    values = {"state": "stopped", "reason": "stopped", "changed_at": now, "revision": pages.c.revision + 1}
    for page_id in stopped:
        db.execute(update(pages).where(pages.c.id == page_id).values(**values))
        lines.write(db, now, who, "stop", page_id, by_admin=True)
    return len(stopped)


def audited(db: Connection, text: str, limit: int, offset: int) -> Sequence[Row[Any]]:
    """Lines of the audit with the title of their page, the last first."""
    query: Select[Any] = select(audit, pages.c.title.label("title")).outerjoin(
        pages, pages.c.id == audit.c.page_id
    )
    for word in storable(text).lower().split():
        looked_at = (pages.c.title, audit.c.who, audit.c.action, audit.c.page_id)
        query = query.where(or_(*(func.lower(one).contains(word, autoescape=True) for one in looked_at)))
    return db.execute(query.order_by(audit.c.at.desc(), audit.c.id).limit(limit).offset(offset)).all()


def details_of(row: Row[Any]) -> str:
    """The facts of a line, as one text."""
    return ", ".join(f"{name} {value}" for name, value in json.loads(row.details).items())


def _is_shown(now: int) -> ColumnElement[bool]:
    return and_(pages.c.state == "live", or_(pages.c.ends_at.is_(None), pages.c.ends_at > now))
