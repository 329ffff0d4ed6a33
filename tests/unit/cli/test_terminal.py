"""What commands print."""

from __future__ import annotations

import io
import json
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from types import MappingProxyType

import pytest

from openbis_nb.cli.terminal import Terminal, table, to_json, visible
from openbis_nb.errors import UserMistake
from openbis_nb.models import DataFile
from openbis_nb.openbis.secrets import Secret


def test_columns_are_aligned_and_end_without_blanks() -> None:
    rows = [("a", None), ("longer", 12)]
    assert table(["NAME", "N"], rows) == ["NAME    N", "a", "longer  12"]


def test_a_line_break_in_a_cell_does_not_break_the_table() -> None:
    assert table(["NAME"], [("two\nlines",)]) == ["NAME", "two lines"]


@pytest.mark.parametrize("hostile", ["\x1b[2J", "\x1b]0;title\x07", "\r", "\x9b31m", "a\x00b"])
def test_names_cannot_steer_the_terminal(hostile: str) -> None:
    assert not any(ord(c) < 32 or 127 <= ord(c) < 160 for c in visible(hostile))


@pytest.mark.parametrize("turn", ["\u202e", "\u2066"])
def test_names_cannot_be_shown_in_another_order(turn: str) -> None:
    assert visible(f"a{turn}gnp.exe") == "a\N{REPLACEMENT CHARACTER}gnp.exe"


def test_ordinary_text_is_shown_as_it_is() -> None:
    text = "Wachstum Ø 37 °C\n\t細胞 \u200f"
    assert visible(text) == text


@dataclass(frozen=True)
class Result:
    when: datetime
    where: Path
    files: tuple[DataFile, ...]
    properties: MappingProxyType[str, str]
    kinds: frozenset[str]


def test_results_become_plain_json() -> None:
    result = Result(
        datetime(2026, 11, 21, 9, 30, tzinfo=UTC),
        Path("a/b.csv"),
        (DataFile("2026-1", "original/a.csv", 3),),
        MappingProxyType({"$NAME": "x"}),
        frozenset({"b", "a"}),
    )
    assert json.loads(json.dumps(to_json(result))) == {
        "when": "2026-11-21T09:30:00+00:00",
        "where": "a/b.csv",
        "files": [{"data_set": "2026-1", "path": "original/a.csv", "size": 3, "crc32": None}],
        "properties": {"$NAME": "x"},
        "kinds": ["a", "b"],
    }


def test_a_secret_has_no_json_form() -> None:
    with pytest.raises(TypeError):
        to_json({"token": Secret("alice-261121093000123x0123456789ABCDEF0123456789ABCDEF")})


def test_json_mode_prints_one_document_and_no_lines(capsys: pytest.CaptureFixture[str]) -> None:
    Terminal(as_json=True).result({"ä": 1}, ["a line"])
    assert json.loads(capsys.readouterr().out) == {"ä": 1}


def test_notes_go_to_stderr(capsys: pytest.CaptureFixture[str]) -> None:
    Terminal().note("beside")
    assert capsys.readouterr() == ("", "beside\n")


def test_nobody_to_ask_is_a_mistake_that_names_the_option(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.stdin", io.StringIO())
    with pytest.raises(UserMistake, match="--yes"):
        Terminal().confirm("Remove all?", otherwise="--yes")
