"""What a cell shows when it ends with ``nb.save()``: the card, once."""

from __future__ import annotations

from IPython.core.formatters import DisplayFormatter

from openbis_nb.workflows.save_result import SaveResult


def test_a_result_is_not_shown_a_second_time_by_its_fields() -> None:
    result = SaveResult(state="saved", name="Growth", digest="sha256:0")
    assert DisplayFormatter().format(result) == ({}, {})
    assert "sha256:0" in repr(result)
