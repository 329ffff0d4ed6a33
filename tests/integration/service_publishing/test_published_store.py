"""Pages and snapshots in SQLite and in PostgreSQL: conditional changes, found, removed in time (D8)."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import insert, select

from openbis_nb.models import Entity
from openbis_nb.service.database import Database
from openbis_nb.service.publishing import audit, store
from openbis_nb.service.publishing.blobs import Blobs
from openbis_nb.service.publishing.model import Contents, Output, Page, Redaction, Snapshot
from openbis_nb.service.publishing.tables import kept_tables, pages
from openbis_nb.service.publishing.taking import new_id
from openbis_nb.service.publishing.times import stamp
from openbis_nb.service.publishing.transfer import export_pages, import_pages
from openbis_nb.service.service import metadata
from tests.postgres import Postgres

NOW = datetime(2026, 11, 21, 9, 30, tzinfo=UTC)
PLACE = Entity("experiment", "20261101093000123-12", "/BIOLAB/GROWTH/GROWTH_CURVES_1", "GROWTH_CURVES_1")
CONTENTS = Contents(2, 1, 1, (Output("c", 0, 1, "text", "x"),), (Redaction("token", "cell 1", 1),), ("w",))
NAMES = ["Growth", "growth\0 of <b>yeast</b>", "100 %_ sure", "\ud800 half", "Ωmega " * 80]


@pytest.fixture(params=["sqlite", "postgresql"])
async def database(
    request: pytest.FixtureRequest, postgres: Postgres, tmp_path: Path
) -> AsyncIterator[Database]:
    urls = {"sqlite": f"sqlite:///{tmp_path / 'a.sqlite'}", "postgresql": postgres.url(f"p{new_id()[:8]}")}
    database = Database(urls[request.param], metadata)
    yield database
    await database.close()


def a_snapshot(notebook_id: str = "n", **changes: Any) -> Snapshot:
    known = Snapshot(
        id=new_id(), notebook_id=notebook_id, version="20261121093000123-40", version_name="Growth",
        saved_at=NOW, saved_by="alice", author="alice", code="hidden", made_by="alice", made_at=NOW,
        digest="a" * 64, size=10, outputs="b" * 64, contents=CONTENTS,
    )  # fmt: skip
    return replace(known, **changes)


def a_page(shown: Snapshot, **changes: Any) -> Page:
    known = Page(
        id=new_id(), notebook_id=shown.notebook_id, title="Growth", follow="latest", code=shown.code,
        snapshot_id=shown.id, version=shown.version, owner=PLACE, published_by="alice", published_at=NOW,
        changed_at=NOW, ends_at=None, state="live", reason="", confirmed_at=NOW, confirmed_by="alice",
        revision=1,
    )  # fmt: skip
    return replace(known, **changes)


async def stored(database: Database, shown: Snapshot, *made: Page) -> None:
    await database.run(store.add_snapshot, shown)
    for page in made:
        await database.run(store.add_page, page)


async def found(database: Database, **asked: Any) -> list[str]:
    query: dict[str, Any] = {"notebook_id": None, "by": None, "text": "", "live": None, "after": None}
    rows = await database.run(store.find, **(query | {"now": stamp(NOW), "limit": 100} | asked))
    return [page.id for page in rows]


async def test_what_goes_in_comes_out(database: Database) -> None:
    for name in NAMES:
        shown = a_snapshot(f"id {name}", version_name=name)
        page = a_page(shown, title=name)
        await stored(database, shown, page)
        storable = name.replace("\0", "�").encode(errors="replace").decode()
        back = await database.run(store.page, page.id)
        assert back == replace(page, title=storable, notebook_id=f"id {storable}")
        assert (await database.run(store.snapshot, shown.id)) == replace(
            shown, version_name=storable, notebook_id=f"id {storable}"
        )
        assert page.id in await found(database, text=name[:40], notebook_id=f"id {name}")
    assert await found(database, text="100%") == []
    assert await found(database, text="_ SURE 100") != []


async def test_a_change_is_for_a_revision(database: Database) -> None:
    shown = a_snapshot()
    page = a_page(shown)
    await stored(database, shown, page)
    assert await database.run(store.change_page, replace(page, title="First"))
    assert not await database.run(store.change_page, replace(page, title="Second"))
    back = await database.run(store.page, page.id)
    assert back is not None
    assert (back.title, back.revision) == ("First", 2)


async def test_pages_are_found_in_their_order(database: Database) -> None:
    shown = a_snapshot()
    made = [a_page(shown, changed_at=NOW + timedelta(seconds=n // 2)) for n in range(6)]
    over = [a_page(shown, state="stopped"), a_page(shown, ends_at=NOW)]
    await stored(database, shown, *made, *over)
    order = [one.id for one in sorted(made, key=lambda one: (-one.changed_at.timestamp(), one.id))]
    assert await found(database, live=True) == order
    assert set(await found(database, live=False)) == {one.id for one in over}
    assert len(await found(database, by="alice")) == 8
    assert await found(database, by="bob") == []
    paged, after = list[str](), None
    while rows := await found(database, live=True, after=after, limit=4):
        paged += rows
        [last] = [one for one in made if one.id == rows[-1]]
        after = (stamp(last.changed_at), last.id)
    assert paged == order
    assert await database.run(store.live, stamp(NOW)) == 6
    assert [one.id for one in await database.run(store.ended, stamp(NOW))] == [over[1].id]


async def test_what_is_over_for_long_is_removed(database: Database) -> None:
    """With its links and the snapshots of its notebook; the audit stays."""
    shown, other = a_snapshot("over"), a_snapshot("live", digest="c" * 64)
    gone, recent = a_page(shown, state="stopped"), a_page(shown, state="stopped", changed_at=NOW)
    gone = replace(gone, changed_at=NOW - timedelta(days=31))
    await stored(database, shown, gone, recent)
    await stored(database, other, a_page(other, changed_at=NOW - timedelta(days=99)))
    await database.run(audit.write, stamp(NOW), "alice", "stop", gone.id, title="Growth")
    before = stamp(NOW - timedelta(days=30))
    assert await database.run(store.remove_before, before) == [gone.id]
    assert await database.run(store.snapshot, shown.id) is not None  # another page of it is there
    assert await database.run(store.remove_before, stamp(NOW) + 1) == [recent.id]
    assert await database.run(store.snapshot, shown.id) is None
    assert await database.run(store.snapshot, other.id) is not None
    assert await database.run(store.digests) == {"c" * 64, "b" * 64}
    [line] = await database.run(audit.lines, gone.id)
    assert (line.who, line.action, line.details) == ("alice", "stop", {"title": "Growth"})


async def test_the_oldest_of_very_many_snapshots_go(database: Database) -> None:
    """A page that follows takes one for each version; what a page shows stays."""
    first = a_snapshot()
    await stored(database, first, a_page(first, follow="pinned"))
    for number in range(1, store.MOST_SNAPSHOTS + 5):
        made = a_snapshot(made_at=NOW + timedelta(seconds=number))
        await stored(database, made)
    await stored(database, a_snapshot("another"))
    await database.run(store.remove_superseded, "n")
    left = await database.run(store.snapshots_of, "n")
    assert len(left) == store.MOST_SNAPSHOTS + 1
    assert left[-1].id == first.id
    assert len(await database.run(store.snapshots_of, "another")) == 1


async def test_all_tables_come_along(database: Database, tmp_path: Path) -> None:
    """Whatever part of ours has them: a row of each table is there again."""
    blobs = Blobs(tmp_path / "published")
    with blobs.kept(b"page", b"outputs") as (digest, outputs):
        shown = a_snapshot(digest=digest, outputs=outputs)
        page = a_page(shown)
        await stored(database, shown, page)
    values: dict[str, Any] = {"id": page.id, "page_id": page.id, "dashboard_id": "d", "snapshot_id": shown.id}

    def fill(connection: Any) -> None:
        for table in kept_tables():
            if connection.execute(select(table)).first() is None:
                row = {}
                for column in table.columns:
                    other = "x" if column.type.python_type is str else 1
                    row[column.name] = "d" if column.name == "id" else values.get(column.name, other)
                connection.execute(insert(table), row)

    await database.run(fill)
    done = await export_pages(database, blobs, "https://openbis.example.org", tmp_path / "all.zip")
    assert set(done.rows) == {table.name for table in kept_tables()}
    assert all(done.rows.values())
    second = Database(f"sqlite:///{tmp_path / 'second.sqlite'}", metadata)
    try:
        there = Blobs(tmp_path / "there")
        brought = await import_pages(second, there, "https://openbis.example.org", tmp_path / "all.zip")
        assert brought.rows == done.rows
        assert there.read(digest) == b"page"
        assert await rows_of(second) == await rows_of(database)
    finally:
        await second.close()


async def rows_of(database: Database) -> list[dict[str, Any]]:
    """All pages as they stand there."""
    return await database.run(lambda c: [dict(row) for row in c.execute(select(pages)).mappings()])
