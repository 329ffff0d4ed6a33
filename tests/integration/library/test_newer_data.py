"""Newer versions of data, who used the old ones, and what may go."""

from __future__ import annotations

import pytest

from openbis_nb.errors import NotFound
from openbis_nb.workflows.library.impact import Impact, impact
from openbis_nb.workflows.library.newer import later_versions, newer_versions
from openbis_nb.workflows.workplace import Workplace

from .conftest import PILOT, Lab
from .data import data, trips, version


async def newer(workplace: Workplace, *perm_ids: str) -> list[str | None]:
    found = await newer_versions(workplace.client, perm_ids)
    return [(one.perm_id if (one := found[perm_id]) else None) for perm_id in perm_ids]


async def test_a_later_one_of_the_same_name_or_derived_is_newer(alice: Workplace) -> None:
    """F-16, decision 0025."""
    client = alice.client
    old, nameless = await data(client, "plate 1"), await data(client)
    again = await data(client, "plate 1")
    corrected = await data(client, "plate 1, corrected", [again])
    newest = await data(client, "plate 1, corrected")
    child_of_nameless = await data(client, "", [nameless])
    assert await newer(alice, old, again, corrected, newest) == [newest, newest, newest, None]
    assert await newer(alice, nameless, child_of_nameless) == [child_of_nameless, None]
    chain = (await later_versions(client, [old]))[old]
    assert [one.perm_id for one in chain] == [again, corrected, newest]


async def test_what_only_looks_alike_is_no_newer_version(alice: Workplace) -> None:
    """Another type, another owner, no name, or somebody's notebook: none of them is the same data, newer."""
    client = alice.client
    old, nameless = await data(client, "plate 1"), await data(client)
    await data(client, "plate 1", [old], type_code="ANALYZED_DATA")
    await data(client, "plate 1", [old], owner=PILOT)
    await data(client, "plate 1", [old], owner="/BIOLAB/GROWTH/EXP1")
    await data(client)
    await version(client, parents=[old], name="plate 1")
    assert await newer(alice, old, nameless) == [None, None]


async def test_of_a_notebook_only_its_own_versions_are_newer(alice: Workplace) -> None:
    """A notebook that reads another one, or is called like it, is no newer version of it."""
    client = alice.client
    notebook_id, first = await version(client)
    await version(client, parents=[first])
    assert await newer(alice, first) == [None]
    _, second = await version(client, notebook_id, name="Growth, renamed")
    assert await newer(alice, first, second) == [second, None]


async def test_many_inputs_cost_as_much_as_one(alice: Workplace, lab: Lab) -> None:
    """Two round trips, whether three or sixty are asked for; one more where something newer was found."""
    client = alice.client
    inputs = [await data(client, f"plate {number}") for number in range(60)]
    for some in (inputs[:3], inputs):
        before = trips(client)
        assert set(await newer(alice, *some)) == {None}
        assert trips(client) - before == 2
    correction = await data(client, "plate 7")
    before = trips(client)
    assert (await newer(alice, *inputs))[7] == correction
    assert trips(client) - before == 3
    assert lab.pybis().get_dataset(correction).props("$name") == "plate 7"


async def test_what_is_hidden_is_neither_asked_for_nor_newer(alice: Workplace, lab: Lab) -> None:
    """Design D13."""
    admin = await lab.person("admin")
    hidden = await data(admin.client, "secret", owner="/CHEMLAB/SYNTHESIS/TITRATION_1")
    assert await newer_versions(alice.client, [hidden]) == {}
    with pytest.raises(NotFound):
        await impact(alice.client, hidden)


def said(found: Impact) -> dict[str, tuple[bool, bool]]:
    return {use.notebook.notebook_id: (use.current, use.outdated) for use in found.uses}


async def test_who_used_the_data_and_who_is_behind(alice: Workplace, ursula: Workplace, lab: Lab) -> None:
    """F-16: two notebooks used it; after a correction both are out of date, until one of them uses it."""
    client = alice.client
    raw = await data(client, "plate 1")
    mine, first = await version(client, parents=[raw])
    theirs, _ = await version(ursula.client, parents=[raw], name="Another look")
    await data(client, "fit", [raw], type_code="ANALYZED_DATA")
    found = await impact(client, raw)
    assert (found.newer, said(found)) == (None, {theirs: (True, False), mine: (True, False)})
    correction = await data(client, "plate 1")
    found = await impact(client, raw)
    assert found.newer is not None
    assert found.newer.perm_id == correction
    assert {use.notebook.name for use in found.outdated} == {"Growth", "Another look"}
    await version(client, mine, parents=[correction])
    found = await impact(client, raw)
    assert said(found) == {theirs: (True, True), mine: (False, False)}
    [use] = [use for use in found.uses if use.notebook.notebook_id == mine]
    assert (use.versions, len(use.notebook.versions)) == ((first,), 2)
    assert said(await impact(client, correction)) == {mine: (True, False)}
    assert set(lab.pybis().get_dataset(raw).children) >= {first}


async def test_a_notebook_between_two_corrections_is_behind_one_that_left_is_not(alice: Workplace) -> None:
    """F-16: asked about the first data, the notebook that went on to the second is behind the third; one that
    does without the data now is not."""
    client = alice.client
    raw = await data(client, "plate 1")
    on_second, _ = await version(client, parents=[raw])
    left, _ = await version(client, parents=[raw])
    second = await data(client, "plate 1")
    await version(client, on_second, parents=[second])
    await version(client, left)
    await data(client, "plate 1")
    assert said(await impact(client, raw)) == {left: (False, False), on_second: (False, True)}


async def test_a_fork_under_the_same_id_does_not_speak_for_the_notebook(
    alice: Workplace, ursula: Workplace
) -> None:
    """Design section 2: somebody else's version does not count, so it makes nothing up to date."""
    raw = await data(alice.client, "plate 1")
    notebook_id, _ = await version(alice.client, parents=[raw])
    correction = await data(alice.client, "plate 1")
    await version(ursula.client, notebook_id, parents=[correction])
    assert said(await impact(alice.client, raw)) == {notebook_id: (True, True)}


async def test_fifty_notebooks_cost_as_much_as_one(alice: Workplace) -> None:
    client = alice.client
    raw = await data(client, "plate 1")
    await version(client, parents=[raw])
    await impact(client, raw)  # the type's definition is asked for once
    costs = []
    for _ in range(2):
        before = trips(client)
        found = await impact(client, raw)
        costs.append((trips(client) - before, len(found.uses)))
        for _ in range(30):
            await version(client, parents=[raw])
    assert costs == [(5, 1), (5, 31)]
    cut = await impact(client, raw, most=10)
    assert (len(cut.uses), cut.more) == (10, 51)
