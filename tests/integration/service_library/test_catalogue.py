"""What the table of notebooks shows: rows, order, filters, numbers; and what it asks of openBIS."""

from __future__ import annotations

import json
from collections.abc import Awaitable, Callable
from datetime import timedelta
from typing import Any

import pytest

from openbis_nb.errors import InvalidInput
from openbis_nb.sandbox import Sandbox
from openbis_nb.service.library.catalogue import Catalogue
from openbis_nb.service.library.query import Page, Query, Sort
from openbis_nb.service.service import Service

from .conftest import GROWTH, SCREENING, STRAINS, Clock, Guest, set_roles

Person = Callable[..., Awaitable[Guest]]


def names(page: Page) -> list[str]:
    return [row.name for row in page.rows]


def provenance(notebook_id: str, **members: Any) -> dict[str, bytes]:
    content = {
        "schema": 1,
        "save_id": "1",
        "notebook_id": notebook_id,
        "name": "",
        "saved_at": "",
        "saved_by": "",
        "owner": {},
    }
    return {"provenance.json": json.dumps(content | members).encode()}


async def test_a_table_of_all_notebooks(service: Service, person: Person) -> None:
    """N-01, N-02: name, author, latest version, description; and sizes and places."""
    alice = await person("alice")
    notebook, first = await alice.save(GROWTH, "Growth", notes="<p>As it <b>was</b></p>")
    _, second = await alice.save(GROWTH, "Growth curves", notebook, notes="Better &amp; <i>newer</i>")
    page = await service.catalogue.page(alice, Query())
    [row] = page.rows
    assert (row.notebook_id, row.name, row.description) == (notebook, "Growth curves", "Better & newer")
    assert (row.author, row.first_perm_id, row.newest.perm_id, row.versions) == ("alice", first, second, 2)
    assert row.owner is not None
    assert (row.owner.kind, row.owner.identifier) == ("experiment", GROWTH)
    assert (row.space, row.project and row.project.identifier) == ("BIOLAB", "/BIOLAB/GROWTH")
    assert row.total_size == 2 * row.size > 0
    assert row.created is not None
    assert row.updated is not None
    assert row.created < row.updated
    assert (page.matching, page.total, page.complete, page.cursor, page.note) == (1, 1, True, None, "")
    assert page.authors == ("alice",)


async def test_order_filters_and_pages(catalogue: Catalogue, person: Person) -> None:
    """N-60: by name, author, latest version; both directions; limit, offset, ids, author, dates."""
    alice, ursula = await person("alice"), await person("ursula")
    ids = {}
    for who, owner, name, notes in [
        (alice, GROWTH, "beta", "100% of it"),
        (ursula, SCREENING, "Alpha", "a_b"),
        (alice, SCREENING, "gamma", "aXb"),
        (ursula, STRAINS, "Delta", "100 of it"),
    ]:
        ids[name], _ = await who.save(owner, name, notes=notes)
    page = await catalogue.page(alice, Query())
    assert names(page) == ["Delta", "gamma", "Alpha", "beta"]

    async def found(**query: Any) -> list[str]:
        ordered: dict[str, Any] = {"sort": "name", "descending": False, **query}
        page = await catalogue.page(alice, Query(**ordered))
        assert page.matching == len(page.rows)
        assert page.total == 4
        return names(page)

    assert await found() == ["Alpha", "beta", "Delta", "gamma"]
    assert await found(descending=True) == ["gamma", "Delta", "beta", "Alpha"]
    assert set((await found(sort="owner"))[:2]) == {"beta", "gamma"}
    assert await found(sort="creationTime") == ["beta", "Alpha", "gamma", "Delta"]
    assert len(await found(sort="size")) == 4
    assert await found(author=("ursula",)) == ["Alpha", "Delta"]
    assert await found(ids=(ids["beta"], ids["Delta"], "another")) == ["beta", "Delta"]
    assert await found(text="100%") == ["beta"]  # no wildcards of SQL
    assert await found(text="A_B") == ["Alpha"]
    assert await found(text="OF 100") == ["beta", "Delta"]
    assert await found(text="strains") == ["Delta"]  # where it is stored
    assert await found(text="\0") == []
    middle = (await catalogue.page(alice, Query(ids=(ids["Alpha"],)))).rows[0].created
    assert middle is not None
    assert await found(since=middle) == ["Alpha", "Delta", "gamma"]
    assert await found(until=middle) == ["Alpha", "beta"]
    assert await found(since=middle + timedelta(days=1)) == []
    for kind, identifier, fitting in [
        ("space", "/BIOLAB", ["Alpha", "beta", "Delta", "gamma"]),
        ("project", "/BIOLAB/SCREENING", ["Alpha", "gamma"]),
        ("experiment", GROWTH, ["beta"]),
        ("object", STRAINS, ["Delta"]),
    ]:
        assert await found(place=(kind, (await alice.client.entity(identifier, kind)).perm_id)) == fitting  # type: ignore[arg-type]
    assert await found(place=("space", "CHEMLAB")) == []


async def test_pages_follow_each_other(catalogue: Catalogue, person: Person) -> None:
    """N-60: none is left out or shown twice, also among equals; offset counts from the cursor."""
    alice = await person("alice")
    saved = {(await alice.save(GROWTH, f"Name {number // 3}"))[0] for number in range(7)}
    orders: list[tuple[Sort, bool]] = [("updateTime", True), ("name", False), ("size", True)]
    for sort, descending in orders:
        seen: list[str] = []
        after, pages = None, 0
        while pages == 0 or after:
            page = await catalogue.page(alice, Query(sort=sort, descending=descending, limit=3, after=after))
            seen += [row.notebook_id for row in page.rows]
            after, pages = page.cursor, pages + 1
        assert (len(seen), set(seen), pages) == (7, saved, 3)
        page = await catalogue.page(alice, Query(sort=sort, descending=descending, limit=3, offset=2))
        assert [row.notebook_id for row in page.rows] == seen[2:5]


async def test_a_cursor_holds_for_its_order_only(catalogue: Catalogue, person: Person) -> None:
    alice = await person("alice")
    for number in range(2):
        await alice.save(GROWTH, f"{number}")
    after = (await catalogue.page(alice, Query(limit=1))).cursor
    alice.new_calls()
    for query in (Query(limit=1, after=after, descending=False), Query(after="nonsense"), Query(after="é")):
        with pytest.raises(InvalidInput):
            await catalogue.page(alice, query)
    assert not alice.new_calls()


async def test_what_a_page_asks_of_openbis(catalogue: Catalogue, person: Person, clock: Clock) -> None:
    """Two waves: three questions at once, then one for all rows; within the named time even less."""
    alice = await person("alice")
    for number in range(30):
        await alice.save(GROWTH, f"{number}", f"notebook-{number % 10}")
    alice.new_calls()
    await catalogue.page(alice, Query())
    first = alice.new_calls()
    first.subtract({"getDataSetTypes": 1})  # once for all people
    await catalogue.background.settled()
    clock.now += 31
    alice.new_calls()
    await catalogue.page(alice, Query())
    second = alice.new_calls()
    assert +first == second == {"searchProjects": 1, "searchDataSets": 2, "getDataSets": 1}
    await catalogue.page(alice, Query())
    assert alice.new_calls() == {"searchDataSets": 1}


async def test_who_counts_is_judged_as_on_the_notebooks_own_page(
    catalogue: Catalogue, person: Person, sandbox: Sandbox, clock: Clock
) -> None:
    """A stranger's version changes nothing, a co-author's does, and so does an admin's who takes over; where
    only the stranger's is seen, it is a notebook of its own (design section 2)."""
    alice, ursula, bob, admin = [await person(user) for user in ("alice", "ursula", "bob", "admin")]
    set_roles(sandbox, "bob", ("USER", "CHEMLAB"), ("OBSERVER", "BIOLAB"))
    notebook, _ = await alice.save(GROWTH, "Real")
    await ursula.save(GROWTH, "Not mine", notebook)
    await bob.save("/CHEMLAB/SYNTHESIS/TITRATION_1", "Elsewhere", notebook)

    async def row(who: Guest) -> tuple[str, str, int]:
        await catalogue.page(who, Query())
        await catalogue.background.settled()
        [row] = (await catalogue.page(who, Query())).rows
        assert row.notebook_id == notebook
        return row.name, row.author, row.versions

    assert await row(bob) == ("Real", "alice", 1)  # sees both places
    assert await row(alice) == ("Real", "alice", 1)
    set_roles(sandbox, "bob", ("USER", "CHEMLAB"))
    clock.now += 31
    assert await row(bob) == ("Elsewhere", "bob", 1)
    named = provenance(notebook, co_authors=["ursula"])
    await alice.save(GROWTH, "With a co-author", notebook, files=named)
    await ursula.save(GROWTH, "By the co-author", notebook)
    assert await row(alice) == ("By the co-author", "alice", 3)
    await admin.save(GROWTH, "Taken over", notebook, files=provenance(notebook, takeover=True))
    assert await row(admin) == ("Taken over", "alice", 4)


async def test_templates_are_read_in_the_background(catalogue: Catalogue, person: Person) -> None:
    """The filter says so until they are."""
    alice = await person("alice")
    notebook, _ = await alice.save(
        GROWTH, "Fit", files=provenance("x", template={"slug": "growth-curves", "version": "1.0.0"})
    )
    await alice.save(GROWTH, "Damaged", files={"provenance.json": b"\xff{"})
    before = await catalogue.page(alice, Query(template="growth-curves"))
    assert (before.rows, before.note) == ([], "The templates of some notebooks are still being read.")
    await catalogue.background.settled()
    after = await catalogue.page(alice, Query(template="growth-curves"))
    assert [row.notebook_id for row in after.rows] == [notebook]
    assert (after.rows[0].template, after.templates, after.note) == ("growth-curves", ("growth-curves",), "")


async def test_by_input_and_by_newer_data(catalogue: Catalogue, person: Person) -> None:
    """OpenBIS is asked with the person's own session; an input that is hidden from them finds nothing."""
    alice, bob = await person("alice"), await person("bob")
    experiment = await alice.client.entity(GROWTH)
    data = [data_set.perm_id for data_set in await alice.client.data_sets_of(experiment)]
    await alice.save(GROWTH, "Uses", parents=(data[0],))
    await alice.save(GROWTH, "Uses another", parents=(data[1],))
    page = await catalogue.page(alice, Query(data_set=data[0]))
    assert (names(page), page.matching, page.total) == (["Uses"], 1, 2)
    assert (await catalogue.page(bob, Query(data_set=data[0]))).rows == []
    current = await catalogue.page(alice, Query(newer_data=False))
    assert (names(current), current.matching) == (["Uses another", "Uses"], None)
    assert (await catalogue.page(alice, Query(newer_data=True))).rows == []
    await alice.derive(data[0])
    [outdated] = (await catalogue.page(alice, Query(newer_data=True))).rows
    assert (outdated.name, outdated.newer) == ("Uses", True)
