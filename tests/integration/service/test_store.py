"""Launches in the database, on SQLite and on PostgreSQL: conditional changes, caps, many at once (D8)."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from openbis_nb.errors import ConfigurationProblem, StoreFailure, TooLarge, TooMany
from openbis_nb.service.database import Database
from openbis_nb.service.launches import store
from openbis_nb.service.launches.model import Launch, NewLaunch
from openbis_nb.service.launches.tables import metadata
from tests.postgres import Postgres

CAPS: dict[str, Any] = {"life": 100.0, "most": 10, "most_bytes": 1000}
PROBLEM = {"code": "x", "status": 502}


@pytest.fixture(scope="module")
def addresses(postgres: Postgres, tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    folder = tmp_path_factory.mktemp("store")
    return {"sqlite": f"sqlite:///{folder / 'launches.sqlite'}", "postgresql": postgres.url("store")}


@pytest.fixture(params=["sqlite", "postgresql"])
async def database(request: pytest.FixtureRequest, addresses: dict[str, str]) -> AsyncIterator[Database]:
    database = Database(addresses[request.param], metadata)
    assert database.is_sqlite == (request.param == "sqlite")
    yield database
    await database.run(store.remove_expired, now=float("inf"))
    await database.close()


def new(owner: str = "hub:alice", body: bytes = b"{}", **changes: Any) -> NewLaunch:
    values = {"kind": "request", "directory": "a", "file_name": "x.ipynb", "options": {"p": 1}} | changes
    return NewLaunch(owner=owner, body=body, **values)


async def add(database: Database, launch: NewLaunch | None = None, now: float = 0.0) -> Launch:
    return await database.run(store.add, launch or new(), now=now, **CAPS)


async def test_two_services_that_start_at_once_make_the_tables_once(postgres: Postgres) -> None:
    url = postgres.url("fresh")
    databases = [Database(url, metadata) for _ in range(3)]
    await asyncio.gather(*(database.check() for database in databases for _ in range(4)))
    for database in databases:
        await database.close()


async def test_what_is_stored_is_what_is_found(database: Database) -> None:
    launch = await add(database)
    assert await database.run(store.get, launch.id, now=99.0) == launch
    assert await database.run(store.get, launch.id, now=100.0) is None
    assert await database.run(store.body_of, launch.id) == b"{}"
    assert await database.run(store.content_of, launch.id) is None


async def test_states_change_in_their_order_only(database: Database) -> None:
    launch = await add(database)
    assert not await database.run(store.set_writing, launch.id, now=1.0)
    assert not await database.run(store.set_ready, launch.id, "x.ipynb", now=1.0)
    assert await database.run(store.set_prepared, launch.id, b"notebook", now=1.0)
    assert not await database.run(store.set_prepared, launch.id, b"another", now=1.0)
    assert await database.run(store.content_of, launch.id) == b"notebook"
    assert await database.run(store.body_of, launch.id) is None
    assert await database.run(store.set_failed, launch.id, PROBLEM, for_good=False, now=1.0)
    assert await database.run(store.try_again, launch.id, now=1.0)
    assert await database.run(store.set_writing, launch.id, now=1.0)
    assert await database.run(store.set_ready, launch.id, "x.ipynb", now=1.0)
    for change in (
        database.run(store.set_ready, launch.id, "y.ipynb", now=1.0),
        database.run(store.set_failed, launch.id, PROBLEM, for_good=False, now=1.0),
        database.run(store.set_writing, launch.id, now=1.0),
        database.run(store.try_again, launch.id, now=1.0),
    ):
        assert not await change
    found = await database.run(store.get, launch.id, now=1.0)
    assert found is not None
    assert (found.state, found.path, found.problem) == ("ready", "x.ipynb", None)
    assert await database.run(store.content_of, launch.id) is None


async def test_of_many_at_once_one_wins(database: Database) -> None:
    launch = await add(database)
    await database.run(store.set_prepared, launch.id, b"notebook", now=1.0)
    won = await asyncio.gather(
        *(database.run(store.set_ready, launch.id, f"{n}.ipynb", now=1.0) for n in range(20))
    )
    assert won.count(True) == 1
    found = await database.run(store.get, launch.id, now=1.0)
    assert found is not None
    assert found.path == f"{won.index(True)}.ipynb"


async def test_the_caps_hold_when_many_come_at_once(database: Database) -> None:
    results = await asyncio.gather(*(add(database) for _ in range(30)), return_exceptions=True)
    assert sum(isinstance(result, Launch) for result in results) == 10
    assert sum(isinstance(result, TooMany) for result in results) == 20
    await add(database, new("hub:bob"))
    with pytest.raises(TooLarge):
        await add(database, new("hub:carol", body=b"x" * 1001))
    await add(database, new("hub:carol", body=b"x" * 600))
    with pytest.raises(TooLarge):
        await add(database, new("hub:carol", body=b"x" * 401))
    assert await add(database, now=100.0)  # the others are over


async def test_what_failed_for_good_takes_no_room(database: Database) -> None:
    for _ in range(12):
        launch = await add(database)
        await database.run(store.set_failed, launch.id, PROBLEM, for_good=True, now=1.0)
        assert await database.run(store.body_of, launch.id) is None
    assert await database.run(store.pending, now=1.0) == 0


async def test_launches_are_found_newest_first(database: Database) -> None:
    launches = [await add(database, new(directory=d), now=float(n)) for n, d in enumerate(["a", "b", "a"])]
    await add(database, new("hub:bob"), now=1.0)
    everything = {"directory": None, "file_name": None, "now": 5.0}
    found = await database.run(store.find, ("hub:alice", "openbis:alice"), **everything)
    assert [one.id for one in found] == [one.id for one in reversed(launches)]
    found = await database.run(store.find, ("hub:alice",), directory="a", file_name="x.ipynb", now=5.0)
    assert [one.id for one in found] == [launches[2].id, launches[0].id]


async def test_texts_are_values_not_statements(database: Database) -> None:
    evil = "x'; DROP TABLE nb_launch; --"
    launch = await add(database, new(f"hub:{evil}", directory=evil, file_name=evil))
    found = await database.run(store.find, (f"hub:{evil}",), directory=evil, file_name=evil, now=1.0)
    assert found == [launch]


async def test_a_database_that_is_away_is_said_to_be_without_its_address() -> None:
    database = Database("postgresql+psycopg://user:pass-word@127.0.0.1:1/x", metadata)
    with pytest.raises(StoreFailure) as caught:
        await database.check()
    assert "pass-word" not in str(caught.value)
    assert caught.value.__cause__ is None
    await database.close()


@pytest.mark.parametrize(
    "url", ["mysql://user:pass-word@host/x", "pass-word", "", "sqlite:////no/such/pass-word"]
)
def test_an_address_that_cannot_be_used_is_a_clear_error(url: str, tmp_path: Path) -> None:
    with pytest.raises(ConfigurationProblem) as caught:
        Database(url, metadata)
    assert "OPENBIS_NB_SERVICE_DATABASE_URL" in str(caught.value)
