"""What is in a stored version, and what is never in it."""

from __future__ import annotations

import functools
import json
import re
import socket
from pathlib import Path

import nbformat
import pytest

from openbis_nb.models import DataFile
from openbis_nb.notebooks import export
from openbis_nb.notebooks.environment import capture
from openbis_nb.workflows.run import RunRequest, run
from openbis_nb.workflows.save import save
from openbis_nb.workflows.save_request import SaveRequest
from openbis_nb.workflows.workplace import Workplace

from .conftest import Lab, block, edit, hand_out

PILOT = "/BIOLAB/GROWTH/GROWTH_PILOT"
PLACEHOLDER = "[removed: "


def everything(lab: Lab) -> bytes:
    """All that the sandbox keeps of anything: files, properties, names."""
    files = [path for path in lab.sandbox.store_folder.rglob("*") if path.is_file()]
    names = "\n".join(str(path.relative_to(lab.sandbox.store_folder)) for path in files)
    with lab.sandbox.state.store.read() as db:
        values = [str(tuple(row)) for row in db.execute("SELECT * FROM properties")]
    return names.encode() + "\n".join(values).encode() + b"".join(path.read_bytes() for path in files)


async def test_provenance_says_where_a_version_comes_from(lab: Lab, alice: Workplace) -> None:
    """U-08, F-01: inputs, what was seen being read with checksum, parameters, template, digests, times."""
    path = await lab.launched(alice, template="growth-curves")
    inputs = lab.inputs()
    files = (await alice.client.files_of(inputs[:1]))[inputs[0]]
    session = alice.evidence.begin(alice.server, block(path)["notebook_id"])
    alice.evidence.hand_out(session, inputs[:2])
    alice.evidence.observe(session, files[0], "table")
    result = await save(alice, SaveRequest(path=path, started_at="2026-11-21T09:00:00Z"))
    record = lab.provenance(str(result.perm_id))
    assert (record["declared"], record["attached"]) == (inputs, inputs[:2])
    assert (record["parents"], record["never_attached"]) == (inputs[:2], inputs[2:])
    [seen] = record["observed"]
    assert (seen["path"], seen["size"], seen["crc32"]) == (files[0].path, files[0].size, files[0].crc32)
    assert record["template"]["slug"] == "growth-curves"
    assert set(record["parameters"]) == {
        spec.name for spec in alice.templates.get("growth-curves").parameters
    }
    assert (record["save_id"], record["saved_by"]) == (result.save_id, "alice")
    assert record["content_digest"].startswith("sha256:")
    assert record["code_digest"].startswith("sha256:")
    assert record["started_at"] == "2026-11-21T09:00:00Z"


async def test_not_having_seen_a_read_drops_no_parent(lab: Lab, alice: Workplace) -> None:
    """F-01: what R or h5py read cannot be seen."""
    path = await lab.launched(alice)
    hand_out(alice, path, lab.inputs())
    result = await save(alice, SaveRequest(path=path))
    assert lab.provenance(str(result.perm_id))["observed"] == []
    assert list(result.parents) == lab.inputs()


async def test_yesterdays_inputs_are_not_todays(lab: Lab, alice: Workplace) -> None:
    path = await lab.launched(alice)
    hand_out(alice, path, lab.inputs())
    hand_out(alice, path, lab.inputs()[:1])
    assert list((await save(alice, SaveRequest(path=path))).parents) == lab.inputs()[:1]


async def test_the_environment_is_stored_beside_the_notebook(lab: Lab, alice: Workplace) -> None:
    """F-02, O-73, U-23: a lock and a requirements.txt of the kernel."""
    path = await lab.launched(alice)
    result = await save(alice, SaveRequest(path=path, environment=capture()))
    files = lab.stored(str(result.perm_id))
    lock = json.loads(files["original/default/environment.lock.json"])
    assert "nbformat==" in files["original/default/requirements.txt"].decode()
    assert lock
    assert lab.provenance(str(result.perm_id))["environment"]


async def test_no_home_and_no_host_is_stored(lab: Lab, alice: Workplace) -> None:
    """Design section 2: neither in the block nor anywhere else that we write."""
    path = await lab.launched(alice)
    (path.parent / "rates.csv").write_text("1\n")
    result = await save(alice, SaveRequest(path=path, files=["rates.csv"], environment=capture()))
    stored = lab.stored(str(result.perm_id))
    text = b"\n".join(stored.values()).decode()
    for place in (str(path.parent), str(lab.folder), str(Path.home())):
        assert place not in text
    data = [content for name, content in stored.items() if not name.endswith(".html")]  # its style has words
    assert not re.search(rf"\b{re.escape(socket.gethostname())}\b", b"\n".join(data).decode())


def plant_token(path: Path, token: str) -> list[Path]:
    """The token wherever a notebook can hold one; gives the result files."""
    edit(path, f"token = '{token}'", text=f"logged in with {token}\n")
    content = json.loads(path.read_text())
    content["metadata"]["note"] = token
    content["cells"][0]["metadata"]["hidden"] = {token: token}
    error = {"output_type": "error", "ename": "E", "evalue": token, "traceback": [f"at {token}"]}
    link = {
        "output_type": "display_data",
        "metadata": {},
        "data": {"text/html": f"<a href='?x={token}'>x</a>"},
    }
    content["cells"][-1]["outputs"] += [error, link]
    path.write_text(json.dumps(content))
    result, named = path.parent / "log.txt", path.parent / f"run {token}.txt"
    result.write_text(f"GET /x?sessionID={token}\n")
    named.write_text("harmless\n")
    return [result, named]


@pytest.mark.parametrize("kind", ["session", "pat"])
async def test_a_token_is_nowhere_in_what_is_stored(lab: Lab, alice: Workplace, kind: str) -> None:
    """O-81, U-12, F-12: source, output, traceback, metadata, result file and its name, name, notes."""
    token = alice.client.token.reveal()
    if kind == "pat":
        token = (await alice.client.create_personal_access_token("a test")).token.reveal()
    path = await lab.launched(alice)
    files = plant_token(path, token)
    result = await save(
        alice, SaveRequest(path=path, name=f"With {token}", notes=f"see {token}", files=files)
    )
    assert result.state == "saved"
    content = everything(lab)
    assert token.encode() not in content
    assert PLACEHOLDER.encode() in content
    places = " ".join(result.redactions)
    assert all(word in places for word in ("name", "notes", "log.txt", "output", "metadata"))
    assert token not in repr(result)


async def test_a_pattern_of_the_site_is_removed(lab: Lab) -> None:
    """U-12."""
    alice = await lab.person("alice", redact_patterns=(r"PATIENT-\d+",))
    path = await lab.launched(alice)
    edit(path, "print('PATIENT-4711')", text="PATIENT-4711\n")
    await save(alice, SaveRequest(path=path))
    assert b"PATIENT-4711" not in everything(lab)


async def test_the_persons_file_keeps_what_was_redacted(lab: Lab, alice: Workplace) -> None:
    """Only the stored copy is changed; the file gets its block and nothing else."""
    path = await lab.launched(alice)
    edit(path, f"token = '{alice.client.token.reveal()}'")
    before = json.loads(path.read_text())["cells"]
    await save(alice, SaveRequest(path=path))
    assert json.loads(path.read_text())["cells"] == before


async def test_a_version_is_not_lost_for_want_of_its_page(
    lab: Lab, alice: Workplace, monkeypatch: pytest.MonkeyPatch
) -> None:
    """O-24: the page says why it is not there."""
    monkeypatch.setattr(export, "export_html", functools.partial(export.export_html, timeout=0.01))
    path = await lab.launched(alice)
    result = await save(alice, SaveRequest(path=path))
    [page] = [data for name, data in lab.stored(str(result.perm_id)).items() if name.endswith(".html")]
    assert b"took longer" in page
    assert "took longer" in " ".join(result.told)


async def test_a_run_with_new_inputs_and_owner(lab: Lab, alice: Workplace) -> None:
    """F-03: its result lies with the new owner, its parents are the new inputs."""
    path = await lab.launched(alice)
    parent = lab.inputs("/BIOLAB/SCREENING/DOSE_RESPONSE_1")[0]
    cells = json.loads(path.read_text())
    cells["cells"] = [c for c in cells["cells"] if c["cell_type"] == "markdown"]
    path.write_text(json.dumps(cells))
    edit(path, "print(6 * 7)")
    result = await run(alice, RunRequest(path=path, inputs=(parent,), owner=PILOT, name="Again"))
    assert result.saved is not None
    assert result.saved.owner == PILOT
    record = lab.provenance(str(result.saved.perm_id))
    assert (record["declared"], record["name"], record["owner"]["identifier"]) == ([parent], "Again", PILOT)
    assert "42" in str(lab.notebook(str(result.saved.perm_id))["cells"])
    assert [c["outputs"] for c in json.loads(path.read_text())["cells"] if "outputs" in c] == [[]]


async def test_what_we_store_can_be_read_without_us(lab: Lab, alice: Workplace) -> None:
    """Design section 1: plain files that Jupyter, a browser and any JSON reader open."""
    path = await lab.launched(alice)
    edit(path, text="42\n")
    result = await save(alice, SaveRequest(path=path))
    files = lab.stored(str(result.perm_id))
    nbformat.validate(json.loads(files["original/default/Growth.ipynb"]))
    page = files["original/default/Growth.ipynb.html"].decode()
    assert "<script" not in page.lower()
    assert "42" in page


async def test_observing_a_file_hands_its_data_set_out(lab: Lab, alice: Workplace) -> None:
    """Design D10: a path or a frame is a way of handing out."""
    path = await lab.launched(alice)
    perm_id = lab.inputs()[0]
    session = alice.evidence.begin(alice.server, block(path)["notebook_id"])
    alice.evidence.observe(session, DataFile(perm_id, "original/a.csv", 3, 7), "open")
    assert (await save(alice, SaveRequest(path=path))).parents == (perm_id,)
