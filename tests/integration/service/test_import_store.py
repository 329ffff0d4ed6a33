"""Previews and the list of imports in the database, on SQLite and on PostgreSQL."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Any

import pytest
from sqlalchemy import Connection

from openbis_nb.service.database import Database
from openbis_nb.service.imports import store
from openbis_nb.service.imports.model import Preview
from openbis_nb.service.launches import store as launches
from openbis_nb.service.launches.model import Launch, NewLaunch
from openbis_nb.service.launches.tables import metadata
from tests.postgres import Postgres

FACTS: dict[str, Any] = {"source": {"host": "a.example"}, "commit": "c" * 40, "sha256": "d" * 64}


@pytest.fixture(scope="module")
def addresses(postgres: Postgres, tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    folder = tmp_path_factory.mktemp("store")
    return {"sqlite": f"sqlite:///{folder / 'imports.sqlite'}", "postgresql": postgres.url("imports")}


@pytest.fixture(params=["sqlite", "postgresql"])
async def database(request: pytest.FixtureRequest, addresses: dict[str, str]) -> AsyncIterator[Database]:
    database = Database(addresses[request.param], metadata)
    yield database
    await database.run(store.tidy, now=float("inf"), life=0.0)
    await database.run(launches.remove_expired, now=float("inf"))
    await database.close()


async def kept(
    database: Database, now: float, *, owner: str = "hub:alice", content: bytes = b"12345"
) -> Preview:
    return await database.run(
        store.add_preview,
        owner=owner,
        kind="notebook",
        facts=FACTS,
        content=content,
        now=now,
        life=100.0,
        most=3,
        most_bytes=20,
    )


async def imported(database: Database, name: str, now: float = 0.0) -> Launch:
    def both(connection: Connection) -> Launch:
        new = NewLaunch("hub:alice", "import", "a", name, b"{}", {})
        launch = launches.add(connection, new, now=now, life=10.0, most=10, most_bytes=100)
        store.add_import(connection, launch, kind="notebook", url="https://a.example/x.ipynb", facts=FACTS)
        return launch

    return await database.run(both)


async def test_a_preview_is_its_persons_for_a_while(database: Database) -> None:
    preview = await kept(database, 0.0)

    async def seen_by(owner: str, now: float) -> Preview | None:
        return await database.run(store.get_preview, preview.id, owner, now=now)

    assert await seen_by("hub:alice", 99.0) == preview
    assert await seen_by("hub:alice", 100.0) is None
    assert await seen_by("hub:bob", 1.0) is None
    assert await database.run(store.content_of, preview.id) == b"12345"
    await database.run(store.tidy, now=100.0, life=1000.0)
    assert await database.run(store.content_of, preview.id) is None


async def test_the_oldest_go_by_number_and_by_size(database: Database) -> None:
    """And nobody else's."""
    theirs = await kept(database, 0.0, owner="hub:bob")
    first, *others = [await kept(database, float(now)) for now in range(1, 5)]

    async def there(*previews: Preview) -> list[bool]:
        return [await database.run(store.content_of, one.id) is not None for one in previews]

    assert await there(theirs, first, *others) == [True, False, True, True, True]
    large = await kept(database, 9.0, content=b"x" * 19)
    assert await there(theirs, *others, large) == [True, False, False, False, True]


async def test_what_became_of_a_launch_outlives_it(database: Database) -> None:
    """In the list for longer than the launch is kept; the state is the launch's as long as that is there."""
    ready, failed, waiting = [
        await imported(database, name, float(now))
        for now, name in enumerate(("r.ipynb", "f.ipynb", "w.ipynb"))
    ]
    problem = {"code": "no-space", "status": 507, "next_step": "Free some space."}
    for launch in (ready, waiting):
        await database.run(launches.set_prepared, launch.id, b"notebook", now=3.0)
    await database.run(launches.set_ready, ready.id, "a/r 2.ipynb", now=3.0)
    await database.run(launches.set_failed, failed.id, problem, for_good=True, now=3.0)

    async def listed(now: float) -> list[tuple[str, str, str, bool]]:
        rows = await database.run(store.find, "hub:alice", now=now)
        return [(row.name, row.state, row.path, row.is_kept) for row in rows]

    assert await listed(3.0) == [
        ("w.ipynb", "waiting", "", True),
        ("f.ipynb", "failed", "", True),
        ("r.ipynb", "ready", "a/r 2.ipynb", True),
    ]
    over = [
        ("w.ipynb", "expired", "", False),
        ("f.ipynb", "failed", "", False),
        ("r.ipynb", "ready", "a/r 2.ipynb", False),
    ]
    assert await listed(50.0) == over
    await database.run(store.tidy, now=50.0, life=1000.0)
    await database.run(launches.remove_expired, now=50.0)
    assert await listed(50.0) == over
    [_, row, _] = await database.run(store.find, "hub:alice", now=50.0)
    assert (row.problem, row.commit, row.sha256) == (problem, FACTS["commit"], FACTS["sha256"])
    assert await database.run(store.find, "hub:bob", now=50.0) == []
    await database.run(store.tidy, now=1001.0, life=1000.0)
    assert [row[0] for row in await listed(1001.0)] == ["w.ipynb"]
