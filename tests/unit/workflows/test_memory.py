"""The ledger and the evidence: what this person's machine remembers."""

from __future__ import annotations

import stat
from dataclasses import replace
from pathlib import Path

import pytest

from openbis_nb.models import DataFile, Person
from openbis_nb.workflows.evidence import Evidence, EvidenceBook
from openbis_nb.workflows.ledger import Ledger

from .conftest import SERVER, known


@pytest.fixture
def book(tmp_path: Path) -> EvidenceBook:
    return EvidenceBook(tmp_path / "state" / "state.sqlite3")


def test_a_notebook_is_remembered_and_replaced(ledger: Ledger) -> None:
    assert ledger.get(SERVER, "notebook-1") is None
    entry = known(inputs=("a", "b"), checkpoint_id="20260101000000000-1", digest="sha256:0")
    ledger.remember(entry)
    ledger.remember(replace(entry, name="New"))
    assert ledger.get(SERVER, "notebook-1") == replace(entry, name="New")
    assert ledger.get("https://other.example", "notebook-1") is None


def test_a_file_is_the_notebook_it_was(ledger: Ledger, tmp_path: Path) -> None:
    """Unless its block says another one now: then somebody put another notebook there."""
    ledger.remember(known())
    path = tmp_path / "a.ipynb"
    ledger.place(SERVER, "notebook-1", path, block_id="from-elsewhere", checkpoint_id="v1")
    record = ledger.at(path, "from-elsewhere")
    assert record is not None
    assert (record.entry.notebook_id, record.checkpoint_id) == ("notebook-1", "v1")
    assert ledger.at(path, "another") is None
    assert ledger.at(tmp_path / "b.ipynb", "from-elsewhere") is None


def test_a_link_to_a_file_is_that_file(ledger: Ledger, tmp_path: Path) -> None:
    ledger.remember(known())
    path, link = tmp_path / "a.ipynb", tmp_path / "link.ipynb"
    path.touch()
    link.symlink_to(path)
    ledger.place(SERVER, "notebook-1", link, block_id="")
    assert ledger.at(path, "") is not None
    assert ledger.paths(SERVER, "notebook-1") == [path]


def test_paths_newest_last_and_places_newest_first(ledger: Ledger, tmp_path: Path) -> None:
    first, second = tmp_path / "1.ipynb", tmp_path / "2.ipynb"
    for path in (first, second, first):
        ledger.place(SERVER, "notebook-1", path, block_id="")
    assert ledger.paths(SERVER, "notebook-1") == [second, first]
    assert ledger.places() == [first, second]


def test_whose_token_it_was(ledger: Ledger) -> None:
    person = Person("Eve.O-Neill", "Eve", "O'Neill", "eve@example.org")
    ledger.remember_person(SERVER, "hash", person)
    assert ledger.person_of(SERVER, "hash") == person
    assert ledger.person_of(SERVER, "other") is None


def test_the_file_is_private(ledger: Ledger, tmp_path: Path) -> None:
    ledger.remember(known())
    assert stat.S_IMODE((tmp_path / "state" / "state.sqlite3").stat().st_mode) == 0o600
    assert stat.S_IMODE((tmp_path / "state").stat().st_mode) == 0o700


def test_evidence_is_of_one_session(book: EvidenceBook) -> None:
    """U-08: yesterday's inputs are not today's."""
    yesterday, today = book.begin(SERVER, "notebook-1"), book.begin(SERVER, "notebook-1")
    book.hand_out(yesterday, ["a", "b"])
    book.hand_out(today, ["c", "b", "c"])
    assert book.of(yesterday).handed_out == ("a", "b")
    assert book.latest(SERVER, ["notebook-1"]) == Evidence(("c", "b"))
    assert book.latest(SERVER, ["notebook-2"]) == Evidence()


def test_a_session_that_was_given_nothing_hides_no_other(book: EvidenceBook) -> None:
    """Opened again, or a run stopped at its start: what the file shows comes from the session before."""
    book.hand_out(book.begin(SERVER, "notebook-1"), ["a", "b"])
    book.begin(SERVER, "notebook-1")
    assert book.latest(SERVER, ["notebook-1"]) == Evidence(("a", "b"))


def test_what_the_jupyter_server_hands_out_stands_beside_the_kernels(tmp_path: Path) -> None:
    """Design D10: by any of our ways; neither hides the other, and yesterday's server adds nothing."""
    path, keys = tmp_path / "state.sqlite3", ["notebook-1", "file:/a.ipynb"]
    yesterday, today = EvidenceBook(path, "run-1"), EvidenceBook(path, "run-2")
    yesterday.hand_out(yesterday.begin_served(SERVER, keys), ["old"])
    today.hand_out(today.begin(SERVER, "notebook-1"), ["by-kernel"])
    assert today.latest(SERVER, keys) == Evidence(("by-kernel",))
    today.hand_out(today.begin_served(SERVER, keys[1:]), ["by-server"])  # before it had an id
    today.hand_out(today.begin_served(SERVER, keys), ["and-more"])
    assert today.served(SERVER, keys) == Evidence(("by-server", "and-more"))
    assert today.latest(SERVER, keys) == Evidence(("by-kernel", "by-server", "and-more"))
    elsewhere = EvidenceBook(path)
    assert elsewhere.served(SERVER, keys) == Evidence()
    assert elsewhere.latest(SERVER, keys) == Evidence(("by-kernel", "by-server", "and-more"))
    today.hand_out(today.begin(SERVER, "notebook-1"), ["by-next-kernel"])
    assert today.latest(SERVER, keys) == Evidence(("by-next-kernel", "by-server", "and-more"))


def test_a_read_is_noted_once_for_each_way(book: EvidenceBook) -> None:
    """U-08: with size, checksum and time; and its data set is handed out by that."""
    session = book.begin(SERVER, "notebook-1")
    file = DataFile("a", "original/x.csv", 12, 34)
    for how in ("path", "path", "table"):
        book.observe(session, file, how)
    found = book.of(session)
    assert found.handed_out == ("a",)
    assert [(o.path, o.size, o.crc32, o.how) for o in found.observed] == [
        ("original/x.csv", 12, 34, "path"),
        ("original/x.csv", 12, 34, "table"),
    ]
    assert all(o.at.endswith("+00:00") for o in found.observed)
