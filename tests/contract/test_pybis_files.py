"""Files by unmodified pybis 1.37.5, up and down, on every API version that it treats differently.

Up to 3.5 pybis uploads and downloads by the older API; 3.6 speaks the fast download's first protocol, 3.7 its
second (contract 2.8, 4.1, 5.1).
"""

from __future__ import annotations

import os
import zipfile
from pathlib import Path

import pybis
import pytest
import requests

from openbis_nb.sandbox import DEMO_EXPERIMENT, Sandbox

from .conftest import connect

OBJECT = "/BIOLAB/GROWTH/PLATE_4"


@pytest.fixture
def sources(tmp_path: Path) -> Path:
    folder = tmp_path / "sources"
    (folder / "tree" / "sub").mkdir(parents=True)
    (folder / "nb.ipynb").write_bytes(b'{"cells": []}')
    (folder / "nb.ipynb.html").write_bytes(b"<html></html>")
    (folder / "tree" / "a.txt").write_bytes(b"a")
    (folder / "tree" / "sub" / "b.txt").write_bytes(b"bb")
    with zipfile.ZipFile(folder / "tree.zip", "w") as archive:
        archive.write(folder / "tree" / "a.txt", "tree/a.txt")
        archive.write(folder / "tree" / "sub" / "b.txt", "tree/sub/b.txt")
    return folder


def api(openbis: pybis.Openbis) -> str:
    return str(openbis.get_server_information().api_version)


def save(openbis: pybis.Openbis, **settings: object) -> pybis.dataset.DataSet:
    settings = {
        "type": "ANALYSIS_NOTEBOOK",
        "experiment": DEMO_EXPERIMENT,
        "props": {"$name": "N1"},
    } | settings
    data_set = openbis.new_dataset(**settings)
    data_set.save()
    return openbis.get_dataset(data_set.permId)


def local_files(folder: str | Path) -> dict[str, bytes]:
    return {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in Path(folder).rglob("*")
        if path.is_file()
    }


def test_one_file(alice: pybis.Openbis, sources: Path, tmp_path: Path) -> None:
    made = save(alice, files=str(sources / "nb.ipynb"))
    assert made.file_list == ["original/nb.ipynb"]
    downloaded = made.download(destination=str(tmp_path / "down"))
    assert local_files(downloaded) == {"original/nb.ipynb": b'{"cells": []}'}


def test_several_files_with_parents_and_properties(
    alice: pybis.Openbis, sources: Path, tmp_path: Path
) -> None:
    """O-24: the notebook, its html, name, notes and history id; parents are the inputs."""
    parents = [one.permId for one in alice.get_experiment(DEMO_EXPERIMENT).get_datasets()]
    files = [str(sources / "nb.ipynb"), str(sources / "nb.ipynb.html")]
    props = {"$name": "N1", "notes": "Füße", "$history_id": "guid-1"}
    made = save(alice, files=files, parents=parents, props=props)
    folder = "DEFAULT" if api(alice) == "3.5" else "default"
    assert made.file_list == [f"original/{folder}/nb.ipynb", f"original/{folder}/nb.ipynb.html"]
    assert sorted(made.parents) == sorted(parents)
    assert made.props.all_nonempty() == props
    downloaded = made.download(destination=str(tmp_path / "down"))
    assert set(local_files(downloaded).values()) == {b'{"cells": []}', b"<html></html>"}


def test_a_folder(
    alice: pybis.Openbis, sources: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(sources)
    made = save(alice, files="tree")
    top = "original/DEFAULT/tree" if api(alice) == "3.5" else "original/tree"
    assert made.file_list == [f"{top}/a.txt", f"{top}/sub/b.txt"]
    assert local_files(made.download(destination=str(tmp_path / "down"))) == {
        f"{top}/a.txt": b"a",
        f"{top}/sub/b.txt": b"bb",
    }


def test_a_zip_file(alice: pybis.Openbis, sources: Path) -> None:
    """Up to 3.5 the server unpacks it; the V3 upload of pybis keeps it as it is."""
    made = save(alice, zipfile=str(sources / "tree.zip"))
    if api(alice) == "3.5":
        assert made.file_list == ["original/DEFAULT/tree/a.txt", "original/DEFAULT/tree/sub/b.txt"]
    else:
        assert made.file_list == ["original/tree.zip"]


def test_an_object_as_owner(alice: pybis.Openbis, sources: Path) -> None:
    made = save(alice, experiment=None, sample=OBJECT, files=str(sources / "nb.ipynb"))
    assert made.sample.identifier == OBJECT
    assert made.experiment.identifier == "/BIOLAB/GROWTH/GROWTH_PILOT"


def test_a_file_of_several_parts_and_chunks(alice: pybis.Openbis, tmp_path: Path) -> None:
    """25 MiB: three upload requests, 25 chunks of the fast download."""
    data = os.urandom(25 << 20)
    (tmp_path / "big.bin").write_bytes(data)
    made = save(alice, type="RAW_DATA", files=str(tmp_path / "big.bin"))
    downloaded = made.download(destination=str(tmp_path / "down"))
    assert local_files(downloaded) == {"original/big.bin": data}


def test_empty_files_and_strange_names(alice: pybis.Openbis, tmp_path: Path) -> None:
    names = ["empty.txt", "sp ace+plus&amp#h%41.txt", "ümläut.txt"]
    for name in names:
        (tmp_path / name).write_bytes(b"" if name == "empty.txt" else name.encode())
    made = save(alice, files=[str(tmp_path / name) for name in names])
    downloaded = local_files(made.download(destination=str(tmp_path / "down")))
    assert {Path(path).name: len(data) for path, data in downloaded.items()} == {
        name: 0 if name == "empty.txt" else len(name.encode()) for name in names
    }


def test_one_file_of_many(alice: pybis.Openbis, tmp_path: Path) -> None:
    plate = alice.get_experiment(DEMO_EXPERIMENT).get_datasets()[0]
    plate.download(
        files=["original/default/plate_1_layout.csv"], destination=str(tmp_path), create_default_folders=False
    )
    [(path, data)] = local_files(tmp_path).items()
    assert path == "default/plate_1_layout.csv"
    assert data.startswith(b"well,strain,")


def test_links_lead_to_the_files(alice: pybis.Openbis) -> None:
    """pybis percent-encodes the slashes of the path."""
    plate = alice.get_experiment(DEMO_EXPERIMENT).get_datasets()[0]
    link = plate.file_links["original/default/plate_1_layout.csv"]
    assert "original%2Fdefault%2F" in link
    assert requests.get(link, verify=alice.verify_certificates, timeout=5).text.startswith("well,strain,")


def test_a_refusal_is_the_servers_sentence(versioned_sandbox: Sandbox, sources: Path) -> None:
    olga = connect(versioned_sandbox, "olga")
    with pytest.raises(ValueError, match="Authorization failure"):
        save(olga, files=str(sources / "nb.ipynb"))


def test_archive_and_back(alice: pybis.Openbis) -> None:
    plate = alice.get_experiment(DEMO_EXPERIMENT).get_datasets()[0]
    plate.archive()
    assert alice.get_dataset(plate.permId).physicalData.status == "ARCHIVE_PENDING"
