"""A stored version as a notebook file again: at another computer, by somebody else, or as a template."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import nbformat
import pytest

from openbis_nb.errors import (
    DataNotAvailable,
    EntityFrozen,
    InvalidInput,
    NeedsConfirmation,
    NotFound,
    OpenbisNbError,
    TooLarge,
)
from openbis_nb.notebooks import document
from openbis_nb.notebooks import identity as identity_block
from openbis_nb.workflows.launch import remember
from openbis_nb.workflows.library.reading import read_notebook
from openbis_nb.workflows.library.reopening import Reopened, Reopening, reopen
from openbis_nb.workflows.library.writing import Attempt, name_co_authors, rename
from openbis_nb.workflows.save import SaveRequest, SaveResult, save
from openbis_nb.workflows.versions import download_version
from openbis_nb.workflows.workplace import Limits, Workplace

from ..workflows.conftest import edit, hand_out
from .conftest import PILOT, Lab, a_notebook, content, fresh
from .data import data, trips, version

HIDDEN = "/CHEMLAB/SYNTHESIS/TITRATION_1"


async def saved(lab: Lab, person: Workplace, *inputs: str) -> SaveResult:
    """A notebook with one version, made and saved as a person does."""
    path = await lab.launched(person, inputs=inputs)
    hand_out(person, path, list(inputs))
    edit(path, "fit()", text="forty-two\n")
    return await save(person, SaveRequest(path=path))


async def opened(
    person: Workplace, folder: Path, perm_id: object, mode: str = "continue", **asked: object
) -> Path:
    """The version as a file of that person, remembered as the landing of a launch does it."""
    reopened = await reopen(person, Reopening(str(perm_id), mode, **asked))  # type: ignore[arg-type]
    return written(person, folder, reopened)


def written(person: Workplace, folder: Path, reopened: Reopened) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    path = document.write_new(folder, reopened.identity.name, reopened.notebook)
    if reopened.remember is not None:
        remember(person.ledger, reopened.remember, path, block_id=reopened.identity.notebook_id)
    return path


async def test_the_author_goes_on_at_another_computer_without_a_question(
    lab: Lab, ursula: Workplace, tmp_path: Path
) -> None:
    """N-24, O-27: the next save is the next version of the same notebook; outputs are still there."""
    [raw, *_] = lab.inputs()
    first = await saved(lab, ursula, raw)
    away = await lab.person("ursula", "another computer")
    before = trips(away.client)
    path = await opened(away, tmp_path / "away", first.perm_id)
    assert trips(away.client) - before <= 6, "in four waves at most"
    block = identity_block.read(json.loads(path.read_text()))
    assert block is not None
    assert (block.notebook_id, block.checkpoint_id, block.inputs) == (
        first.notebook_id,
        first.perm_id,
        (raw,),
    )
    assert (block.saved_by, block.name) == ("ursula", "Growth")
    assert "forty-two" in path.read_text()
    edit(path, "y = 2")
    second = await save(away, SaveRequest(path=path))
    assert (second.state, second.notebook_id, second.fork_of) == ("saved", first.notebook_id, None)
    assert [d.props["$history_id"] for d in lab.saved()] == [first.notebook_id] * 2


async def test_an_earlier_version_brings_no_earlier_name_back(
    lab: Lab, ursula: Workplace, tmp_path: Path
) -> None:
    """N-23: what was renamed since keeps its name, and the person is told of the newer version."""
    notebook = await a_notebook(ursula)
    await rename(ursula, notebook, name="Curves", attempt=Attempt.new())
    path = await opened(ursula, tmp_path / "files", notebook.first.perm_id)
    assert path.name == "Curves.ipynb"
    before = json.loads(path.read_text())
    edit(path)
    result = await save(ursula, SaveRequest(path=path))
    assert (result.notebook_id, result.name) == (notebook.notebook_id, "Curves")
    assert "A newer version than the one you began with exists" in " ".join(result.told)
    downloaded = await download_version(ursula, notebook.first.perm_id, tmp_path)
    assert identity_block.read(json.loads(downloaded.read_text())) == identity_block.read(before)


async def test_opening_what_is_open_already_disturbs_nothing(
    lab: Lab, ursula: Workplace, tmp_path: Path
) -> None:
    """N-47: a file beside the first; the memory of the last save stays, so unchanged stays unchanged, and
    neither file counts as a copy of the other."""
    path = await lab.launched(ursula)
    edit(path)
    first = await save(ursula, SaveRequest(path=path))
    before = path.read_bytes()
    beside = await opened(ursula, path.parent, first.perm_id)
    assert (beside.name, path.read_bytes()) == ("Growth 2.ipynb", before)
    assert (await save(ursula, SaveRequest(path=beside))).state == "unchanged"
    edit(beside)
    assert (await save(ursula, SaveRequest(path=beside))).notebook_id == first.notebook_id
    edit(path, "z = 3")
    assert (await save(ursula, SaveRequest(path=path))).notebook_id == first.notebook_id
    assert len(lab.saved()) == 3


async def test_by_somebody_else_it_becomes_a_fork_of_the_version_that_was_opened(
    lab: Lab, alice: Workplace, ursula: Workplace, tmp_path: Path
) -> None:
    """N-29, N-31: where it is stored and its inputs are the author's words, so they are confirmed once; then
    the fork names the version it comes from, and the person is told."""
    first = await saved(lab, ursula, lab.inputs()[0])
    notebook = await read_notebook(ursula.client, str(first.notebook_id))
    await rename(ursula, notebook, name="Curves", attempt=Attempt.new())
    path = await opened(alice, tmp_path / "alice", first.perm_id)
    edit(path, "mine = 1")
    with pytest.raises(NeedsConfirmation):
        await save(alice, SaveRequest(path=path))
    fork = await save(alice, SaveRequest(path=path, confirm=True))
    assert fork.notebook_id != first.notebook_id
    assert fork.fork_of == first.perm_id
    assert "ursula is the author of this notebook" in " ".join(fork.told)
    origin = lab.provenance(str(fork.perm_id))["forked_from"]
    assert origin == {"notebook_id": first.notebook_id, "checkpoint_id": first.perm_id, "author": "ursula"}


async def test_a_co_author_goes_on_like_the_author(
    lab: Lab, alice: Workplace, ursula: Workplace, tmp_path: Path
) -> None:
    """N-30: no question, and the same notebook."""
    notebook = await a_notebook(ursula)
    named = await name_co_authors(ursula, notebook, ["alice"], attempt=Attempt.new())
    path = await opened(alice, tmp_path / "alice", named.checkpoint.perm_id)
    edit(path)
    assert (await save(alice, SaveRequest(path=path))).notebook_id == notebook.notebook_id
    after = await fresh(ursula, named)
    assert [v.registrator for v in after.counting] == ["ursula", "ursula", "alice"]


async def test_as_a_template_it_is_a_new_notebook_that_remembers_its_origin(
    lab: Lab, alice: Workplace, ursula: Workplace, tmp_path: Path
) -> None:
    """O-27, O-28, U-26: cells without outputs, the same owner and inputs, nothing to confirm; its first
    version says what it was made from, later ones need not."""
    raw = lab.inputs()[0]
    first = await saved(lab, ursula, raw)
    path = await opened(alice, tmp_path / "alice", first.perm_id, "template", name="My own")
    notebook = nbformat.read(path, as_version=4)
    nbformat.validate(notebook)
    theirs = nbformat.reads(json.dumps(lab.notebook(str(first.perm_id))), as_version=4)
    assert [cell.source for cell in notebook.cells] == [cell.source for cell in theirs.cells]
    assert not any(cell.get("outputs") or cell.get("execution_count") for cell in notebook.cells)
    block = identity_block.read(notebook)
    assert block is not None
    assert (block.name, block.inputs, block.checkpoint_id) == ("My own", (raw,), None)
    assert block.template_slug == "analysis"
    hand_out(alice, path, [raw])
    result = await save(alice, SaveRequest(path=path))
    assert (result.state, result.parents, result.name) == ("saved", (raw,), "My own")
    assert result.notebook_id not in (None, first.notebook_id)
    origin = lab.provenance(str(result.perm_id))["forked_from"]
    assert (origin["notebook_id"], origin["checkpoint_id"]) == (first.notebook_id, first.perm_id)
    edit(path, "more = 1")
    second = await save(alice, SaveRequest(path=path))
    assert second.notebook_id == result.notebook_id
    assert lab.provenance(str(second.perm_id))["forked_from"] is None
    assert [d.props["$name"] for d in lab.saved()] == ["Growth", "My own", "My own"]


async def test_a_template_goes_where_it_is_wanted_with_the_data_that_are_wanted(
    lab: Lab, alice: Workplace, ursula: Workplace
) -> None:
    """O-28: another owner, other inputs; what does not exist for the person is said."""
    first = await saved(lab, ursula, lab.inputs()[0])
    other = await data(alice.client, "other plate")
    asked = Reopening(str(first.perm_id), "template", owner=PILOT, inputs=(other,))
    made = await reopen(alice, asked)
    assert (made.identity.owner_identifier, made.identity.inputs) == (PILOT, (other,))
    assert (await reopen(alice, replace(asked, inputs=()))).identity.inputs == ()
    for wrong, error in (
        ({"inputs": ("20200101000000000-1",)}, NotFound),
        ({"owner": HIDDEN}, NotFound),
        ({"owner": "/BIOLAB"}, InvalidInput),
        ({"owner": "/BIOLAB/ARCHIVE/PAPER_2020"}, EntityFrozen),
    ):
        with pytest.raises(error):
            await reopen(alice, replace(asked, **wrong))


async def test_what_the_eln_or_pybis_stored_is_opened_by_what_openbis_says(
    lab: Lab, alice: Workplace, tmp_path: Path
) -> None:
    """O-27, O-28: no provenance, no kernel, no identity block, or that of some other notebook, which is not
    believed. Inputs are the parents; a copy that the ELN made has the version copied as its parent, which
    stands for what went into that one."""
    raw, foreign = await data(alice.client, "raw"), await data(alice.client, "foreign")
    claims = {
        "schema": 1,
        "server": alice.server,
        "notebook_id": "some-other-notebook",
        "name": "Evil",
        "owner": {"kind": "experiment", "perm_id": "20200101000000000-1", "identifier": "/CHEMLAB/P/E"},
        "inputs": [foreign],
    }
    notebook_id, first = await version(alice.client, parents=[raw], content=content("1", block=claims))
    _, copied = await version(alice.client, notebook_id, [first], content=content("2"))
    for perm_id, mode in (
        (first, "continue"),
        (copied, "continue"),
        (first, "template"),
        (copied, "template"),
    ):
        made = await reopen(alice, Reopening(perm_id, mode))  # type: ignore[arg-type]
        assert (made.identity.inputs, made.identity.name) == ((raw,), "Growth")
        assert made.identity.owner_identifier == "/BIOLAB/GROWTH/GROWTH_CURVES_1"
        assert made.notebook.metadata.kernelspec.name == "python3"
        assert (made.identity.notebook_id == notebook_id) == (mode == "continue")
    path = await opened(alice, tmp_path / "alice", copied)
    edit(path)
    assert (await save(alice, SaveRequest(path=path))).notebook_id == notebook_id


async def test_what_cannot_be_opened_says_why(lab: Lab, alice: Workplace) -> None:
    """Archived, hidden, too large, no notebook in it, none that could be continued: each with a next step."""
    _, perm_id = await version(alice.client, content=content("x" * 5000))
    admin = await lab.person("admin")
    _, hidden = await version(admin.client, owner=HIDDEN)
    plain = await data(alice.client, "plain")
    small = replace(alice, limits=Limits(max_notebook=1000))
    cases: list[tuple[Workplace, str, str, type[OpenbisNbError]]] = [
        (alice, hidden, "continue", NotFound),
        (alice, "20200101000000000-1", "template", NotFound),
        (small, perm_id, "continue", TooLarge),
        (alice, plain, "continue", InvalidInput),
        (alice, plain, "template", NotFound),
    ]
    for person, which, mode, error in cases:
        with pytest.raises(error) as caught:
            await reopen(person, Reopening(which, mode))  # type: ignore[arg-type]
        assert caught.value.next_step
    archived = lab.pybis().get_datasets(experiment="/BIOLAB/ARCHIVE/PILOT_2019").df["permId"][0]
    with pytest.raises(DataNotAvailable, match="archived") as caught:
        await reopen(alice, Reopening(str(archived), "template"))
    assert "Bring it back" in caught.value.next_step
