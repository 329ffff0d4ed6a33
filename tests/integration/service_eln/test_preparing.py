"""From what the ELN posts to what is written: made anew, kept with a block, or passed on with a note."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import pytest

from openbis_nb.errors import EntityFrozen, Forbidden, InvalidNotebook, NotFound, OpenbisNbError
from openbis_nb.models import LaunchRequest
from openbis_nb.notebooks import document, eln_notebook
from openbis_nb.sandbox import DEMO_EXPERIMENT
from openbis_nb.service.eln.preparing import Made, make
from openbis_nb.workflows.launch import prepare
from openbis_nb.workflows.workplace import Workplace
from tests.integration.workflows.conftest import Lab, plant
from tests.unit.notebooks.eln import GUID, Asked, code, copied, generated, markdown, worked_on

NAME = "Growth curves.ipynb"
FRESH = "9b1dbe0c-6a5f-4f0e-8c39-7a1f00c0ffee"


async def made(workplace: Workplace, content: Mapping[str, Any], template: str | None = "analysis") -> Made:
    return await make(workplace, json.dumps(content).encode(), NAME, template)


def block(what: Made) -> dict[str, Any]:
    found: dict[str, Any] = what.notebook["metadata"]["openbis"]
    return found


def sources(what: Made) -> str:
    return "\n".join(cell["source"] for cell in what.notebook["cells"])


def store(
    lab: Lab, content: Mapping[str, Any], parents: Sequence[str], history_id: str, user: str = "alice"
) -> str:
    """Save a notebook as the last cells of the ELN's notebook do; the permId."""
    file = Path(lab.folder) / f"{history_id}.ipynb"
    file.write_text(json.dumps(content))
    data_set = lab.pybis(user).new_dataset(
        type="ANALYSIS_NOTEBOOK",
        experiment=DEMO_EXPERIMENT,
        parents=list(parents),
        files=[str(file)],
        props={"$name": "Growth", "notes": "", "$history_id": history_id},
    )
    data_set.save()
    return str(data_set.permId)


def asked(lab: Lab, **changes: Any) -> Asked:
    return Asked(**({"owner": DEMO_EXPERIMENT, "inputs": lab.inputs()[:2]} | changes))


async def test_a_new_notebook_is_made_anew_from_our_template(lab: Lab, alice: Workplace) -> None:
    """O-18, U-29: the same owner, inputs, name and history id; no cell needs editing."""
    what = await made(alice, generated(asked(lab)))
    assert block(what) == {
        "schema": 1,
        "server": alice.server,
        "notebook_id": GUID,
        "name": "Growth curves",
        "owner": {
            "kind": "experiment",
            "perm_id": (await alice.client.entity(DEMO_EXPERIMENT)).perm_id,
            "identifier": DEMO_EXPERIMENT,
        },
        "inputs": lab.inputs()[:2],
        "template": {"slug": "analysis", "version": "1.0.0"},
    }
    assert "openbis_nb.notebook()" in sources(what)
    assert "resultDatasetName" not in sources(what)
    assert what.remember is not None
    assert (what.remember.notebook_id, list(what.remember.inputs)) == (GUID, lab.inputs()[:2])
    assert alice.ledger.get(alice.server, GUID) is None


async def test_who_chose_no_data_set_gets_none(lab: Lab, alice: Workplace) -> None:
    assert block(await made(alice, generated(asked(lab, inputs=()))))["inputs"] == []


async def test_an_object_as_the_owner(lab: Lab, alice: Workplace) -> None:
    what = await made(
        alice, generated(asked(lab, owner="/BIOLAB/GROWTH/PLATE_1", owner_kind="object", inputs=()))
    )
    assert block(what)["owner"]["kind"] == "object"


async def test_another_template_by_the_admins_choice(lab: Lab, alice: Workplace) -> None:
    what = await made(alice, generated(asked(lab)), template="table-explorer")
    assert block(what)["template"]["slug"] == "table-explorer"


@pytest.mark.parametrize("template", ["no-such-template", "../analysis"])
async def test_a_template_that_is_not_there_changes_nothing(
    lab: Lab, alice: Workplace, template: str
) -> None:
    what = await made(alice, generated(asked(lab)), template=template)
    assert "as the ELN sent it" in what.notebook["cells"][0]["source"]
    assert len(what.notebook["cells"]) == len(generated(asked(lab))["cells"]) + 1


async def test_by_the_admins_switch_all_stays_as_it_is(lab: Lab, alice: Workplace) -> None:
    what = await made(alice, generated(asked(lab)), template=None)
    assert len(what.notebook["cells"]) == len(generated(asked(lab))["cells"])
    assert "openbis" not in what.notebook["metadata"]
    assert what.remember is None


@pytest.mark.parametrize(
    ("changes", "error"),
    [
        ({"owner": "/BIOLAB/GROWTH/NOT_THERE"}, NotFound),
        ({"owner": "/CHEMLAB/SYNTHESIS/TITRATION_1"}, NotFound),
        ({"owner": "/BIOLAB/ARCHIVE/PAPER_2020", "inputs": ()}, EntityFrozen),
        ({"inputs": ("20200101000000000-1",)}, NotFound),
    ],
)
async def test_what_could_not_be_saved_later_is_said_now(
    lab: Lab, alice: Workplace, changes: dict[str, Any], error: type[OpenbisNbError]
) -> None:
    with pytest.raises(error) as raised:
        await made(alice, generated(asked(lab, **changes)))
    assert raised.value.next_step


async def test_who_may_only_look_is_told(lab: Lab, olga: Workplace) -> None:
    with pytest.raises(Forbidden):
        await made(olga, generated(asked(lab)))


@pytest.mark.parametrize("keep", [True, False])
async def test_a_copy_keeps_the_cells_and_the_inputs(lab: Lab, alice: Workplace, keep: bool) -> None:
    """O-27, O-28, U-26."""
    inputs = lab.inputs()[:2]
    stored = worked_on(generated(asked(lab)))
    version = store(lab, stored, inputs, GUID)
    what = await made(alice, copied(stored, version, NAME, history_id=None if keep else FRESH))
    assert block(what)["notebook_id"] == (GUID if keep else FRESH)
    assert block(what)["inputs"] == inputs
    assert block(what)["owner"]["identifier"] == DEMO_EXPERIMENT
    assert "template" not in block(what)
    assert "rate = 0.42" in sources(what)
    assert "My remarks on the *method*" in sources(what)
    assert len(what.notebook["cells"]) == len(stored["cells"])
    said = eln_notebook.read(what.notebook)
    assert said is not None
    assert said.parents == (*inputs, version)
    assert what.remember is not None


async def test_a_copy_of_a_copy_keeps_the_first_inputs(lab: Lab, alice: Workplace) -> None:
    """O-28: what the ELN stored before had only the notebook before it as a parent."""
    inputs = lab.inputs()[:2]
    stored = worked_on(generated(asked(lab)))
    first = store(lab, stored, inputs, GUID)
    second = store(lab, copied(stored, first, "b.ipynb", history_id=FRESH), [first], FRESH)
    what = await made(alice, copied(copied(stored, first, "b.ipynb", history_id=FRESH), second, NAME))
    assert block(what)["inputs"] == inputs
    assert block(what)["notebook_id"] == FRESH


async def test_a_notebook_that_the_cells_fetch_is_an_input(lab: Lab, alice: Workplace) -> None:
    """Its results may be what the next analysis begins with."""
    earlier = store(lab, worked_on(generated(asked(lab))), [], "earlier-" + GUID)
    stored = worked_on(generated(asked(lab, inputs=[earlier])))
    version = store(lab, stored, [earlier], GUID)
    assert block(await made(alice, copied(stored, version, NAME)))["inputs"] == [earlier]


async def test_another_persons_notebook_is_a_claim_to_confirm(lab: Lab, alice: Workplace) -> None:
    stored = worked_on(generated(asked(lab)))
    version = store(lab, stored, lab.inputs()[:2], GUID, user="ursula")
    what = await made(alice, copied(stored, version, NAME, history_id=FRESH))
    assert block(what)["inputs"] == lab.inputs()[:2]
    assert what.remember is None


async def test_what_the_text_says_of_the_owner_counts_less_than_openbis(lab: Lab, alice: Workplace) -> None:
    stored = worked_on(generated(asked(lab, owner="/BIOLAB/GROWTH/GROWTH_PILOT")))
    version = store(lab, stored, [], GUID)
    assert block(await made(alice, copied(stored, version, NAME)))["owner"]["identifier"] == DEMO_EXPERIMENT


def as_text(content: Mapping[str, Any]) -> dict[str, Any]:
    """Sources as texts, not lists of lines: the ELN's copy cannot change such a cell (contract 8.7)."""
    changed: dict[str, Any] = json.loads(json.dumps(content))
    for cell in changed["cells"]:
        cell["source"] = "".join(cell["source"])
    return changed


async def test_a_notebook_made_to_look_new_is_a_claim_to_confirm(lab: Lab, alice: Workplace) -> None:
    what = await made(alice, as_text(generated(asked(lab))))
    assert what.remember is None
    [version] = plant(lab.sandbox, DEMO_EXPERIMENT, 1, files={"original/x.ipynb": b"{}"})
    what = await made(alice, generated(asked(lab, inputs=[version])))
    assert block(what)["inputs"] == [version]
    assert what.remember is None


async def test_cells_of_a_plugin_stay(lab: Lab, alice: Workplace) -> None:
    """A plugin of the ELN may give its own cells to a new notebook."""
    content = generated(asked(lab))
    content["cells"] += [markdown("# Our institute"), code("import institute")]
    what = await made(alice, content)
    assert "import institute" in sources(what)
    assert block(what)["inputs"] == lab.inputs()[:2]
    assert what.remember is None


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (generated(Asked(owner_kind="object", owner="")), "the owner"),
        (copied(worked_on(generated()), "20200101000000000-1", NAME), "20200101000000000-1"),
        ({**generated(), "cells": generated()["cells"][:7]}, "the owner"),
        ({**generated(), "cells": generated()["cells"][:4]}, "the data sets, the history id and the owner"),
    ],
)
async def test_what_cannot_be_read_passes_with_a_note(
    lab: Lab, alice: Workplace, content: dict[str, Any], reason: str
) -> None:
    what = await made(alice, content)
    note = what.notebook["cells"][0]
    assert note["cell_type"] == "markdown"
    assert reason in note["source"]
    assert len(what.notebook["cells"]) == len(content["cells"]) + 1
    assert "openbis" not in what.notebook["metadata"]


async def ours(lab: Lab, workplace: Workplace, user: str) -> tuple[dict[str, Any], str]:
    """A notebook from a template of ours, worked on and stored by *user*: content and permId."""
    prepared = await prepare(workplace, LaunchRequest(DEMO_EXPERIMENT, inputs=tuple(lab.inputs()[:2])))
    stored = json.loads(document.dumps(prepared.notebook))
    stored["cells"].insert(3, {**code("rate = 0.42"), "id": "own", "execution_count": 1})
    return stored, store(lab, stored, lab.inputs()[:2], prepared.notebook_id, user=user)


@pytest.mark.parametrize("keep", [True, False])
async def test_a_copy_of_a_notebook_of_ours(lab: Lab, alice: Workplace, keep: bool) -> None:
    """O-27, O-28, U-26: "Keep History" means the same as for the ELN's own notebooks."""
    stored, version = await ours(lab, alice, "alice")
    sent = copied(stored, version, NAME, history_id=None if keep else FRESH)
    assert "resultDatasetParents=" in json.dumps(sent)
    what = await made(alice, sent)
    before = stored["metadata"]["openbis"]
    assert block(what)["notebook_id"] == (before["notebook_id"] if keep else FRESH)
    assert block(what)["name"] == "Growth curves"
    assert {key: block(what)[key] for key in ("owner", "inputs", "template")} == {
        key: before[key] for key in ("owner", "inputs", "template")
    }
    assert [cell["source"] for cell in what.notebook["cells"]] == [
        cell["source"] for cell in document.loads(json.dumps(stored).encode())["cells"]
    ]
    assert what.remember is not None


async def test_a_copy_of_somebody_elses_is_a_claim_to_confirm(lab: Lab, alice: Workplace) -> None:
    stored, version = await ours(lab, alice, "ursula")
    what = await made(alice, copied(stored, version, NAME, history_id=FRESH))
    assert block(what)["notebook_id"] == FRESH
    assert what.remember is None


async def test_a_copy_whose_data_set_cannot_be_seen(lab: Lab, alice: Workplace) -> None:
    stored, _ = await ours(lab, alice, "alice")
    what = await made(alice, copied(stored, "20200101000000000-1", NAME, history_id=FRESH))
    assert "resultDataset" not in sources(what)
    assert what.remember is None


async def test_a_plain_notebook_stays_as_it_is(lab: Lab, alice: Workplace) -> None:
    """Its own block, too: it is held against what is known when it is saved."""
    metadata = {"openbis": {"schema": 1, "notebook_id": "x"}}
    plain = {
        "cells": [{**code("x = 1"), "id": "a"}],
        "metadata": metadata,
        "nbformat": 4,
        "nbformat_minor": 5,
    }
    what = await made(alice, plain)
    assert what.notebook["metadata"] == metadata
    assert [cell["source"] for cell in what.notebook["cells"]] == ["x = 1"]
    assert what.remember is None


@pytest.mark.parametrize("data", [b"TEST", b"", b"[]", b"{}", b'{"nbformat": 3}', b"\xff\xfe"])
async def test_what_is_no_notebook_is_refused(alice: Workplace, data: bytes) -> None:
    with pytest.raises(InvalidNotebook):
        await make(alice, data, NAME, "analysis")
