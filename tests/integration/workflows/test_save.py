"""Saving: what is stored, and what a second save of the same file is."""

from __future__ import annotations

import asyncio
import errno
import shutil
import tempfile
from pathlib import Path

import pytest

from openbis_nb.errors import Conflict, InvalidInput, InvalidProperties, NotFound
from openbis_nb.sandbox import DEMO_EXPERIMENT
from openbis_nb.workflows.save import save
from openbis_nb.workflows.save_request import SaveRequest
from openbis_nb.workflows.save_result import SaveResult
from openbis_nb.workflows.workplace import Workplace

from .conftest import Lab, block, change_block, edit, hand_out


async def saved(workplace: Workplace, path: Path, **request: object) -> str:
    """Save; the permId of the new data set."""
    result = await save(workplace, SaveRequest(path=path, **request))  # type: ignore[arg-type]
    assert result.state == "saved", result
    assert result.perm_id is not None
    return result.perm_id


async def test_pybis_reads_what_was_saved(lab: Lab, alice: Workplace) -> None:
    """O-22, O-23, O-24: an ANALYSIS_NOTEBOOK of the owner with notebook, page and provenance."""
    path = await lab.launched(alice)
    inputs = lab.inputs()[:2]
    hand_out(alice, path, inputs)
    perm_id = await saved(alice, path, name="First look", notes="blank corrected")
    [data_set] = lab.saved()
    assert data_set.permId == perm_id
    assert data_set.experiment.identifier == DEMO_EXPERIMENT
    assert sorted(data_set.parents) == inputs
    assert {file.rsplit("/", 1)[-1] for file in data_set.file_list} == {
        "First look.ipynb",
        "First look.ipynb.html",
        "provenance.json",
    }
    assert data_set.props["$name"] == "First look"
    assert data_set.props["$history_id"] == block(path)["notebook_id"]


async def test_notes_are_text_and_not_markup(lab: Lab, alice: Workplace) -> None:
    """N-41: notes are stored as the ELN's HTML; what looks like markup stays text."""
    path = await lab.launched(alice)
    await saved(alice, path, notes="a < b & c\n<script>alert(1)</script>")
    [data_set] = lab.saved()
    assert data_set.props["notes"] == "<p>a &lt; b &amp; c<br>&lt;script&gt;alert(1)&lt;/script&gt;</p>"


async def test_the_file_learns_which_version_it_is(lab: Lab, alice: Workplace) -> None:
    """N-21: the identity block names the stored version."""
    path = await lab.launched(alice)
    perm_id = await saved(alice, path)
    checkpoint = block(path)["checkpoint"]
    assert (checkpoint["id"], checkpoint["saved_by"], checkpoint["store"]) == (perm_id, "alice", "dataset")


async def test_a_file_that_cannot_be_written_is_saved_all_the_same(
    lab: Lab, alice: Workplace, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The version is stored; the machine remembers what the file cannot say."""

    def refuse(*_: object) -> None:
        raise OSError(errno.EROFS, "Read-only file system")

    path = await lab.launched(alice)
    monkeypatch.setattr(Path, "replace", refuse)
    first = await saved(alice, path)
    assert "checkpoint" not in block(path)
    again = await save(alice, SaveRequest(path=path))
    assert (again.state, again.perm_id) == ("unchanged", first)


async def test_a_second_save_is_a_second_version(lab: Lab, alice: Workplace) -> None:
    """O-29: versions of one notebook share its history id."""
    path = await lab.launched(alice)
    first = await saved(alice, path)
    edit(path)
    second = await saved(alice, path)
    found = lab.saved()
    assert [data_set.permId for data_set in found] == [first, second]
    assert len({data_set.props["$history_id"] for data_set in found}) == 1


async def test_unchanged_content_makes_no_data_set(lab: Lab, alice: Workplace) -> None:
    path = await lab.launched(alice)
    first = await saved(alice, path)
    again = await save(alice, SaveRequest(path=path))
    assert (again.state, again.perm_id) == ("unchanged", first)
    assert len(lab.saved()) == 1
    assert alice.outbox.entries() == []


async def test_two_saves_at_once_store_one_version(lab: Lab, alice: Workplace) -> None:
    """Two windows, or a button and a cell: the second is told, and then finds nothing new."""
    path = await lab.launched(alice)
    window = await lab.person("alice")
    requests = [save(one, SaveRequest(path=path)) for one in (alice, window)]
    first, second = await asyncio.gather(*requests, return_exceptions=True)
    assert isinstance(second, Conflict)
    assert "is being saved already" in second.message
    again = await save(window, SaveRequest(path=path))
    assert isinstance(first, SaveResult)
    assert (again.state, again.perm_id) == ("unchanged", first.perm_id)
    assert len(lab.saved()) == 1


async def test_what_a_save_does_not_speak_of_is_no_change(lab: Lab, alice: Workplace) -> None:
    """A save that names neither results nor notes makes no poorer version of what was saved with them."""
    path = await lab.launched(alice)
    (path.parent / "rates.csv").write_text("a,b\n")
    first = await saved(alice, path, notes="with results", files=["rates.csv"])
    again = await save(alice, SaveRequest(path=path))
    assert (again.state, again.perm_id) == ("unchanged", first)
    edit(path, "print('changed')")
    await saved(alice, path)


async def test_unchanged_but_trashed_is_saved_again(lab: Lab, alice: Workplace) -> None:
    """What a person sees must be stored somewhere."""
    path = await lab.launched(alice)
    first = await saved(alice, path)
    lab.pybis().get_dataset(first).delete("a test")
    second = await saved(alice, path)
    assert [data_set.permId for data_set in lab.saved()] == [second]


@pytest.mark.parametrize("change", [{"name": "Another name"}, {"notes": "a note"}])
async def test_a_new_name_or_note_is_a_version(lab: Lab, alice: Workplace, change: dict[str, str]) -> None:
    path = await lab.launched(alice)
    await saved(alice, path)
    await saved(alice, path, **change)
    assert len(lab.saved()) == 2


async def test_a_renamed_file_is_told_and_stays_the_notebook(lab: Lab, alice: Workplace) -> None:
    """N-23: told, not asked."""
    path = await lab.launched(alice)
    await saved(alice, path)
    moved = path.rename(path.with_name("Better name.ipynb"))
    edit(moved)
    result = await save(alice, SaveRequest(path=moved))
    assert "The file is now called Better name.ipynb" in " ".join(result.told)
    assert len({data_set.props["$history_id"] for data_set in lab.saved()}) == 1


async def test_a_copied_file_is_never_mixed_in_silence(lab: Lab, alice: Workplace) -> None:
    """N-22: both ways are named, and nothing is stored until one is chosen."""
    path = await lab.launched(alice)
    await saved(alice, path)
    copy = Path(shutil.copy(path, path.with_name("Copy.ipynb")))
    edit(copy)
    with pytest.raises(Conflict, match="is a copy of") as refused:
        await save(alice, SaveRequest(path=copy))
    assert "as_new=True" in refused.value.next_step
    assert "as_new=False" in refused.value.next_step
    assert len(lab.saved()) == 1
    assert alice.outbox.entries() == []


async def test_a_copy_can_become_a_notebook_of_its_own(lab: Lab, alice: Workplace) -> None:
    """N-31, U-26: it remembers where it comes from, and keeps the inputs as parents."""
    path = await lab.launched(alice)
    inputs = lab.inputs()[:1]
    hand_out(alice, path, inputs)
    first = await saved(alice, path)
    copy = Path(shutil.copy(path, path.with_name("Copy.ipynb")))
    second = await saved(alice, copy, as_new=True)
    assert lab.provenance(second)["forked_from"]["checkpoint_id"] == first
    assert lab.provenance(second)["parents"] == inputs
    assert block(copy)["notebook_id"] != block(path)["notebook_id"]
    edit(copy)
    third = await saved(alice, copy)
    assert lab.provenance(third)["notebook_id"] == block(copy)["notebook_id"]


async def test_a_copy_can_be_the_next_version(lab: Lab, alice: Workplace) -> None:
    path = await lab.launched(alice)
    await saved(alice, path)
    copy = Path(shutil.copy(path, path.with_name("Copy.ipynb")))
    edit(copy)
    await saved(alice, copy, as_new=False)
    assert len({data_set.props["$history_id"] for data_set in lab.saved()}) == 1
    edit(copy, "y = 2")
    await saved(alice, copy)
    assert len(lab.saved()) == 3


async def test_a_block_that_cannot_be_used_is_said(lab: Lab, alice: Workplace) -> None:
    """The notebook of a newer version of this package is not one "from nowhere"."""
    path = await lab.launched(alice)
    change_block(path, {"schema": 99})
    with pytest.raises(InvalidInput, match="form that this version does not know"):
        await save(alice, SaveRequest(path=path))
    assert lab.saved() == []


async def test_a_file_without_identity_needs_an_owner(lab: Lab, alice: Workplace, tmp_path: Path) -> None:
    path = await lab.launched(alice)
    loose = tmp_path / "Loose.ipynb"
    loose.write_text(path.read_text().replace('"openbis": {', '"other": {'))
    with pytest.raises(InvalidInput, match="does not say where it is stored"):
        await save(alice, SaveRequest(path=loose))
    result = await save(alice, SaveRequest(path=loose, owner=DEMO_EXPERIMENT))
    assert (result.state, result.name) == ("saved", "Loose")
    edit(loose)
    await saved(alice, loose)
    assert len({data_set.props["$history_id"] for data_set in lab.saved()}) == 1


async def test_an_object_can_be_the_owner(lab: Lab, alice: Workplace) -> None:
    """O-09: by identifier or permId; naming it so is no move."""
    plate = lab.pybis().get_sample("/BIOLAB/GROWTH/PLATE_4")
    path = await lab.launched(alice)
    edit(path)
    result = await save(alice, SaveRequest(path=path, owner=str(plate.permId)))
    assert (result.state, result.owner) == ("saved", "/BIOLAB/GROWTH/PLATE_4")
    assert not [sentence for sentence in result.told if "moved" in sentence]
    assert lab.pybis().get_dataset(result.perm_id).sample.identifier == "/BIOLAB/GROWTH/PLATE_4"


@pytest.mark.parametrize("owner", ["/BIOLAB", "/BIOLAB/GROWTH"])
async def test_a_space_or_project_is_no_owner(lab: Lab, alice: Workplace, owner: str) -> None:
    """O-09: refused, and nothing is kept."""
    path = await lab.launched(alice)
    with pytest.raises(InvalidInput, match="stored in an experiment or object"):
        await save(alice, SaveRequest(path=path, owner=owner))
    assert alice.outbox.entries() == []
    assert lab.saved() == []


async def test_result_files_are_stored_beside_the_notebook(lab: Lab, alice: Workplace) -> None:
    """Their sizes and checksums stand in the provenance; an empty file is a file."""
    path = await lab.launched(alice)
    (path.parent / "out" / "deep").mkdir(parents=True)
    (path.parent / "out" / "rates.csv").write_text("a,b\n1,2\n")
    (path.parent / "out" / "deep" / "Zürich 1.txt").write_text("")
    perm_id = await saved(alice, path, files=["out"])
    files = lab.stored(perm_id)
    assert files["original/default/results/out/rates.csv"] == b"a,b\n1,2\n"
    assert files["original/default/results/out/deep/Zürich 1.txt"] == b""
    listed = {item["path"]: item["size"] for item in lab.provenance(perm_id)["results"]}
    assert listed == {"results/out/deep/Zürich 1.txt": 0, "results/out/rates.csv": 8}


async def test_a_missing_result_file_stores_nothing(lab: Lab, alice: Workplace) -> None:
    path = await lab.launched(alice)
    with pytest.raises(NotFound, match=r"nowhere\.csv is not there"):
        await save(alice, SaveRequest(path=path, files=["nowhere.csv"]))
    assert (lab.saved(), alice.outbox.entries()) == ([], [])


async def test_nothing_stays_in_the_temporary_folder(
    lab: Lab, alice: Workplace, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Redacted copies are there while a version is made, not longer; not even when it cannot be made."""
    (tmp_path / "temporary").mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path / "temporary"))
    path = await lab.launched(alice)
    (path.parent / "log.txt").write_text(alice.client.token.reveal())
    await saved(alice, path, files=["log.txt"])
    with pytest.raises(InvalidInput, match="unused names"):
        await save(alice, SaveRequest(path=path, files=["log.txt"], unused=["20200101000000000-1"]))
    assert list((tmp_path / "temporary").iterdir()) == []


@pytest.mark.parametrize(
    ("request_", "error"),
    [
        ({"properties": {"NO_SUCH_PROPERTY": "x"}}, InvalidProperties),
        ({"data_set_type": "RAW_DATA"}, InvalidProperties),
        ({"data_set_type": "NO_SUCH_TYPE"}, InvalidProperties),
    ],
)
async def test_properties_are_checked_before_a_byte_is_sent(
    lab: Lab, alice: Workplace, request_: dict[str, object], error: type[Exception]
) -> None:
    """U-33, O-71."""
    path = await lab.launched(alice)
    lab.sandbox.faults.add("silence", "session_workspace_file_upload", count=0)
    with pytest.raises(error):
        await save(alice, SaveRequest(path=path, **request_))  # type: ignore[arg-type]
    assert lab.sandbox.faults.struck() == []
    assert alice.outbox.entries() == []


async def test_the_next_version_is_stored_as_the_last_one(lab: Lab, alice: Workplace) -> None:
    """F-08, U-33: a save that names no data-set type keeps it and its properties, on another machine, too."""
    openbis = lab.pybis()
    described = {"label": "Plates", "description": "Number of plates"}
    openbis.new_property_type(code="PLATES", dataType="INTEGER", **described).save()
    report = openbis.new_dataset_type(code="REPORT", description="Reports")
    report.save()
    for code in ("$NAME", "$HISTORY_ID", "PLATES"):
        report.assign_property(code, mandatory=code == "PLATES")
    path = await lab.launched(alice)
    await saved(alice, path, data_set_type="REPORT", properties={"PLATES": "3"})
    assert (await save(alice, SaveRequest(path=path))).state == "unchanged"
    edit(path)
    here = openbis.get_dataset(await saved(alice, path))
    elsewhere = await lab.person("alice", "elsewhere")
    edit(path, "y = 2")
    there = openbis.get_dataset(await saved(elsewhere, path, confirm=True))
    for data_set in (here, there):
        assert (str(data_set.type), data_set.props["plates"]) == ("REPORT", "3")
    edit(path, "z = 3")
    plain = openbis.get_dataset(await saved(elsewhere, path, data_set_type="ANALYSIS_NOTEBOOK"))
    assert str(plain.type) == "ANALYSIS_NOTEBOOK"


async def test_a_save_takes_at_most_four_round_trips(lab: Lab, alice: Workplace) -> None:
    """Design section 5: on a warm session, besides the bytes."""
    path = await lab.launched(alice)
    await saved(alice, path)
    edit(path)
    before = alice.client.transport.stats.round_trips
    result = await save(alice, SaveRequest(path=path))
    uploads = len(result.files)
    assert alice.client.transport.stats.round_trips - before - uploads <= 4
