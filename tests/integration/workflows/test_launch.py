"""From an entity to a notebook: which inputs, which owner, how many questions."""

from __future__ import annotations

from pathlib import Path

import pytest

from openbis_nb.errors import (
    EntityFrozen,
    Forbidden,
    InvalidIdentifier,
    InvalidInput,
    InvalidParameter,
    InvalidTemplate,
    NoSpace,
    NotFound,
    OpenbisNbError,
)
from openbis_nb.models import LaunchRequest
from openbis_nb.notebooks.library import TemplateLibrary
from openbis_nb.sandbox import DEMO_EXPERIMENT
from openbis_nb.workflows.launch import PreparedNotebook, prepare, write_notebook
from openbis_nb.workflows.workplace import Limits, Workplace

from .conftest import Lab, block, plant

PILOT = "/BIOLAB/GROWTH/GROWTH_PILOT"
ARCHIVE = "/BIOLAB/ARCHIVE/PILOT_2019"


async def prepared(workplace: Workplace, place: str = DEMO_EXPERIMENT, **request: object) -> PreparedNotebook:
    return await prepare(workplace, LaunchRequest(place, **request))  # type: ignore[arg-type]


def inputs(notebook: PreparedNotebook) -> list[str]:
    return [data_set.perm_id for data_set in notebook.inputs]


async def test_the_owners_data_is_taken_up(lab: Lab, alice: Workplace) -> None:
    """O-10: all connected data sets, unless fewer are named."""
    assert inputs(await prepared(alice)) == lab.inputs()
    one = lab.inputs()[1]
    assert inputs(await prepared(alice, inputs=(one, one))) == [one]


async def test_just_the_named_inputs_even_none(lab: Lab, alice: Workplace) -> None:
    """O-10: who deselected all data sets in a dialog gets none."""
    assert inputs(await prepared(alice, only_inputs=True)) == []
    one = lab.inputs()[1]
    assert inputs(await prepared(alice, inputs=(one,), only_inputs=True)) == [one]


async def test_a_given_notebook_id_stands_in_the_block(lab: Lab, alice: Workplace) -> None:
    """O-29: the ELN makes the history id itself."""
    notebook = await prepared(alice, notebook_id="2f1c8a54-9d6e-4b0a-8f57-0c1d2e3f4a5b")
    assert notebook.notebook_id == "2f1c8a54-9d6e-4b0a-8f57-0c1d2e3f4a5b"
    assert notebook.notebook["metadata"]["openbis"]["notebook_id"] == notebook.notebook_id


async def test_an_object_is_an_owner_too(lab: Lab, alice: Workplace) -> None:
    """O-09, O-11."""
    notebook = await prepared(alice, "/BIOLAB/GROWTH/PLATE_4")
    assert (notebook.owner.kind, len(notebook.inputs)) == ("object", 1)


@pytest.mark.parametrize("place", ["/BIOLAB", "/BIOLAB/GROWTH"])
async def test_a_space_or_project_asks_for_an_owner(alice: Workplace, place: str) -> None:
    """O-09, O-12: with the owners that it holds."""
    with pytest.raises(InvalidInput, match="stored in an experiment or object") as asked:
        await prepared(alice, place)
    assert DEMO_EXPERIMENT in asked.value.extra["candidates"]
    notebook = await prepared(alice, place, owner=DEMO_EXPERIMENT)
    assert notebook.owner.identifier == DEMO_EXPERIMENT


async def test_another_owner_than_the_entity_of_the_launch(lab: Lab, alice: Workplace) -> None:
    """O-08, O-10: the dialog names the entity's data, and lets the owner be changed."""
    notebook = await prepared(alice, owner="/BIOLAB/GROWTH/PLATE_4")
    assert (notebook.owner.identifier, inputs(notebook)) == ("/BIOLAB/GROWTH/PLATE_4", lab.inputs())
    with pytest.raises(InvalidInput, match="cannot own a notebook"):
        await prepared(alice, owner="/BIOLAB/GROWTH")
    with pytest.raises(NotFound):
        await prepared(alice, owner="/BIOLAB/GROWTH/NOT_THERE")


async def test_what_is_over_the_limit_is_listed(lab: Lab, alice: Workplace) -> None:
    small = await lab.person("alice", limits=Limits(auto_inputs=70_000))
    some = await prepared(small)
    assert 0 < len(some.inputs) < 3
    assert {left.reason for left in some.left_out} == {
        "over the size limit; take it with --input or --all-inputs"
    }
    assert inputs(await prepared(small, all_inputs=True)) == lab.inputs()


async def test_what_cannot_be_read_does_not_block_the_start(alice: Workplace) -> None:
    """U-29, U-30: archived, container and linked data sets are listed with their state."""
    notebook = await prepared(alice, ARCHIVE)
    assert notebook.inputs == ()
    reasons = [left.reason for left in notebook.left_out]
    assert sorted(reason.split("(")[1].split(")")[0] for reason in reasons) == [
        "ARCHIVED",
        "CONTAINER",
        "LINK",
    ]


async def test_an_archived_input_can_be_named(lab: Lab, alice: Workplace) -> None:
    """U-29: a cell will explain it."""
    archived = lab.inputs(ARCHIVE)[0]
    assert inputs(await prepared(alice, ARCHIVE, inputs=(archived,))) == [archived]


async def test_children_and_parents_widen_the_choice(lab: Lab, alice: Workplace) -> None:
    """Objects' parents and children, and what data sets were made from."""
    step, plate = "/BIOLAB/GROWTH/EXP2", "/BIOLAB/GROWTH/PLATE_1"
    [of_plate] = plant(lab.sandbox, plate, 1)
    [of_step] = plant(lab.sandbox, step, 1)
    assert inputs(await prepared(alice, step)) == [of_step]
    assert inputs(await prepared(alice, step, with_children=True)) == [of_plate, of_step]
    assert inputs(await prepared(alice, plate, with_parents=True)) == [of_plate, of_step]


async def test_saved_notebooks_are_no_inputs(lab: Lab, alice: Workplace) -> None:
    plant(lab.sandbox, PILOT, 1, "ANALYSIS_NOTEBOOK")
    notebook = await prepared(alice, PILOT)
    assert [left.data_set.type_code for left in notebook.left_out] == ["ANALYSIS_NOTEBOOK"]


@pytest.mark.parametrize(
    ("place", "count", "calls"),
    [
        (f"{PILOT}/PLATE_4", 1, 4),
        (f"{PILOT}/PLATE_4", 100, 4),
        (PILOT, 100, 5),  # may be an experiment or an object: both are asked, at once
    ],
)
async def test_four_round_trips_however_many_inputs(lab: Lab, place: str, count: int, calls: int) -> None:
    """Design section 5: in a session that knows nothing yet."""
    plant(lab.sandbox, "/BIOLAB/GROWTH/PLATE_4", count)
    fresh = await lab.person("alice", "fresh")
    before = fresh.client.transport.stats.round_trips
    notebook = await prepared(fresh, place)
    assert len(notebook.inputs) == count + 1
    assert fresh.client.transport.stats.round_trips - before == calls


async def test_who_may_not_save_is_told_at_the_start(olga: Workplace) -> None:
    """N-26: an observer may look."""
    with pytest.raises(Forbidden, match="takes the role USER"):
        await prepared(olga)


async def test_a_frozen_owner_is_told_at_the_start(alice: Workplace) -> None:
    with pytest.raises(EntityFrozen, match="is frozen"):
        await prepared(alice, "/BIOLAB/ARCHIVE/PAPER_2020")


@pytest.mark.parametrize(
    ("request_", "error", "text"),
    [
        ({"place": "/BIOLAB/GROWTH/NO_SUCH"}, NotFound, "NO_SUCH"),
        ({"place": "/CHEMLAB/SYNTHESIS/TITRATION_1"}, NotFound, "TITRATION_1"),
        ({"place": "not an identifier!"}, InvalidIdentifier, "not an identifier"),
        ({"place": "/BIOLAB", "owner": "/BIOLAB/GROWTH"}, InvalidInput, "cannot own"),
        ({"inputs": ("20200101000000000-1",)}, NotFound, "20200101000000000-1"),
        ({"template": "no-such-template"}, NotFound, "no-such-template"),
        ({"template": "growth-curves", "parameters": {"no_such": 1}}, InvalidParameter, "no_such"),
    ],
)
async def test_a_bad_request_is_answered_and_nothing_written(
    alice: Workplace, request_: dict[str, object], error: type[OpenbisNbError], text: str
) -> None:
    with pytest.raises(error, match=text):
        await prepared(alice, **{"place": DEMO_EXPERIMENT, **request_})  # type: ignore[arg-type]


async def test_a_parameter_out_of_its_limits(alice: Workplace) -> None:
    """Every number with a limit, one beyond it."""
    template = alice.templates.get("growth-curves")
    limited = [spec for spec in template.parameters if getattr(spec, "maximum", None) is not None]
    assert limited
    for spec in limited:
        with pytest.raises(InvalidParameter, match=spec.name):
            await prepared(alice, template="growth-curves", parameters={spec.name: spec.maximum + 1})


async def test_a_broken_template_of_the_site(lab: Lab, tmp_path: Path) -> None:
    """It is named with what to mend; the others stay usable."""
    folder = tmp_path / "templates" / "broken"
    folder.mkdir(parents=True)
    (folder / "template.yaml").write_text("title: [")
    alice = await lab.person("alice", templates=TemplateLibrary([folder.parent]))
    with pytest.raises(InvalidTemplate):
        await prepared(alice, template="broken")
    assert (await prepared(alice)).template.slug == "analysis"


async def test_no_file_is_overwritten(lab: Lab, alice: Workplace) -> None:
    """O-15, U-18."""
    first, second = await lab.launched(alice), await lab.launched(alice)
    assert (first.name, second.name) == ("Growth.ipynb", "Growth 2.ipynb")
    assert block(first)["notebook_id"] != block(second)["notebook_id"]


@pytest.mark.parametrize(
    "name", ["../../escaped", "a/b", "x" * 300, "Zürich µ 🧪", "tab\there", "CON", ".hid"]
)
async def test_a_hostile_name_stays_in_its_folder(lab: Lab, alice: Workplace, name: str) -> None:
    path = await lab.launched(alice, name=name)
    assert path.parent == lab.folder / "work" / "alice"
    assert path.suffix == ".ipynb"
    assert len(path.name.encode()) <= 255
    assert not path.name.startswith(".")


async def test_the_notebook_needs_no_cell_edited(lab: Lab, alice: Workplace) -> None:
    """U-05, U-02, O-18: name, owner and inputs are in it, a token is not."""
    path = await lab.launched(alice)
    assert block(path)["owner"]["identifier"] == DEMO_EXPERIMENT
    assert block(path)["inputs"] == lab.inputs()
    assert alice.client.token.reveal() not in path.read_text()
    assert str(Path.home()) not in path.read_text()


async def test_a_folder_that_cannot_be_written_is_said(alice: Workplace, tmp_path: Path) -> None:
    notebook = await prepared(alice)
    with pytest.raises(OpenbisNbError, match="could not be written") as refused:
        write_notebook(alice, notebook, tmp_path / "nowhere")
    assert not isinstance(refused.value, NoSpace)
