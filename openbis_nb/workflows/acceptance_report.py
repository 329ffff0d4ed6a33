"""An acceptance run as a page that fills ``docs/reference/support.md`` (design D15)."""

from __future__ import annotations

import platform
from collections.abc import Iterator
from datetime import UTC, datetime
from importlib import metadata

from .acceptance import AcceptanceReport

__all__ = ["as_markdown"]


def as_markdown(report: AcceptanceReport, *, now: datetime | None = None) -> Iterator[str]:
    """The report, line by line. It names no person and no host; the server's own address stays out.

    Args:
        report: Of one run.
        now: Time of the report; default: now.
    """
    versions = f"openBIS {report.openbis_version or 'of unknown version'}, API {report.api_version}"
    yield f"# Acceptance run: {versions}"
    yield ""
    yield f"- Date: {now or datetime.now(UTC):%Y-%m-%d}"
    yield (
        f"- openbis-nb {metadata.version('openbis-nb')}, pybis {metadata.version('pybis')}, "
        f"Python {platform.python_version()}"
    )
    if report.sandbox:
        yield "- Against the sandbox, no real openBIS: read `run` as `sandbox`"
    yield f"- Result: {'passed' if report.passed else 'failed'}"
    yield ""
    yield f"| Feature | {versions} | Seconds | Seen |"
    yield "|---|---|---|---|"
    for step in report.steps:
        yield f"| {step.feature} | {step.outcome} | {step.seconds:.2f} | {_cell(step.note)} |"
    yield ""
    if report.trashed:
        yield f"In the trash of openBIS now: {', '.join(report.trashed)}."
    if report.left:
        yield (
            f"Left in {report.experiment}, since you may not delete: {', '.join(report.left)}. "
            "A power user of the space can put them into the trash."
        )


def _cell(text: str) -> str:
    return " ".join(text.split()).replace("|", "\\|")
