"""Dashboards in the database, on SQLite and on PostgreSQL."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import replace

import pytest
from sqlalchemy import Connection, delete

from openbis_nb.errors import Conflict
from openbis_nb.service.database import Database
from openbis_nb.service.launches.tables import metadata
from openbis_nb.service.publishing.dashboards import store
from openbis_nb.service.publishing.dashboards.model import Dashboard, Home, Output, Tile
from openbis_nb.service.publishing.dashboards.tables import dashboards, pages_on
from tests.postgres import Postgres

PROJECT: Home = ("project", "20260101000000000-1")
SPACE: Home = ("space", "BIOLAB")


@pytest.fixture(scope="module")
def addresses(postgres: Postgres, tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    folder = tmp_path_factory.mktemp("dashboards")
    return {"sqlite": f"sqlite:///{folder / 'service.sqlite'}", "postgresql": postgres.url("dashboards")}


@pytest.fixture(params=["sqlite", "postgresql"])
async def database(request: pytest.FixtureRequest, addresses: dict[str, str]) -> AsyncIterator[Database]:
    database = Database(addresses[request.param], metadata)
    yield database

    def clear(connection: Connection) -> None:
        connection.execute(delete(pages_on))
        connection.execute(delete(dashboards))

    await database.run(clear)
    await database.close()


def dashboard(name: str, *pages: str, home: Home = PROJECT) -> Dashboard:
    tiles = tuple(
        Tile(id=f"{n:016x}", page_id=page, x=0, y=4 * n, w=6, h=4, output=Output("fit", n), title="„Ö“")
        for n, page in enumerate(pages)
    )
    return Dashboard(
        id=f"{abs(hash(name)):032x}", name=name, home=home, tiles=tiles, revision=1,
        created_by="alice", created_at=1, changed_by="alice", changed_at=1,
    )  # fmt: skip


async def test_a_dashboard_is_read_as_it_was_stored(database: Database) -> None:
    new = dashboard("Growth", "a", "b")
    assert await database.run(store.add, new, "request") == new
    assert await database.run(store.get, new.id) == new
    again = replace(new, name="Another try of the same request")
    assert await database.run(store.add, again, "request") == new
    assert await database.run(store.get, "0" * 32) is None


async def test_a_change_is_for_one_revision_and_done_once(database: Database) -> None:
    new = dashboard("Growth", "a")
    await database.run(store.add, new, "first")
    changed = replace(new, name="Renamed", tiles=(), revision=2)
    assert await database.run(store.change, changed, "second")
    assert await database.run(store.change, changed, "second")  # the answer was lost, and it is asked again
    assert not await database.run(store.change, replace(changed, name="Late"), "third")
    assert await database.run(store.get, new.id) == changed
    assert not await database.run(store.remove, new.id, 1)
    assert await database.run(store.remove, new.id, 2)
    assert not await database.run(store.change, replace(changed, revision=3), "fourth")


async def test_a_page_is_found_where_it_stands(database: Database) -> None:
    one, other = dashboard("One", "a", "b"), dashboard("Other", "b", "b", home=SPACE)
    for new in (one, other):
        await database.run(store.add, new, new.id)
    assert set(await database.run(store.homes)) == {PROJECT, SPACE}
    assert [d.name for d in await database.run(store.holding, ["b"])] == ["One", "Other"]
    await database.run(store.change, replace(one, tiles=one.tiles[:1], revision=2), "without b")
    assert [d.name for d in await database.run(store.holding, ["a", "b"])] == ["One", "Other"]
    assert [d.name for d in await database.run(store.holding, ["b"])] == ["Other"]
    await database.run(store.remove, other.id, 1)
    assert await database.run(store.holding, ["b"]) == []


async def test_a_search_looks_at_the_places_that_it_is_given(database: Database) -> None:
    for name, home in (("Alpha", PROJECT), ("beta", PROJECT), ("Gamma_1", SPACE), ("gammax1", SPACE)):
        await database.run(store.add, dashboard(name, home=home), name)

    async def names(wanted: store.Wanted) -> tuple[list[str], int]:
        found, total = await database.run(store.find, wanted)
        return [one.name for one in found], total

    assert await names(store.Wanted([])) == ([], 0)
    first, total = await names(store.Wanted([PROJECT, SPACE], limit=3))
    assert total == 4
    found, _ = await database.run(store.find, store.Wanted([PROJECT, SPACE], limit=3))
    rest, _ = await names(store.Wanted([PROJECT, SPACE], after=(found[-1].name.lower(), found[-1].id)))
    assert sorted(first + rest) == ["Alpha", "Gamma_1", "beta", "gammax1"]
    assert await names(store.Wanted([SPACE], [("gamma_", [])])) == (["Gamma_1"], 1)
    assert (await names(store.Wanted([PROJECT, SPACE], [("biolab", [SPACE])])))[1] == 2


async def test_a_place_holds_only_so_many(database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(store, "MOST_OF_A_HOME", 2)
    for name in ("One", "Two"):
        await database.run(store.add, dashboard(name), name)
    with pytest.raises(Conflict, match="2 dashboards"):
        await database.run(store.add, dashboard("Three"), "three")
    await database.run(store.add, dashboard("Elsewhere", home=SPACE), "elsewhere")
