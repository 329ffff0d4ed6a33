"""Dashboards in the database. Each function is one transaction; changes are conditional, and say how it went.

They take a connection first, and are run by ``database.Database.run``.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Any, cast

from sqlalchemy import ColumnElement, Connection, and_, delete, func, insert, or_, select, tuple_, update

from ....errors import Conflict
from .model import Dashboard, Home, HomeKind, Tile
from .tables import dashboards, pages_on

__all__ = ["Wanted", "add", "change", "find", "get", "holding", "homes", "remove"]

#: Dashboards of one place: a list for people, not a store for programs.
MOST_OF_A_HOME = 500


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which dashboards; all must fit.

    Args:
        homes: Those whose dashboards may be shown.
        words: Each stands in the name, or the home is one of those given with it.
        after: Key of the name, and id, of the last one on the page before.
        limit: How many.
    """

    homes: Collection[Home]
    words: Sequence[tuple[str, Collection[Home]]] = ()
    after: tuple[str, str] | None = None
    limit: int = 50


def add(connection: Connection, new: Dashboard, made_by: str) -> Dashboard:
    """Store a dashboard; the one that is there, if its id is: then this request came before.

    Raises:
        Conflict: the place has too many.
    """
    known = get(connection, new.id)
    if known is not None:
        return known
    kind, home = new.home
    there = and_(dashboards.c.home_kind == kind, dashboards.c.home == home)
    held = connection.execute(select(func.count()).select_from(dashboards).where(there)).scalar_one()
    if held >= MOST_OF_A_HOME:
        raise Conflict(
            f"There are {held} dashboards in this place already.",
            next_step="Delete those that nobody needs, or choose another place.",
        )
    values = {
        "id": new.id,
        "home_kind": kind,
        "home": home,
        "created_by": new.created_by,
        "created_at": new.created_at,
    }
    connection.execute(insert(dashboards), values | _changing(new, made_by))
    _note_pages(connection, new)
    return new


def get(connection: Connection, dashboard_id: str) -> Dashboard | None:
    """The dashboard, if there is one."""
    row = connection.execute(select(dashboards).where(dashboards.c.id == dashboard_id)).one_or_none()
    return None if row is None else _dashboard(row)


def change(connection: Connection, changed: Dashboard, made_by: str) -> bool:
    """Store the next revision. Whether it was stored, or was before by the same request; otherwise somebody
    has changed or deleted the dashboard meanwhile, and nothing is done."""
    kind, home = changed.home
    before = and_(dashboards.c.id == changed.id, dashboards.c.revision == changed.revision - 1)
    values = {"home_kind": kind, "home": home} | _changing(changed, made_by)
    if connection.execute(update(dashboards).where(before).values(values)).rowcount:
        connection.execute(delete(pages_on).where(pages_on.c.dashboard_id == changed.id))
        _note_pages(connection, changed)
        return True
    return is_made_by(connection, changed.id, made_by)


def is_made_by(connection: Connection, dashboard_id: str, made_by: str) -> bool:
    """Whether the newest revision is that request's."""
    this = and_(dashboards.c.id == dashboard_id, dashboards.c.made_by == made_by)
    return connection.execute(select(dashboards.c.id).where(this)).one_or_none() is not None


def remove(connection: Connection, dashboard_id: str, revision: int) -> bool:
    """Delete it; whether it was there, at that revision."""
    this = and_(dashboards.c.id == dashboard_id, dashboards.c.revision == revision)
    if connection.execute(select(dashboards.c.id).where(this).with_for_update()).one_or_none() is None:
        return False
    connection.execute(delete(pages_on).where(pages_on.c.dashboard_id == dashboard_id))
    connection.execute(delete(dashboards).where(this))
    return True


def homes(connection: Connection) -> list[Home]:
    """All places that have a dashboard."""
    rows = connection.execute(select(dashboards.c.home_kind, dashboards.c.home).distinct())
    return [(cast("HomeKind", kind), home) for kind, home in rows]


def find(connection: Connection, wanted: Wanted) -> tuple[list[Dashboard], int]:
    """Those that fit, by name; and how many fit in all, whatever page this is."""
    fits = and_(_in(wanted.homes), *(_has(word, there) for word, there in wanted.words))
    total = connection.execute(select(func.count()).select_from(dashboards).where(fits)).scalar_one()
    rows = select(dashboards).where(fits).order_by(dashboards.c.name_key, dashboards.c.id)
    if wanted.after is not None:
        rows = rows.where(tuple_(dashboards.c.name_key, dashboards.c.id) > tuple_(*wanted.after))
    return [_dashboard(row) for row in connection.execute(rows.limit(wanted.limit))], total


def holding(connection: Connection, page_ids: Collection[str]) -> list[Dashboard]:
    """All on which one of the pages stands, by name."""
    there = select(pages_on.c.dashboard_id).where(pages_on.c.page_id.in_(page_ids))
    rows = select(dashboards).where(dashboards.c.id.in_(there))
    return [_dashboard(row) for row in connection.execute(rows.order_by(dashboards.c.name_key))]


def _in(homes: Collection[Home]) -> ColumnElement[bool]:
    """One list for each kind: all drivers take it."""
    by_kind = {kind: [perm_id for one, perm_id in homes if one == kind] for kind in {one for one, _ in homes}}
    return or_(
        dashboards.c.id.in_(()),
        *(
            and_(dashboards.c.home_kind == kind, dashboards.c.home.in_(perm_ids))
            for kind, perm_ids in by_kind.items()
        ),
    )


def _has(word: str, homes: Collection[Home]) -> ColumnElement[bool]:
    return or_(dashboards.c.name_key.contains(word.lower(), autoescape=True), _in(homes))


def _changing(dashboard: Dashboard, made_by: str) -> dict[str, Any]:
    return {
        "name": dashboard.name,
        "name_key": dashboard.name.lower(),
        "tiles": json.dumps([tile.json() for tile in dashboard.tiles]),
        "revision": dashboard.revision,
        "made_by": made_by,
        "changed_by": dashboard.changed_by,
        "changed_at": dashboard.changed_at,
    }


def _note_pages(connection: Connection, dashboard: Dashboard) -> None:
    rows = [{"dashboard_id": dashboard.id, "page_id": page} for page in {t.page_id for t in dashboard.tiles}]
    if rows:
        connection.execute(insert(pages_on), rows)


def _dashboard(row: Any) -> Dashboard:
    return Dashboard(
        id=row.id,
        name=row.name,
        home=(row.home_kind, row.home),
        tiles=tuple(Tile.read(told) for told in json.loads(row.tiles)),
        revision=row.revision,
        created_by=row.created_by,
        created_at=row.created_at,
        changed_by=row.changed_by,
        changed_at=row.changed_at,
    )
