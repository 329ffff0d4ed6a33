"""new: a notebook from a template, and nothing where it cannot be."""

from __future__ import annotations

import json
import os
import pty
import select
import subprocess
import time
from pathlib import Path

import pytest

from openbis_nb.notebooks import document, identity
from openbis_nb.sandbox import DEMO_EXPERIMENT

from .conftest import SCRIPT, Cli


def test_a_notebook_of_the_experiment_with_its_data_sets(alice: Cli) -> None:
    made = alice.json("new", "--owner", DEMO_EXPERIMENT, "--name", "Growth")
    block = identity.read(document.read(Path(made["path"])))
    assert block is not None
    assert (block.owner_identifier, block.name) == (DEMO_EXPERIMENT, "Growth")
    assert list(block.inputs) == [data_set["perm_id"] for data_set in made["inputs"]]
    assert len(block.inputs) == 3


def test_people_are_told_file_owner_and_inputs(alice: Cli) -> None:
    lines = alice.script("new", "--owner", DEMO_EXPERIMENT, "--name", "Growth").stdout.splitlines()
    assert lines[:3] == ["Growth.ipynb", f"Stored in: {DEMO_EXPERIMENT}", "Inputs:    3"]


def test_a_file_that_is_there_is_never_overwritten(alice: Cli) -> None:
    """O-15: the second gets a number."""
    names = [alice.json("new", "--owner", DEMO_EXPERIMENT, "--name", "Growth")["path"] for _ in range(3)]
    assert names == ["Growth.ipynb", "Growth 2.ipynb", "Growth 3.ipynb"]


def test_parameters_are_checked_and_set(alice: Cli) -> None:
    made = alice.json(
        "new", "--owner", DEMO_EXPERIMENT, "--template", "growth-curves", "--set", "window_hours=2.5"
    )
    assert "window_hours = 2.5" in Path(made["path"]).read_text()


def test_named_inputs_are_taken_and_no_others(alice: Cli) -> None:
    first, *_ = alice.json("new", "--owner", DEMO_EXPERIMENT)["inputs"]
    made = alice.json("new", "--owner", DEMO_EXPERIMENT, "--input", first["perm_id"])
    assert [data_set["perm_id"] for data_set in made["inputs"]] == [first["perm_id"]]


def test_what_is_over_the_limit_is_listed_and_all_inputs_lifts_it(alice: Cli) -> None:
    limit = {"OPENBIS_NB_AUTO_INPUTS_LIMIT": "100k"}
    made = alice.json("new", "--owner", DEMO_EXPERIMENT, **limit)
    assert (len(made["inputs"]), len(made["left_out"])) == (1, 2)
    assert "--all-inputs" in made["left_out"][0]["reason"]
    assert len(alice.json("new", "--owner", DEMO_EXPERIMENT, "--all-inputs", **limit)["inputs"]) == 3


def test_the_folder_can_be_chosen(alice: Cli, tmp_path: Path) -> None:
    made = alice.json("new", "--owner", DEMO_EXPERIMENT, "--name", "Growth", "-o", tmp_path)
    assert made["path"] == str(tmp_path / "Growth.ipynb")


def test_a_project_asks_for_an_owner_among_what_it_holds(alice: Cli) -> None:
    """O-09: at a terminal a number chooses."""
    ours, theirs = pty.openpty()
    process = subprocess.Popen(
        [SCRIPT, "new", "--owner", "/BIOLAB/GROWTH", "--name", "Chosen"],
        stdin=theirs, stdout=theirs, stderr=theirs, env=os.environ | alice.settings(), cwd=alice.work,
    )  # fmt: skip
    os.close(theirs)
    shown = _read_until(ours, b"Which one")
    line = next(line for line in shown.decode().splitlines() if line.endswith(DEMO_EXPERIMENT))
    os.write(ours, line.split()[0].encode() + b"\n")
    _read_until(ours, b"Stored in: " + DEMO_EXPERIMENT.encode())
    assert process.wait(60) == 0
    os.close(ours)
    assert (alice.work / "Chosen.ipynb").is_file()


def _read_until(descriptor: int, wanted: bytes, seconds: float = 30) -> bytes:
    shown, end = b"", time.monotonic() + seconds
    while wanted not in shown and time.monotonic() < end:
        if select.select([descriptor], [], [], 1)[0]:
            shown += os.read(descriptor, 65536)
    assert wanted in shown
    return shown


@pytest.mark.parametrize(
    ("words", "exit_code"),
    [
        # what cannot be an owner
        (["--owner", "/NOPE/NOPE/NOPE"], 5),
        (["--owner", "20200101000000000-1"], 5),
        (["--owner", "a b"], 2),
        (["--owner", "/BIOLAB"], 2),
        (["--owner", "/BIOLAB/GROWTH"], 2),
        (["--owner", "/BIOLAB/ARCHIVE/PAPER_2020"], 6),  # frozen
        ([], 2),
        # what cannot be an input
        (["--owner", DEMO_EXPERIMENT, "--input", "20200101000000000-1"], 5),
        (["--owner", DEMO_EXPERIMENT, "--input", "20200101000000000-1", "--all-inputs"], 2),
        # templates and parameters
        (["--owner", DEMO_EXPERIMENT, "--template", "nope"], 5),
        (["--owner", DEMO_EXPERIMENT, "--template", "growth-curves", "--set", "window_hours=1e9"], 2),
        (["--owner", DEMO_EXPERIMENT, "--template", "growth-curves", "--set", "window_hours=long"], 2),
        (["--owner", DEMO_EXPERIMENT, "--set", "nope=1"], 2),
        (["--owner", DEMO_EXPERIMENT, "--set", "nope"], 2),
        # the folder
        (["--owner", DEMO_EXPERIMENT, "-o", "not/there"], 2),
    ],
    ids=str,
)
def test_what_cannot_be_made(words: list[str], exit_code: int, alice: Cli) -> None:
    code, problem = alice.problem("new", *words)
    assert (code, bool(problem["next_step"])) == (exit_code, True)
    assert list(alice.work.iterdir()) == []


def test_without_the_right_to_save_nothing_is_made(cli: Cli) -> None:
    code, problem = cli.login("olga").problem("new", "--owner", DEMO_EXPERIMENT)
    assert (code, "USER" in problem["detail"]) == (4, True)
    assert list(cli.work.iterdir()) == []


def test_without_a_log_in_the_command_for_it_is_named(cli: Cli) -> None:
    code, problem = cli.problem("new", "--owner", DEMO_EXPERIMENT)
    assert (code, problem["next_step"]) == (3, f"Run: openbis-nb login --url {cli.sandbox.url}")


def test_candidates_are_in_the_problem_for_programs(alice: Cli) -> None:
    _, problem = alice.problem("new", "--owner", "/BIOLAB/GROWTH")
    assert DEMO_EXPERIMENT in problem["candidates"]


def test_a_broken_template_of_the_site_is_named(alice: Cli, tmp_path: Path) -> None:
    folder = tmp_path / "templates" / "broken"
    folder.mkdir(parents=True)
    (folder / "template.yaml").write_text("title: [")
    code, problem = alice.problem(
        "new", "--owner", DEMO_EXPERIMENT, "--template", "broken", OPENBIS_NB_TEMPLATE_DIRS=str(folder.parent)
    )
    assert (code, problem["code"]) == (2, "invalid-template")


def test_the_document_is_json_without_a_token(alice: Cli) -> None:
    made = alice.json("new", "--owner", DEMO_EXPERIMENT)
    text = json.dumps(made) + Path(made["path"]).read_text()
    token = next((alice.state_dir / "tokens").iterdir()).read_text()
    assert token not in text
