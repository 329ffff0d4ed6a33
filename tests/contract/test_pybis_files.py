"""Files of the demo laboratory by unmodified pybis 1.37.5, on each API version."""

from __future__ import annotations

from pathlib import Path

import pybis
import pytest
import requests

from openbis_nb.sandbox import DEMO_EXPERIMENT, Sandbox

from .conftest import connect

LAYOUT = "original/default/plate_1_layout.csv"
OBJECT = "/BIOLAB/GROWTH/PLATE_4"


def first_plate(openbis: pybis.Openbis) -> pybis.dataset.DataSet:
    return openbis.get_experiment(DEMO_EXPERIMENT).get_datasets()[0]


def test_one_file_of_many(alice: pybis.Openbis, tmp_path: Path) -> None:
    """Without default folders pybis takes ``original/`` away."""
    first_plate(alice).download(files=[LAYOUT], destination=str(tmp_path), create_default_folders=False)
    [file] = [path for path in tmp_path.rglob("*") if path.is_file()]
    assert file == tmp_path / "default" / "plate_1_layout.csv"
    assert file.read_bytes().startswith(b"well,strain,")


def test_links_lead_to_the_files(alice: pybis.Openbis) -> None:
    """pybis percent-encodes the slashes of the path."""
    link = first_plate(alice).file_links[LAYOUT]
    assert "original%2Fdefault%2F" in link
    assert requests.get(link, verify=alice.verify_certificates, timeout=60).text.startswith("well,strain,")


def test_an_object_as_owner(alice: pybis.Openbis, tmp_path: Path) -> None:
    (tmp_path / "nb.ipynb").write_bytes(b"{}")
    made = alice.new_dataset(type="ANALYSIS_NOTEBOOK", sample=OBJECT, files=str(tmp_path / "nb.ipynb"))
    made.save()
    found = alice.get_dataset(made.permId)
    assert found.sample.identifier == OBJECT
    assert found.experiment.identifier == "/BIOLAB/GROWTH/GROWTH_PILOT"


def test_a_refusal_is_the_servers_sentence(versioned_sandbox: Sandbox, tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_bytes(b"a")
    olga = connect(versioned_sandbox, "olga")
    made = olga.new_dataset(type="RAW_DATA", experiment=DEMO_EXPERIMENT, files=str(tmp_path / "a.txt"))
    with pytest.raises(ValueError, match="Authorization failure"):
        made.save()


def test_archiving_begins(alice: pybis.Openbis) -> None:
    plate = first_plate(alice)
    plate.archive()
    assert alice.get_dataset(plate.permId).physicalData.status == "ARCHIVE_PENDING"


def test_the_certificate_is_trusted_by_the_environment_or_not_at_all(
    shared_openbis_sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    """pybis verifies by default; ``REQUESTS_CA_BUNDLE`` names the sandbox's own authority."""
    for name in ("REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE"):
        monkeypatch.delenv(name, raising=False)
    with pytest.raises(requests.exceptions.SSLError):
        pybis.Openbis(shared_openbis_sandbox.url).login("alice", "alice")
    monkeypatch.setenv("REQUESTS_CA_BUNDLE", str(shared_openbis_sandbox.ca_bundle))
    openbis = pybis.Openbis(shared_openbis_sandbox.url)
    openbis.login("alice", "alice")
    assert openbis.is_session_active()
