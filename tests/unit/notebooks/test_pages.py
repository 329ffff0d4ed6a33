"""The examples on the pages about templates and the metadata block are true."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from pathlib import Path

import nbformat

from openbis_nb.models import DataSet
from openbis_nb.notebooks import identity, provenance
from openbis_nb.notebooks.context import InputSummary, NotebookContext
from openbis_nb.notebooks.digest import SAVE_TAG
from openbis_nb.notebooks.library import TemplateLibrary
from openbis_nb.notebooks.provenance import Provenance
from openbis_nb.notebooks.render import context_names, render_markdown
from openbis_nb.notebooks.template import read_template
from openbis_nb.notebooks.template_check import check_template

DOCS = Path(__file__).parents[3] / "docs"
AUTHOR_PAGE = (DOCS / "how-to" / "write-a-template.md").read_text()
BLOCK_PAGE = (DOCS / "reference" / "metadata-block.md").read_text()


def block(page: str, language: str) -> str:
    """The first fenced block of a language."""
    found = re.search(rf"^```{language}\n(.*?)^```", page, re.DOTALL | re.MULTILINE)
    assert found is not None
    return found[1]


def test_the_template_on_the_page_holds_together(tmp_path: Path) -> None:
    folder = tmp_path / "plate-qc"
    folder.mkdir()
    v4 = nbformat.v4
    cells = [
        v4.new_markdown_cell(block(AUTHOR_PAGE, "markdown")),
        v4.new_code_cell(block(AUTHOR_PAGE, "python"), metadata={"tags": ["parameters"]}),
        v4.new_code_cell("nb.save()", metadata={"tags": [SAVE_TAG]}),
    ]
    kernel = {"kernelspec": {"name": "python3", "display_name": "Python 3"}}
    (folder / "template.yaml").write_text(block(AUTHOR_PAGE, "yaml"))
    (folder / "notebook.ipynb").write_text(nbformat.writes(v4.new_notebook(cells=cells, metadata=kernel)))
    assert check_template(folder) == []
    assert read_template(folder).ram == 2 * 2**30


def test_the_page_names_what_markdown_may_use(context: NotebookContext) -> None:
    names = context_names(TemplateLibrary().get("analysis"), context, {"max_drift": 0.05})
    table = AUTHOR_PAGE[AUTHOR_PAGE.index("| Name | What it is |") :].partition("\n\n")[0]
    assert all(f"`{name}" in table for name in names)
    archived = InputSummary(DataSet("20261101093000123-32", "RAW_DATA", status="ARCHIVED"))
    names["inputs"] = context_names(
        TemplateLibrary().get("analysis"), replace(context, inputs=(archived,)), {}
    )["inputs"]
    shown = render_markdown(block(AUTHOR_PAGE, "markdown"), names, "page")
    assert "is archived: ask for it" in shown


def test_the_block_on_the_page_is_one() -> None:
    notebook = json.loads(block(BLOCK_PAGE, "json"))
    found = identity.read(notebook)
    assert found is not None
    assert identity.to_block(found) == notebook["metadata"]["openbis"]


def test_the_page_names_every_key_of_provenance() -> None:
    facts = Provenance(save_id="s", notebook_id="n", name="x", saved_at="t", saved_by="a", owner={})
    table = BLOCK_PAGE[BLOCK_PAGE.index(f"`{provenance.FILE_NAME}`") :]
    assert [key for key in json.loads(facts.to_json()) if f"`{key}`" not in table] == []
