"""Links for the world in the database; each function is one step of a transaction. Times are milliseconds."""

from __future__ import annotations

import json
from collections.abc import Collection, Sequence
from typing import Any

from sqlalchemy import Connection, Row, Select, delete, func, or_, select, update

from ...openbis.secrets import Secret
from ..library.store import storable
from .link_keys import hash_of
from .link_model import NewLink, PublicLink, Shown
from .link_tables import links
from .tables import audit, pages, snapshots
from .times import moment, stamp

__all__ = [
    "add", "by_fid", "by_key", "find", "forget_views", "of_fids", "of_pages", "revoke",
    "search", "shown", "viewed",
]  # fmt: skip

_PAGE = (
    pages.c.title.label("page_title"),
    pages.c.state.label("page_state"),
    pages.c.ends_at.label("page_ends_at"),
    pages.c.confirmed_at.label("page_confirmed_at"),
)
_TIMES = ("made_at", "ends_at", "revoked_at", "viewed_at", "page_ends_at", "page_confirmed_at")


def add(
    db: Connection, link_id: str, key: Secret, page_id: str, new: NewLink, *, made_by: str, now: int
) -> None:
    """Keep a link. With the same id once more, which is a repeat, it only gets another key."""
    key_hash = hash_of(key.reveal())
    if db.execute(select(links.c.id).where(links.c.id == link_id)).first() is not None:
        db.execute(update(links).where(links.c.id == link_id).values(key_hash=key_hash))
        return
    values = {
        "id": link_id,
        "key_hash": key_hash,
        "page_id": page_id,
        "kind": new.kind,
        "fid": storable(new.fid),
        "note": storable(new.note),
        "sites": json.dumps(list(new.sites)),
        "names_author": new.names_author,
        "made_by": storable(made_by),
        "made_at": now,
        "ends_at": stamp(new.ends_at),
        "revoked_by": "",
        "views": 0,
    }
    db.execute(links.insert().values(**values))


def find(db: Connection, link_id: str) -> PublicLink | None:
    """A link by its id; ``None`` if there is none."""
    row = db.execute(_query().where(links.c.id == link_id)).first()
    return _link(row) if row is not None else None


def by_key(db: Connection, key: str) -> PublicLink | None:
    """The link of a key that somebody sent; ``None`` if there is none."""
    row = db.execute(_query().where(links.c.key_hash == hash_of(key))).first()
    return _link(row) if row is not None else None


def by_fid(db: Connection, fid: str) -> list[PublicLink]:
    """The links by which the notebook of a ``fid`` is world readable, the newest first."""
    query = _query().where(links.c.fid == fid, links.c.kind == "world-readable")
    return [_link(row) for row in db.execute(query.order_by(links.c.made_at.desc(), links.c.id))]


def of_pages(db: Connection, page_ids: Collection[str]) -> list[PublicLink]:
    """All links of these pages, the newest first."""
    query = _query().where(links.c.page_id.in_(list(page_ids))).order_by(links.c.made_at.desc(), links.c.id)
    return [_link(row) for row in db.execute(query)]


def of_fids(db: Connection, fids: Collection[str]) -> list[PublicLink]:
    """All links that the v2 API made for these notebooks, the newest first."""
    query = _query().where(links.c.fid.in_(list(fids))).order_by(links.c.made_at.desc(), links.c.id)
    return [_link(row) for row in db.execute(query)]


def search(db: Connection, text: str, *, open_at: int | None, limit: int, offset: int) -> list[PublicLink]:
    """Links whose page, maker or note holds each word of *text*, the newest first.

    Args:
        db: A connection.
        text: Words.
        open_at: Only those that are neither taken back nor ended at this time, in milliseconds since 1970.
        limit: At most so many.
        offset: Without the first so many.
    """
    query = _query()
    for word in storable(text).lower().split():
        looked_at = (pages.c.title, pages.c.owner_identifier, links.c.made_by, links.c.note, links.c.page_id)
        query = query.where(or_(*(func.lower(one).contains(word, autoescape=True) for one in looked_at)))
    if open_at is not None:
        query = query.where(links.c.revoked_at.is_(None), links.c.ends_at > open_at)
    ordered = query.order_by(links.c.made_at.desc(), links.c.id).limit(limit).offset(offset)
    return [_link(row) for row in db.execute(ordered)]


def revoke(db: Connection, link_ids: Sequence[str] | None, *, by: str, now: int) -> list[PublicLink]:
    """Take links back, for good; those that were not yet.

    Args:
        db: A connection.
        link_ids: ``None``: all that there are.
        by: User id.
        now: Milliseconds since 1970.
    """
    query = _query().where(links.c.revoked_at.is_(None))
    if link_ids is not None:
        query = query.where(links.c.id.in_(list(link_ids)))
    found = [_link(row) for row in db.execute(query)]
    changed = update(links).where(links.c.id.in_([link.id for link in found]), links.c.revoked_at.is_(None))
    db.execute(changed.values(revoked_at=now, revoked_by=storable(by)))
    return found


def viewed(db: Connection, link_id: str, now: int) -> None:
    """Count a view."""
    db.execute(update(links).where(links.c.id == link_id).values(views=links.c.views + 1, viewed_at=now))


def forget_views(db: Connection, before: int) -> None:
    """Remove the audit's lines about views before *before*; the number of views stays with the link."""
    db.execute(delete(audit).where(audit.c.action == "view-by-link", audit.c.at < before))


def shown(db: Connection, link: PublicLink) -> Shown | None:
    """What the page of *link* shows at present."""
    query = select(snapshots).join(pages, pages.c.snapshot_id == snapshots.c.id)
    row = db.execute(query.where(pages.c.id == link.page_id)).first()
    if row is None:
        return None
    return Shown(
        title=link.page_title,
        kind=link.kind,
        author=row.author if link.names_author else "",
        made_at=moment(row.made_at),
        sites=link.sites,
        digest=row.digest,
    )


def _query() -> Select[Any]:
    return select(links, *_PAGE).join(pages, pages.c.id == links.c.page_id)


def _link(row: Row[Any]) -> PublicLink:
    known = dict(row._mapping)
    for name in _TIMES:
        known[name] = moment(known[name])
    del known["key_hash"]
    return PublicLink(**{**known, "sites": tuple(json.loads(row.sites))})
