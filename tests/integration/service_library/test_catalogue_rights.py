"""Who is shown what (design D13): nothing that a person's own session has not confirmed just before."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any

import pytest

from openbis_nb.errors import Forbidden, NotLoggedIn, OpenBISTimeout, OpenBISUnreachable, UnexpectedAnswer
from openbis_nb.sandbox import Sandbox
from openbis_nb.service.library.catalogue import Catalogue
from openbis_nb.service.library.query import Page, Query

from .conftest import GROWTH, SCREENING, STRAINS, TITRATION, Clock, Guest, set_roles

DENIED = "Authorization failure: ERROR: \"User 'alice' does not have enough privileges.\"."
Person = Callable[..., Awaitable[Guest]]


def names(page: Page) -> set[str]:
    return {row.name for row in page.rows}


async def settled(catalogue: Catalogue, who: Guest, **query: Any) -> Page:
    """The page when all is read in that this person's looks have begun."""
    await catalogue.page(who, Query(**query))
    await catalogue.background.settled()
    return await catalogue.page(who, Query(**query))


async def test_two_people_with_different_rights_learn_nothing_of_each_other(
    catalogue: Catalogue, person: Person
) -> None:
    """N-25: not by rows, numbers, values to filter by, filters, the order, or a cursor of somebody else's."""
    alice, bob, admin = [await person(user) for user in ("alice", "bob", "admin")]
    ours, ours_perm_id = await alice.save(GROWTH, "Biology")
    theirs, _ = await bob.save(TITRATION, "Chemistry")
    everything = await settled(catalogue, admin, limit=1)
    assert (everything.total, everything.authors) == (2, ("alice", "bob"))
    for who, own, other in [(alice, "Biology", "bob"), (bob, "Chemistry", "alice")]:
        page = await settled(catalogue, who)
        assert names(page) == {own}
        assert (page.matching, page.total, page.complete, page.cursor) == (1, 1, True, None)
        assert other not in page.authors
        assert page.note == ""
        for query in (
            Query(author=(other,)),
            Query(ids=(ours if other == "alice" else theirs,)),
            Query(text="biology" if other == "alice" else "chemistry"),
            Query(place=("space", "BIOLAB" if other == "alice" else "CHEMLAB")),
        ):
            page = await catalogue.page(who, query)
            assert (page.rows, page.matching, page.total) == ([], 0, 1)
        page = await catalogue.page(who, Query(after=everything.cursor, limit=1))
        assert names(page) <= {own}
    assert await catalogue.confirm(bob, [ours_perm_id]) == set()
    assert await catalogue.confirm(alice, [ours_perm_id]) == {ours_perm_id}


async def test_roles_of_a_project_show_just_that_project(
    catalogue: Catalogue, person: Person, sandbox: Sandbox, clock: Clock
) -> None:
    """N-25: not what lies in the space itself, though the space is visible; numbers are those of openBIS."""
    alice, bob = await person("alice"), await person("bob")
    await alice.save(GROWTH, "In the project")
    await alice.save(SCREENING, "In another one")
    await alice.save(STRAINS, "In the space itself")
    await settled(catalogue, alice)
    set_roles(sandbox, "bob", ("OBSERVER", "/BIOLAB/GROWTH"))
    page = await settled(catalogue, bob)
    assert names(page) == {"In the project"}
    assert (page.matching, page.total, page.complete) == (1, 1, True)
    set_roles(sandbox, "bob", ("OBSERVER", "/BIOLAB/GROWTH"), ("OBSERVER", "BIOLAB"))
    clock.now += 31
    page = await settled(catalogue, bob)
    assert names(page) == {"In the project", "In another one", "In the space itself"}
    assert (page.total, page.complete) == (3, True)


async def test_a_right_that_is_taken_away_shows_for_the_named_time_at_most(
    catalogue: Catalogue, person: Person, sandbox: Sandbox, clock: Clock
) -> None:
    """Rows, numbers and values to filter by; and what others see stays in the index."""
    alice, bob = await person("alice"), await person("bob")
    set_roles(sandbox, "bob", ("OBSERVER", "BIOLAB"))
    await alice.save(GROWTH, "Growth")
    await alice.save(SCREENING, "Screening")
    page = await settled(catalogue, bob)
    assert (names(page), page.total) == ({"Growth", "Screening"}, 2)
    set_roles(sandbox, "bob", ("OBSERVER", "/BIOLAB/SCREENING"))
    clock.now += 30
    page = await catalogue.page(bob, Query())
    assert (names(page), page.total, page.complete) == ({"Screening"}, 1, True)
    set_roles(sandbox, "bob")
    clock.now += 30
    with pytest.raises(Forbidden):
        await catalogue.page(bob, Query())
    alice.new_calls()
    assert names(await catalogue.page(alice, Query())) == {"Growth", "Screening"}


async def test_a_right_that_is_taken_away_in_the_middle_of_a_page(
    catalogue: Catalogue, person: Person, sandbox: Sandbox, clock: Clock
) -> None:
    """What openBIS does not confirm does not leave, also when the places were remembered; it is not taken
    for trashed."""
    alice, bob = await person("alice"), await person("bob")
    set_roles(sandbox, "bob", ("OBSERVER", "BIOLAB"))
    await alice.save(SCREENING, "Screening")
    await alice.save(GROWTH, "Growth")
    await settled(catalogue, alice)
    clock.now += 20
    await catalogue.page(bob, Query(place=("space", "CHEMLAB")))  # places are remembered, no row is
    await catalogue.background.settled()
    set_roles(sandbox, "bob", ("OBSERVER", "/BIOLAB/SCREENING"))
    page = await catalogue.page(bob, Query())
    assert (names(page), page.total, page.complete) == ({"Screening"}, 1, True)
    assert names(await catalogue.page(alice, Query())) == {"Growth", "Screening"}
    assert alice.new_calls()["getDataSets"]


@pytest.mark.parametrize(
    ("target", "fault", "error"),
    [
        ("searchProjects", {"kind": "status"}, OpenBISUnreachable),
        ("searchDataSets", {"kind": "status"}, OpenBISUnreachable),
        ("getDataSets", {"kind": "status"}, OpenBISUnreachable),
        ("getDataSets", {"kind": "silence"}, OpenBISTimeout),
        ("searchProjects", {"kind": "html"}, UnexpectedAnswer),
        ("getDataSets", {"kind": "expired-session"}, NotLoggedIn),
        ("searchProjects", {"kind": "error", "message": DENIED}, Forbidden),
        ("searchDataSets", {"kind": "error", "message": DENIED}, Forbidden),
        ("getDataSets", {"kind": "error", "message": DENIED}, Forbidden),
    ],
)
async def test_when_openbis_does_not_answer_nothing_is_shown(
    catalogue: Catalogue,
    person: Person,
    sandbox: Sandbox,
    clock: Clock,
    target: str,
    fault: dict[str, Any],
    error: type[Exception],
) -> None:
    """N-25: never a list from memory. Whichever question fails, the page fails, with the reason."""
    alice = await person("alice")
    await alice.save(GROWTH, "Growth")
    assert names(await settled(catalogue, alice)) == {"Growth"}
    clock.now += 31
    sandbox.faults.add(target=target, count=0, **fault)
    with pytest.raises(error):
        await catalogue.page(await person("alice", patience=1), Query())
