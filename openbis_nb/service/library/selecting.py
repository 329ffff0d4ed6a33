"""Reading the index: only ever in places that somebody has just been seen to see (design D13).

Each function takes a connection first, and is run by ``database.Database.run``.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, and_, exists, func, not_, or_, select

from .positions import Position
from .query import Query, Sort
from .store import key_of, storable
from .tables import notebooks, versions

__all__ = [
    "Listing",
    "Scope",
    "Version",
    "Witness",
    "count_versions",
    "is_empty",
    "listing",
    "lying_in",
    "missing_facts",
    "portion",
    "position_of",
    "versions_of",
    "witnesses",
]

#: Values to filter by that are offered.
_MOST_FACETS = 500
#: Places that stand in a statement as they are.
_MANY_PLACES = 500
#: Notebooks by which it is seen whether a person sees what lies in a space itself.
_WITNESSES = 3
_SORT_COLUMNS: Mapping[Sort, str] = {
    "updateTime": "updated",
    "creationTime": "created",
    "name": "name_key",
    "owner": "author_key",
    "size": "size",
}

Row = Mapping[Any, Any]


@dataclass(frozen=True, slots=True)
class Scope:
    """Where to look.

    Args:
        seen: All places that the person sees.
        asked: Those of them that the query is about.
        made_from: For a query by an input: permIds of the versions made from it that the person sees.
    """

    seen: Collection[str]
    asked: Collection[str]
    made_from: Collection[str] | None = None


@dataclass(frozen=True, slots=True)
class Listing:
    """Rows of ``nb_notebook`` in turn, and numbers.

    ``versions``: of all places that are seen; ``total``: notebooks there; ``matching``: those that fit.
    """

    rows: Sequence[Row]
    versions: int
    total: int
    matching: int
    authors: tuple[str, ...]
    templates: tuple[str, ...]
    lacks_facts: bool


@dataclass(frozen=True, slots=True)
class Version:
    """A version as the index has it. ``modified``: time of the last change."""

    key: str
    perm_id: str
    modified: int


@dataclass(frozen=True, slots=True)
class Witness:
    """A version in a place that is a space itself: who sees one of them there sees them all."""

    place: str
    perm_id: str


def listing(
    connection: Connection, scope: Scope, query: Query, position: Position | None, limit: int
) -> Listing:
    """One page, and the numbers beside it.

    Args:
        connection: To the database.
        scope: Where to look.
        query: What fits, and the order.
        position: Only what comes after it.
        limit: How many rows.
    """
    scope = replace(scope, seen=_indexed(connection, scope.seen), asked=_indexed(connection, scope.asked))
    fits = and_(_of_one_place(scope.seen), *_conditions(scope, query))
    all_of_them = and_(notebooks.c.place.in_(scope.seen), _of_one_place(scope.seen))
    after = () if position is None else (_after(query, position),)
    ends = select(notebooks.c.key, notebooks.c.place).where(fits, *after).order_by(*_order(query))
    of_page = ends.limit(limit).offset(query.offset).subquery()
    same = and_(notebooks.c.key == of_page.c.key, notebooks.c.place == of_page.c.place)
    found = select(notebooks).join(of_page, same).order_by(*_order(query))
    rows = connection.execute(found).mappings().all()
    total = _count(connection, all_of_them)
    matching = _count(connection, fits) if _filters(scope, query) else total
    return Listing(
        rows=rows,
        versions=count_versions(connection, scope.seen),
        total=total,
        matching=matching,
        authors=_values(connection, "author", scope.asked),
        templates=_values(connection, "template", scope.asked),
        lacks_facts=bool(missing_facts(connection, scope.asked, 1)),
    )


def count_versions(connection: Connection, places: Collection[str]) -> int:
    """Versions in these places."""
    counted = select(func.coalesce(func.sum(notebooks.c.all_versions), 0))
    within = notebooks.c.place.in_(_indexed(connection, places))
    return int(connection.execute(counted.where(within)).scalar_one())


def is_empty(connection: Connection) -> bool:
    """Whether nothing has been read in yet."""
    return connection.execute(select(versions.c.perm_id).limit(1)).first() is None


def witnesses(connection: Connection) -> list[Witness]:
    """The newest notebooks of each space that lie in it itself; they are shown to nobody, but asked for."""
    place, newest = notebooks.c.place, notebooks.c.newest_perm_id
    rank = func.row_number().over(partition_by=place, order_by=notebooks.c.updated.desc()).label("rank")
    ranked = select(place, newest, rank).where(notebooks.c.in_space).subquery()
    found = select(ranked.c.place, ranked.c.newest_perm_id).where(ranked.c.rank <= _WITNESSES)
    return [Witness(*row) for row in connection.execute(found)]


def versions_of(
    connection: Connection, keys: Collection[str], places: Collection[str], most: int
) -> list[Version]:
    """The versions of some notebooks, newest first."""
    columns = (versions.c.key, versions.c.perm_id, versions.c.modified)
    query = select(*columns).where(versions.c.key.in_(keys), _within(connection, places))
    found = connection.execute(query.order_by(versions.c.registered.desc()).limit(most))
    return [Version(*row) for row in found]


def lying_in(connection: Connection, perm_ids: Collection[str], places: Collection[str]) -> list[str]:
    """Those of some versions that lie in these places, as far as the index knows."""
    of_them = versions.c.perm_id.in_(perm_ids)
    query = select(versions.c.perm_id).where(of_them, _within(connection, places))
    return list(connection.execute(query).scalars())


def portion(
    connection: Connection, places: Collection[str], before: float, after: str, limit: int
) -> list[str]:
    """PermIds of versions in these places that were last written before a time, by permId.

    Args:
        connection: To the database.
        places: Where to look.
        before: Seconds since 1970 by our clock.
        after: Only what sorts behind this one.
        limit: How many.
    """
    query = select(versions.c.perm_id).where(
        versions.c.perm_id > after, _within(connection, places), versions.c.read_at < before
    )
    return list(connection.execute(query.order_by(versions.c.perm_id).limit(limit)).scalars())


def missing_facts(connection: Connection, places: Collection[str], limit: int) -> list[str]:
    """Versions whose provenance is to be read, most missed and newest first."""
    query = select(versions.c.perm_id).where(_within(connection, places), versions.c.wanted > 0)
    if limit > 1:
        query = query.order_by(versions.c.wanted.desc(), versions.c.registered.desc())
    return list(connection.execute(query.limit(limit)).scalars())


def _within(connection: Connection, places: Collection[str]) -> ColumnElement[bool]:
    return versions.c.place.in_(_indexed(connection, places))


def _indexed(connection: Connection, places: Collection[str]) -> Collection[str]:
    """Those of many places that hold notebooks: no database takes a statement of any length."""
    if len(places) <= _MANY_PLACES:
        return places
    return set(connection.execute(select(notebooks.c.place).distinct()).scalars()) & set(places)


def _of_one_place(seen: Collection[str]) -> ColumnElement[bool]:
    """Of a notebook id in several places, the one where it begins first, among those that are seen."""
    other = notebooks.alias("other")
    earlier = or_(
        other.c.created < notebooks.c.created,
        and_(other.c.created == notebooks.c.created, other.c.first_number < notebooks.c.first_number),
    )
    hidden = exists().where(other.c.key == notebooks.c.key, other.c.place.in_(seen), earlier)
    return or_(not_(notebooks.c.shared), not_(hidden))


def _filters(scope: Scope, query: Query) -> bool:
    plain = Query(sort=query.sort, descending=query.descending, limit=query.limit, after=query.after)
    return query != plain or set(scope.asked) != set(scope.seen)


def _conditions(scope: Scope, query: Query) -> list[ColumnElement[bool]]:
    """What fits; the place first."""
    columns = notebooks.c
    found: list[ColumnElement[bool]] = [columns.place.in_(scope.asked)]
    if query.place is not None and query.place[0] in ("experiment", "object"):
        found.append(columns[query.place[0]] == storable(query.place[1]))
    if query.author:
        found.append(columns.author.in_([storable(name) for name in query.author]))
    if query.ids:
        found.append(columns.key.in_([key_of(notebook_id) for notebook_id in query.ids]))
    if query.template:
        found.append(columns.template == storable(query.template))
    if query.since is not None:
        found.append(columns.created >= _milliseconds(query.since))
    if query.until is not None:
        found.append(columns.created <= _milliseconds(query.until))
    found += [
        columns.words.contains(word, autoescape=True) for word in storable(query.text).casefold().split()
    ]
    if scope.made_from is not None:
        made = select(versions.c.key).where(versions.c.perm_id.in_(scope.made_from), versions.c.counts)
        found.append(columns.key.in_(made))
    return found


def _order(query: Query) -> Sequence[ColumnElement[Any]]:
    columns = (notebooks.c[_SORT_COLUMNS[query.sort]], notebooks.c.key)
    return [column.desc() if query.descending else column.asc() for column in columns]


def _after(query: Query, position: Position) -> ColumnElement[bool]:
    column, key = notebooks.c[_SORT_COLUMNS[query.sort]], notebooks.c.key
    value = storable(position.value) if isinstance(position.value, str) else position.value
    if query.descending:
        further, next_one = column < value, key < position.key
    else:
        further, next_one = column > value, key > position.key
    return or_(further, and_(column == value, next_one))


def position_of(row: Row, query: Query) -> Position:
    """Where a row stands in the order of the query."""
    return Position(query.sort, query.descending, row[_SORT_COLUMNS[query.sort]], row["key"])


def _count(connection: Connection, fits: ColumnElement[bool]) -> int:
    return int(connection.execute(select(func.count()).select_from(notebooks).where(fits)).scalar_one())


def _values(connection: Connection, name: str, places: Collection[str]) -> tuple[str, ...]:
    column = notebooks.c[name]
    query = select(column).distinct().where(notebooks.c.place.in_(places), column.is_not(None))
    return tuple(connection.execute(query.order_by(column).limit(_MOST_FACETS)).scalars())


def _milliseconds(moment: datetime) -> int:
    return int(moment.timestamp() * 1000)
