"""save, versions, download, outbox."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import Any

import pybis
import pytest

from openbis_nb.sandbox import DEMO_EXPERIMENT, Sandbox

from .conftest import Cli


@pytest.fixture
def alice(cli: Cli) -> Cli:
    """Logged in at a sandbox that is as new."""
    return cli.login()


@pytest.fixture
def notebook(alice: Cli) -> Path:
    return Path(alice.json("new", "--owner", DEMO_EXPERIMENT, "--name", "Growth")["path"])


def edit(path: Path, text: str = "print('changed')") -> None:
    """Add a code cell, as a person would."""
    content = json.loads(path.read_text())
    content["cells"].append(
        {
            "cell_type": "code",
            "id": "edited",
            "metadata": {},
            "source": text,
            "outputs": [],
            "execution_count": None,
        }
    )
    path.write_text(json.dumps(content))


def seen_by_pybis(sandbox: Sandbox, perm_id: str) -> Any:
    openbis = pybis.Openbis(sandbox.url, verify_certificates=str(sandbox.ca_bundle))
    openbis.login("ursula", "ursula")
    return openbis.get_dataset(perm_id)


def test_a_saved_version_is_read_by_pybis(alice: Cli, notebook: Path) -> None:
    Path("rates.csv").write_text("strain,rate\n")
    alice.json("attach", notebook)
    saved = alice.json("save", notebook, "--notes", "blank corrected", "--file", "rates.csv")
    found = seen_by_pybis(alice.sandbox, saved["perm_id"])
    assert (saved["state"], found.type.code, found.p["$name"]) == ("saved", "ANALYSIS_NOTEBOOK", "Growth")
    assert sorted(found.parents) == sorted(saved["parents"])
    assert len(saved["parents"]) == 3
    assert any(path.endswith("results/rates.csv") for path in found.file_list)


def test_what_was_never_attached_is_no_parent(alice: Cli, notebook: Path) -> None:
    saved = alice.json("save", notebook)
    assert (saved["parents"], len(saved["never_attached"])) == ([], 3)


def test_an_input_can_be_unticked(alice: Cli, notebook: Path) -> None:
    first = alice.json("attach", notebook)[0]["perm_id"]
    saved = alice.json("save", notebook, "--unused", first)
    assert (saved["unused"], first in saved["parents"]) == ([first], False)


def test_people_are_told_where_it_is(alice: Cli, notebook: Path) -> None:
    done = alice.script("save", notebook)
    first, *_, link = [line for line in done.stdout.splitlines() if "Growth" in line or "http" in line]
    assert first.startswith(f"Saved 'Growth' in {DEMO_EXPERIMENT} as ")
    assert link.startswith(alice.sandbox.url)


def test_unchanged_content_makes_no_version(alice: Cli, notebook: Path) -> None:
    first = alice.json("save", notebook)
    again = alice.json("save", notebook)
    assert (again["state"], again["perm_id"]) == ("unchanged", first["perm_id"])


def test_versions_are_found_by_file_id_and_perm_id(alice: Cli, notebook: Path) -> None:
    first = alice.json("save", notebook)
    edit(notebook)
    second = alice.json("save", notebook, "--name", "Second")
    for what in (notebook, first["notebook_id"], first["perm_id"]):
        found = [(version["perm_id"], version["name"]) for version in alice.json("versions", what)]
        assert found == [(first["perm_id"], "Growth"), (second["perm_id"], "Second")]


def test_versions_are_a_table_for_people(alice: Cli, notebook: Path) -> None:
    saved = alice.json("save", notebook)
    heading, row = alice.script("versions", notebook).stdout.splitlines()
    assert heading.split()[0] == "PERMID"
    assert row.split()[0] == saved["perm_id"]


def test_a_downloaded_version_is_continued(alice: Cli, notebook: Path) -> None:
    """N-24, N-47: it keeps the id and overwrites nothing."""
    first = alice.json("save", notebook)
    path = Path(alice.json("download", first["perm_id"])["path"])
    assert path.name == "Growth 2.ipynb"
    notebook.unlink()
    edit(path)
    second = alice.json("save", path)
    assert second["notebook_id"] == first["notebook_id"]


def test_a_copy_is_never_silently_mixed_in(alice: Cli, notebook: Path) -> None:
    """N-22, N-23: a copied file asks what it shall be."""
    first = alice.json("save", notebook)
    shutil.copy(notebook, "copy.ipynb")
    edit(Path("copy.ipynb"))
    code, problem = alice.problem("save", "copy.ipynb")
    assert code == 6
    assert "--as-new" in problem["next_step"]
    split = alice.json("save", "copy.ipynb", "--as-new")
    assert split["notebook_id"] != first["notebook_id"]
    assert split["fork_of"] == first["perm_id"]


def test_somebody_else_saves_a_fork(alice: Cli, notebook: Path) -> None:
    """N-28, N-29: with a link to where it comes from."""
    first = alice.json("save", notebook)
    alice.login("ursula")
    edit(notebook)
    forked = alice.json("save", notebook, "--confirm")
    assert forked["fork_of"] == first["perm_id"]


@pytest.mark.parametrize(
    ("words", "exit_code", "code"),
    [
        (["nope.ipynb"], 5, "not-found"),
        (["{notebook}", "--owner", "/NOPE/NOPE/NOPE"], 5, "not-found"),
        (["{notebook}", "--owner", "/BIOLAB/GROWTH"], 2, "invalid-input"),
        (["{notebook}", "--owner", "/BIOLAB/ARCHIVE/PAPER_2020"], 6, "entity-frozen"),
        (["{notebook}", "--type", "NOPE"], 2, "invalid-properties"),
        (["{notebook}", "--property", "NOPE=1"], 2, "invalid-properties"),
        (["{notebook}", "--property", "NOPE"], 2, "invalid-input"),
        (["{notebook}", "--file", "nope.csv"], 5, "not-found"),
        (["{notebook}", "--unused", "20200101000000000-1"], 2, "invalid-input"),
        (["{notebook}", "--name", " "], 2, "invalid-input"),
        (["{notebook}", "--notes", "x" * 5000], 2, "invalid-input"),
    ],
    ids=lambda value: str(value)[:60],
)
def test_what_cannot_be_saved(
    words: list[str], exit_code: int, code: str, alice: Cli, notebook: Path
) -> None:
    found, problem = alice.problem("save", *(word.format(notebook=notebook) for word in words))
    assert (found, problem["code"], bool(problem["next_step"])) == (exit_code, code, True)


def test_a_version_waits_while_openbis_is_away_and_is_sent_once(alice: Cli, notebook: Path) -> None:
    alice.sandbox.faults.add("status", "*", count=0)
    result = alice("save", notebook, "--json")
    waiting = json.loads(result.stdout)
    assert (result.exit_code, waiting["state"]) == (8, "outbox")
    assert [entry["save_id"] for entry in alice.json("outbox", "list")] == [waiting["save_id"]]
    alice.sandbox.faults.clear()
    sent = alice.json("outbox", "send")
    assert ([one["state"] for one in sent["sent"]], sent["left"]) == (["saved"], [])
    assert alice.json("outbox", "send") == {"sent": [], "left": []}
    assert len(alice.json("versions", sent["sent"][0]["notebook_id"])) == 1


def test_sending_while_openbis_is_still_away_says_so(alice: Cli, notebook: Path) -> None:
    alice.sandbox.faults.add("status", "*", count=0)
    alice("save", notebook)
    result = alice("outbox", "send", "--json")
    assert result.exit_code == 8
    assert [entry["state"] for entry in json.loads(result.stdout)["left"]] == ["waiting"]


def test_the_next_log_in_sends_what_waits(alice: Cli, notebook: Path) -> None:
    alice.sandbox.faults.add("expired-session", "*")
    assert alice("save", notebook).exit_code == 8
    assert (
        "Sent from the outbox: 'Growth'"
        in alice("login", "--user", "alice", "--password-stdin", stdin="alice\n").stderr
    )
    assert alice.json("outbox", "list") == []


def test_a_refused_version_is_stored_elsewhere(alice: Cli, notebook: Path) -> None:
    code, problem = alice.problem("save", notebook, "--owner", "/BIOLAB/ARCHIVE/PAPER_2020")
    save_id = problem["outbox"]
    assert alice("outbox", "send").exit_code == 6
    sent = alice.json("outbox", "send", save_id, "--owner", DEMO_EXPERIMENT)
    assert (code, sent["sent"][0]["owner"], sent["left"]) == (6, DEMO_EXPERIMENT, [])


def test_another_owner_goes_with_one_version(alice: Cli) -> None:
    assert alice.problem("outbox", "send", "--owner", DEMO_EXPERIMENT)[0] == 2
    assert alice.problem("outbox", "send", "nope")[0] == 5


def test_a_waiting_version_can_be_given_up(alice: Cli, notebook: Path) -> None:
    alice.sandbox.faults.add("status", "*", count=0)
    waiting = json.loads(alice("save", notebook, "--json").stdout)["save_id"]
    assert alice.problem("outbox", "discard", waiting)[0] == 2, "nobody can be asked"
    assert alice.json("outbox", "discard", waiting, "--yes") == {"discarded": waiting}
    assert alice.json("outbox", "list") == []
    assert alice.problem("outbox", "discard", waiting, "--yes")[0] == 5


def test_an_empty_outbox_is_said(alice: Cli) -> None:
    assert alice.script("outbox", "list").stdout == "The outbox is empty.\n"
    assert alice.script("outbox", "send").stdout == "Nothing waits to be sent.\n"


@pytest.mark.parametrize("what", ["nope.ipynb", "no-such-id", "20200101000000000-1"])
def test_versions_of_what_is_not_there(what: str, alice: Cli) -> None:
    assert alice.problem("versions", what)[0] == 5


@pytest.mark.parametrize("words", [["20200101000000000-1"], ["{input}"]], ids=["absent", "no notebook in it"])
def test_downloads_of_what_is_no_version(words: list[str], alice: Cli, notebook: Path) -> None:
    [first, *_] = json.loads(notebook.read_text())["metadata"]["openbis"]["inputs"]
    before = sorted(alice.work.iterdir())
    assert alice.problem("download", *(word.format(input=first) for word in words))[0] == 5
    assert sorted(alice.work.iterdir()) == before


def test_no_token_is_logged_although_the_data_store_takes_it_in_urls(alice: Cli, notebook: Path) -> None:
    """D16: uploads and downloads carry the session in the query."""
    token = next((alice.state_dir / "tokens").iterdir()).read_text()
    for words in (["attach", notebook], ["save", notebook]):
        done = alice.script(*words, "-v")
        assert done.returncode == 0, done.stderr
        assert "DEBUG" in done.stderr or "INFO" in done.stderr
        assert token not in done.stdout + done.stderr


def test_doctor_tells_what_waits(alice: Cli, notebook: Path) -> None:
    alice.sandbox.faults.add("status", "*", count=0)
    alice("save", notebook)
    found = json.loads(alice("doctor", "--json").stdout)["checks"]
    [outbox] = [check for check in found if check["topic"] == "outbox"]
    assert (outbox["status"], "outbox send" in outbox["next_step"]) == ("warning", True)
