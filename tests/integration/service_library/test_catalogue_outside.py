"""What is done outside of our code, with pybis or in the ELN, shows; an index that is lost is made anew."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from pathlib import Path

import pybis

from openbis_nb.sandbox import Sandbox, scale
from openbis_nb.sandbox.clock import milliseconds
from openbis_nb.service.library.catalogue import Catalogue
from openbis_nb.service.library.query import Page, Query
from openbis_nb.service.settings import ServiceSettings

from .conftest import GROWTH, NOTEBOOK, SCREENING, STRAINS, Clock, Guest, running_service, set_roles
from .test_catalogue_rights import names, settled

Person = Callable[..., Awaitable[Guest]]
Witness = Callable[[str], pybis.Openbis]


async def test_saves_and_new_names_and_moves(
    catalogue: Catalogue, person: Person, witness: Witness, tmp_path: Path
) -> None:
    """At the next look, however much the index knows already."""
    alice, outside = await person("alice"), witness("alice")
    notebook, perm_id = await alice.save(GROWTH, "Growth")
    assert names(await settled(catalogue, alice)) == {"Growth"}
    file = tmp_path / "notebook.ipynb"
    file.write_bytes(NOTEBOOK)
    properties = {"$name": "By pybis", "$history_id": notebook}
    saved = outside.new_dataset(
        type="ANALYSIS_NOTEBOOK", experiment=GROWTH, files=[str(file)], props=properties
    )
    saved.save()
    [row] = (await catalogue.page(alice, Query())).rows
    assert (row.name, row.newest.perm_id, row.first_perm_id) == ("By pybis", saved.permId, perm_id)
    saved.props["$name"] = "Renamed"
    saved.save()
    page = await catalogue.page(alice, Query(text="renamed"))
    assert (names(page), page.matching) == ({"Renamed"}, 1)
    for moved in (saved, outside.get_dataset(perm_id)):
        moved.experiment = SCREENING
        moved.save()
    page = await catalogue.page(alice, Query(place=("project", await _project(alice, "/BIOLAB/SCREENING"))))
    assert [row.owner and row.owner.identifier for row in page.rows] == [SCREENING]
    assert (
        await catalogue.page(alice, Query(place=("project", await _project(alice, "/BIOLAB/GROWTH"))))
    ).rows == []


async def test_trash_and_revert(catalogue: Catalogue, person: Person, witness: Witness, clock: Clock) -> None:
    """What lies in the trash is not shown, nor counted; what comes back is there again. The newest version
    alone: then the one before it is the newest."""
    alice, outside = await person("alice"), witness("alice")
    notebook, first = await alice.save(GROWTH, "First")
    _, second = await alice.save(GROWTH, "Second", notebook)
    await alice.save(GROWTH, "Other")
    page = await settled(catalogue, alice)
    assert (names(page), page.total) == ({"Second", "Other"}, 2)
    outside.get_dataset(second).delete("a test")
    clock.now += 31
    page = await catalogue.page(alice, Query())
    assert (names(page), page.total, page.complete) == ({"First", "Other"}, 2, True)
    outside.get_dataset(first).delete("a test")
    clock.now += 31
    page = await catalogue.page(alice, Query())
    assert (names(page), page.total, page.complete) == ({"Other"}, 1, True)
    for deletion in await alice.client.deletions():
        await alice.client.revert(deletion.id)
    clock.now += 31
    page = await settled(catalogue, alice)
    assert (names(page), page.total, page.complete, page.note) == ({"Second", "Other"}, 2, True, "")


async def test_a_version_in_the_middle_that_is_gone_is_not_counted(
    catalogue: Catalogue, person: Person, witness: Witness, clock: Clock
) -> None:
    """openBIS' number alone says that something is gone: then every version of the page is asked for, and
    where it is none of these, no number leaves until it is known what."""
    alice = await person("alice")
    notebook, _ = await alice.save(GROWTH, "One")
    middle = [(await alice.save(GROWTH, f"{number}", notebook))[1] for number in range(2)]
    await alice.save(GROWTH, "Last", notebook)
    other, _ = await alice.save(GROWTH, "Other")
    assert (await settled(catalogue, alice)).rows[1].versions == 4
    witness("alice").get_dataset(middle[0]).delete("a test")
    clock.now += 31
    page = await catalogue.page(alice, Query())
    assert (page.rows[1].versions, page.total, page.complete) == (3, 2, True)
    witness("alice").get_dataset(middle[1]).delete("a test")
    clock.now += 31
    page = await catalogue.page(alice, Query(ids=(other,)))
    assert (page.matching, page.total, page.complete, page.authors) == (None, None, False, ("alice",))
    assert page.note
    page = await settled(catalogue, alice)
    assert (page.rows[1].versions, page.total, page.complete, page.note) == (2, 2, True, "")


async def test_what_lies_in_a_space_itself_is_seen_by_what_is_left_there(
    catalogue: Catalogue, person: Person, sandbox: Sandbox, clock: Clock
) -> None:
    """Whether somebody sees it is asked by the newest notebooks; when all of these are gone, the others are
    still found."""
    alice = await person("alice")
    await alice.save(STRAINS, "Old")
    newer = [(await alice.save(STRAINS, f"{number}"))[1] for number in range(3)]
    with sandbox.state.store.write() as db:
        db.execute("UPDATE entities SET modified_at = 1000 WHERE perm_id NOT IN (?, ?, ?)", newer)
    assert (await settled(catalogue, alice)).total == 4
    await alice.client.delete_data_sets(newer, "a test")
    clock.now += 31
    page = await settled(catalogue, alice)
    assert (names(page), page.total, page.complete) == ({"Old"}, 1, True)


async def test_what_our_own_code_has_just_done(catalogue: Catalogue, person: Person) -> None:
    """``saw`` and ``forget``: the index follows at once, also for other people."""
    alice, ursula = await person("alice"), await person("ursula")
    _, perm_id = await alice.save(GROWTH, "Growth")
    await settled(catalogue, ursula)
    _, another = await alice.save(GROWTH, "Another")
    await catalogue.saw(alice, [another])
    assert names(await catalogue.page(ursula, Query())) == {"Growth", "Another"}
    await alice.client.delete_data_sets([perm_id], "a test")
    await catalogue.forget([perm_id])
    page = await catalogue.page(ursula, Query())
    assert (names(page), page.total) == ({"Another"}, 1)


async def test_an_index_that_is_deleted_is_made_anew(
    person: Person, sandbox: Sandbox, tmp_path: Path
) -> None:
    """From openBIS alone, by whoever looks; nothing of it is lost (design section 2)."""
    alice = await person("alice")
    for number in range(3):
        await alice.save(GROWTH, f"{number}")

    async def everything() -> Page:
        settings = ServiceSettings(database_url=f"sqlite:///{tmp_path / 'index.sqlite'}")
        async with running_service(sandbox, settings) as service:
            return await settled(service.catalogue, alice)

    before = await everything()
    assert await everything() == before  # another process, the same index
    _remove(tmp_path)
    assert await everything() == before
    assert before.total == 3


async def test_more_than_one_look_can_take_is_read_in_the_background(
    catalogue: Catalogue, person: Person, sandbox: Sandbox, clock: Clock
) -> None:
    """The newest show at once, with a note and no numbers; then all, and none of what others see."""
    _add_versions(sandbox, 2_500)
    alice, bob = await person("alice"), await person("bob")
    await bob.save("/CHEMLAB/SYNTHESIS/TITRATION_1", "Chemistry")
    page = await catalogue.page(alice, Query(limit=10))
    assert len(page.rows) == 10
    assert (page.matching, page.total, page.complete) == (None, None, False)
    assert page.note
    page = await settled(catalogue, alice, limit=200)
    assert (page.total, page.complete, page.note) == (300, True, "")
    calls = alice.new_calls()
    assert calls["searchDataSets"] < 15
    set_roles(sandbox, "bob", ("USER", "CHEMLAB"), ("OBSERVER", "/BIOLAB/SCALE"))
    page = await settled(catalogue, bob)  # the index knows all of it already
    assert (page.total, page.complete) == (301, True)
    assert bob.new_calls()["searchDataSets"] <= 6


def _remove(folder: Path) -> None:
    for file in folder.glob("index.sqlite*"):
        file.unlink()


def _add_versions(sandbox: Sandbox, count: int) -> None:
    with sandbox.state.store.write() as db:
        scale.add_versions(db, sandbox.state, count, milliseconds(sandbox.state.clock))


async def _project(who: Guest, identifier: str) -> str:
    return (await who.client.entity(identifier, "project")).perm_id
