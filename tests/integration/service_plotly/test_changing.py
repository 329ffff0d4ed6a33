"""PUT, PATCH and copy: what may be written, by whom, and what becomes of it in openBIS."""

from __future__ import annotations

import json
from typing import Any

from openbis_nb.sandbox import Sandbox

from .client import PlotlyClient, errors_of, message_of, notebook
from .conftest import PLACE, PROJECT, at_openbis

OTHER = f"{PROJECT}/V2_OTHER"


def all_versions(openbis: Sandbox, made: dict[str, Any]) -> list[str]:
    """PermIds of the versions of a notebook, oldest first, by pybis."""
    pybis = at_openbis(openbis, "admin")
    first = _perm_id(made["fid"])
    history = pybis.get_dataset(first).props.all()["$history_id"]
    found = pybis.get_datasets(type="ANALYSIS_NOTEBOOK", where={"$HISTORY_ID": history})
    return sorted(str(perm_id) for perm_id in found.df["permId"])


def _perm_id(fid: str) -> str:
    number = fid.partition(":")[2]
    return f"{number[:17]}-{number[17:]}"


def test_a_new_name_is_a_new_version_at_once(openbis: Sandbox, ursula: PlotlyClient, name: str) -> None:
    """P-09, P-10: the fid stays, a plain user may do it, and the same once more makes no version."""
    made = ursula.uploaded(notebook("1"), name, Plotly_Parent_Path=PLACE)
    for _ in range(2):
        answer = ursula.patch(made["fid"], filename="Other name of it.ipynb")
        assert answer.status_code == 200
    changed = answer.json()
    assert (changed["fid"], changed["filename"]) == (made["fid"], "Other name of it.ipynb")
    assert changed["creation_time"] == made["creation_time"]
    assert changed["date_modified"] > made["date_modified"]
    versions = all_versions(openbis, made)
    assert len(versions) == 2
    pybis = at_openbis(openbis, "admin")
    assert [pybis.get_dataset(one).props.all()["$name"] for one in versions] == [
        name.removesuffix(".ipynb"),
        "Other name of it",
    ]


def test_new_content_is_a_new_version_at_once(openbis: Sandbox, ursula: PlotlyClient, name: str) -> None:
    """P-09, P-17: what a client got may be sent back, and changes nothing."""
    made = ursula.uploaded(notebook("1"), name, Plotly_Parent_Path=PLACE)
    same = ursula.patch(made["fid"], content=made["content"])
    assert same.json() == made
    content = json.loads(made["content"])
    content["cells"][1]["source"] = "1 + 2"
    changed = ursula.patch(made["fid"], content=json.dumps(content)).json()
    assert "1 + 2" in changed["content"]
    assert len(all_versions(openbis, made)) == 2
    assert ursula.get(f"/{made['fid']}").json() == changed


def test_a_put_replaces_all_that_is_writable(openbis: Sandbox, alice: PlotlyClient, name: str) -> None:
    """P-09, P-10, P-11: one version for name and content, and the owner of all versions moves."""
    made = alice.uploaded(notebook("1"), name, Plotly_Parent_Path=PLACE)
    body = {
        "filename": f"New {name}",
        "parent_path": f"{OTHER}/",
        "world_readable": False,
        "content": notebook("2").decode(),
    }
    for _ in range(2):
        answer = alice.put(made["fid"], body)
        assert answer.status_code == 200, answer.text
    changed = answer.json()
    assert (changed["fid"], changed["filename"], changed["parent_path"]) == (
        made["fid"],
        f"New {name}",
        f"{OTHER}/",
    )
    versions = all_versions(openbis, made)
    assert len(versions) == 2
    pybis = at_openbis(openbis, "admin")
    assert {pybis.get_dataset(one).experiment.identifier for one in versions} == {OTHER}
    back = alice.patch(made["fid"], parent=made["parent"])
    assert back.json()["parent"] == made["parent"]


def test_a_put_names_what_is_missing(alice: PlotlyClient, name: str) -> None:
    """P-09, P-39: a missing field is 400, one error for each."""
    made = alice.uploaded(notebook(), name)
    errors = errors_of(alice.put(made["fid"], {"filename": "x"}), 400)
    assert [error["field"] for error in errors] == ["world_readable", "content", "parent or parent_path"]


REFUSED: list[tuple[dict[str, Any], int, str]] = [
    ({"title": "x"}, 400, "title is not writable"),
    ({"owner": "bob"}, 400, "owner is not writable"),
    ({"world_readable": "false"}, 400, "neither true nor false"),
    ({"content": {"cells": []}}, 400, "not a string"),
    ({"content": "no notebook"}, 422, "not"),
    ({"world_readable": True}, 403, "Public pages are off"),
    ({"share_key_enabled": True}, 403, "Public pages are off"),
    ({"parent": 12}, 404, "no parent 12"),
    ({"parent_path": "/BIOLAB"}, 400, "is a space"),
    ({}, 400, "nothing to change"),
]


def test_what_cannot_be_written(alice: PlotlyClient, name: str) -> None:
    """P-05, P-10, P-17, P-35, P-39: nothing changes."""
    made = alice.uploaded(notebook(), name)
    for body, status, text in REFUSED:
        assert text in message_of(alice.patch(made["fid"], **body), status)
    for data in (b"[]", b"a=1", b"\xff\xfe"):
        errors_of(alice.ask("PATCH", f"/{made['fid']}", data=data), 400)
    assert alice.get(f"/{made['fid']}").json() == made


def test_others_may_not_write_and_are_told_what_they_may(
    alice: PlotlyClient, ursula: PlotlyClient, olga: PlotlyClient, name: str
) -> None:
    """P-10: the answer names the role and the next step; a move takes the right to update."""
    made = alice.uploaded(notebook("1"), name, Plotly_Parent_Path=PLACE)
    told = message_of(ursula.patch(made["fid"], filename="Mine now"), 403)
    assert "alice" in told
    assert "USER" in told
    assert f"{made['fid']}/copy" in told
    errors_of(olga.patch(made["fid"], content=notebook("2").decode()), 403)
    own = ursula.uploaded(notebook("1"), name, Plotly_Parent_Path=PLACE)
    assert "POWER_USER" in message_of(ursula.patch(own["fid"], parent_path=OTHER), 403)
    # Not half of it, either: without the right to move nothing is written.
    errors_of(ursula.patch(own["fid"], filename="Half", parent_path=OTHER), 403)
    assert ursula.get(f"/{own['fid']}").json() == own


def test_a_move_that_openbis_refuses_leaves_all_as_it_was(
    openbis: Sandbox, alice: PlotlyClient, name: str
) -> None:
    """P-09, P-10: where somebody may add data sets, but not move some there."""
    made = alice.uploaded(notebook("1"), name, Plotly_Parent_Path=PLACE)
    admin = at_openbis(openbis, "admin")
    admin.assign_role(role="USER", person="alice", space="CHEMLAB")
    try:
        body = {"filename": "Elsewhere", "parent_path": "/CHEMLAB/SYNTHESIS/REAGENTS"}
        assert "POWER_USER" in message_of(alice.patch(made["fid"], **body), 403)
        assert alice.get(f"/{made['fid']}").json() == made
    finally:
        for number in admin.get_role_assignments(person="alice", space="CHEMLAB").df["techId"]:
            admin.get_role_assignment(number).delete("test")


def test_a_co_author_may_write(
    alice: PlotlyClient, service: Any, openbis: Sandbox, ursula: PlotlyClient, name: str
) -> None:
    """P-20: ``edit`` for who may add versions to somebody else's notebook."""
    made = alice.uploaded(notebook("1"), name, Plotly_Parent_Path=PLACE)
    person = service.person("alice")
    notebook_id = json.loads(made["content"])["metadata"]["openbis"]["notebook_id"]
    named = person._send("PATCH", f"notebooks/{notebook_id}", json={"coAuthors": ["ursula"]})
    assert named.status_code == 200, named.text
    seen = ursula.get(f"/{made['fid']}").json()
    assert seen["current_user_permission"] == "edit"
    assert seen["collaborators"] == {"results": [{"username": "ursula"}], "count": 1}
    assert ursula.patch(made["fid"], filename=f"By both {name}").json()["owner"] == "alice"


def test_a_copy_is_a_notebook_of_ones_own(
    openbis: Sandbox, alice: PlotlyClient, ursula: PlotlyClient, name: str
) -> None:
    """P-36: in the same place and with the same name, or as the body says."""
    made = alice.uploaded(notebook("1"), name, Plotly_Parent_Path=PLACE)
    answer = ursula.post(f"/{made['fid']}/copy")
    assert answer.status_code == 201, answer.text
    copied = answer.json()
    assert copied["fid"] != made["fid"]
    assert (copied["owner"], copied["filename"], copied["parent"]) == ("ursula", name, made["parent"])
    assert json.loads(copied["content"])["cells"] == json.loads(made["content"])["cells"]
    other = ursula.post(f"/{made['fid']}/copy", json={"filename": "A copy", "parent_path": OTHER}).json()
    assert (other["filename"], other["parent_path"]) == ("A copy.ipynb", f"{OTHER}/")
    errors_of(ursula.post(f"/{made['fid']}/copy", json={"content": "x"}), 400)
