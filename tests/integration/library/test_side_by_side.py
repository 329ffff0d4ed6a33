"""Versions and files beside each other, and notebooks found without an index: how often openBIS is asked."""

from __future__ import annotations

import asyncio
import uuid

import pytest

from openbis_nb.errors import DataNotAvailable
from openbis_nb.workflows.library.finding import find_notebooks
from openbis_nb.workflows.library.side_by_side import compare_file, compare_versions
from openbis_nb.workflows.save import SaveRequest, save
from openbis_nb.workflows.workplace import Workplace

from ..workflows.conftest import edit, hand_out
from .conftest import Lab, content
from .data import trips, version


async def test_a_comparison_takes_few_calls_and_one_turn_at_a_time(lab: Lab, ursula: Workplace) -> None:
    """F-13: the manifests and both notebooks, in one wave after their lists of files."""
    [raw, *_] = lab.inputs()
    path = await lab.launched(ursula, inputs=[raw])
    hand_out(ursula, path, [raw])
    first = await save(ursula, SaveRequest(path=path))
    edit(path, "y = 2")
    second = await save(ursula, SaveRequest(path=path))
    turn, before = asyncio.Semaphore(1), trips(ursula.client)
    found = await compare_versions(ursula, str(first.perm_id), str(second.perm_id), turn)
    assert trips(ursula.client) - before <= 6
    assert found.cells.counts is not None
    assert (found.cells.counts.added, found.changes.known) == (1, True)
    before = trips(ursula.client)
    same = await compare_file(ursula, path, turn)
    assert trips(ursula.client) - before <= 4
    assert (same.base.perm_id, same.changes.inputs_added, same.not_attached) == (second.perm_id, (), ())


async def test_an_archived_version_is_not_compared(lab: Lab, ursula: Workplace) -> None:
    _, one = await version(ursula.client)
    [archived, *_] = lab.pybis().get_datasets(experiment="/BIOLAB/ARCHIVE/PILOT_2019").df["permId"]
    with pytest.raises(DataNotAvailable, match="archived"):
        await compare_versions(ursula, one, str(archived), asyncio.Semaphore(1))


async def test_a_page_of_notebooks_is_two_calls_however_many_versions(ursula: Workplace) -> None:
    """N-46: pages go by versions; one that is full says from where the next begins."""
    client = ursula.client
    made = [await version(client, uuid.uuid4().hex, name=f"Plate {number}") for number in range(52)]
    again, _ = await version(client, made[0][0], name="Plate 0, once more", content=content("2"))
    await find_notebooks(client)  # definitions are known from then on
    before = trips(client)
    page = await find_notebooks(client, words="Plate")
    assert trips(client) - before == 2
    ids = [notebook.notebook_id for notebook in page.notebooks]
    assert (ids[0], page.notebooks[0].name) == (again, "Plate 0, once more")
    assert ids[1:] == [notebook_id for notebook_id, _ in reversed(made)][: len(ids) - 1]
    assert len(ids) == 50
    assert page.next_offset == 50
    rest = await find_notebooks(client, words="Plate", offset=page.next_offset)
    assert {one.notebook_id for one in rest.notebooks} == {made[2][0], made[1][0], made[0][0]}
    assert rest.next_offset is None
