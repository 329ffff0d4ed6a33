"""What the save dialog shows, and that a save does just that (U-33, N-22 to N-31, N-40, N-41)."""

from __future__ import annotations

import json
import os
import shutil
import time
from pathlib import Path
from typing import Any

import nbformat
import pybis
import pytest

from openbis_nb.sandbox import DEMO_EXPERIMENT, Sandbox
from tests.integration.labext.test_api import Api, inputs, notebook

from .launches import blank
from .servers import PersonsServer
from .stand_in import StandIn


@pytest.fixture
def api(server: PersonsServer) -> Api:
    return Api(server)


def plan(api: Api, path: str, **chosen: Any) -> dict[str, Any]:
    answer = api.post("save-plan", {"path": path, **chosen})
    assert answer.status_code == 200, answer.text
    document: dict[str, Any] = answer.json()
    return document


def chosen(document: dict[str, Any]) -> str | None:
    return next((mode["mode"] for mode in document["modes"] if mode["default"]), None)


def logged_in(sandbox: Sandbox, user: str) -> pybis.Openbis:
    openbis = pybis.Openbis(sandbox.url, verify_certificates=str(sandbox.ca_bundle))
    openbis.set_token(sandbox.token(user))
    return openbis


def save_as(api: Api, path: str, mode: dict[str, Any], **wish: Any) -> dict[str, Any]:
    """As the dialog sends it."""
    body = {"path": path, "as_new": mode["as_new"], "version_of": mode["version_of"], **wish}
    answer = api.post("save", body)
    assert answer.status_code == 200, answer.text
    result: dict[str, Any] = answer.json()["result"]
    return result


def test_a_file_from_nowhere_with_inputs_results_and_a_secret(
    api: Api, server: PersonsServer, hub: StandIn
) -> None:
    """U-05, U-33: everything has a good default; a secret is announced and never shown."""
    path = notebook(server)
    assert isinstance(hub.session, dict)
    token = hub.session["token"]
    nbformat.write(blank(f"token = {token!r}"), server.root / path)
    [wanted, *_] = inputs(api)
    assert api.post("attach", {"path": path, "perm_ids": [wanted]}).ok
    (server.root / "out").mkdir()
    (server.root / "out" / "rates.csv").write_text("a\n")
    (server.root / "old.csv").write_text("a\n")
    os.utime(server.root / "old.csv", (time.time() - 9e5,) * 2)
    (server.root / "helper.py").write_text("a\n")
    (server.root / "secret.txt").write_text(f"{token}\n")
    (server.root / ".hidden").write_text("a\n")
    (server.root / "linked.csv").symlink_to("/etc/hostname")

    first = plan(api, path)
    assert (first["name"], chosen(first)) == (path.removesuffix(".ipynb"), "new")
    assert first["author"] == {"user_id": "alice", "is_me": True}
    assert (first["owner"], first["owner_locked"], first["data_set_type"]) == (
        None,
        False,
        "ANALYSIS_NOTEBOOK",
    )
    assert "ANALYSIS_NOTEBOOK" in [one["code"] for one in first["data_set_types"]]
    assert "RAW_DATA" not in [one["code"] for one in first["data_set_types"]]  # has no history id
    [parent] = first["inputs"]
    assert (parent["perm_id"], parent["attached"], parent["parent"]) == (wanted, True, True)
    assert {one["path"]: one["suggested"] for one in first["results"]} == {
        "out/rates.csv": True,
        "secret.txt": True,
        "helper.py": False,
        "old.csv": False,
    }
    [redaction] = first["redactions"]
    assert "session" in redaction
    assert token not in json.dumps(first)
    ticked = plan(api, path, files=["secret.txt"])
    assert any("secret.txt" in one for one in ticked["redactions"])
    refused = api.post("save-plan", {"path": path, "owner": "/NO/SUCH/THING"})
    assert list(refused.json()["fields"]) == ["owner"]

    new = next(mode for mode in first["modes"] if mode["mode"] == "new")
    result = save_as(api, path, new, owner=DEMO_EXPERIMENT, files=["out/rates.csv"], unused=[wanted])
    assert (result["state"], result["parents"], result["unused"]) == ("saved", [], [wanted])
    assert result["redactions"] == first["redactions"]
    assert api.get("standing", path=path).json()["standing"] == "nothing"  # the unticked input is no change
    after = plan(api, path)
    assert (chosen(after), after["owner_locked"], after["owner"]["identifier"]) == (
        "version",
        True,
        DEMO_EXPERIMENT,
    )
    assert not any(one["suggested"] for one in after["results"] if one["path"] == "old.csv")


def test_version_new_copy_and_the_notebook_that_a_person_chooses(
    api: Api, server: PersonsServer, openbis_sandbox: Sandbox
) -> None:
    """N-22, N-31: a copy asks; a file from nowhere may become a version of a notebook of one's own."""
    path = notebook(server, "original.ipynb")
    first = save_as(api, path, {"as_new": None, "version_of": None}, owner=DEMO_EXPERIMENT, name="Original")
    content = json.loads((server.root / path).read_text())
    content["metadata"]["openbis"] = first["block"]
    (server.root / path).write_text(json.dumps(content))
    shutil.copy(server.root / path, server.root / "copy.ipynb")
    copied = plan(api, "copy.ipynb")
    assert (chosen(copied), [mode["allowed"] for mode in copied["modes"]]) == (None, [True, True])
    assert "copy of original.ipynb" in copied["warnings"][0]
    version, new = copied["modes"]
    assert (version["of"], version["becomes"], new["becomes"]) == ("Original", "version", "fork")
    fork = save_as(api, "copy.ipynb", new)
    assert fork["fork_of"] == first["perm_id"]

    other = notebook(server, "by-hand.ipynb")
    nbformat.write(blank("2 + 2"), server.root / other)
    offered = plan(api, other, owner=DEMO_EXPERIMENT)
    assert first["notebook_id"] in [one["notebook_id"] for one in offered["candidates"]]
    [choose, _] = offered["modes"]
    assert (choose["mode"], choose["allowed"]) == ("version", True)
    second = save_as(api, other, {**choose, "version_of": first["notebook_id"]})
    assert (second["notebook_id"], second["fork_of"]) == (first["notebook_id"], None)
    assert second["owner"] == DEMO_EXPERIMENT
    now = api.get("standing", path=path).json()
    assert (now["standing"], now["newest"]["perm_id"]) == ("newer", second["perm_id"])
    assert (now["version"], now["changed"]) == (first["perm_id"], True)
    refused = api.post("save", {"path": other, "as_new": True, "version_of": first["notebook_id"]})
    assert refused.status_code == 400


def test_somebody_elses_notebook_becomes_a_fork_and_says_so(
    api: Api, server: PersonsServer, openbis_sandbox: Sandbox, tmp_path: Path
) -> None:
    """N-29, N-30: nothing is refused, nothing is mixed; and what a stranger wrote asks for a confirmation."""
    ursula = logged_in(openbis_sandbox, "ursula")
    nbformat.write(blank("1"), tmp_path / "hers.ipynb")
    named = {"$name": "Hers", "$history_id": "a-notebook-of-ursula"}
    files = [str(tmp_path / "hers.ipynb")]
    experiment, kind = DEMO_EXPERIMENT, "ANALYSIS_NOTEBOOK"
    stored = ursula.new_dataset(type=kind, experiment=experiment, files=files, props=named).save()
    mailed = blank("1")
    mailed.metadata["openbis"] = {
        "schema": 1,
        "server": openbis_sandbox.url,
        "notebook_id": "a-notebook-of-ursula",
        "name": "Hers",
        "owner": {
            "kind": "experiment",
            "perm_id": ursula.get_experiment(DEMO_EXPERIMENT).permId,
            "identifier": DEMO_EXPERIMENT,
        },
        "inputs": [],
        "checkpoint": {"store": "dataset", "id": stored.permId},
    }
    nbformat.write(mailed, server.root / "mailed.ipynb")
    document = plan(api, "mailed.ipynb")
    assert document["author"] == {"user_id": "ursula", "is_me": False}
    version, new = document["modes"]
    assert (version["allowed"], chosen(document), new["becomes"]) == (False, "new", "fork")
    assert "ursula is the author" in version["reason"]
    assert [claim["kind"] for claim in document["claims"]] == ["owner"]
    assert api.post("save", {"path": "mailed.ipynb"}).json()["code"] == "needs-confirmation"
    fork = save_as(api, "mailed.ipynb", new, confirm=True)
    assert (fork["state"], fork["fork_of"]) == ("saved", stored.permId)
    own = notebook(server)
    refused = api.post("save", {"path": own, "version_of": "a-notebook-of-ursula"})
    assert (refused.status_code, list(refused.json()["fields"])) == (403, ["version_of"])
    unseen = api.post("save", {"path": own, "version_of": "no-such-notebook"})
    assert (unseen.status_code, list(unseen.json()["fields"])) == (404, ["version_of"])


def test_properties_vocabularies_and_what_is_mandatory(
    api: Api, server: PersonsServer, openbis_sandbox: Sandbox
) -> None:
    """U-33."""
    openbis = logged_in(openbis_sandbox, "admin")
    terms = [{"code": f"T{number:03}", "label": f"Term {number}"} for number in range(150)]
    openbis.new_vocabulary(code="many", description="Many", terms=terms).save()
    openbis.new_vocabulary(
        code="moods", description="Moods", terms=[{"code": "good", "label": "Good"}]
    ).save()
    for code, vocabulary in (("kind", "MANY"), ("mood", "MOODS")):
        named = {"code": code, "label": code.title(), "description": f"The {code}"}
        openbis.new_property_type(**named, dataType="CONTROLLEDVOCABULARY", vocabulary=vocabulary).save()
    report = openbis.new_dataset_type(code="report", description="Report")
    report.save()
    for code, mandatory in (("$NAME", False), ("$HISTORY_ID", False), ("KIND", True), ("MOOD", False)):
        report.assign_property(code, mandatory=mandatory)
    path = notebook(server)
    document = plan(api, path, data_set_type="REPORT")
    assert {"code": "REPORT", "description": "Report"} in document["data_set_types"]
    kind, mood = document["properties"]
    assert (kind["code"], kind["mandatory"], kind["vocabulary"], kind["many"]) == ("KIND", True, None, "MANY")
    assert (mood["vocabulary"], mood["many"]) == ([{"code": "GOOD", "label": "Good"}], None)
    assert (mood["label"], mood["description"]) == ("Mood", "The mood")
    assert api.get("data-set-types", code="REPORT").json()["properties"] == document["properties"]
    found = api.get("vocabulary-terms", code="MANY", q="term 14").json()
    assert ([one["code"] for one in found["terms"]][:2], found["more"]) == (["T014", "T140"], False)
    assert api.get("vocabulary-terms", code="MANY").json()["more"] is True
    assert api.get("vocabulary-terms", code="NOPE").status_code == 404
    body = {"path": path, "owner": DEMO_EXPERIMENT, "data_set_type": "REPORT"}
    assert list(api.post("save", body).json()["fields"]) == ["properties.KIND"]
    saved = api.post("save", body | {"properties": {"KIND": "T001"}}).json()["result"]
    assert saved["state"] == "saved"
    again = plan(api, path)
    assert (again["data_set_type"], again["properties"][0]["value"]) == ("REPORT", "T001")


def test_a_plan_without_openbis_says_what_is_known_here(
    api: Api, server: PersonsServer, openbis_sandbox: Sandbox, hub: StandIn
) -> None:
    path = notebook(server)
    assert api.post("save", {"path": path, "owner": DEMO_EXPERIMENT}).ok
    hub.session = None
    openbis_sandbox.state.sessions.expire()
    document = plan(api, path)
    assert document["message"]
    assert (document["owner"]["identifier"], document["data_set_type"]) == (
        DEMO_EXPERIMENT,
        "ANALYSIS_NOTEBOOK",
    )
