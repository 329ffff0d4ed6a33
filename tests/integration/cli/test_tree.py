"""tree: what there is in openBIS."""

from __future__ import annotations

import os
import subprocess
from typing import Any

import pytest

from openbis_nb.sandbox import DEMO_EXPERIMENT

from .conftest import SCRIPT, Cli


def identifiers(node: dict[str, Any]) -> list[str]:
    below = [name for child in node.get("children", ()) for name in identifiers(child)]
    return [node.get("identifier", node["perm_id"]), *below]


def test_without_identifier_spaces_and_what_lies_in_them(alice: Cli) -> None:
    [space] = [node for node in alice.json("tree") if node["identifier"] == "/BIOLAB"]
    assert "/BIOLAB/GROWTH" in identifiers(space)
    assert DEMO_EXPERIMENT not in identifiers(space)


def test_only_visible_spaces_are_shown(alice: Cli) -> None:
    assert "/CHEMLAB" not in [node["identifier"] for node in alice.json("tree")]


def test_depth_opens_further_levels(alice: Cli) -> None:
    assert DEMO_EXPERIMENT in identifiers(alice.json("tree", "/BIOLAB", "--depth", 2))


@pytest.mark.parametrize("written", [DEMO_EXPERIMENT, DEMO_EXPERIMENT.lower().strip("/")])
def test_an_experiment_shows_its_data_sets(written: str, alice: Cli) -> None:
    children = alice.json("tree", written)["children"]
    data_sets = [child for child in children if child["kind"] == "data set"]
    assert {d["type"] for d in data_sets} == {"RAW_DATA"}
    assert len(data_sets) >= 3


def test_people_see_a_tree_with_names_and_sizes(alice: Cli) -> None:
    lines = alice.script("tree", DEMO_EXPERIMENT).stdout.splitlines()
    assert lines[0].startswith(f"experiment {DEMO_EXPERIMENT} ")
    assert lines[-1].startswith("└── data set ")
    assert lines[-1].endswith(" kB")


def test_a_reader_that_stops_early_sees_no_complaint(alice: Cli) -> None:
    process = subprocess.Popen(
        [SCRIPT, "tree"], stdout=subprocess.PIPE, stderr=subprocess.PIPE, env=os.environ | alice.settings()
    )
    process.stdout.close()  # as `head -0` does
    assert process.stderr.read() == b""
    process.stderr.close()
    process.wait(60)


@pytest.mark.parametrize(
    ("words", "exit_code"),
    [
        (["/NOPE"], 5),
        (["/CHEMLAB"], 5),
        (["20200101000000000-1"], 5),
        (["/A/B/C/D/E"], 2),
        (["a b;c"], 2),
        (["/BIOLAB", "--depth", "0"], 2),
        (["/BIOLAB", "--depth", "x"], 2),
    ],
    ids=str,
)
def test_what_cannot_be_shown(words: list[str], exit_code: int, alice: Cli) -> None:
    code, problem = alice.problem("tree", *words)
    assert (code, bool(problem["next_step"])) == (exit_code, True)
