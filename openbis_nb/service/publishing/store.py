"""Pages and snapshots in the database. Each function is a part of one transaction.

They take a connection first, and are run by ``database.Database.run``. Changes are conditional on the
revision that they were made for, and say how it went.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import asdict
from typing import Any

from sqlalchemy import (
    Column,
    ColumnElement,
    Connection,
    RowMapping,
    and_,
    delete,
    func,
    insert,
    not_,
    or_,
    select,
    update,
)

from ...models import Entity
from ..launches.tables import metadata
from ..library.store import key_of, storable
from .model import Contents, Output, Page, Redaction, Snapshot
from .tables import byte_columns, kept_tables, pages, snapshots
from .times import moment, stamp

__all__ = [
    "MOST_SNAPSHOTS",
    "add_page",
    "add_snapshot",
    "change_page",
    "confirm",
    "digests",
    "ended",
    "find",
    "live",
    "live_pages",
    "of_notebook",
    "page",
    "pages_by_id",
    "remove_before",
    "remove_superseded",
    "same_snapshot",
    "snapshot",
    "snapshots_by_id",
    "snapshots_of",
    "total_size",
    "versions_of_snapshots",
]

#: Identifiers in one question; no database takes a statement of any length.
PORTION = 500
#: Snapshots of one notebook that are kept beside those that a page shows.
MOST_SNAPSHOTS = 50


def add_snapshot(connection: Connection, new: Snapshot) -> None:
    """Store a snapshot, once its bytes are on the disk."""
    connection.execute(
        insert(snapshots),
        {
            "id": new.id,
            "notebook_id": storable(new.notebook_id),
            "key": key_of(new.notebook_id),
            "version": new.version,
            "version_name": storable(new.version_name),
            "saved_at": stamp(new.saved_at),
            "saved_by": storable(new.saved_by),
            "author": storable(new.author),
            "code": new.code,
            "made_by": storable(new.made_by),
            "made_at": stamp(new.made_at),
            "digest": new.digest,
            "size": new.size,
            "outputs": new.outputs,
            "facts": storable(json.dumps(asdict(new.contents))),
        },
    )


def add_page(connection: Connection, new: Page) -> None:
    """Store a page."""
    connection.execute(insert(pages), {"id": new.id, **_values(new), "revision": 1})


def change_page(connection: Connection, changed: Page) -> bool:
    """Store a page that was changed; false: somebody has changed it since it was read."""
    same = and_(pages.c.id == changed.id, pages.c.revision == changed.revision)
    values = {**_values(changed), "revision": changed.revision + 1}
    return bool(connection.execute(update(pages).where(same).values(**values)).rowcount)


def confirm(connection: Connection, page_ids: Collection[str], who: str, now: int) -> None:
    """Somebody's right to publish these was seen; that is no change of the page."""
    for some in _portions(page_ids):
        values = {"confirmed_at": now, "confirmed_by": storable(who)}
        connection.execute(update(pages).where(pages.c.id.in_(some)).values(**values))


def page(connection: Connection, page_id: str) -> Page | None:
    """One page, whatever its state."""
    row = connection.execute(select(pages).where(pages.c.id == page_id)).mappings().one_or_none()
    return _page(row) if row else None


def pages_by_id(connection: Connection, page_ids: Collection[str]) -> dict[str, Page]:
    """Those of them that there are."""
    return {
        row["id"]: _page(row)
        for some in _portions(page_ids)
        for row in connection.execute(select(pages).where(pages.c.id.in_(some))).mappings()
    }


def of_notebook(connection: Connection, notebook_id: str) -> Sequence[Page]:
    """All pages of a notebook that are live, the one changed last first."""
    query = select(pages).where(pages.c.key == key_of(notebook_id), pages.c.state == "live")
    rows = connection.execute(query.order_by(pages.c.changed_at.desc(), pages.c.id)).mappings()
    return [_page(row) for row in rows]


def live_pages(connection: Connection, *, by: str | None = None, most: int = 2000) -> Sequence[Page]:
    """Pages that are live, those that were confirmed longest ago first.

    Args:
        connection: To the database.
        by: User id of who published them; default: anybody.
        most: How many.
    """
    query = select(pages).where(pages.c.state == "live")
    if by is not None:
        query = query.where(pages.c.published_by == storable(by))
    return [
        _page(row)
        for row in connection.execute(query.order_by(pages.c.confirmed_at, pages.c.id).limit(most)).mappings()
    ]


def live(connection: Connection, now: int) -> int:
    """How many pages are live."""
    query = select(func.count()).select_from(pages).where(_is_live(now))
    return int(connection.execute(query).scalar_one())


def find(
    connection: Connection,
    *,
    notebook_id: str | None,
    by: str | None,
    text: str,
    live: bool | None,
    after: tuple[int, str] | None,
    now: int,
    limit: int,
) -> Sequence[Page]:
    """Pages that fit, the one changed last first; nobody's rights are asked here.

    Args:
        connection: To the database.
        notebook_id: Of this notebook.
        by: Published by.
        text: Words that all stand in the title.
        live: Only such as are live, or as are not.
        after: ``changed_at`` and id of the last page that was seen.
        now: The time.
        limit: How many.
    """
    query = select(pages)
    if notebook_id is not None:
        query = query.where(pages.c.key == key_of(notebook_id))
    if by is not None:
        query = query.where(pages.c.published_by == storable(by))
    for word in storable(text).casefold().split():
        query = query.where(pages.c.words.contains(word, autoescape=True))
    if live is not None:
        query = query.where(_is_live(now) if live else not_(_is_live(now)))
    if after is not None:
        at, last = after
        query = query.where(or_(pages.c.changed_at < at, and_(pages.c.changed_at == at, pages.c.id > last)))
    rows = connection.execute(query.order_by(pages.c.changed_at.desc(), pages.c.id).limit(limit)).mappings()
    return [_page(row) for row in rows]


def ended(connection: Connection, now: int) -> Sequence[Page]:
    """Pages that are said to be live, and whose end has come."""
    query = select(pages).where(pages.c.state == "live", pages.c.ends_at <= now)
    return [_page(row) for row in connection.execute(query).mappings()]


def snapshot(connection: Connection, snapshot_id: str) -> Snapshot | None:
    """One snapshot."""
    query = select(snapshots).where(snapshots.c.id == snapshot_id)
    row = connection.execute(query).mappings().one_or_none()
    return _snapshot(row) if row else None


def snapshots_by_id(connection: Connection, snapshot_ids: Collection[str]) -> dict[str, Snapshot]:
    """Those of them that there are."""
    return {
        row["id"]: _snapshot(row)
        for some in _portions(snapshot_ids)
        for row in connection.execute(select(snapshots).where(snapshots.c.id.in_(some))).mappings()
    }


def snapshots_of(connection: Connection, notebook_id: str, most: int = 500) -> Sequence[Snapshot]:
    """Snapshots of a notebook, newest first."""
    query = select(snapshots).where(snapshots.c.key == key_of(notebook_id))
    rows = connection.execute(query.order_by(snapshots.c.made_at.desc(), snapshots.c.id).limit(most))
    return [_snapshot(row) for row in rows.mappings()]


def same_snapshot(connection: Connection, new: Snapshot) -> Snapshot | None:
    """A snapshot of the same version with the same bytes."""
    same = (
        snapshots.c.key == key_of(new.notebook_id),
        snapshots.c.version == new.version,
        snapshots.c.code == new.code,
        snapshots.c.digest == new.digest,
    )
    row = connection.execute(select(snapshots).where(*same).limit(1)).mappings().one_or_none()
    return _snapshot(row) if row else None


def versions_of_snapshots(
    connection: Connection, notebook_ids: Collection[str]
) -> Mapping[str, Sequence[str]]:
    """Notebook id → the version of each of its snapshots."""
    keys = {key_of(one): one for one in notebook_ids}
    found: dict[str, list[str]] = {one: [] for one in notebook_ids}
    query = select(snapshots.c.key, snapshots.c.version).where(snapshots.c.key.in_(keys))
    for key, version in connection.execute(query):
        found[keys[key]].append(version)
    return found


def total_size(connection: Connection) -> int:
    """Bytes of all pages that are stored; the same bytes count once."""
    query = select(func.max(snapshots.c.size)).group_by(snapshots.c.digest)
    return sum(int(size) for size in connection.execute(query).scalars())


def digests(connection: Connection) -> set[str]:
    """All bytes that something names."""
    return {
        digest
        for table in kept_tables()
        for column in byte_columns(table)
        for digest in connection.execute(select(column).distinct()).scalars()
    }


def remove_before(connection: Connection, before: int) -> Sequence[str]:
    """Remove pages that have not been live since *before*, and snapshots that are older and that no page of
    their notebook needs any more; the audit stays. Their ids."""
    over = select(pages.c.id).where(pages.c.state != "live", pages.c.changed_at < before)
    gone = list(connection.execute(over).scalars())
    for some in _portions(gone):
        for column in _columns_that_name_pages():
            connection.execute(delete(column.table).where(column.in_(some)))
        connection.execute(delete(pages).where(pages.c.id.in_(some)))
    needed = select(pages.c.key)
    connection.execute(delete(snapshots).where(snapshots.c.key.not_in(needed), snapshots.c.made_at < before))
    return gone


def remove_superseded(connection: Connection, notebook_id: str) -> None:
    """A page that follows its notebook takes a snapshot of each version: the oldest of very many go, unless a
    page shows them."""
    of_it = snapshots.c.key == key_of(notebook_id)
    newest = select(snapshots.c.id).where(of_it).order_by(snapshots.c.made_at.desc(), snapshots.c.id)
    kept = set(connection.execute(newest.limit(MOST_SNAPSHOTS)).scalars())
    shown = connection.execute(select(pages.c.snapshot_id).where(pages.c.key == key_of(notebook_id)))
    kept |= set(shown.scalars())
    connection.execute(delete(snapshots).where(of_it, snapshots.c.id.not_in(kept)))


def _columns_that_name_pages() -> list[Column[Any]]:
    """Of other tables, such as links, whose rows go with their page."""
    return [
        key.parent
        for table in metadata.sorted_tables
        for key in table.foreign_keys
        if key.column is pages.c.id
    ]


def _values(known: Page) -> dict[str, Any]:
    return {
        "notebook_id": storable(known.notebook_id),
        "key": key_of(known.notebook_id),
        "title": storable(known.title),
        "words": storable(known.title).casefold(),
        "follow": known.follow,
        "code": known.code,
        "snapshot_id": known.snapshot_id,
        "version": known.version,
        "owner_kind": known.owner.kind,
        "owner_perm_id": known.owner.perm_id,
        "owner_identifier": storable(known.owner.identifier),
        "published_by": storable(known.published_by),
        "published_at": stamp(known.published_at),
        "changed_at": stamp(known.changed_at),
        "ends_at": stamp(known.ends_at),
        "state": known.state,
        "reason": known.reason,
        "confirmed_at": stamp(known.confirmed_at),
        "confirmed_by": storable(known.confirmed_by),
    }


def _page(row: RowMapping) -> Page:
    identifier = row["owner_identifier"]
    code = identifier.rsplit("/", 1)[-1]
    return Page(
        id=row["id"],
        notebook_id=row["notebook_id"],
        title=row["title"],
        follow=row["follow"],
        code=row["code"],
        snapshot_id=row["snapshot_id"],
        version=row["version"],
        owner=Entity(row["owner_kind"], row["owner_perm_id"], identifier, code),
        published_by=row["published_by"],
        published_at=moment(row["published_at"]),
        changed_at=moment(row["changed_at"]),
        ends_at=moment(row["ends_at"]),
        state=row["state"],
        reason=row["reason"],
        confirmed_at=moment(row["confirmed_at"]),
        confirmed_by=row["confirmed_by"],
        revision=row["revision"],
    )


def _snapshot(row: RowMapping) -> Snapshot:
    return Snapshot(
        id=row["id"],
        notebook_id=row["notebook_id"],
        version=row["version"],
        version_name=row["version_name"],
        saved_at=moment(row["saved_at"]),
        saved_by=row["saved_by"],
        author=row["author"],
        code=row["code"],
        made_by=row["made_by"],
        made_at=moment(row["made_at"]),
        digest=row["digest"],
        size=row["size"],
        outputs=row["outputs"],
        contents=contents(json.loads(row["facts"])),
    )


def contents(told: Mapping[str, Any]) -> Contents:
    """What is in a snapshot, from the JSON values that the limited process, or an earlier release, wrote."""
    return Contents(
        cells=told["cells"],
        code_cells=told["code_cells"],
        pictures=told["pictures"],
        outputs=tuple(Output(**one) for one in told["outputs"]),
        redactions=tuple(Redaction(**one) for one in told["redactions"]),
        warnings=tuple(told["warnings"]),
    )


def _is_live(now: int) -> ColumnElement[bool]:
    return and_(pages.c.state == "live", or_(pages.c.ends_at.is_(None), pages.c.ends_at > now))


def _portions(ids: Collection[str]) -> Iterable[list[str]]:
    wanted = list(dict.fromkeys(ids))
    return (wanted[start : start + PORTION] for start in range(0, len(wanted), PORTION))
