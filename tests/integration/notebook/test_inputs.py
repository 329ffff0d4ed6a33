"""What attaching gives: paths, open files, frames, objects, archived data that come back."""

from __future__ import annotations

import csv
import io
import os
import time
from pathlib import Path

import pytest

import openbis_nb
from openbis_nb.errors import DataNotAvailable, InvalidInput, NeedsConfirmation, NotFound
from openbis_nb.notebook_session import NotebookSession
from openbis_nb.sandbox import DEMO_EXPERIMENT

from .conftest import Desk

PATIENCE = 30


@pytest.fixture
def account(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> Desk:
    """alice's account is that of this process: a plain script, in her folder."""
    for name, value in desk.settings.items():
        monkeypatch.setenv(name, value)
    monkeypatch.chdir(desk.work)
    return desk


@pytest.fixture
def nb(account: Desk) -> NotebookSession:
    return openbis_nb.notebook(account.launched())


def test_the_card_is_shown_on_a_terminal_too(account: Desk, capsys: pytest.CaptureFixture[str]) -> None:
    nb = openbis_nb.notebook(account.launched())
    shown = capsys.readouterr().out
    assert DEMO_EXPERIMENT in shown
    assert "Inputs: 3" in shown
    assert repr(nb) in shown


def test_nothing_is_fetched_before_it_is_used(nb: NotebookSession, account: Desk) -> None:
    """D11, U-29."""
    [*files] = nb.files("*_od600.csv")
    assert [item.state for item in nb.inputs] == ["listed"] * 3
    path = files[0].path()
    assert path.stat().st_size == files[0].size
    assert len([p for p in (account.home / "cache").rglob("*.csv")]) == 1


def test_a_file_is_a_path_an_open_file_and_a_frame(nb: NotebookSession) -> None:
    nb.attach()
    [file] = nb.files("plate_1_layout.csv")
    rows = list(csv.DictReader(io.StringIO(file.path().read_text())))
    with file.open("r") as text, open(file) as by_name:
        assert text.read() == by_name.read()
    assert list(file.table()["well"]) == [row["well"] for row in rows]
    assert Path(os.fspath(file)) == file.path()
    assert not os.access(file.path(), os.W_OK) or os.geteuid() == 0
    assert file.path().stat().st_mode & 0o222 == 0


def test_one_file_is_named_by_pattern_or_it_is_said_what_there_is(nb: NotebookSession) -> None:
    [plate, *_] = nb.attach()
    assert plate.file("*layout.csv").name == "plate_1_layout.csv"
    with pytest.raises(NotFound, match=r"plate_1_od600\.csv"):
        plate.file("*.xlsx")


def test_files_of_what_was_attached_by_hand_are_found_too(account: Desk) -> None:
    nb = openbis_nb.notebook(account.blank())
    first, second, _ = account.inputs()
    nb.attach(first)
    nb.attach(second, only=["*layout*"])
    assert [file.name for file in nb.files()] == [
        "plate_1_layout.csv",
        "plate_1_od600.csv",
        "plate_2_layout.csv",
    ]
    assert [item.perm_id for item in nb.inputs] == [first, second]


def test_a_word_that_is_no_way_to_fetch_is_refused(nb: NotebookSession) -> None:
    with pytest.raises(InvalidInput, match="'small', 'all' or 'none'"):
        nb.attach(fetch="everything")


def test_inputs_of_a_stranger_are_attached_after_a_confirmation_only(account: Desk) -> None:
    """Design section 2: what a notebook from somewhere else names, it does not get by itself."""
    path = account.launched()
    account.home = account.home / "another machine"  # whose ledger knows nothing of the file
    os.environ["OPENBIS_NB_STATE_DIR"] = str(account.home / "state")
    account.login()
    nb = openbis_nb.notebook(path)
    with pytest.raises(NeedsConfirmation):
        nb.attach()
    assert len(nb.attach(confirm=True)) == 3


def test_the_objects_of_the_owner_are_one_frame(nb: NotebookSession) -> None:
    frame = nb.objects()
    assert {"identifier", "permId", "type", "name", "parents", "children"} <= set(frame.columns)
    assert all(identifier.startswith("/BIOLAB/GROWTH/") for identifier in frame["identifier"])


def test_archived_inputs_are_told_and_come_back(account: Desk) -> None:
    """U-30."""
    found = account.pybis().get_datasets(status="ARCHIVED", type="RAW_DATA")
    perm_id = str(found.df["permId"][0])
    nb = openbis_nb.notebook(account.blank())
    [item] = nb.attach(perm_id)
    assert item.state == "archived"
    with pytest.raises(DataNotAvailable, match=r"nb\.unarchive\(\)"):
        item.file("*")
    nb.unarchive(perm_id)
    until = time.monotonic() + PATIENCE
    while nb.attach(perm_id)[0].state != "here" and time.monotonic() < until:
        time.sleep(0.2)
    [item] = nb.attach(perm_id)
    assert item.state == "here", item.reason
    assert item.files[0].path().is_file()
