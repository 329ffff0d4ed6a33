"""The reference names the criteria of each kind: all of them compile, and no other does."""

from __future__ import annotations

from typing import Any

import pytest

from openbis_nb.sandbox.criteria.entities import RELATIONS, Compiler, own_criteria
from openbis_nb.sandbox.criteria.search import search_perm_ids
from openbis_nb.sandbox.failures import UserFailure
from openbis_nb.sandbox.rpc import Call
from openbis_nb.sandbox.state import SandboxState

NAMED = [(kind, name) for kind in RELATIONS for name in sorted({*own_criteria(kind), *RELATIONS[kind]})]


def call_in(state: SandboxState, db: Any) -> Call:
    return Call(state, db, state.sessions.open("alice"))


def composite(*names: str) -> dict[str, Any]:
    return {"criteria": [{"@type": f"as.dto.x.search.{name}", "fieldName": "$NAME"} for name in names]}


@pytest.mark.parametrize(("kind", "name"), NAMED)
def test_named_criteria_run(shared_state: SandboxState, kind: str, name: str) -> None:
    with shared_state.store.read() as db:
        call = call_in(shared_state, db)
        everything = set(search_perm_ids(call, kind, None))
        assert set(search_perm_ids(call, kind, composite(name))) <= everything
        negated = composite(name) | {"negated": True}
        assert everything - set(search_perm_ids(call, kind, composite(name))) == set(
            search_perm_ids(call, kind, negated)
        )


@pytest.mark.parametrize(("operator", "found"), [("OR", 1), ("AND", 0)])
def test_thousands_of_codes_are_one_search(shared_state: SandboxState, operator: str, found: int) -> None:
    """``get_datasets(code=[…])`` of pybis, and the file lists of many data sets (contract 3.6, 4.2)."""
    with shared_state.store.read() as db:
        call = call_in(shared_state, db)
        codes = [search_perm_ids(call, "DATA_SET", None)[0], *(f"NO-{number}" for number in range(5000))]
        parts = [{"@type": "as.dto.x.search.CodeSearchCriteria", "fieldValue": code} for code in codes]
        assert len(search_perm_ids(call, "DATA_SET", {"criteria": parts, "operator": operator})) == found


@pytest.mark.parametrize(
    ("kind", "name"),
    [
        ("SPACE", "ProjectSearchCriteria"),
        ("PROJECT", "SampleTypeSearchCriteria"),
        ("EXPERIMENT", "PhysicalDataSearchCriteria"),
        ("SAMPLE", "DataSetTypeSearchCriteria"),
        ("DATA_SET", "SpaceSearchCriteria"),
        ("DATA_SET", ""),
    ],
)
def test_others_are_refused(shared_state: SandboxState, kind: str, name: str) -> None:
    with shared_state.store.read() as db, pytest.raises(UserFailure, match="is not supported by the sandbox"):
        Compiler(call_in(shared_state, db)).composite(kind, composite(name), "e")


@pytest.mark.parametrize("part", ["x'; DROP TABLE entities; --", "%", "_", "\\", "*"])
def test_values_never_become_sql(shared_state: SandboxState, part: str) -> None:
    value = {"@type": "as.dto.common.search.StringContainsExactlyValue", "value": part}
    criterion = {"@type": "as.dto.common.search.StringPropertySearchCriteria", "fieldName": part}
    with shared_state.store.read() as db:
        root = {"criteria": [criterion | {"fieldValue": value}]}
        assert search_perm_ids(call_in(shared_state, db), "DATA_SET", root) == []


def test_properties_and_types_are_found_by_index(shared_state: SandboxState) -> None:
    """A page of a hundred thousand versions must not read all of them."""
    value = {"@type": "as.dto.common.search.StringEqualToValue", "value": "x"}
    name = {"@type": "x.StringPropertySearchCriteria", "fieldName": "$NAME", "fieldValue": value}
    kind = {"@type": "x.DataSetTypeSearchCriteria", "criteria": []}
    with shared_state.store.read() as db:
        for part, index in ((name, "properties_text"), (kind, "entities_type")):
            where = Compiler(call_in(shared_state, db)).composite("DATA_SET", {"criteria": [part]}, "e")
            query = f"SELECT e.id FROM entities e WHERE e.kind = 'DATA_SET' AND ({where.sql})"
            plan = " ".join(row["detail"] for row in db.execute(f"EXPLAIN QUERY PLAN {query}", where.params))
            assert index in plan
