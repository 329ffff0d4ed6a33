"""What changed: between two versions, and since the last one, in a person's own server."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import nbformat
import pytest

from openbis_nb.sandbox import DEMO_EXPERIMENT, Sandbox
from tests.integration.labext.test_api import Api, inputs, notebook

from .launches import blank
from .servers import PersonsServer
from .stored import hostile, person, store


@pytest.fixture
def api(server: PersonsServer) -> Api:
    return Api(server)


def with_parameters(*sources: str) -> nbformat.NotebookNode:
    """A notebook whose first cell is that of the parameters, and whose last one saves."""
    made = blank(*sources, "nb.save()")
    made.cells[0].metadata["tags"] = ["parameters"]
    return made


def write(server: PersonsServer, path: str, content: nbformat.NotebookNode) -> None:
    """New cells; the identity block of the file stays."""
    file = server.root / path
    if file.exists():
        content.metadata |= {k: v for k, v in json.loads(file.read_text())["metadata"].items()}
    nbformat.write(content, file)


def compared(api: Api, **body: Any) -> dict[str, Any]:
    answer = api.post("compare", body)
    assert answer.status_code == 200, answer.text
    found: dict[str, Any] = answer.json()
    return found


def test_what_changed_since_the_last_version(api: Api, server: PersonsServer) -> None:
    """Row 84, F-13: inputs, parameters and cells of the file on disk, against the version it comes from."""
    path = "growth.ipynb"
    write(server, path, with_parameters("rate = 0.5", "plot(rate)"))
    never = api.post("compare", {"path": path})
    assert (never.status_code, never.json()["code"]) == (400, "invalid-input")
    assert "Save it" in never.json()["next_step"]
    [one, two, *_] = inputs(api)
    api.post("attach", {"path": path, "perm_ids": [one]})
    body = {"path": path, "owner": DEMO_EXPERIMENT, "write_back": True, "name": "Growth"}
    saved = api.post("save", body).json()["result"]
    assert saved["parents"] == [one]

    same = compared(api, path=path)
    assert same["cells"] == {"added": 0, "removed": 0, "changed": 0, "moved": 0, "same": 3, "recounted": 0}
    assert (same["known"], same["parameters"]) == (True, [])
    assert (same["inputs_added"], same["inputs_removed"]) == ([], [])
    assert same["base"]["perm_id"] == saved["perm_id"]
    assert (same["other"], same["environment_known"]) == (None, False)

    changed = with_parameters("rate = 0.7", "plot(rate)", "more()")
    changed.cells[-1]["outputs"] = [nbformat.v4.new_output("stream", text="Saved as version 12")]
    write(server, path, changed)
    api.post("attach", {"path": path, "perm_ids": [two]})
    found = compared(api, path=path)
    assert found["parameters"] == [{"name": "rate", "before": 0.5, "after": 0.7}]
    assert [(added["perm_id"], added["visible"]) for added in found["inputs_added"]] == [(two, True)]
    assert found["inputs_removed"] == []
    assert (found["cells"]["changed"], found["cells"]["added"], found["cells"]["same"]) == (1, 1, 2)
    assert "Saved as version 12" not in found["html"]  # what the cell that saves printed is no change
    assert "rate = 0.7" in re.sub("<[^>]*>", "", found["html"])

    again = api.post("save", {"path": path, "write_back": True}).json()["result"]
    assert compared(api, path=path)["base"]["perm_id"] == again["perm_id"]
    earlier = compared(api, path=path, base=saved["perm_id"])
    assert (earlier["base"]["perm_id"], earlier["parameters"]) == (saved["perm_id"], found["parameters"])
    both = compared(api, base=saved["perm_id"], other=again["perm_id"])
    assert (both["parameters"], both["environment_known"]) == (found["parameters"], True)
    assert [one["perm_id"] for one in both["inputs_added"]] == [two]
    back = compared(api, base=again["perm_id"], other=saved["perm_id"])
    assert [one["perm_id"] for one in back["inputs_removed"]] == [two]


def test_an_input_that_no_kernel_was_given_yet_is_not_called_removed(
    api: Api, server: PersonsServer, openbis_sandbox: Sandbox, tmp_path: Path
) -> None:
    """D10: at another computer nothing was attached yet; the file still names its inputs."""
    [one, *_] = inputs(api)
    provenance = {
        "schema": 1, "save_id": "s", "notebook_id": "n", "name": "Growth", "saved_at": "2026-11-21T10:00:00Z",
        "saved_by": "alice", "owner": {"kind": "experiment", "perm_id": "20260101000000000-1",
        "identifier": DEMO_EXPERIMENT}, "declared": [one], "attached": [one],
    }  # fmt: skip
    alice = person(openbis_sandbox, "alice")
    _, perm_id = store(alice, tmp_path, blank("1"), parents=[one], provenance=provenance)
    path = api.post("download", {"perm_id": perm_id, "folder": ""}).json()["result"]["path"]
    found = compared(api, path=path)
    assert found["base"]["perm_id"] == perm_id
    assert (found["inputs_added"], found["inputs_removed"]) == ([], [])
    assert [waiting["perm_id"] for waiting in found["not_attached"]] == [one]


def test_hostile_notebooks_side_by_side_and_what_cannot_be_compared(
    api: Api, server: PersonsServer, openbis_sandbox: Sandbox, tmp_path: Path
) -> None:
    """Design D9; a version that somebody claims to be the one that a file comes from is none of its own."""
    alice = person(openbis_sandbox, "alice")
    notebook_id, first = store(alice, tmp_path, hostile("1"))
    _, second = store(alice, tmp_path, hostile("2", "3"), notebook_id=notebook_id)
    _, broken = store(alice, tmp_path, b"no notebook", notebook_id=notebook_id)
    _, other = store(alice, tmp_path, blank("of another notebook"))
    found = compared(api, base=first, other=second)
    assert not [part for part in ("<script", "onerror", "javascript:") if part in found["html"]]
    assert "default-src 'none'" in found["html"]
    assert (found["known"], found["cells"]["added"]) == (False, 1)
    coarse = compared(api, base=first, other=broken)
    assert (coarse["cells"], coarse["html"]) == (None, "")
    assert coarse["note"]
    for body in ({}, {"base": first}, {"other": first}, {"base": "x", "other": first}, {"path": 1}, {"a": 1}):
        assert api.post("compare", body).json()["code"] == "invalid-input", body
    assert api.post("compare", {"path": "missing.ipynb"}).status_code == 404

    path = api.post("download", {"perm_id": second, "folder": ""}).json()["result"]["path"]
    content = json.loads((server.root / path).read_text())
    content["metadata"]["openbis"]["checkpoint"]["id"] = other
    (server.root / path).write_text(json.dumps(content))
    assert compared(api, path=path)["base"]["perm_id"] == broken  # the newest one that counts
    stranger = notebook(server)
    assert compared(api, path=stranger, base=first)["base"]["perm_id"] == first
