"""What the library writes into openBIS' trash is read back by it, and by nobody's mistake."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from openbis_nb.workflows.library.trash_reason import TrashReason, read_reason, write_reason

FIRST, SECOND = "20261121120000000-12", "20261121120500000-13"
GROWTH = TrashReason(
    kind="notebook",
    notebook_id="2b7e151628aed2a6abf7158809cf4f3c",
    fid="alice:2026112112000000012",
    name="Growth curves",
    owner="/LAB/GROWTH/EXP1",
    by="alice",
    why="wrong strain",
)


def test_people_can_read_it() -> None:
    """Design section 2: with our database lost, openBIS alone tells what lies in its trash."""
    text = write_reason(GROWTH, [SECOND, FIRST])
    assert text == (
        "openbis-nb: notebook 2b7e151628aed2a6abf7158809cf4f3c (alice:2026112112000000012), "
        '2 data sets [0e3abf86f411d251] of /LAB/GROWTH/EXP1, by alice: "Growth curves" wrong strain'
    )


texts = st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=40)


@given(texts, texts, texts, st.sampled_from(["notebook", "versions"]))
def test_whatever_people_wrote_comes_back(notebook_id: str, name: str, why: str, kind: str) -> None:
    """Anybody may write a history id, with blanks and brackets in it."""
    reason = TrashReason(
        kind="notebook" if kind == "notebook" else "versions",
        notebook_id=notebook_id,
        fid=GROWTH.fid,
        name=name,
        owner=GROWTH.owner,
        by="Eve.O-Neill",
        why=why,
    )
    found = read_reason(write_reason(reason, [FIRST]))
    assert found is not None
    assert (found.kind, found.notebook_id, found.name, found.by) == (kind, notebook_id, name, "Eve.O-Neill")
    assert found.why == " ".join(why.split())
    assert found.fits([FIRST])


@pytest.mark.parametrize("held", [[], [FIRST], [FIRST, SECOND, "20261121120900000-14"], [FIRST, FIRST + "0"]])
def test_it_fits_only_what_it_was_written_for(held: list[str]) -> None:
    found = read_reason(write_reason(GROWTH, [FIRST, SECOND]))
    assert found is not None
    assert found.fits([SECOND, FIRST])
    assert not found.fits(held)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "no longer needed",
        "openbis-nb: notebook",
        write_reason(GROWTH, [FIRST]).replace("openbis-nb", "openbis"),
        write_reason(GROWTH, [FIRST]).replace("Growth curves", "Growth \\x curves"),
        "x " + write_reason(GROWTH, [FIRST]),
    ],
)
def test_reasons_of_others_are_not_ours(text: str) -> None:
    assert read_reason(text) is None


def test_a_long_explanation_is_cut_and_the_facts_stay() -> None:
    text = write_reason(replace(GROWTH, why="x" * 5000), [FIRST])
    assert len(text) == 2000
    found = read_reason(text)
    assert found is not None
    assert (found.notebook_id, found.fits([FIRST])) == (GROWTH.notebook_id, True)
