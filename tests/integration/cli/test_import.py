"""import: a notebook from an address, as a new file that knows where it comes from."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from openbis_nb.models import WebOrigin
from openbis_nb.notebooks import document, identity, web_origin
from openbis_nb.sandbox import DEMO_EXPERIMENT
from tests.foreign_host import ForeignHost, notebook

from .conftest import Cli

GROWTH = notebook("# Growth", "1 + 1")


@pytest.fixture
def host(tmp_path: Path) -> Iterator[ForeignHost]:
    host = ForeignHost(tmp_path / "host")
    yield host
    host.stop()


def test_without_an_owner_nobody_need_be_logged_in(cli: Cli, host: ForeignHost) -> None:
    """B-01, table row 74, 80; O-15: a file that is there stays."""
    url = host.put("/Growth.ipynb", GROWTH)
    made = [cli.json("import", url, **host.allowed) for _ in range(2)]
    assert [one["path"] for one in made] == ["Growth.ipynb", "Growth 2.ipynb"]
    assert made[0]["warnings"] == ["It came without encryption: somebody on the way could have changed it."]
    assert made[0]["owner"] is None
    read = document.read(Path("Growth.ipynb"))
    assert web_origin.read(read) == WebOrigin(**made[0]["origin"])
    assert (identity.read(read), made[0]["origin"]["url"]) == (None, url)


def test_with_owner_inputs_name_and_folder(alice: Cli, host: ForeignHost) -> None:
    """Table row 80: the owner is checked and stands in the block; nothing of the person went to the host."""
    [data, *_] = alice.json("new", "--owner", DEMO_EXPERIMENT)["inputs"]
    (alice.work / "work").mkdir()
    done = alice.script(
        "import", host.put("/a.ipynb", GROWTH), "--owner", DEMO_EXPERIMENT, "--input", data["perm_id"],
        "--name", "Mine", "--to", "work", **host.allowed,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    assert done.stdout.splitlines()[0] == "work/Mine.ipynb"
    assert f"Stored in: {DEMO_EXPERIMENT} (at the first save)" in done.stdout
    block = identity.read(document.read(Path("work/Mine.ipynb")))
    assert block is not None
    assert (block.name, block.owner_identifier, block.inputs) == ("Mine", DEMO_EXPERIMENT, (data["perm_id"],))
    assert {"Authorization", "Cookie"} & set(host.asked[-1][2]) == set()


def test_failures_are_one_sentence_and_nothing_is_written(alice: Cli, host: ForeignHost) -> None:
    """B-02, B-09, B-37: why, and what to do; exit codes as everywhere."""
    before = sorted(alice.work.iterdir())
    page = host.put("/page", b"<html></html>", kind="text/html")
    good = host.put("/a.ipynb", GROWTH)
    for words, exit_code, code in (
        (["http://localhost/a.ipynb"], 2, "forbidden-address"),
        ([f"{host.url}/nothing"], 5, "nothing-suitable"),
        ([page], 5, "nothing-suitable"),
        ([host.put("/x", b"{}")], 2, "invalid-notebook"),
        ([host.put("/y", b"", status=500)], 8, "upstream-failure"),
        (["example.org/a.ipynb"], 2, "invalid-input"),
        ([good, "--input", "20261121093000123-31"], 2, "invalid-input"),
        ([good, "--owner", "/BIOLAB/GROWTH"], 2, "invalid-input"),
    ):
        status, problem = alice.problem("import", *words, **host.allowed)
        assert (status, problem["code"]) == (exit_code, code), words
        assert problem["next_step"]
    assert alice.problem("import", good)[1]["code"] == "forbidden-address"
    off = alice.problem("import", good, OPENBIS_NB_IMPORTS="off", **host.allowed)[1]
    assert "switched off" in off["detail"]
    small = alice.problem("import", good, OPENBIS_NB_IMPORT_MAX_SIZE="100", **host.allowed)[1]
    assert small["code"] == "too-large"
    assert sorted(alice.work.iterdir()) == before


def test_a_host_that_does_not_end_is_left(alice: Cli, host: ForeignHost) -> None:
    url = host.put("/a.ipynb", GROWTH)
    host.go_on.clear()
    status, problem = alice.problem("import", url, OPENBIS_NB_IMPORT_TIMEOUT="0.5", **host.allowed)
    assert (status, problem["code"]) == (8, "upstream-timeout")
    assert json.loads(json.dumps(problem))["status"] == 504
