"""What a front end needs of the save: that very file is saved, the block comes back, errors have fields."""

from __future__ import annotations

import hashlib
import json

import pytest

from openbis_nb.sandbox import DEMO_EXPERIMENT, Sandbox
from tests.integration.labext.test_api import Api, notebook

from .servers import PersonsServer
from .stand_in import StandIn


@pytest.fixture
def api(server: PersonsServer) -> Api:
    return Api(server)


def test_that_very_file_is_saved_and_its_block_comes_back(api: Api, server: PersonsServer) -> None:
    """D12 (a), N-42: the front end writes the block into the shared document, and nothing is left to save."""
    path = notebook(server)
    file = server.root / path
    sha256 = hashlib.sha256(file.read_bytes()).hexdigest()
    other = api.post("save", {"path": path, "owner": DEMO_EXPERIMENT, "sha256": "0" * 64})
    assert (other.status_code, other.json()["code"]) == (409, "not-saved-yet")
    before = file.read_bytes()
    result = api.post("save", {"path": path, "owner": DEMO_EXPERIMENT, "sha256": sha256}).json()["result"]
    assert (result["state"], file.read_bytes()) == ("saved", before)  # not under an open document
    block = result["block"]
    assert block["checkpoint"]["id"] == result["perm_id"]
    assert block["checkpoint"]["saved_by"] == "alice"
    assert block["owner"]["identifier"] == DEMO_EXPERIMENT
    content = json.loads(before)
    content["metadata"]["openbis"] = block
    file.write_text(json.dumps(content))  # as a front end does
    assert api.get("standing", path=path).json()["standing"] == "nothing"
    again = api.post("save", {"path": path}).json()["result"]
    assert (again["state"], again["block"]) == ("unchanged", block)


def test_all_that_is_wrong_is_said_by_field(api: Api, server: PersonsServer) -> None:
    """O-71, N-41."""
    path = notebook(server)

    def fields(**wish: object) -> set[str]:
        refused = api.post("save", {"path": path, **wish})
        assert 400 <= refused.status_code < 500, refused.text
        said = refused.json()
        assert all(sentence in said["detail"] for sentence in said["fields"].values())
        return set(said["fields"])

    here = {"owner": DEMO_EXPERIMENT}
    assert fields() == {"owner"}
    assert fields(owner="/NO/SUCH/THING", properties={"NOPE": "1"}) == {"owner", "properties.NOPE"}
    assert fields(**here, data_set_type="NO_SUCH_TYPE") == {"data_set_type"}
    assert fields(**here, files=["a.csv", "b.csv"]) == {"files.a.csv", "files.b.csv"}
    assert fields(**here, files=["../../etc/passwd"]) == {"files.../../etc/passwd"}
    assert fields(**here, name="x" * 513) == {"name"}
    assert fields(**here, notes="x" * 1025) == {"notes"}
    assert fields(**here, unused=["20200101000000000-1"]) == {"inputs.20200101000000000-1"}


def test_without_a_session_the_version_waits_in_the_outbox(
    api: Api, server: PersonsServer, hub: StandIn, openbis_sandbox: Sandbox
) -> None:
    """Also where the server knows already that the session is over: nothing is lost."""
    path = notebook(server)
    assert api.post("save", {"path": path, "owner": DEMO_EXPERIMENT}).ok
    (server.root / path).write_text((server.root / path).read_text().replace("1 + 1", "2 + 2"))
    hub.session = None
    openbis_sandbox.state.sessions.expire()
    assert api.get("session").json()["state"] == "over"
    assert api.post("save-plan", {"path": path}).json()["message"]
    kept = api.post("save", {"path": path})
    assert kept.status_code == 200, kept.text
    assert kept.json()["result"]["state"] == "outbox"
    [waiting] = api.get("outbox").json()["entries"]
    assert waiting["name"] == path.removesuffix(".ipynb")
