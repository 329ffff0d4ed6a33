"""openbis-nb notebook sync: a file becomes a new notebook or the next version, or says what is unclear."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import Any

import pytest

from openbis_nb.sandbox import DEMO_EXPERIMENT

from .conftest import Cli


@pytest.fixture
def alice(cli: Cli) -> Cli:
    """Logged in at a sandbox that is as new."""
    return cli.login()


def write(name: str, text: str = "1 + 1", **changes: Any) -> Path:
    """A notebook that no openBIS knows."""
    cell = {"cell_type": "code", "id": "one", "metadata": {}, "source": text, "outputs": []}
    content = {
        "nbformat": 4,
        "nbformat_minor": 5,
        "metadata": {},
        "cells": [cell | {"execution_count": None}],
    }
    path = Path(name)
    path.write_text(json.dumps(content | changes))
    return path


def edit(path: Path, text: str) -> Path:
    content = json.loads(path.read_text())
    content["cells"][0]["source"] = text
    path.write_text(json.dumps(content))
    return path


def block(path: Path) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(path.read_text())["metadata"]["openbis"]
    return found


def test_a_file_becomes_a_notebook_and_then_its_next_version(alice: Cli) -> None:
    """N-20, N-21, N-68: the id is written into the file, and decides what a later sync is."""
    path = write("growth.ipynb")
    first = alice.json("notebook", "sync", path, "--owner", DEMO_EXPERIMENT, "--notes", "first")
    assert (first["state"], first["name"], first["owner"]) == ("saved", "growth", DEMO_EXPERIMENT)
    assert block(path)["notebook_id"] == first["notebook_id"]
    again = alice.json("notebook", "sync", path)
    assert (again["state"], again["perm_id"]) == ("unchanged", first["perm_id"])
    second = alice.json("notebook", "sync", edit(path, "2"))
    third = alice.json("notebook", "sync", edit(path, "3"), "--update", "--name", "Third")
    assert {second["notebook_id"], third["notebook_id"]} == {first["notebook_id"]}
    assert [(v["perm_id"], v["name"]) for v in alice.json("versions", path)] == [
        (first["perm_id"], "growth"), (second["perm_id"], "growth"), (third["perm_id"], "Third"),
    ]  # fmt: skip


def test_a_file_from_elsewhere_needs_a_flag(alice: Cli) -> None:
    """N-22, N-23, N-68: copied, renamed or moved, both commands are printed, and each does as it says."""
    path = write("growth.ipynb")
    first = alice.json("notebook", "sync", path, "--owner", DEMO_EXPERIMENT)
    copy = edit(Path(shutil.copy(path, "my copy.ipynb")), "of the copy")
    code, problem = alice.problem("notebook", "sync", copy)
    assert (code, problem["code"]) == (6, "conflict")
    assert problem["commands"] == {
        "update": "openbis-nb notebook sync 'my copy.ipynb' --update",
        "new": "openbis-nb notebook sync 'my copy.ipynb' --new",
    }
    shown = alice("notebook", "sync", copy).stderr
    assert all(command in shown for command in problem["commands"].values())
    split = alice.json("notebook", "sync", copy, "--new")
    assert (split["name"], split["fork_of"]) == ("my copy", first["perm_id"])
    assert block(copy)["notebook_id"] == split["notebook_id"] != first["notebook_id"]

    moved = edit(path.rename("moved.ipynb"), "moved")
    assert alice.problem("notebook", "sync", moved)[1]["commands"]["update"].endswith("moved.ipynb --update")
    second = alice.json("notebook", "sync", moved, "--update")
    assert (second["notebook_id"], second["name"]) == (first["notebook_id"], "growth")
    assert alice.json("notebook", "sync", edit(moved, "again"))["notebook_id"] == first["notebook_id"]


def test_work_goes_on_at_another_computer(alice: Cli, tmp_path: Path) -> None:
    """N-24: where nothing is remembered, the id in the file and its name decide."""
    path = write("growth.ipynb")
    first = alice.json("notebook", "sync", path, "--owner", DEMO_EXPERIMENT)
    edit(path, "elsewhere")
    elsewhere = Cli(alice.sandbox, tmp_path / "state 2", tmp_path / "cache 2", alice.work).login()
    named = path.rename("other name.ipynb")
    assert elsewhere.problem("notebook", "sync", named)[1]["code"] == "conflict"
    second = elsewhere.json("notebook", "sync", named.rename("growth.ipynb"))
    assert second["notebook_id"] == first["notebook_id"]


def test_somebody_elses_notebook_becomes_a_copy(alice: Cli) -> None:
    """N-29, N-68: also with --update nothing is refused and nothing overwritten."""
    path = write("growth.ipynb")
    first = alice.json("notebook", "sync", path, "--owner", DEMO_EXPERIMENT)
    alice.login("ursula")
    forked = alice.json("notebook", "sync", edit(path, "ursula's"), "--update", "--confirm")
    assert (forked["state"], forked["fork_of"]) == ("saved", first["perm_id"])
    assert block(path)["notebook_id"] == forked["notebook_id"] != first["notebook_id"]


def test_an_id_that_openbis_does_not_know(alice: Cli) -> None:
    """N-30, N-68: --update is an error that names the way on; without a flag it is a new notebook."""
    path = write("growth.ipynb")
    alice.json("notebook", "sync", path, "--owner", DEMO_EXPERIMENT)
    content = json.loads(path.read_text())
    content["metadata"]["openbis"]["notebook_id"] = "f" * 32
    stranger = Path("stranger.ipynb")
    stranger.write_text(json.dumps(content))
    code, problem = alice.problem("notebook", "sync", stranger, "--update")
    assert (code, problem["code"]) == (5, "not-found")
    assert problem["next_step"].endswith("openbis-nb notebook sync stranger.ipynb --new")
    made = alice.json("notebook", "sync", stranger, "--owner", DEMO_EXPERIMENT, "--confirm")
    assert made["state"] == "saved"
    assert made["notebook_id"] not in ("f" * 32, block(path)["notebook_id"])
    # A notebook that was made here, and is not saved yet, keeps the id that it got.
    fresh = Path(alice.json("new", "--owner", DEMO_EXPERIMENT, "--name", "Fresh")["path"])
    given = block(fresh)["notebook_id"]
    assert alice.json("notebook", "sync", fresh)["notebook_id"] == given


@pytest.mark.parametrize(
    ("words", "exit_code", "code"),
    [
        (["growth.ipynb", "--new", "--update"], 2, "invalid-input"),
        (["growth.ipynb", "--project", "/BIOLAB/GROWTH", "--owner", DEMO_EXPERIMENT], 2, "invalid-input"),
        (["growth.ipynb", "--update", "--owner", DEMO_EXPERIMENT], 2, "invalid-input"),
        (["nope.ipynb"], 5, "not-found"),
        (["nope.txt"], 5, "not-found"),
        (["folder.ipynb"], 2, "invalid-input"),
        (["growth.txt"], 2, "invalid-input"),
        (["old.ipynb"], 2, "invalid-notebook"),
        (["broken.ipynb"], 2, "invalid-notebook"),
        (["growth.ipynb", "--update"], 5, "not-found"),
        (["growth.ipynb"], 2, "invalid-input"),
        (["growth.ipynb", "--project", "/NOPE/NOPE"], 5, "not-found"),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, list) else str(value),
)
def test_what_cannot_be_synced(shared_alice: Cli, words: list[str], exit_code: int, code: str) -> None:
    """N-68: each with its own message, and the file stays as it is."""
    before = write("growth.ipynb").read_bytes()
    write("old.ipynb", nbformat=3, nbformat_minor=0)
    Path("broken.ipynb").write_text("{")
    Path("folder.ipynb").mkdir()
    shutil.copy("growth.ipynb", "growth.txt")
    found, problem = shared_alice.problem("notebook", "sync", *words)
    assert (found, problem["code"]) == (exit_code, code)
    assert problem["next_step"]
    assert Path("growth.ipynb").read_bytes() == before


def test_a_project_with_several_places_asks_for_one(shared_alice: Cli) -> None:
    """O-09: with the candidates."""
    code, problem = shared_alice.problem("notebook", "sync", write("a.ipynb"), "--project", "/BIOLAB/GROWTH")
    assert (code, problem["code"]) == (2, "invalid-input")
    assert DEMO_EXPERIMENT in problem["candidates"]


def test_a_project_with_one_place_is_enough(alice: Cli) -> None:
    """N-68: the only experiment or object of a project owns the new notebook."""
    project, owner = _project_with_one_experiment(alice)
    saved = alice.json("notebook", "sync", write("a.ipynb"), "--project", project)
    assert (saved["state"], saved["owner"]) == ("saved", owner)


def _project_with_one_experiment(cli: Cli) -> tuple[str, str]:
    import pybis

    openbis = pybis.Openbis(cli.sandbox.url, verify_certificates=str(cli.sandbox.ca_bundle))
    openbis.login("admin", cli.sandbox.users["admin"])
    openbis.new_project(space="BIOLAB", code="SMALL").save()
    openbis.new_experiment(code="ONLY", type="COLLECTION", project="/BIOLAB/SMALL").save()
    openbis.logout()
    return "/BIOLAB/SMALL", "/BIOLAB/SMALL/ONLY"


def test_nothing_is_lost_while_openbis_is_away(alice: Cli) -> None:
    """N-43, N-68: the version waits, and becomes one data set."""
    path = write("growth.ipynb")
    alice.json("notebook", "sync", path, "--owner", DEMO_EXPERIMENT)
    edit(path, "while it is away")
    alice.sandbox.faults.add("status", "*", count=0)
    result = alice("notebook", "sync", path, "--json")
    assert (result.exit_code, json.loads(result.stdout)["state"]) == (8, "outbox")
    unsaved = alice("notebook", "sync", write("other.ipynb"), "--owner", DEMO_EXPERIMENT, "--json")
    assert (unsaved.exit_code, json.loads(unsaved.stdout)["state"]) == (8, "outbox")
    alice.sandbox.faults.clear()
    sent = alice.json("notebook", "sync", path)
    assert sent["state"] in ("saved", "unchanged")
    assert [v["perm_id"] for v in alice.json("versions", path)][-1] == sent["perm_id"]
    assert len(alice.json("versions", path)) == 2


@pytest.fixture
def shared_alice(shared_openbis_sandbox: Any, make_cli: Any) -> Cli:
    """Logged in, for tests that change nothing."""
    cli: Cli = make_cli(shared_openbis_sandbox).login()
    return cli
