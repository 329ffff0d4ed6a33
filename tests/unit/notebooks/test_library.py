"""Templates: where they come from, and what makes one invalid."""

from __future__ import annotations

import json
import sys
from importlib import metadata
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
import yaml

from openbis_nb.errors import InvalidTemplate, NotFound
from openbis_nb.notebooks.library import ENTRY_POINT_GROUP, TemplateLibrary
from openbis_nb.notebooks.template import read_template
from openbis_nb.notebooks.template_check import check_template

SHIPPED = ["analysis", "analysis-r", "growth-curves", "table-explorer"]
GOOD = {"title": "T", "description": "D", "version": "1.0.0", "language": "python", "kernel": "python3"}
NOTEBOOK = {
    "nbformat": 4,
    "nbformat_minor": 5,
    "metadata": {"kernelspec": {"name": "python3", "display_name": "Python 3", "language": "python"}},
    "cells": [
        {"cell_type": "markdown", "id": "a", "metadata": {}, "source": "# {{ name }}"},
        {
            "cell_type": "code",
            "id": "b",
            "metadata": {},
            "source": "nb.save()",
            "outputs": [],
            "execution_count": None,
        },
    ],
}


def make(folder: Path, content: Any = None, notebook: Any = None, **changes: Any) -> Path:
    folder.mkdir(parents=True)
    text = content if isinstance(content, str) else yaml.safe_dump({**GOOD, **changes})
    (folder / "template.yaml").write_text(text)
    (folder / "notebook.ipynb").write_text(json.dumps(NOTEBOOK if notebook is None else notebook))
    return folder


def test_the_shipped_templates_are_there() -> None:
    found = TemplateLibrary().list()
    assert sorted(template.slug for template in found) == SHIPPED
    assert [template.title for template in found] == sorted(template.title for template in found)


@pytest.mark.parametrize("slug", SHIPPED)
def test_a_shipped_template_holds_together(slug: str) -> None:
    library = TemplateLibrary()
    assert library.check(library.get(slug).folder) == []


def test_the_given_folder_wins_over_the_shipped_one(tmp_path: Path) -> None:
    make(tmp_path / "analysis", title="Ours")
    assert TemplateLibrary([tmp_path]).get("analysis").title == "Ours"


def test_templates_come_from_an_entry_point(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    make(tmp_path / "site")
    monkeypatch.setitem(sys.modules, "site_templates", SimpleNamespace(folders=lambda: [tmp_path], _=0))
    points = (
        metadata.EntryPoint("site", "site_templates:folders", ENTRY_POINT_GROUP),
        metadata.EntryPoint("broken", "no_such_module", ENTRY_POINT_GROUP),
    )
    monkeypatch.setattr(metadata, "entry_points", lambda group: points if group == ENTRY_POINT_GROUP else ())
    assert TemplateLibrary().get("site").folder == tmp_path / "site"


def test_a_broken_template_takes_no_other_away(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    make(tmp_path / "broken", content="title: [")
    make(tmp_path / "good")
    slugs = {template.slug for template in TemplateLibrary([tmp_path]).list()}
    assert {"good", *SHIPPED} == slugs
    assert "broken" in caplog.text
    with pytest.raises(InvalidTemplate, match=r"broken/template\.yaml"):
        TemplateLibrary([tmp_path]).get("broken")


def test_an_unknown_slug_names_the_known_ones() -> None:
    with pytest.raises(NotFound) as caught:
        TemplateLibrary().get("../etc")
    assert "analysis" in caught.value.next_step


def test_a_missing_folder_is_said_and_left_out(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    assert len(TemplateLibrary([tmp_path / "gone"]).list()) == len(SHIPPED)
    assert "gone" in caplog.text


def test_everything_that_a_template_says_is_read(tmp_path: Path) -> None:
    number = {
        "name": "x",
        "type": "float",
        "default": 1,
        "unit": "h",
        "minimum": 0,
        "maximum": 5,
        "help": "X",
    }
    folder = make(
        tmp_path / "t",
        entity_kinds=["object", "experiment"],
        data_set_types=["RAW_DATA"],
        parameters=[number],
        image="quay.io/jupyter/r-notebook",
        cpu=2,
        ram="1.5G",
    )
    template = read_template(folder)
    assert template.entity_kinds == ("experiment", "object")
    assert (template.image, template.cpu, template.ram) == ("quay.io/jupyter/r-notebook", 2.0, 1_610_612_736)
    assert template.parameter("x").default == 1.0
    assert template.parameter("x").limits == "0 to 5 h"


PARAMETER = {"name": "x", "type": "int", "default": 1}


@pytest.mark.parametrize(
    ("changes", "key"),
    [
        ({"titel": "T"}, "titel"),
        ({"title": ""}, "title"),
        ({"title": 5}, "title"),
        ({"version": "1"}, "version"),
        ({"version": 1.0}, "version"),
        ({"language": "cobol"}, "language"),
        ({"kernel": None}, "kernel"),
        ({"entity_kinds": ["sample"]}, "entity_kinds"),
        ({"entity_kinds": "object"}, "entity_kinds"),
        ({"data_set_types": [1]}, "data_set_types"),
        ({"cpu": "two"}, "cpu"),
        ({"cpu": True}, "cpu"),
        ({"cpu": -1}, "cpu"),
        ({"ram": "much"}, "ram"),
        ({"ram": 5}, "ram"),
        ({"image": 5}, "image"),
        ({"parameters": {}}, None),
        ({"parameters": {"a": 1}}, "parameters"),
        ({"parameters": [1]}, "parameters"),
        ({"parameters": [PARAMETER, PARAMETER]}, "parameters"),
        ({"parameters": [{**PARAMETER, "name": "a b"}]}, "parameters[0].name"),
        ({"parameters": [{**PARAMETER, "name": "class"}]}, "parameters[0].name"),
        ({"parameters": [{**PARAMETER, "type": "integer"}]}, "parameters[0].type"),
        ({"parameters": [{"name": "x", "type": "int"}]}, "parameters[0].default"),
        ({"parameters": [{**PARAMETER, "default": "1"}]}, "parameters[0].default"),
        ({"parameters": [{**PARAMETER, "maximum": 0}]}, "parameters[0].default"),
        ({"parameters": [{**PARAMETER, "minimum": "0"}]}, "parameters[0].minimum"),
        ({"parameters": [{**PARAMETER, "minimum": 5, "maximum": 1}]}, "parameters[0].minimum"),
        ({"parameters": [{**PARAMETER, "unit": 5}]}, "parameters[0].unit"),
        ({"parameters": [{**PARAMETER, "helpp": "x"}]}, "parameters[0].helpp"),
        ({"parameters": [{**PARAMETER, "choices": [[1]]}]}, "parameters[0].choices"),
        ({"parameters": [{**PARAMETER, "type": "choice"}]}, "parameters[0].choices"),
    ],
)
def test_a_wrong_key_is_named(tmp_path: Path, changes: dict[str, Any], key: str | None) -> None:
    folder = make(tmp_path / "t", **changes)
    if key is None:
        assert read_template(folder).parameters == ()
        return
    with pytest.raises(InvalidTemplate) as caught:
        read_template(folder)
    assert caught.value.extra == {"file": "template.yaml", "key": key}
    assert f"t/template.yaml: {key}" in caught.value.message


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ("title: a\ntitle: b", "stands twice"),
        ("- a", "mapping"),
        ("!!python/object/apply:os.system [ls]", "cannot be read"),
        ("a: [", "cannot be read"),
        ("? [a]\n: b", "cannot be read"),
        ("x: " + "y" * 300_000, "mapping"),
    ],
)
def test_a_file_that_is_no_good_yaml_is_refused(tmp_path: Path, content: str, said: str) -> None:
    with pytest.raises(InvalidTemplate, match=said):
        read_template(make(tmp_path / "t", content=content))


@pytest.mark.parametrize("slug", ["Upper", "with space", "-a", "a" * 65])
def test_a_folder_name_that_is_no_slug_is_refused(tmp_path: Path, slug: str) -> None:
    with pytest.raises(InvalidTemplate, match="cannot be the name"):
        read_template(make(tmp_path / slug))


def cell(source: str, *tags: str, kind: str = "code", **more: Any) -> dict[str, Any]:
    made = {"cell_type": kind, "id": "x", "metadata": {"tags": list(tags)}, "source": source}
    return made | ({"outputs": [], "execution_count": None} if kind == "code" else {}) | more


def notebook_with(*cells: dict[str, Any], **meta: Any) -> dict[str, Any]:
    return {**NOTEBOOK, "cells": [*cells, *NOTEBOOK["cells"]], "metadata": {**NOTEBOOK["metadata"], **meta}}


X = [{"name": "x", "type": "int", "default": 1}]
TOKEN = "alice-261121093000123x0123456789ABCDEF0123456789ABCDEF"


@pytest.mark.parametrize(
    ("notebook", "parameters", "said"),
    [
        ({"nbformat": 3}, [], "format 3"),
        (notebook_with(kernelspec={"name": "ir", "display_name": "R"}), [], "kernel is 'ir'"),
        (NOTEBOOK, X, "no code cell is tagged"),
        (notebook_with(cell("x = 2", "parameters")), X, "another value than the default 1"),
        (notebook_with(cell("x = True", "parameters")), X, "another value"),
        (notebook_with(cell("y = 1", "parameters"), cell("")), X, "x is missing"),
        (notebook_with(cell("x = 1\ny = 1", "parameters")), X, "y is not in template.yaml"),
        (notebook_with(cell("x=1", "parameters"), cell("x=1", "parameters")), X, "2 cells are tagged"),
        (notebook_with(cell("{{ nmae }}", kind="markdown")), [], "'nmae' is undefined"),
        (notebook_with(cell("{% if %}", kind="markdown")), [], "Expected an expression"),
        (notebook_with(cell("{{ ''.__class__ }}", kind="markdown")), [], "unsafe"),
        (notebook_with(cell("1", execution_count=1)), [], "clear all outputs"),
        (notebook_with(openbis={"schema": 1}), [], "made for an entity already"),
        (notebook_with(cell(f"token = '{TOKEN}'")), [], "holds a secret"),
        ({**NOTEBOOK, "cells": []}, [], "no cell saves"),
    ],
)
def test_the_check_finds_what_is_to_be_mended(
    tmp_path: Path, notebook: Any, parameters: list[Any], said: str
) -> None:
    findings = check_template(make(tmp_path / "t", notebook=notebook, parameters=parameters))
    assert any(said in str(finding) for finding in findings)
    assert all(TOKEN not in str(finding) for finding in findings)


def test_the_check_says_where_a_yaml_file_is_wrong(tmp_path: Path) -> None:
    (finding,) = check_template(make(tmp_path / "t", cpu="x"))
    assert (finding.file, finding.place) == ("template.yaml", "cpu")


def test_a_notebook_that_is_missing_is_found(tmp_path: Path) -> None:
    folder = make(tmp_path / "t")
    (folder / "notebook.ipynb").unlink()
    assert ["no file notebook.ipynb" in str(finding) for finding in check_template(folder)] == [True]
