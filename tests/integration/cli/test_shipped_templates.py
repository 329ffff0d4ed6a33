"""The shipped templates, made and run as a person does it: no cell edited, no token typed."""

from __future__ import annotations

import csv
import json
from pathlib import Path
from statistics import mean

from nbformat import NotebookNode

from openbis_nb.notebooks import document
from openbis_nb.notebooks.library import TemplateLibrary

from .conftest import Cli

GROWTH = "/BIOLAB/GROWTH/GROWTH_CURVES_1"
SCREENING = "/BIOLAB/SCREENING/DOSE_RESPONSE_1"


def run(cli: Cli, slug: str, owner: str, *options: str) -> tuple[NotebookNode, Path]:
    """Make a notebook and run it headless; gives the executed copy and its folder."""
    made = cli.login().json("new", "--owner", owner, "--template", slug, *options)
    ran = cli.script("run", made["path"], "--json")
    assert ran.returncode == 0, ran.stderr
    result = json.loads(ran.stdout)
    assert result["saved"]["perm_id"]
    executed = Path(result["executed"])
    notebook = document.read(executed)
    outputs = [output for cell in notebook.cells for output in cell.get("outputs", ())]
    assert "error" not in {output.output_type for output in outputs}
    return notebook, executed.parent


def said(notebook: NotebookNode) -> str:
    """All text that the cells gave."""
    parts = []
    for cell in notebook.cells:
        for output in cell.get("outputs", ()):
            parts += [output.get("text", ""), output.get("data", {}).get("text/plain", "")]
    return "\n".join(parts)


def pictures(notebook: NotebookNode) -> int:
    return sum("image/png" in o.get("data", {}) for c in notebook.cells for o in c.get("outputs", ()))


def test_the_general_one_shows_the_first_table(cli: Cli) -> None:
    """O-17, O-22: pre-filled, run from top to bottom, saved by its last cell."""
    notebook, _ = run(cli, "analysis", SCREENING, "--set", "file_pattern=*.csv")
    assert "dose_response.csv: 180 rows, 4 columns" in said(notebook)


def test_the_table_explorer_reads_tables_of_any_separator(cli: Cli) -> None:
    notebook, _ = run(cli, "table-explorer", SCREENING)
    text = said(notebook)
    assert "compounds.tsv" in text
    assert "molar_mass_g_per_mol" in text
    assert "not a table" not in text
    assert pictures(notebook) >= 2


def test_growth_curves_finds_what_the_laboratory_put_in(cli: Cli) -> None:
    """The strains differ in growth rate and in the dose they stand; table and figures are written."""
    notebook, folder = run(cli, "growth-curves", GROWTH)
    with (folder / "growth_rates.csv").open() as file:
        rows = list(csv.DictReader(file))
    rates = {
        strain: mean(
            float(row["growth_rate_per_h"])
            for row in rows
            if row["strain"] == strain and row["ciprofloxacin_ug_per_ml"] in ("0", "0.25", "0.5")
        )
        for strain in ("wild type", "rpoB H526Y")
    }
    assert len(rows) == 3 * 88  # three plates without their blanks
    assert 1.5 < rates["wild type"] < 1.9
    assert rates["rpoB H526Y"] < 0.9 * rates["wild type"]
    assert pictures(notebook) == 2
    assert {"growth_curves.png", "growth_rate_by_dose.png"} <= {path.name for path in folder.iterdir()}


def test_the_r_template_is_made_and_runs(cli: Cli) -> None:
    """O-16, U-25: headless, in a real R."""
    notebook, _ = run(cli, "analysis-r", SCREENING)
    assert "dose_response.csv" in said(notebook)


def test_every_shipped_template_is_run_here() -> None:
    slugs = {template.slug for template in TemplateLibrary().list()}
    assert slugs == {"analysis", "table-explorer", "growth-curves", "analysis-r"}
