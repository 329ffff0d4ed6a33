"""doctor: what is there, what is missing, who mends it; --fix; --acceptance (D15)."""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Iterator
from typing import Any

import pybis
import pytest

from openbis_nb.sandbox import Sandbox, running_sandbox

from .conftest import Cli

TOPICS = {
    *(
        "connection",
        "certificate",
        "session",
        "versions",
        "data store",
        "data-set type",
        "property",
        "rights",
    ),
    *("packages", "kernels", "state folder", "cache", "outbox"),
}


@pytest.fixture(scope="module")
def own_sandbox() -> Iterator[Sandbox]:
    """A sandbox of its own whose master data may be changed."""
    with running_sandbox() as sandbox:
        yield sandbox


@pytest.fixture
def admin(own_sandbox: Sandbox, make_cli: Callable[[Sandbox], Cli]) -> Cli:
    return make_cli(own_sandbox).login("admin")


def checks(result: Any, topic: str) -> list[dict[str, Any]]:
    return [check for check in json.loads(result.stdout)["checks"] if check["topic"] == topic]


def test_all_is_well(alice: Cli) -> None:
    """U-36: each topic is looked at, and no problem is invented."""
    result = alice("doctor", "--json")
    found = json.loads(result.stdout)["checks"]
    assert (result.exit_code, [c for c in found if c["status"] == "problem"]) == (0, [])
    assert {check["topic"] for check in found} == TOPICS


def test_each_setting_is_shown_with_its_source(alice: Cli) -> None:
    shown = {one["name"]: one["source"] for one in alice.json("doctor")["settings"]}
    assert shown["url"] == "OPENBIS_URL"
    assert shown["eager_limit"] == "default"


def test_people_read_marks_and_next_steps(cli: Cli) -> None:
    lines = cli.script("doctor").stdout.splitlines()
    assert f"✓ connection: {cli.sandbox.url} answers as openBIS." in lines
    assert lines[lines.index("✗ session: You are not logged in.") + 1].startswith(
        "    → Run: openbis-nb login"
    )


def test_nothing_that_is_printed_is_a_secret(alice: Cli) -> None:
    token = next((alice.state_dir / "tokens").iterdir()).read_text()
    done = alice.script("doctor", "-v")
    assert token not in done.stdout + done.stderr


@pytest.mark.parametrize(
    ("env", "topic", "said"),
    [
        ({"OPENBIS_NB_CA_BUNDLE": ""}, "connection", "OPENBIS_NB_CA_BUNDLE"),
        ({"OPENBIS_URL": "https://127.0.0.1:9"}, "connection", ""),
        ({"OPENBIS_NB_DATA_SET_TYPE": "NOPE"}, "data-set type", "--fix"),
        ({"OPENBIS_NB_DATA_SET_TYPE": "RAW_DATA"}, "property", "$HISTORY_ID"),
        ({"OPENBIS_NB_STORE_MOUNTS": "1=/not/there"}, "store mount", "OPENBIS_NB_STORE_MOUNTS"),
    ],
    ids=str,
)
def test_what_is_missing_is_named_with_who_mends_it(
    env: dict[str, str], topic: str, said: str, alice: Cli
) -> None:
    result = alice("doctor", "--json", **env)
    [problem] = [check for check in checks(result, topic) if check["status"] == "problem"]
    assert (result.exit_code, said in problem["next_step"]) == (1, True)


def test_an_observer_is_told_about_the_missing_right(cli: Cli) -> None:
    [rights] = checks(cli.login("olga")("doctor", "--json"), "rights")
    assert (rights["status"], "role USER" in rights["next_step"]) == ("problem", True)


def test_the_right_is_asked_for_in_the_project_of_interest(alice: Cli) -> None:
    [rights] = checks(alice("doctor", "--project", "/BIOLAB/GROWTH", "--json"), "rights")
    assert rights["message"] == "You may save to /BIOLAB/GROWTH."


def test_a_state_folder_that_others_can_read_is_a_problem(alice: Cli) -> None:
    os.chmod(alice.state_dir, 0o755)
    [state] = checks(alice("doctor", "--json"), "state folder")
    assert (state["status"], "chmod" in state["next_step"]) == ("problem", True)


def test_fix_makes_what_is_missing_and_nothing_of_openbis_own(admin: Cli) -> None:
    code = {"OPENBIS_NB_DATA_SET_TYPE": "LAB_NOTEBOOK"}
    result = admin("doctor", "--fix", "--yes", **code)
    assert "Done: Make the data-set type LAB_NOTEBOOK." in result.stderr
    openbis = pybis.Openbis(admin.sandbox.url, verify_certificates=str(admin.sandbox.ca_bundle))
    openbis.login("admin", "admin")
    assigned = openbis.get_dataset_type("LAB_NOTEBOOK").get_property_assignments().df
    assert list(assigned["code"]) == ["NOTES"]
    assert "nothing that could be mended" in admin("doctor", "--fix", "--yes", **code).stderr


def test_fix_shows_the_plan_and_changes_nothing_without_a_yes(admin: Cli) -> None:
    code = {"OPENBIS_NB_DATA_SET_TYPE": "OTHER_NOTEBOOK"}
    result = admin("doctor", "--fix", **code)
    assert (result.exit_code, "Plan: Make the data-set type OTHER_NOTEBOOK." in result.stderr) == (2, True)
    assert checks(admin("doctor", "--json", **code), "data-set type")[0]["status"] == "problem"


def test_fix_needs_an_instance_admin(cli: Cli) -> None:
    cli.login()
    code, problem = cli.problem("doctor", "--fix", "--yes", OPENBIS_NB_DATA_SET_TYPE="LAB_NOTEBOOK")
    assert (code, problem["code"]) == (4, "forbidden")


def test_an_acceptance_run_leaves_only_trash(cli: Cli) -> None:
    cli.login()
    before = cli.json("tree", "/BIOLAB/GROWTH", "--depth", 2)
    report = cli.json("doctor", "--acceptance", "--project", "/BIOLAB/GROWTH")
    assert (report["passed"], len(report["trashed"]), report["left"]) == (True, 3, [])
    assert {step["outcome"] for step in report["steps"]} <= {"run", "not tried"}
    assert cli.json("tree", "/BIOLAB/GROWTH", "--depth", 2) == before
    assert cli.json("outbox", "list") == []
    assert cli.json("cache", "list")["data_sets"] == []


def test_the_report_is_a_table_without_names_of_people_or_hosts(cli: Cli) -> None:
    done = cli.login().script("doctor", "--acceptance", "--project", "/BIOLAB/GROWTH")
    assert "| Feature | openBIS 20.10.7.3, API 3.6 | Seconds | Seen |" in done.stdout.splitlines()
    assert "- Against the sandbox, no real openBIS: read `run` as `sandbox`" in done.stdout.splitlines()
    assert "alice" not in done.stdout
    assert "127.0.0.1" not in done.stdout


def test_who_may_not_delete_is_told_what_is_left(cli: Cli) -> None:
    """A plain user may create data sets but not delete them (contract 9.2)."""
    report = cli.login("ursula").json("doctor", "--acceptance", "--project", "/BIOLAB/GROWTH")
    trash = next(step for step in report["steps"] if step["feature"].startswith("Trash"))
    assert (trash["outcome"], report["trashed"], len(report["left"])) == ("not allowed", [], 3)


def test_a_feature_that_fails_is_told_and_the_others_are_run(cli: Cli) -> None:
    cli.login()
    cli.sandbox.faults.add("error", "createPersonalAccessTokens", message="broken today")
    result = cli("doctor", "--acceptance", "--project", "/BIOLAB/GROWTH", "--json")
    outcomes = {step["feature"]: step["outcome"] for step in json.loads(result.stdout)["steps"]}
    assert (result.exit_code, outcomes["Personal access tokens"], outcomes["Download, plain"]) == (
        1,
        "failed",
        "run",
    )


@pytest.mark.parametrize(
    ("words", "exit_code"),
    [
        (["--acceptance"], 2),
        (["--acceptance", "--project", "/NOPE/NOPE"], 5),
        (["--acceptance", "--project", "/BIOLAB"], 2),
        (["--acceptance", "--project", "/BIOLAB/GROWTH/GROWTH_CURVES_1"], 2),
    ],
    ids=str,
)
def test_where_no_acceptance_run_can_be(words: list[str], exit_code: int, alice: Cli) -> None:
    assert alice.problem("doctor", *words)[0] == exit_code


def test_without_an_address_the_setting_is_named_and_the_machine_looked_at(cli: Cli) -> None:
    result = cli("doctor", "--json", OPENBIS_URL="")
    [address] = checks(result, "address")
    assert (result.exit_code, "OPENBIS_URL" in address["next_step"]) == (1, True)
    assert checks(result, "cache")
