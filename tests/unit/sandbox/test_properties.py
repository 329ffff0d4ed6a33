"""Validation of properties (contract 5.6)."""

from __future__ import annotations

import pytest

from openbis_nb.sandbox.failures import UserFailure
from openbis_nb.sandbox.properties import property_row, require_mandatory, validated
from openbis_nb.sandbox.state import SandboxState

KINDS = {
    "PRODUCT": "SAMPLE",
    "EXPERIMENTAL_STEP": "SAMPLE",
    "STORAGE": "SAMPLE",
    "ANALYSIS_NOTEBOOK": "DATA_SET",
}


@pytest.mark.parametrize(
    ("type_code", "code", "value", "stored"),
    [
        ("ANALYSIS_NOTEBOOK", "$name", "N1", "N1"),  # pybis sends lower case
        ("ANALYSIS_NOTEBOOK", "NOTES", "<p>a\nb</p>", "<p>a\nb</p>"),
        ("ANALYSIS_NOTEBOOK", "$xmlcomments", "<root><a/></root>", "<root><a/></root>"),
        ("ANALYSIS_NOTEBOOK", "notes", None, None),
        ("ANALYSIS_NOTEBOOK", "notes", "", None),
        ("EXPERIMENTAL_STEP", "finished_flag", True, "true"),
        ("EXPERIMENTAL_STEP", "finished_flag", "FALSE", "false"),
        ("EXPERIMENTAL_STEP", "start_date", "2026-09-26 14:32:14 +0200", "2026-09-26 14:32:14 +0200"),
        ("EXPERIMENTAL_STEP", "start_date", "2026-09-26", "2026-09-26"),
        ("STORAGE", "$storage.row_num", 4, "4"),
        ("PRODUCT", "$product.price_per_unit", "1.5e3", "1.5e3"),
        ("PRODUCT", "$product.currency", "chf", "CHF"),
    ],
)
def test_what_is_taken(
    shared_state: SandboxState, type_code: str, code: str, value: object, stored: str
) -> None:
    with shared_state.store.read() as db:
        assert validated(db, KINDS[type_code], type_code, {code: value}) == {code.upper(): stored}


@pytest.mark.parametrize(
    ("type_code", "code", "value", "text"),
    [
        ("ANALYSIS_NOTEBOOK", "nope", "x", "Property type with code 'NOPE' does not exist!"),
        (
            "ANALYSIS_NOTEBOOK",
            "start_date",
            "2026-01-01",
            "Property type 'START_DATE' is not assigned to data set type 'ANALYSIS_NOTEBOOK'.",
        ),
        ("ANALYSIS_NOTEBOOK", "$xmlcomments", "<a>", "XML value '<a>' has improper format."),
        (
            "ANALYSIS_NOTEBOOK",
            "$xmlcomments",
            "<!DOCTYPE a><a/>",
            "XML value '<!DOCTYPE a><a/>' has improper format.",
        ),
        ("EXPERIMENTAL_STEP", "finished_flag", "yes", "Boolean value 'yes' has improper format."),
        ("EXPERIMENTAL_STEP", "start_date", "tomorrow", "Date value 'tomorrow' has improper format."),
        ("STORAGE", "$storage.row_num", "4.5", "Integer value '4.5' has improper format."),
        ("PRODUCT", "$product.price_per_unit", "cheap", "Double value 'cheap' has improper format."),
        (
            "PRODUCT",
            "$product.currency",
            "GBP",
            "Vocabulary value 'GBP' is not valid. It must exist in '$PRODUCT.CURRENCY' controlled vocabulary",
        ),
    ],
)
def test_what_is_refused(
    shared_state: SandboxState, type_code: str, code: str, value: str, text: str
) -> None:
    with shared_state.store.read() as db, pytest.raises(UserFailure) as fault:
        validated(db, KINDS[type_code], type_code, {code: value})
    assert fault.value.message == text


def test_a_mandatory_property_must_have_a_value(shared_state: SandboxState) -> None:
    with shared_state.store.read() as db, pytest.raises(UserFailure) as fault:
        require_mandatory(db, "SAMPLE", "STORAGE", {"$NAME": "Bench"})
    expected = "Value of mandatory property '$STORAGE.STORAGE_VALIDATION_LEVEL' not specified."
    assert fault.value.message == expected


@pytest.mark.parametrize(
    ("value", "number"),
    [("5", 5.0), ("-1.5e3", -1500.0), ("five", None), ("2026-13-45", None), ("nan", None), ("inf", None)],
)
def test_numbers_are_indexed_as_numbers(value: str, number: float | None) -> None:
    assert property_row(1, "X", value)[4] == number


def test_times_are_indexed_as_milliseconds() -> None:
    assert property_row(1, "X", "2026-03-02 02:00:00 +0200")[4] == 1_772_409_600_000.0
