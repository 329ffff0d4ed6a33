"""templates list, show, check: no openBIS needed."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from openbis_nb.cli import main
from openbis_nb.notebooks.library import TemplateLibrary


def run(*words: object, **env: str) -> Result:
    return CliRunner(env=env).invoke(main, ["templates", *map(str, words)])


def document(*words: object, **env: str) -> object:
    return json.loads(run(*words, "--json", **env).stdout)


@pytest.fixture
def site(tmp_path: Path) -> Path:
    """A folder with one template of a site: the general one under another name."""
    folder = tmp_path / "site" / "our-analysis"
    shutil.copytree(TemplateLibrary().get("analysis").folder, folder)
    return folder


def test_the_shipped_templates_are_listed() -> None:
    slugs = {template["slug"] for template in document("list")}
    assert {"analysis", "table-explorer", "growth-curves", "analysis-r"} <= slugs


def test_templates_of_the_site_are_listed_too(site: Path) -> None:
    shown = run("list", OPENBIS_NB_TEMPLATE_DIRS=str(site.parent)).stdout
    assert "our-analysis" in shown


def test_a_template_is_shown_with_its_parameters() -> None:
    lines = run("show", "growth-curves").stdout.splitlines()
    assert lines[0].startswith("Growth curves (growth-curves ")
    assert any(line.startswith("PARAMETER") for line in lines)


def test_an_unknown_template_names_the_known_ones() -> None:
    result = run("show", "nope", "--json")
    assert result.exit_code == 5
    assert "growth-curves" in json.loads(result.stderr)["next_step"]


def test_a_template_that_holds_together(site: Path) -> None:
    result = run("check", site)
    assert (result.exit_code, result.stdout) == (0, f"{site} holds together.\n")


def test_findings_are_listed_and_the_exit_code_says_so(site: Path) -> None:
    yaml = site / "template.yaml"
    yaml.write_text(yaml.read_text() + "\nsurprise: 1\n")
    result = run("check", site, "--json")
    found = json.loads(result.stdout)
    assert (result.exit_code, found["ok"]) == (2, False)
    assert "surprise" in found["findings"][0]["place"] + found["findings"][0]["message"]


def test_a_folder_that_is_not_there(tmp_path: Path) -> None:
    assert run("check", tmp_path / "nope").exit_code == 2
