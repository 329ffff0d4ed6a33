"""Properties are checked before a byte is sent (U-33), as the server would check them (contract 5.6)."""

from __future__ import annotations

import pytest

from openbis_nb.errors import InvalidProperties
from openbis_nb.models import DataSetType, PropertyDefinition, Vocabulary
from openbis_nb.openbis import properties

KINDS = ["INTEGER", "REAL", "BOOLEAN", "DATE", "TIMESTAMP", "HYPERLINK", "VARCHAR"]
TYPE = DataSetType(
    "T",
    properties={
        **{kind: PropertyDefinition(kind, data_type=kind) for kind in KINDS},
        "METHOD": PropertyDefinition("METHOD", "Method", vocabulary=Vocabulary("V", {"OD": "", "FLUO": ""})),
        "OPERATOR": PropertyDefinition("OPERATOR", "Operator", mandatory=True),
    },
)


@pytest.mark.parametrize(
    ("code", "value"),
    [
        ("INTEGER", "-12"),
        ("REAL", "1.5e-3"),
        ("REAL", ".5"),
        ("BOOLEAN", "True"),
        ("DATE", "2026-11-21"),
        ("TIMESTAMP", "2026-11-21 14:30:00 +0100"),
        ("TIMESTAMP", "2026-11-21"),
        ("HYPERLINK", "https://example.org/x"),
        ("VARCHAR", "anything; at <all>"),
        ("METHOD", "OD"),
        ("METHOD", "od"),
        ("INTEGER", ""),
    ],
)
def test_values_the_server_takes(code: str, value: str) -> None:
    properties.check(TYPE, {"OPERATOR": "me", code: value})


@pytest.mark.parametrize(
    ("code", "value", "told"),
    [
        ("INTEGER", "1.5", "a whole number"),
        ("REAL", "one", "a number"),
        ("REAL", "NaN", "a number"),
        ("BOOLEAN", "yes", "true or false"),
        ("DATE", "21.11.2026", "2026-11-21"),
        ("TIMESTAMP", "now", "a time"),
        ("HYPERLINK", "javascript:alert(1)", "https://"),
        ("METHOD", "MASS", "one of FLUO, OD"),
        ("NOPE", "x", "not one of its properties"),
        ("OPERATOR", "", "mandatory"),
    ],
)
def test_values_the_server_would_refuse_are_named(code: str, value: str, told: str) -> None:
    with pytest.raises(InvalidProperties, match=told) as caught:
        properties.check(TYPE, {"OPERATOR": "me", code: value})
    assert list(caught.value.extra["properties"]) == [code]


def test_all_faults_are_told_at_once() -> None:
    assert set(properties.problems(TYPE, {"INTEGER": "x", "DATE": "y"})) == {"INTEGER", "DATE", "OPERATOR"}
