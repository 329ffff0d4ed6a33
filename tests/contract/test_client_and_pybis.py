"""Our client and unmodified pybis read what the other writes: every API version, and a real openBIS."""

from __future__ import annotations

import uuid
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pybis
import pytest

from openbis_nb.models import Entity
from openbis_nb.openbis import checkpoints
from openbis_nb.openbis.blocking import BlockingOpenBIS
from openbis_nb.openbis.cache import Cache
from openbis_nb.openbis.checkpoints import CheckpointDraft
from openbis_nb.openbis.client import Server
from openbis_nb.openbis.creation import NewDataSet, create_data_set
from openbis_nb.openbis.files import download

from .conftest import Bench

CONTENTS = {"a.csv": b"x,y\n", "sub/b.bin": bytes(range(256)) * 5000, "empty.txt": b"", "ümläut &.txt": b"u"}


@dataclass
class Ours:
    """Our client in pybis' own session, and the experiment of the test."""

    face: BlockingOpenBIS
    experiment: Entity
    cache: Cache

    def make(self, **settings: object) -> str:
        values: dict[str, object] = {"type_code": "RAW_DATA", "owner": self.experiment, "files": CONTENTS}
        return self.face.run(create_data_set(self.face.client, NewDataSet(**{**values, **settings})))  # type: ignore[arg-type]

    def contents(self, perm_id: str) -> dict[str, bytes]:
        files = self.face.run(self.face.client.files_of([perm_id]))[perm_id]
        paths = self.face.run(download(self.face.client, files, self.cache))
        return {file.path: path.read_bytes() for file, path in zip(files, paths, strict=True)}


@pytest.fixture
def ours(bench: Bench, tmp_path: Path) -> Iterator[Ours]:
    verify = bench.openbis.verify_certificates
    server = Server(bench.openbis.url, ca_bundle=Path(verify) if isinstance(verify, str) else None)
    with BlockingOpenBIS(server, bench.openbis.token) as face:
        experiment = face.run(face.client.entity(bench.experiment, "experiment"))
        yield Ours(face, experiment, Cache(tmp_path / "cache", server=server.host, person="tester"))


def downloaded(data_set: pybis.dataset.DataSet, folder: Path) -> dict[str, bytes]:
    top = Path(data_set.download(destination=str(folder), wait_until_finished=True))
    return {p.relative_to(top).as_posix(): p.read_bytes() for p in top.rglob("*") if p.is_file()}


def test_pybis_reads_what_we_write(bench: Bench, ours: Ours, tmp_path: Path) -> None:
    """O-24."""
    parent = ours.make(files={"raw.csv": b"1"})
    name = f"{bench.internal}NAME"
    written = bench.openbis.get_dataset(
        ours.make(parents=[parent], properties={name: "N", "NOTES": "<p>Füße</p>"})
    )
    assert (written.type.code, written.experiment.identifier) == ("RAW_DATA", bench.experiment)
    assert written.props.all_nonempty() == {name.lower(): "N", "notes": "<p>Füße</p>"}
    assert written.parents == [parent]
    assert downloaded(written, tmp_path / "down") == {f"original/default/{p}": c for p, c in CONTENTS.items()}


def test_pybis_finds_our_versions_by_their_history_id(bench: Bench, ours: Ours) -> None:
    """O-29, U-27: nothing of ours is needed to find and read a version."""
    notebook_id, record = str(uuid.uuid4()), b"{}"
    draft = CheckpointDraft(
        type_code="ANALYSIS_NOTEBOOK",
        owner=ours.experiment,
        name="Growth",
        notes="",
        notebook_id=notebook_id,
        files={"g.ipynb": b'{"cells": []}', "g.ipynb.html": b"<p>", "provenance.json": record},
        save_id=str(uuid.uuid4()),
        provenance_crc32=zlib.crc32(record),
    )
    written = ours.face.run(checkpoints.write(ours.face.client, draft))
    found = bench.openbis.get_datasets(where={f"{bench.internal}history_id": notebook_id})
    assert [data_set.permId for data_set in found] == [written.perm_id]
    assert sorted(path.rsplit("/", 1)[1] for path in found[0].file_list) == sorted(draft.files)


@pytest.mark.parametrize("several", [False, True])
def test_we_read_what_pybis_writes(bench: Bench, ours: Ours, tmp_path: Path, several: bool) -> None:
    """Contract 5.4: one file, or several, lie in different places; the notebook is found in both."""
    notebook_id = str(uuid.uuid4())
    names = ["n.ipynb", "n.ipynb.html"] if several else ["n.ipynb"]
    for name in names:
        (tmp_path / name).write_bytes(name.encode())
    props = {f"{bench.internal}name": "By pybis", f"{bench.internal}history_id": notebook_id, "notes": "n"}
    made = bench.new(files=[str(tmp_path / name) for name in names], props=props)
    client = ours.face.client
    contents = ours.contents(made.permId)
    assert {path.rsplit("/", 1)[1]: content for path, content in contents.items()} == {
        n: n.encode() for n in names
    }
    assert ours.face.run(checkpoints.read(client, made.permId)) == b"n.ipynb"
    [version] = ours.face.run(checkpoints.versions(client, notebook_id))
    assert (version.perm_id, version.name, version.notes, version.counts) == (
        made.permId,
        "By pybis",
        "n",
        True,
    )
    assert version.registered_at is not None
    assert version.owner is not None
    assert version.owner.identifier == bench.experiment


def test_changes_are_seen_on_both_sides(bench: Bench, ours: Ours) -> None:
    perm_id, name = ours.make(), f"{bench.internal}NAME"
    client = ours.face.client
    ours.face.run(client.update_data_set(perm_id, properties={name: "ours"}))
    seen = bench.openbis.get_dataset(perm_id)
    assert seen.props[name.lower()] == "ours"
    seen.props[name.lower()] = "theirs"
    seen.save()
    assert ours.face.run(client.data_sets([perm_id]))[perm_id].name == "theirs"


def test_trash_and_back_are_seen_on_both_sides(bench: Bench, ours: Ours) -> None:
    perm_id, client = ours.make(), ours.face.client
    deletion = ours.face.run(client.delete_data_sets([perm_id], "contract test"))
    with pytest.raises(ValueError, match="no such dataset"):
        bench.openbis.get_dataset(perm_id)
    ours.face.run(client.revert(deletion))
    bench.openbis.get_dataset(perm_id).delete("contract test")
    assert ours.face.run(client.data_sets([perm_id])) == {}
    assert perm_id in ours.face.run(client.in_trash([perm_id]))


def test_our_personal_access_token_opens_pybis(bench: Bench, ours: Ours) -> None:
    """O-86."""
    made = ours.face.run(ours.face.client.create_personal_access_token(f"contract-{uuid.uuid4()}"))
    verify = bench.openbis.verify_certificates
    other = pybis.Openbis(bench.openbis.url, verify_certificates=verify, token=made.token.reveal())
    assert other.get_experiment(bench.experiment).identifier == bench.experiment
    ours.face.run(ours.face.client.revoke_personal_access_token(made.token))
