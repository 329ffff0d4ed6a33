"""Without a browser: our runner, foreign runners, a plain shell, other kernels (design D12 b and c)."""

from __future__ import annotations

import json
import re
import shlex
import sys
from pathlib import Path

import nbformat
import pytest

from openbis_nb.sandbox import DEMO_EXPERIMENT

from .conftest import Desk
from .test_front_end import CONNECT

SCREENING = "/BIOLAB/SCREENING/DOSE_RESPONSE_1"


def shown(path: Path) -> str:
    """All text that the cells of a file gave."""
    notebook = nbformat.read(path, as_version=4)
    outputs = [output for cell in notebook.cells for output in cell.get("outputs", ())]
    return "\n".join(o.get("text", "") + o.get("data", {}).get("text/plain", "") for o in outputs)


def stored_notebook(desk: Desk, perm_id: str) -> bytes:
    files = desk.stored(perm_id)
    [name] = [name for name in files if name.endswith(".ipynb")]
    return files[name]


def test_our_runner_saves_after_the_last_cell_with_all_outputs(desk: Desk) -> None:
    """D12 b, F-03: nb.save() in the middle records the wish; what it says is what is saved."""
    path = desk.blank(CONNECT, "nb.save(name='Run', notes='by night')", "print('the last word')")
    result = desk.command("run", path, "--owner", DEMO_EXPERIMENT)
    assert b"the last word" in stored_notebook(desk, result["saved"]["perm_id"])
    assert "Recorded; the runner saves" in shown(Path(result["executed"]))


def test_runs_of_one_notebook_keep_their_inputs_apart(desk: Desk) -> None:
    """F-03, D10: a later session of the same notebook lends none of its inputs to this run."""
    path = desk.launched()
    first, second, third = desk.inputs()
    ran = desk.command("run", path, "--input", first, "--owner", DEMO_EXPERIMENT)
    assert ran["saved"]["parents"] == [first]
    silent = desk.blank("'attaches nothing'", name="silent.ipynb")
    assert desk.command("run", silent, "--owner", DEMO_EXPERIMENT)["saved"]["parents"] == []
    assert desk.command("run", path, "--input", second, "--input", third)["saved"]["parents"] == [
        second,
        third,
    ]


def test_a_cell_that_raises_keeps_the_copy_and_saves_nothing(desk: Desk) -> None:
    path = desk.blank(CONNECT, "nb.save()", "1 / 0")
    failed = desk.run("openbis-nb", "run", path, "--owner", DEMO_EXPERIMENT)
    assert failed.returncode == 9
    assert "ZeroDivisionError" in failed.stderr
    assert desk.saved() == []


def foreign(desk: Desk, runner: str, path: Path) -> Path:
    """Run a notebook with somebody else's runner; gives the file that it wrote."""
    words, written = {
        "nbconvert": (["jupyter-nbconvert", "--to", "notebook", "--execute"], "Growth.nbconvert.ipynb"),
        "nbconvert --inplace": (
            ["jupyter-nbconvert", "--to", "notebook", "--execute", "--inplace"],
            path.name,
        ),
        "jupyter execute": (["jupyter-execute", "--inplace"], path.name),
        "papermill": (["papermill"], "out.ipynb"),
    }[runner]
    ran = desk.run(*words, path.name, *(["out.ipynb"] if runner == "papermill" else []))
    assert ran.returncode == 0, ran.stderr[-2000:]
    return desk.work / written


@pytest.mark.parametrize("runner", ["nbconvert", "nbconvert --inplace", "jupyter execute", "papermill"])
def test_a_foreign_runner_is_told_the_command_and_the_command_works(desk: Desk, runner: str) -> None:
    """D12 c: the run goes on to its end, and what it was given becomes the parents."""
    path = desk.launched()
    notebook = nbformat.read(path, as_version=4)
    notebook.cells[-1].source = "nb.save(notes='from outside')"
    nbformat.write(notebook, path)
    written = foreign(desk, runner, path)
    assert desk.saved() == []
    told = re.search(r"run: (openbis-nb save .*)", shown(written))
    assert told is not None, shown(written)
    words = shlex.split(told.group(1))
    words[2] = written.name
    saved = desk.run(*words)
    assert saved.returncode == 0, saved.stderr
    [version] = desk.saved()
    assert sorted(version.parents) == desk.inputs()
    assert "from outside" in version.props.all()["notes"]


def test_what_a_foreign_runner_attached_in_a_notebook_from_nowhere_becomes_a_parent(desk: Desk) -> None:
    """D10."""
    perm_id = desk.inputs()[0]
    path = desk.blank(CONNECT, f"item = nb.attach({perm_id!r})", "nb.save()", name="Growth.ipynb")
    foreign(desk, "jupyter execute", path)
    desk.command("save", path, "--owner", DEMO_EXPERIMENT)
    [version] = desk.saved()
    assert version.parents == [perm_id]


def test_a_plain_ipython_shell_has_no_notebook_and_is_told_so(desk: Desk) -> None:
    script = f"{CONNECT}\nprint(len(nb.attach({desk.inputs()[0]!r})))\nnb.save(owner={DEMO_EXPERIMENT!r})"
    result = desk.run("ipython", "--no-banner", "--colors=NoColor", "-c", script)
    assert "Stored in: not said yet" in result.stdout
    assert "NotSavedYet: This notebook's file could not be found." in result.stdout + result.stderr
    assert "Traceback" not in result.stdout + result.stderr


def test_a_plain_script_works_with_the_file_that_it_names(desk: Desk) -> None:
    path = desk.launched()
    script = (
        f"import openbis_nb\nnb = openbis_nb.notebook({path.name!r})\nnb.attach()\nprint(nb.save().state)"
    )
    (desk.work / "script.py").write_text(script)
    result = desk.run("python", "script.py")
    assert result.stdout.endswith("saved\n"), result.stderr
    assert result.stderr == ""


def install_kernel(desk: Desk, name: str, *words: str) -> None:
    folder = desk.home / ".local/share/jupyter/kernels" / name
    folder.mkdir(parents=True)
    spec = {"argv": [sys.executable, *words], "display_name": name, "language": name}
    (folder / "kernel.json").write_text(json.dumps(spec))


def test_a_kernel_of_another_language_runs_and_is_saved(desk: Desk) -> None:
    """U-25: nothing in the kernel is ours; files come by `openbis-nb attach`, the save by the runner."""
    install_kernel(desk, "plain", str(Path(__file__).with_name("plain_kernel.py")), "-f", "{connection_file}")
    path = desk.blank("SAY hello")
    ran = desk.run("openbis-nb", "run", path, "--kernel", "plain", "--owner", DEMO_EXPERIMENT, "--json")
    assert ran.returncode == 0, ran.stderr
    assert b"SAY hello, in plain" in stored_notebook(desk, json.loads(ran.stdout)["saved"]["perm_id"])


def test_a_kernel_that_is_not_there_is_named(desk: Desk) -> None:
    failed = desk.run("openbis-nb", "run", desk.blank("1"), "--kernel", "cobol", "--no-save")
    assert "'cobol' is not installed" in failed.stderr
    assert "Traceback" not in failed.stderr


def test_a_kernel_that_does_not_start_is_a_sentence(desk: Desk) -> None:
    install_kernel(desk, "broken", "-c", "raise SystemExit(1)")
    failed = desk.run("openbis-nb", "run", desk.blank("1"), "--kernel", "broken", "--no-save")
    assert failed.returncode == 9
    assert "Traceback" not in failed.stderr


def test_outputs_of_many_megabytes_are_saved_whole(desk: Desk) -> None:
    path = desk.blank(CONNECT, "from IPython.display import display\nprint('x' * 12_000_000)", "nb.save()")
    result = desk.command("run", path, "--owner", DEMO_EXPERIMENT)
    assert b"x" * 12_000_000 in stored_notebook(desk, result["saved"]["perm_id"])


def test_a_notebook_of_200_megabytes_is_refused(desk: Desk) -> None:
    path = desk.blank("1")
    with path.open("ab") as file:
        file.truncate(200 * 10**6)
    for words in (("save", path, "--owner", DEMO_EXPERIMENT), ("run", path, "--owner", DEMO_EXPERIMENT)):
        refused = desk.run("openbis-nb", *words)
        assert refused.returncode == 7, refused.stderr
    assert desk.saved() == []
