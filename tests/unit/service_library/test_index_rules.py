"""The pure parts of the catalogue: who counts, cursors, what is remembered of whom, facts of strangers."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from openbis_nb.errors import InvalidInput
from openbis_nb.models import Entity
from openbis_nb.service.library.confirmed import Confirmed
from openbis_nb.service.library.facts import facts_of
from openbis_nb.service.library.grouping import in_order, judged, summary
from openbis_nb.service.library.places import Sight
from openbis_nb.service.library.positions import Position, read_cursor, write_cursor
from openbis_nb.service.library.query import Query


def row(number: int, by: str = "alice", facts: Any = None, owner: str = "E1", **more: Any) -> dict[str, Any]:
    return {
        "perm_id": f"2026-{number}",
        "key": "k",
        "notebook_id": "n",
        "place": "P",
        "name": f"Name {number}",
        "description": "",
        "registrator": by,
        "registered": 7,
        "number": number,
        "modified": 7,
        "owner_kind": "experiment",
        "owner_perm_id": owner,
        "owner_identifier": f"/S/P/{owner}",
        "owner_code": owner,
        "experiment": owner,
        "object": None,
        "size": number,
        "facts": None if facts is None else json.dumps(facts),
    } | more


@pytest.mark.parametrize(
    ("versions", "counts"),
    [
        ([row(1), row(2)], [True, True]),
        ([row(1), row(2, "bob")], [True, False]),
        ([row(1, facts={"co_authors": ["bob"]}), row(2, "bob")], [True, True]),
        ([row(1), row(2, "bob", {"co_authors": ["bob"]})], [True, False]),
        ([row(1, facts={"co_authors": ["bob"]}), row(2, "bob", owner="E2")], [True, False]),
        ([row(1), row(2, "eve", {"takeover": True})], [True, False]),
        ([row(1), row(2, "eve", {"takeover": True, "by_admin": True})], [True, True]),
        ([row(1), row(2, "eve", {"by_admin": True})], [True, False]),
        (
            [
                row(1),
                row(2, "eve", {"takeover": True, "by_admin": True, "co_authors": ["bob"]}),
                row(3, "bob"),
            ],
            [True, True, True],
        ),
    ],
)
def test_who_counts(versions: list[dict[str, Any]], counts: list[bool]) -> None:
    """The rule of ``authorship.decide``, with what the index knows; nothing that a version says of itself."""
    assert judged(in_order(versions[::-1])) == counts
    found = summary(versions, counts)
    newest = max(version["number"] for version, good in zip(versions, counts, strict=True) if good)
    assert (found["author"], found["name"]) == ("alice", f"Name {newest}")
    assert (found["versions"], found["all_versions"]) == (sum(counts), len(versions))


@given(st.integers(-(2**63) + 1, 2**63 - 1), st.booleans())
def test_a_cursor_is_read_as_it_was_written(value: int, descending: bool) -> None:
    position = Position("updateTime", descending, value, "0" * 32)
    assert read_cursor(Query(after=write_cursor(position), descending=descending)) == position


@given(st.text(alphabet=st.characters(codec="utf-8")))
def test_so_is_one_with_any_text(value: str) -> None:
    position = Position("name", True, value, "f" * 32)
    assert read_cursor(Query(after=write_cursor(position), sort="name")) == position


@given(st.text(max_size=60) | st.binary(max_size=40).map(lambda content: content.hex()))
def test_any_other_text_is_refused(after: str) -> None:
    with pytest.raises(InvalidInput):
        read_cursor(Query(after=after))


@pytest.mark.parametrize(
    "wrong",
    [
        Position("name", True, "a", "0" * 32),
        Position("updateTime", False, 1, "0" * 32),
        Position("updateTime", True, "1", "0" * 32),
        Position("updateTime", True, True, "0" * 32),
        Position("updateTime", True, 2**63, "0" * 32),
        Position("updateTime", True, 1, "x"),
    ],
)
def test_a_cursor_of_another_kind_is_refused(wrong: Position) -> None:
    with pytest.raises(InvalidInput):
        read_cursor(Query(after=write_cursor(wrong)))


def test_what_was_confirmed_is_good_for_the_named_time_and_the_person_alone() -> None:
    now = [100.0]
    confirmed = Confirmed(30, lambda: now[0])
    confirmed.add("alice", {"1": 7, "2": 8}, asked_at=90.0)
    assert confirmed.known("alice", ["1", "2", "3"]) == {"1": 7, "2": 8}
    assert confirmed.known("bob", ["1"]) == {}
    confirmed.forget(["2"])
    assert confirmed.known("alice", ["1", "2"]) == {"1": 7}
    now[0] = 120.0  # thirty seconds after the question, not after the answer
    assert confirmed.known("alice", ["1"]) == {}


def test_little_is_remembered_of_many() -> None:
    confirmed = Confirmed(30, lambda: 0.0)
    for person in range(2_100):
        confirmed.add(f"p{person}", {"1": 1}, 0.0)
    assert confirmed.known("p0", ["1"]) == {}
    assert confirmed.known("p2099", ["1"]) == {"1": 1}


@pytest.mark.parametrize(
    ("content", "facts"),
    [
        (b"", {}),
        (b"[]", {}),
        (b"\xff", {}),
        (b"[" * 100_000, {}),
        (b'{"schema": 1}', {}),
        (b'{"schema": 99, "takeover": true}', {}),
    ],
)
def test_a_strangers_file_says_nothing(content: bytes, facts: dict[str, Any]) -> None:
    assert facts_of(content) == facts


def test_facts_hold_no_inputs_and_no_origin() -> None:
    """Who reads a version may know its template and its co-authors, not what they may not see."""
    needed = {name: "" for name in ("save_id", "notebook_id", "name", "saved_at", "saved_by")}
    content = needed | {
        "schema": 1,
        "owner": {},
        "attached": ["2026-1"],
        "forked_from": {"notebook_id": "secret"},
        "template": {"slug": "analysis\0" + "x" * 1000, "version": "1"},
        "co_authors": [f"p{number}" for number in range(2_000)],
        "takeover": True,
    }
    facts = facts_of(json.dumps(content).encode())
    assert set(facts) == {"template", "co_authors", "takeover"}
    assert len(facts["template"]) == 200
    assert "\0" not in facts["template"]
    assert len(facts["co_authors"]) == 1_000


def test_the_places_that_a_query_is_about() -> None:
    project = Entity("project", "P1", "/A/P", "P")
    sight = Sight({"P1": project, "P2": Entity("project", "P2", "/B/P", "P")}, frozenset({"/A", "/"}))
    assert sight.places == {"P1", "P2", "/A", "/"}
    assert sight.asked(Query(place=("space", "A"))) == {"P1", "/A"}
    assert sight.asked(Query(place=("space", "C"))) == set()
    assert sight.asked(Query(place=("project", "P2"))) == {"P2"}
    assert sight.asked(Query(place=("project", "P3"))) == set()
    assert sight.asked(Query(place=("object", "O"))) == sight.places
    assert (sight.space_of("P1"), sight.space_of("/A")) == ("A", "A")
