"""attach and cache: the inputs of a notebook on the local disk."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any

import pytest

from openbis_nb.sandbox import DEMO_EXPERIMENT

from .conftest import Cli


@pytest.fixture
def notebook(alice: Cli) -> Path:
    """A notebook of the demo experiment, made by alice."""
    return alice.work / alice.json("new", "--owner", DEMO_EXPERIMENT, "--name", "Growth")["path"]


def rewrite(path: Path, **changes: Any) -> Path:
    """Change the identity block as a stranger could; the file of another name."""
    content = json.loads(path.read_text())
    content["metadata"]["openbis"].update(changes)
    copy = path.with_name("stranger.ipynb")
    copy.write_text(json.dumps(content))
    return copy


def test_every_file_is_fetched_and_its_path_printed(alice: Cli, notebook: Path) -> None:
    done = alice.script("attach", notebook)
    paths = [Path(line) for line in done.stdout.splitlines()]
    assert done.returncode == 0
    assert {path.name for path in paths} >= {"plate_1_od600.csv", "plate_2_od600.csv", "plate_3_od600.csv"}
    assert all(path.is_file() and path.is_relative_to(alice.cache_dir) for path in paths)


def test_large_inputs_are_fetched_without_asking(alice: Cli, notebook: Path) -> None:
    found = alice.json("attach", notebook, OPENBIS_NB_EAGER_LIMIT="1")
    assert {data_set["state"] for data_set in found} == {"here"}


def test_only_what_matches(alice: Cli, notebook: Path) -> None:
    found = alice.json("attach", notebook, "--only", "*_layout.csv", "--only", "nothing")
    assert {file["path"].rsplit("_", 1)[-1] for data_set in found for file in data_set["files"]} == {
        "layout.csv"
    }


def test_what_does_not_fit_is_refused_before_the_first_byte(alice: Cli, notebook: Path) -> None:
    code, problem = alice.problem("attach", notebook, OPENBIS_NB_CACHE_SIZE="1k")
    assert (code, problem["code"]) == (7, "no-space")
    assert alice.json("cache", "list")["data_sets"] == []


def test_an_archived_input_is_told_and_the_rest_goes_on(alice: Cli, notebook: Path) -> None:
    """U-30."""
    archived = next(
        d for d in alice.json("tree", "/BIOLAB/ARCHIVE/PILOT_2019")["children"] if d["status"] == "ARCHIVED"
    )
    inputs = json.loads(notebook.read_text())["metadata"]["openbis"]["inputs"]
    copy = rewrite(notebook, inputs=[archived["perm_id"], *inputs])
    result = alice("attach", copy, "--confirm")
    assert result.exit_code == 6
    assert len(result.stdout.splitlines()) == 6
    assert "archive" in result.stderr


def test_inputs_of_a_stranger_are_confirmed_first(alice: Cli, notebook: Path) -> None:
    copy = rewrite(notebook, notebook_id="f" * 32)
    code, problem = alice.problem("attach", copy)
    assert (code, problem["code"], len(problem["claims"])) == (6, "needs-confirmation", 3)
    assert alice.json("attach", copy, "--confirm")


def test_a_foreign_server_is_never_connected_to(alice: Cli, notebook: Path) -> None:
    copy = rewrite(notebook, server="https://evil.example.org")
    code, problem = alice.problem("attach", copy)
    assert code == 6
    assert problem["claims"][0] == {"kind": "server", "value": "https://evil.example.org"}


@pytest.mark.parametrize(
    ("content", "exit_code", "code"),
    [
        (None, 5, "not-found"),
        ("not json", 2, "invalid-notebook"),
        ("{}", 2, "invalid-notebook"),
        ('{"nbformat": 3, "nbformat_minor": 0, "metadata": {}, "worksheets": []}', 2, "invalid-notebook"),
        ('{"nbformat": 4, "nbformat_minor": 5, "metadata": {}, "cells": []}', 2, "invalid-input"),
        ('{"nbformat": 4, "nbformat_minor": 5, "metadata": {"openbis": 1}, "cells": []}', 2, "invalid-input"),
    ],
    ids=str,
)
def test_files_that_are_no_notebook_of_openbis(
    content: str | None, exit_code: int, code: str, alice: Cli
) -> None:
    if content is not None:
        Path("x.ipynb").write_text(content)
    found, problem = alice.problem("attach", "x.ipynb")
    assert (found, problem["code"]) == (exit_code, code)


def test_a_notebook_over_the_limit_is_not_read(alice: Cli) -> None:
    with open("huge.ipynb", "wb") as file:
        os.truncate(file.fileno(), 200 * 2**20)
    code, problem = alice.problem("attach", "huge.ipynb")
    assert (code, problem["code"]) == (7, "too-large")


def test_the_cache_is_listed_and_cleared(alice: Cli, notebook: Path) -> None:
    alice.json("attach", notebook)
    listed = alice.json("cache", "list")
    assert [data_set["files"] for data_set in listed["data_sets"]] == [2, 2, 2]
    one = listed["data_sets"][0]
    assert alice.json("cache", "clear", one["perm_id"])["freed"] == one["size"]
    assert len(alice.json("cache", "list")["data_sets"]) == 2
    assert alice("cache", "clear").exit_code == 0
    assert alice.json("cache", "list")["size"] == 0


def test_an_empty_cache_is_no_error(alice: Cli) -> None:
    lines = alice.script("cache", "list").stdout.splitlines()
    assert lines == [f"0 B of 53.7 GB in {alice.cache_dir}"]
