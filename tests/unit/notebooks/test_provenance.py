"""provenance.json: parents by D10, the same bytes for the same facts, readable again."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from openbis_nb.errors import InvalidInput
from openbis_nb.notebooks import provenance
from openbis_nb.notebooks.provenance import Forked, Observed, Provenance, ResultFile

FACTS = Provenance(
    save_id="s-1",
    notebook_id="n-1",
    name="Growth",
    saved_at="2026-11-21T09:30:00Z",
    saved_by="alice",
    owner={"kind": "experiment", "perm_id": "2026-1", "identifier": "/A/B/C"},
    declared=("a", "b", "never"),
    attached=("a", "b", "extra", "a"),
    unticked=("b",),
    observed=(Observed("a", "original/a.csv", 10, 0xCBF43926, "2026-11-21T09:00:00Z"),),
    parameters={"window": 2.0},
    template={"slug": "analysis", "version": "1.0.0"},
    environment={"python": "3.11.2"},
    forked_from=Forked("n-0", "2026-9", "bob"),
    co_authors=("ursula",),
    takeover=True,
    results=(ResultFile("rates.csv", 3, "00" * 32),),
    redacted=2,
)


def test_parents_are_what_was_attached_minus_what_was_unticked() -> None:
    """U-08, O-24: nothing declared but unused becomes a parent, nothing seen being read is needed."""
    assert FACTS.parents == ("a", "extra")
    assert FACTS.never_attached == ("never",)


def test_what_openbis_takes_no_more_is_named_and_no_parent() -> None:
    """D10: of a version that no kernel ran for; one that ran is written as ever."""
    continued = replace(FACTS, based_on="2026-8", missing=("extra",))
    assert (continued.parents, continued.attached) == (("a",), FACTS.attached)
    assert provenance.loads(continued.to_json()) == continued
    assert not {"based_on", "missing"} & set(json.loads(FACTS.to_json()))


def test_a_copy_keeps_its_parents_and_its_origin() -> None:
    """O-28, U-26, N-29: a fork names where it comes from, beside its inputs."""
    content = json.loads(FACTS.to_json())
    assert content["parents"] == ["a", "extra"]
    assert content["forked_from"] == {"notebook_id": "n-0", "checkpoint_id": "2026-9", "author": "bob"}


def test_the_file_can_be_read_again() -> None:
    assert provenance.loads(FACTS.to_json()) == FACTS
    assert FACTS.to_json() == provenance.loads(FACTS.to_json()).to_json()


@given(name=st.text(), attached=st.lists(st.text()), parameters=st.dictionaries(st.text(), st.text()))
def test_any_text_survives(name: str, attached: list[str], parameters: dict[str, str]) -> None:
    facts = Provenance(
        save_id="s", notebook_id="n", name=name, saved_at="t", saved_by="a", owner={},
        attached=tuple(attached), parameters=parameters,
    )  # fmt: skip
    assert provenance.loads(facts.to_json()) == facts


def test_members_of_a_later_version_are_left_out() -> None:
    content = json.loads(FACTS.to_json()) | {"new": 1}
    content["observed"][0]["new"] = 1
    assert provenance.loads(json.dumps(content).encode()) == FACTS


@pytest.mark.parametrize(
    "changes",
    [
        {"schema": 2},
        {"save_id": 5},
        {"owner": []},
        {"attached": "a"},
        {"attached": [1]},
        {"observed": [{"data_set": "a"}]},
        {"observed": [{"data_set": "a", "path": "b", "size": "1", "crc32": None, "at": "t"}]},
        {"results": [1]},
        {"forked_from": "n"},
        {"co_authors": {"a": 1}},
        {"takeover": "yes"},
        {"redacted": True},
        {"template": "x"},
        {"based_on": 1},
        {"missing": "x"},
    ],
)
def test_a_damaged_file_is_refused(changes: dict[str, Any]) -> None:
    content = json.loads(FACTS.to_json()) | changes
    with pytest.raises(InvalidInput):
        provenance.loads(json.dumps(content).encode())


@pytest.mark.parametrize("data", [b"", b"[]", b"\xff", b'{"schema": 1}', b"[" * 100_000, b" " * (9 * 2**20)])
def test_what_is_no_provenance_is_refused(data: bytes) -> None:
    with pytest.raises(InvalidInput):
        provenance.loads(data)
