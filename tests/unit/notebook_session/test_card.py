"""What cells show: text of strangers stays text, and everything that matters is said."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from openbis_nb.models import DataFile, Entity
from openbis_nb.notebook_session import card
from openbis_nb.notebook_session.inputs import Input, InputFile
from openbis_nb.workflows.save_result import SaveResult

HOSTILE = "<script>alert('x')</script>\" onmouseover=\"y"
OWNER = Entity(kind="experiment", perm_id="1-1", identifier="/S/P/E", code="E", name=HOSTILE)


def made(perm_id: str, **fields: object) -> Input:
    file = InputFile(DataFile(perm_id, "original/a.csv", 1800, 1), lambda *_: Path())
    settings = {"name": "", "type": "RAW_DATA", "state": "listed", "reason": "", "files": (file,)}
    return Input(perm_id=perm_id, **(settings | fields))  # type: ignore[arg-type]


@given(text=st.text())
def test_text_from_openbis_never_becomes_markup(text: str) -> None:
    hostile = HOSTILE + text
    html = card.card_html(
        hostile,
        OWNER,
        "https://x/?a=" + hostile,
        [made("1-2", name=hostile, reason=hostile)],
        "https://y/" + hostile,
    )
    html += card.result_html(
        SaveResult(state="saved", name=hostile, owner=hostile, told=(hostile,), files=("a",))
    )
    assert "<script" not in html
    assert '" onmouseover' not in html


def test_the_card_names_owner_link_and_inputs() -> None:
    text = card.card_text("Growth", OWNER, "https://eln", [made("1-2", name="Plate 1")])
    for word in ("Growth", "/S/P/E", "https://eln", "Plate 1", "1.8 kB", "1-2", "fetched at first use"):
        assert word in text


def test_a_notebook_from_nowhere_says_how_to_save_it() -> None:
    assert "nb.save(owner=" in card.card_text("own", None, None, [])
    assert "nb.save(owner=" in card.card_html("own", None, None, [])


def test_why_an_input_has_no_bytes_is_said() -> None:
    items = [made("1-2", state="archived", reason="1-2: It is in the archive.", files=())]
    assert "It is in the archive." in card.inputs_html(items)
    assert "It is in the archive." in card.inputs_text(items)


def test_a_reason_may_stand_in_place_of_the_inputs() -> None:
    assert "openBIS is away" in card.card_html("n", OWNER, None, "openBIS is away")
    assert "openBIS is away" in card.card_text("n", OWNER, None, "openBIS is away")


def test_a_thousand_inputs_are_counted_not_listed() -> None:
    html = card.inputs_html([made(f"1-{n}") for n in range(1000)])
    assert html.count("<tr>") == 51
    assert "950 more" in html


@pytest.mark.parametrize(
    ("state", "words"),
    [
        ("saved", "Saved to openBIS in /S/P/E as 9-9"),
        ("unchanged", "Nothing has changed since 9-9"),
        ("recorded", "the runner saves"),
        ("outbox", "kept in the outbox"),
        ("deferred", "Not saved yet"),
    ],
)
def test_each_outcome_has_its_sentence(state: str, words: str) -> None:
    result = SaveResult(state=state, name="n", owner="/S/P/E", perm_id="9-9")  # type: ignore[arg-type]
    assert words in card.result_text(result)
    assert words in card.result_html(result)


def test_what_is_saved_can_be_followed_into_the_eln_and_the_library() -> None:
    ways = {"ELN": "https://eln/1-1", "library": "https://hub/services/openbis/library/n/1"}
    result = SaveResult(state="saved", name="n", perm_id="9-9", link=ways["ELN"], page=ways["library"])
    for where, url in ways.items():
        assert f"In the {where}: {url}" in card.result_text(result)
        assert f'<a href="{url}"' in card.result_html(result)
        assert f"Open it in the {where}</a>" in card.result_html(result)
    assert "library" not in card.result_html(SaveResult(state="saved", name="n", link=ways["ELN"]))

    shown = (card.card_text, card.card_html)
    assert all(ways["library"] in show("n", OWNER, None, [], ways["library"]) for show in shown)
    assert not any("library" in show("n", OWNER, None, []) for show in shown)


def test_a_file_says_itself_in_one_line() -> None:
    assert repr(made("1-2").files[0]) == "<original/a.csv of 1-2, 1.8 kB>"
