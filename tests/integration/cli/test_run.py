"""run: headless, with new parameters, inputs and owner (F-03)."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from openbis_nb.notebooks import document
from openbis_nb.sandbox import DEMO_EXPERIMENT

from .conftest import Cli

OTHER_EXPERIMENT = "/BIOLAB/SCREENING/DOSE_RESPONSE_1"


@pytest.fixture
def alice(cli: Cli) -> Cli:
    return cli.login()


@pytest.fixture
def notebook(alice: Cli) -> Path:
    """A small notebook of the demo experiment: parameters, a print, a failing wish."""
    path = Path(alice.json("new", "--owner", DEMO_EXPERIMENT, "--name", "Small")["path"])
    content = json.loads(path.read_text())
    content["cells"] = [
        cell("window = 2.0\nlabel = 'a'\nplates = []\nverbose = False\nlimit = None", tags=["parameters"]),
        cell("print(window, label, plates, verbose, limit)\nassert label != 'fail', 'as asked'"),
    ]
    path.write_text(json.dumps(content))
    return path


def cell(source: str, **metadata: Any) -> dict[str, Any]:
    return {
        "cell_type": "code",
        "id": f"cell{len(source)}",
        "metadata": metadata,
        "source": source,
        "outputs": [],
        "execution_count": None,
    }


def printed(executed: str) -> str:
    notebook = document.read(Path(executed))
    return "".join(output.get("text", "") for c in notebook.cells for output in c.get("outputs", ()))


def test_new_parameters_inputs_and_owner(alice: Cli, notebook: Path) -> None:
    """F-03: the result is saved under the new owner, and the file itself stays as it is."""
    before = notebook.read_bytes()
    data_set = next(d for d in alice.json("tree", OTHER_EXPERIMENT)["children"] if d["kind"] == "data set")
    words = ["--owner", OTHER_EXPERIMENT, "--input", data_set["perm_id"], "--name", "Again"]
    result = alice.json("run", notebook, "--set", "window=3.5", "--set", "plates=[1, 2]", *words)
    assert printed(result["executed"]).strip() == "3.5 a [1, 2] False None"
    assert (result["saved"]["owner"], result["saved"]["name"]) == (OTHER_EXPERIMENT, "Again")
    assert notebook.read_bytes() == before


def test_people_are_told_what_ran(alice: Cli, notebook: Path) -> None:
    done = alice.script("run", notebook, "--no-save", "--output", "out.ipynb")
    assert done.returncode == 0, done.stderr
    assert done.stdout.startswith("Ran 2 cells in ")
    assert done.stdout.rstrip().endswith("out.ipynb")


def test_no_save_sends_nothing(alice: Cli, notebook: Path) -> None:
    assert alice.json("run", notebook, "--no-save")["saved"] is None
    assert alice("versions", notebook).exit_code == 5


def test_a_cell_that_raises_keeps_the_copy_and_saves_nothing(alice: Cli, notebook: Path) -> None:
    code, problem = alice.problem("run", notebook, "--set", "label=fail")
    assert (code, problem["cell"], "as asked" in problem["detail"]) == (9, 2, True)
    assert "fail" in printed(problem["executed"])
    assert alice("versions", notebook).exit_code == 5


def test_a_copy_never_overwrites(alice: Cli, notebook: Path) -> None:
    names = [Path(alice.json("run", notebook, "--no-save")["executed"]).name for _ in range(2)]
    assert names == ["Small run.ipynb", "Small run 2.ipynb"]


@pytest.mark.parametrize(
    ("words", "exit_code", "code"),
    [
        (["--set", "nope=1"], 2, "invalid-parameter"),
        (["--set", "window=wide"], 2, "invalid-parameter"),
        (["--set", "verbose=1"], 2, "invalid-parameter"),
        (["--set", "plates=1"], 2, "invalid-parameter"),
        (["--set", "window"], 2, "invalid-input"),
        (["--set", "window=1", "--set", "window=2"], 2, "invalid-input"),
        (["--kernel", "no-such-kernel"], 2, "configuration-problem"),
        (["--timeout", "0"], 2, "usage"),
        (["--output", "not/there/out.ipynb"], 1, "error"),
    ],
    ids=str,
)
def test_what_cannot_run(words: list[str], exit_code: int, code: str, alice: Cli, notebook: Path) -> None:
    found, problem = alice.problem("run", notebook, *words)
    assert (found, problem["code"]) == (exit_code, code)


def test_a_notebook_that_is_not_there(alice: Cli) -> None:
    assert alice.problem("run", "nope.ipynb", "--set", "a=1")[0] == 5


def test_a_cell_over_its_time_is_stopped(alice: Cli, notebook: Path) -> None:
    content = json.loads(notebook.read_text())
    content["cells"][1]["source"] = "import time; time.sleep(600)"
    notebook.write_text(json.dumps(content))
    code, problem = alice.problem("run", notebook, "--timeout", "1")
    assert (code, problem["cell"]) == (9, 2)
