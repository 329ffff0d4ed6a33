"""What of a stored notebook goes into a new one."""

from __future__ import annotations

import copy
import json
from typing import Any

import nbformat

from openbis_nb.notebooks import document, eln_notebook
from openbis_nb.notebooks.reuse import as_template, with_kernel
from tests.unit.notebooks.eln import INPUTS, generated, worked_on

ID = "0123456789abcdef"


def stored() -> dict[str, Any]:
    output = {"output_type": "stream", "name": "stdout", "text": "42\n"}
    code = {"cell_type": "code", "id": "c", "execution_count": 7, "outputs": [output], "source": "window = 2"}
    run = {"execution": {"iopub.execute_input": "2026"}, "ExecuteTime": {}, "papermill": {}, "trusted": True}
    kept = {"tags": ["parameters"], "jupyter": {"source_hidden": True}}
    text = {
        "cell_type": "markdown",
        "id": "m",
        "source": "# Growth",
        "attachments": {"a.png": {"image/png": "x"}},
    }
    return {
        "nbformat": 4,
        "nbformat_minor": 5,
        "metadata": {
            "kernelspec": {"name": "ir", "display_name": "R"},
            "widgets": {"state": {}},
            "papermill": {},
            "signature": "x",
            "mine": 1,
        },
        "cells": [{**code, "metadata": run | kept}, {**text, "metadata": {"mine": 2, "scrolled": False}}],
    }


def test_cells_stay_and_what_a_run_left_goes() -> None:
    """O-27: sources, tags, parameters and attachments stay; outputs, counts, times and widget states go."""
    before = stored()
    untouched = copy.deepcopy(before)
    made = as_template(before, ID, ())
    assert before == untouched
    code, text = made["cells"]
    assert (code["source"], code["outputs"], code["execution_count"]) == ("window = 2", [], None)
    assert code["metadata"] == {"tags": ["parameters"], "jupyter": {"source_hidden": True}}
    assert (text["metadata"], list(text["attachments"])) == ({"mine": 2}, ["a.png"])
    assert made["metadata"] == {"kernelspec": {"name": "ir", "display_name": "R"}, "mine": 1}
    assert [cell["id"] for cell in made["cells"]] == [document.cell_id(ID, 0), document.cell_id(ID, 1)]
    nbformat.validate(nbformat.from_dict(made))


def test_a_notebook_of_the_eln_would_save_under_the_new_id_with_the_inputs_and_its_origin() -> None:
    """O-28, U-26: its own last cell saves under what its first cells say; all else of a person stays."""
    before = document.loads(json.dumps(worked_on(generated())).encode())
    made = as_template(before, ID, INPUTS)
    said = eln_notebook.read(made)
    assert said is not None
    assert (said.history_id, said.parents, said.unread) == (ID, tuple(INPUTS), ())
    changed = [
        cell.metadata.get("code_cell_id")
        for cell, old in zip(made.cells, before.cells, strict=True)
        if cell.source != old.source
    ]
    assert set(changed) <= {"resultDatasetHistoryId", "resultDatasetParents"}
    assert "resultDatasetHistoryId" in changed
    assert not any(cell.get("outputs") for cell in made.cells)
    assert any("0.42" in cell.source for cell in made.cells)


def test_a_notebook_that_names_no_kernel_gets_pythons() -> None:
    """Some that scripts stored name none, and JupyterLab would ask at each start."""

    def kernel(metadata: dict[str, Any]) -> Any:
        notebook: dict[str, Any] = {"metadata": metadata, "cells": []}
        return with_kernel(notebook)["metadata"].get("kernelspec", {}).get("name")

    assert kernel({}) == kernel({"language_info": {"name": "python"}}) == "python3"
    assert kernel({"kernelspec": {"name": "ir"}}) == "ir"
    assert kernel({"language_info": {"name": "R"}}) is None
