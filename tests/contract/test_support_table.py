"""docs/reference/support.md claims what an acceptance run on the sandbox shows, neither more nor less."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from openbis_nb.cli import main
from openbis_nb.sandbox import running_sandbox

PAGE = Path(__file__).parents[2] / "docs" / "reference" / "support.md"
#: The features that an acceptance run leaves alone: it must not touch a lab's archive.
NOT_IN_A_RUN = ("Archive and unarchive", "Files of experiments and objects themselves (AFS)")


def claims(api_version: str) -> dict[str, str]:
    """Feature → what the page says for an API version."""
    rows = [
        [cell.strip() for cell in line.strip("|").split("|")]
        for line in PAGE.read_text(encoding="utf-8").splitlines()
        if line.startswith("| ") and line.count("|") == 6
    ]
    column = next(n for n, title in enumerate(rows[0]) if title.endswith(f"API {api_version}"))
    return {row[0]: row[column] for row in rows[1:]}


@pytest.fixture(params=["3.5", "3.6", "3.7"])
def acceptance(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[tuple[str, dict[str, Any]]]:
    """API version, and the report of an acceptance run on a sandbox that speaks it."""
    with running_sandbox(api_version=request.param) as sandbox:
        runner = CliRunner(
            env={"OPENBIS_URL": sandbox.url, "OPENBIS_NB_CA_BUNDLE": str(sandbox.ca_bundle), "COLUMNS": "200"}
        )
        runner.invoke(main, ["login", "--user", "alice", "--password-stdin"], input="alice\n")
        result = runner.invoke(main, ["doctor", "--acceptance", "--project", "/BIOLAB/GROWTH", "--json"])
        assert result.exit_code == 0, result.output
        yield request.param, json.loads(result.stdout)


def test_the_support_table_is_what_an_acceptance_run_shows(acceptance: tuple[str, dict[str, Any]]) -> None:
    """U-36: the report that support staff can ask for, and what it shows per API version."""
    api_version, report = acceptance
    shown = {step["feature"]: step["outcome"] == "run" for step in report["steps"]}
    claimed = {feature: "sandbox" in words for feature, words in claims(api_version).items()}
    for feature in NOT_IN_A_RUN:
        claimed.pop(feature)
        shown.pop(feature, None)
    assert claimed == shown
