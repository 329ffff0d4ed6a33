"""The index in the database, on SQLite and on PostgreSQL (D8): the same rows, order and numbers."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Iterable
from typing import Any

import pytest

from openbis_nb.models import Entity
from openbis_nb.openbis.notebook_search import FoundVersion
from openbis_nb.service.database import Database
from openbis_nb.service.launches.tables import metadata
from openbis_nb.service.library import selecting, store
from openbis_nb.service.library.positions import read_cursor, write_cursor
from openbis_nb.service.library.query import Query
from openbis_nb.service.library.selecting import Listing, Scope, position_of
from tests.postgres import Postgres, postgres

__all__ = ["postgres"]


@pytest.fixture(scope="module")
def addresses(postgres: Postgres, tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    folder = tmp_path_factory.mktemp("index")
    return {"sqlite": f"sqlite:///{folder / 'index.sqlite'}", "postgresql": postgres.url("index")}


@pytest.fixture(params=["sqlite", "postgresql"])
async def database(request: pytest.FixtureRequest, addresses: dict[str, str]) -> AsyncIterator[Database]:
    database = Database(addresses[request.param], metadata)
    yield database
    left = await database.run(selecting.portion, ["P1", "P2", "/S", "P3"], float("inf"), "", 10_000)
    await database.run(store.remove, left)
    assert await database.run(selecting.is_empty)
    await database.close()


def version(number: int, notebook: str = "", **changes: Any) -> FoundVersion:
    owner = Entity("experiment", "E1", "/S/P/E", "E")
    values: dict[str, Any] = {
        "perm_id": f"20260101000000000-{number}",
        "notebook_id": notebook or f"notebook-{number}",
        "name": f"Notebook {number:03}",
        "notes": "",
        "registrator": "alice",
        "registered": 1_000 + number,
        "modified": 1_000 + number,
        "place": "P1",
        "owner": owner,
        "experiment": "E1",
        "object": None,
        "size": 10,
    }
    return FoundVersion(**{**values, **changes})


async def put(database: Database, *versions: FoundVersion) -> bool:
    return await database.run(store.put, versions, 1.0)


async def listed(database: Database, places: Iterable[str] = ("P1",), **query: Any) -> Listing:
    limit = query.get("limit", 100)
    asked, seen = Query(**query), list(places)
    return await database.run(selecting.listing, Scope(seen, seen), asked, read_cursor(asked), limit)


def names(found: Listing) -> list[str]:
    return [row["name"] for row in found.rows]


async def test_versions_become_notebooks(database: Database) -> None:
    assert await put(database, version(1, "a"), version(2, "a", name="Later", size=None), version(3, "b"))
    assert not await put(database, version(1, "a"), version(2, "a", name="Later", size=None))
    found = await listed(database)
    assert (names(found), found.versions, found.total, found.matching) == (["Notebook 003", "Later"], 3, 2, 2)
    row = found.rows[1]
    assert (row["versions"], row["size"], row["total_size"], row["created"]) == (2, 0, 10, 1_001)
    assert await put(database, version(1, "a", size=500, modified=9_000))
    assert (await listed(database, sort="name")).rows[1]["total_size"] == 500
    assert not await put(database, version(1, "a", size=7, modified=8_000))  # overtaken by a later answer
    assert await database.run(store.remove, ["20260101000000000-2", "another"])
    assert names(await listed(database)) == ["Notebook 003", "Notebook 001"]
    assert await database.run(store.unlike, {"20260101000000000-1": 9_000, "20260101000000000-2": 1}) == [
        "20260101000000000-2"
    ]


async def test_a_notebook_stands_where_it_begins_first_of_the_places_that_are_seen(
    database: Database,
) -> None:
    """Also within one millisecond, where the number of the permId decides."""
    await put(
        database,
        version(1, "a", place="P2", registered=5),
        version(2, "a", place="P1", registered=5, name="Elsewhere"),
        version(3, "a", place="/S", registered=9, name="In the space"),
    )
    for places, name in [
        (("P1", "P2", "/S"), "Notebook 001"),
        (("P1", "/S"), "Elsewhere"),
        (("/S",), "In the space"),
    ]:
        found = await listed(database, places)
        assert (names(found), found.total, found.matching, found.versions) == ([name], 1, 1, len(places))
    assert await listed(database, ()) == Listing([], 0, 0, 0, (), (), False)
    witnesses = await database.run(selecting.witnesses)
    assert [(one.place, one.perm_id) for one in witnesses] == [("/S", "20260101000000000-3")]
    await put(database, version(2, "a", place="P3", registered=5))  # moved
    assert names(await listed(database, ("P1", "/S"))) == ["In the space"]


async def test_strange_texts_are_stored_and_found(database: Database) -> None:
    """No database takes them all; an id may be longer than an index can hold."""
    long = "x" * 100_000
    await put(
        database,
        version(1, long, name="zero\0byte"),
        version(2, "half \ud800", name="half \ud800 of a character"),
        version(3, "c", name="Straße_100%", notes="<p>a &amp; b</p>" * 10),
    )
    assert len(names(await listed(database))) == 3
    assert names(await listed(database, ids=(long,)))[0].startswith("zero")
    assert len(names(await listed(database, ids=("half \ud800",)))) == 1
    for text, count in [
        ("strasse", 1),
        ("_100%", 1),
        ("%", 1),
        ("_", 1),
        ("a & b", 1),
        ("\0", 1),
        ("\ud800", 1),
    ]:
        found = await listed(database, text=text)
        assert (text, found.matching, found.total) == (text, count, 3)


@pytest.mark.parametrize("sort", ["updateTime", "name", "owner", "size", "creationTime"])
async def test_pages_are_the_same_in_both(database: Database, sort: Any) -> None:
    await put(database, *(version(n, name=f"N{n % 3}", size=n % 2, registered=n // 4) for n in range(40)))
    for descending in (True, False):
        seen: list[str] = []
        after = None
        for _ in range(4):
            query = Query(sort=sort, descending=descending, after=after, limit=10)
            rows = (await listed(database, sort=sort, descending=descending, after=after, limit=10)).rows
            seen += [row["notebook_id"] for row in rows]
            after = write_cursor(position_of(rows[-1], query))
        assert len(set(seen)) == 40


async def test_many_places_and_many_writers_at_once(database: Database) -> None:
    """What several people's looks show at the same time is summed up once, whole."""
    versions = [version(number, f"n{number % 7}", name=f"v{number}") for number in range(210)]
    await asyncio.gather(
        *(put(database, *versions[start::10]) for start in range(10)), put(database, *versions)
    )
    found = await listed(database, ["P1", *(f"other-{number}" for number in range(5_000))])
    assert (found.versions, found.total) == (210, 7)
    assert {row["versions"] for row in found.rows} == {30}
    assert {row["name"] for row in found.rows} == {f"v{number}" for number in range(203, 210)}


async def test_facts_decide_who_counts(database: Database) -> None:
    """They are missed most where several wrote; of one writer's, only the newest's are."""
    await put(
        database,
        version(1, "a"),
        version(2, "a", registrator="bob", name="Bob's"),
        version(3, "b"),
        version(4, "b"),
    )
    perm_ids = [version(number).perm_id for number in (2, 1, 4)]
    assert await database.run(selecting.missing_facts, ["P1"], 10) == perm_ids
    assert set(names(await listed(database))) == {"Notebook 001", "Notebook 004"}
    await database.run(
        store.put_facts, {perm_ids[1]: {"co_authors": ["bob"]}, perm_ids[2]: {"template": "t"}}
    )
    found = await listed(database)
    assert (set(names(found)), found.templates) == ({"Bob's", "Notebook 004"}, ("t",))
    assert await database.run(selecting.missing_facts, ["P1"], 10) == perm_ids[:1]
    await put(database, version(1, "a", modified=9_999))  # facts stay: content never changes
    assert set(names(await listed(database))) == {"Bob's", "Notebook 004"}
