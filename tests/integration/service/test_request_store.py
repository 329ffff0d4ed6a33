"""Requests with a key in the database, on SQLite and on PostgreSQL."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import replace

import pytest

from openbis_nb.service import request_store
from openbis_nb.service.database import Database
from openbis_nb.service.request_store import KeptRequest
from tests.postgres import Postgres


@pytest.fixture(scope="module")
def addresses(postgres: Postgres, tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    folder = tmp_path_factory.mktemp("requests")
    return {"sqlite": f"sqlite:///{folder / 'requests.sqlite'}", "postgresql": postgres.url("requests")}


@pytest.fixture(params=["sqlite", "postgresql"])
async def database(request: pytest.FixtureRequest, addresses: dict[str, str]) -> AsyncIterator[Database]:
    database = Database(addresses[request.param], request_store.requests.metadata)
    yield database
    await database.run(request_store.forget, "key")
    await database.close()


async def begin(database: Database, digest: str = "d", now: float = 0.0) -> KeptRequest:
    return await database.run(request_store.begin, "key", digest, now=now, life=100.0)


async def test_a_request_is_found_as_it_was_left(database: Database) -> None:
    first = await begin(database)
    assert (first.last_try_at, first.answer, first.created_at) == (None, None, 0.0)
    assert await begin(database, "another", now=1.0) == first
    await database.run(request_store.set_tried, "key", 5.0)
    assert await begin(database, now=6.0) == replace(first, last_try_at=5.0)
    await database.run(request_store.set_done, "key", {"version": "20261121093000123-40", "told": []})
    done = await begin(database, now=99.0)
    assert done.answer == {"version": "20261121093000123-40", "told": []}
    assert done.save_id == first.save_id


async def test_a_key_is_free_again_when_it_is_over_or_nothing_was_made(database: Database) -> None:
    first = await begin(database)
    await database.run(request_store.set_done, "key", {})
    second = await begin(database, "another", now=100.0)
    assert (second.digest, second.answer) == ("another", None)
    assert second.save_id != first.save_id
    await database.run(request_store.forget, "key")
    assert (await begin(database, now=101.0)).save_id != second.save_id
