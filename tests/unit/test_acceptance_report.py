"""The page that an acceptance run prints (design D15)."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from openbis_nb.workflows.acceptance import AcceptanceReport, Outcome, StepResult
from openbis_nb.workflows.acceptance_report import as_markdown


def page(*outcomes: Outcome, **fields: Any) -> list[str]:
    steps = tuple(StepResult(f"Feature {n}", outcome, 0.5, "a | b\nc") for n, outcome in enumerate(outcomes))
    known: dict[str, Any] = {
        "server": "https://openbis.example.org",
        "openbis_version": "20.10.7.3",
        "api_version": "3.6",
        "sandbox": False,
        "experiment": "/S/P/E",
        "trashed": (),
        "left": (),
    }
    report = AcceptanceReport(steps=steps, **known | fields)
    return list(as_markdown(report, now=datetime(2026, 11, 21, tzinfo=UTC)))


def test_a_row_for_each_feature_with_its_note_on_one_line() -> None:
    assert "| Feature 0 | run | 0.50 | a \\| b c |" in page("run")


def test_what_may_not_or_was_not_tried_is_no_failure() -> None:
    assert "- Result: passed" in page("run", "not allowed", "not tried")
    assert "- Result: failed" in page("run", "failed")


def test_what_is_left_is_named_for_somebody_who_may_delete() -> None:
    last = page("run", left=("20261121093000123-1",))[-1]
    assert last.startswith("Left in /S/P/E, since you may not delete: 20261121093000123-1.")


def test_the_sandbox_is_not_called_a_server() -> None:
    label = "- Against the sandbox, no real openBIS: read `run` as `sandbox`"
    assert label in page("run", sandbox=True)
    assert label not in page("run")


def test_no_host_is_named() -> None:
    assert "example.org" not in "\n".join(page("run", trashed=("1-1",)))
