"""The state behind the button of a front end (O-41, O-70, row 84)."""

from __future__ import annotations

import nbformat
import pytest

from openbis_nb.sandbox import DEMO_EXPERIMENT, Sandbox
from openbis_nb.sandbox.faults import FaultKind
from tests.integration.labext.test_api import Api, inputs, notebook

from .launches import blank
from .servers import PersonsServer
from .stand_in import StandIn


@pytest.fixture
def api(server: PersonsServer) -> Api:
    return Api(server)


def test_from_nowhere_to_saved_changed_and_newer(
    api: Api, server: PersonsServer, openbis_sandbox: Sandbox
) -> None:
    """A file that openBIS does not know; saved; changed; undone; attached to; saved from elsewhere."""
    path = notebook(server)
    before = api.get("standing", path=path)
    assert before.status_code == 200, before.text
    nowhere = before.json()
    assert (nowhere["standing"], nowhere["name"]) == ("nowhere", path.removesuffix(".ipynb"))
    assert (nowhere["notebook_id"], nowhere["owner"], nowhere["version"], nowhere["newest"]) == (None,) * 4

    saved = api.post("save", {"path": path, "owner": DEMO_EXPERIMENT, "notes": "n"}).json()["result"]
    after = api.get("standing", path=path).json()
    assert (after["standing"], after["changed"], after["version"]) == ("nothing", False, saved["perm_id"])
    assert after["newest"]["perm_id"] == saved["perm_id"]
    assert (after["newest"]["saved_by"], after["owner"]["identifier"]) == ("alice", DEMO_EXPERIMENT)
    assert saved["perm_id"] in after["eln_link"]
    assert after["page"] == saved["page"]

    text = (server.root / path).read_text()
    nbformat.write(blank("1 + 2"), server.root / path)
    assert api.get("standing", path=path).json()["standing"] == "changed"
    (server.root / path).write_text(text)
    assert api.get("standing", path=path).json()["standing"] == "nothing"
    [wanted, *_] = inputs(api)
    api.post("attach", {"path": path, "perm_ids": [wanted]})
    assert api.get("standing", path=path).json()["standing"] == "changed"  # a parent more
    again = api.post("save", {"path": path}).json()["result"]
    assert (again["state"], again["parents"]) == ("saved", [wanted])
    assert api.get("standing", path=path).json()["standing"] == "nothing"


def test_what_cannot_be_asked_is_unknown_and_says_why(
    api: Api, server: PersonsServer, hub: StandIn, openbis_sandbox: Sandbox
) -> None:
    path = notebook(server)
    assert api.post("save", {"path": path, "owner": DEMO_EXPERIMENT}).ok
    openbis_sandbox.faults.add(FaultKind.STATUS, "searchDataSets", count=0)
    away = api.get("standing", path=path, fresh="1").json()
    assert (away["standing"], away["changed"]) == ("unknown", False)
    assert away["message"]
    assert away["next_step"]
    nbformat.write(blank("3"), server.root / path)
    assert api.get("standing", path=path, fresh="1").json()["changed"] is True
    openbis_sandbox.faults.clear()
    hub.session = None
    openbis_sandbox.state.sessions.expire()
    over = api.get("standing", path=path, fresh="1").json()
    assert (over["standing"], over["changed"]) == ("unknown", True)
    assert "log in" in over["next_step"].lower()


def test_a_version_that_was_written_as_a_file_holds_nothing_new(api: Api, server: PersonsServer) -> None:
    """N-24: an older one is behind; work in it counts from the first change on."""
    path = notebook(server)
    first = api.post("save", {"path": path, "owner": DEMO_EXPERIMENT, "name": "Twice", "notes": "n"})
    nbformat.write(blank("2 + 2"), server.root / path)
    second = api.post("save", {"path": path, "name": "Twice"})
    standings = []
    for saved in (first, second):
        perm_id = saved.json()["result"]["perm_id"]
        restored = api.post("restore", {"perm_id": perm_id}, wait="20").json()["result"]["path"]
        found = api.get("standing", path=restored).json()
        standings.append((found["standing"], found["changed"], found["version"] == perm_id))
    assert standings == [("newer", False, True), ("nothing", False, True)]
    content = nbformat.read(server.root / restored, as_version=4)
    content.cells.append(nbformat.v4.new_code_cell("3"))
    nbformat.write(content, server.root / restored)
    assert api.get("standing", path=restored).json()["standing"] == "changed"
