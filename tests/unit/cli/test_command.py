"""The frame of commands: lazy loading, common options, ways out."""

from __future__ import annotations

import asyncio
import json
import subprocess
import sys
from pathlib import Path

import click
import pytest
from click.testing import CliRunner

from openbis_nb.cli import main
from openbis_nb.cli.command import assignments, command
from openbis_nb.cli.group import CommandGroup, Lazy
from openbis_nb.cli.terminal import Terminal
from openbis_nb.credentials import store_token
from openbis_nb.errors import InvalidInput, NotFound
from openbis_nb.openbis.secrets import Secret
from openbis_nb.settings import Settings


@command(examples=["openbis-nb show"])
def show(terminal: Terminal, settings: Settings) -> None:
    """Show the address."""
    terminal.result({"url": settings.url}, [f"url: {settings.url}"])


@command(examples=["openbis-nb fail"])
async def fail(terminal: Terminal, settings: Settings) -> None:
    """Fail in the ways a command can."""
    await asyncio.sleep(0)
    raise {"known": NotFound("No such thing."), "broken": ValueError("bug")}[settings.data_set_type]


class Group(CommandGroup):
    """The group with commands of this test in place of modules."""

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        return {"show": show, "fail": fail}.get(cmd_name)


GROUP = Group(name="test", lazy={"show": Lazy("none:none", "Show."), "fail": Lazy("none:none", "Fail.")})


def run(*words: str, **env: str):  # type: ignore[no-untyped-def]  # click does not export its Result's home
    return CliRunner(env=env).invoke(GROUP, list(words))


def test_help_loads_nothing_heavy() -> None:
    code = (
        "import sys; from openbis_nb.cli import main\n"
        "try: main(['--help'])\n"
        "except SystemExit: pass\n"
        "print([m for m in ('aiohttp', 'nbformat', 'pybis', 'pandas', 'rich') if m in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.splitlines()[-1] == "[]"


@pytest.mark.parametrize("module", ["session", "tree", "cache", "templates"])
def test_small_commands_do_not_wait_for_nbformat(module: str) -> None:
    """It takes a second to import where JupyterLab is installed."""
    code = f"import sys, openbis_nb.cli.{module}; print('nbformat' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout == "False\n"


def test_the_url_option_wins_over_the_environment() -> None:
    result = run("show", "--url", "https://a.example.org", OPENBIS_URL="https://b.example.org")
    assert result.output == "url: https://a.example.org\n"


def test_json_is_one_document() -> None:
    result = run("show", "--json", OPENBIS_URL="https://b.example.org")
    assert json.loads(result.stdout) == {"url": "https://b.example.org"}


def test_without_an_address_the_only_known_server_is_meant(tmp_path: Path) -> None:
    store_token("https://one.example.org:8443", tmp_path, Secret("t"))
    assert run("show", OPENBIS_NB_STATE_DIR=str(tmp_path)).output == "url: https://one.example.org:8443\n"


def test_with_two_known_servers_none_is_guessed(tmp_path: Path) -> None:
    for port in (1, 2):
        store_token(f"https://one.example.org:{port}", tmp_path, Secret("t"))
    assert run("show", OPENBIS_NB_STATE_DIR=str(tmp_path)).output == "url: \n"


def test_a_known_failure_has_its_exit_code_and_no_stack_trace() -> None:
    result = run("fail", OPENBIS_NB_DATA_SET_TYPE="known")
    assert (result.exit_code, result.stdout) == (5, "")
    assert "No such thing." in result.stderr
    assert "Traceback" not in result.stderr


def test_a_bug_shows_no_stack_trace_either() -> None:
    result = run("fail", "--json", OPENBIS_NB_DATA_SET_TYPE="broken")
    assert result.exit_code == 1
    assert json.loads(result.stderr)["code"] == "unexpected"


def test_a_bad_setting_is_named() -> None:
    result = run("show", OPENBIS_NB_CACHE_SIZE="a lot")
    assert result.exit_code == 2
    assert "OPENBIS_NB_CACHE_SIZE" in result.stderr


@pytest.mark.parametrize("words", [("show", "--nope"), ("nope",), ("show", "extra")])
def test_mistakes_on_the_command_line_are_problem_json_too(words: tuple[str, ...]) -> None:
    result = run(*words, "--json")
    assert result.exit_code == 2
    assert json.loads(result.stderr)["code"] == "usage"


@pytest.mark.parametrize("words", [[], ["outbox"]], ids=str)
def test_without_a_command_the_help_is_shown_and_no_error(words: list[str]) -> None:
    result = CliRunner().invoke(main, words)
    assert (result.exit_code, result.stdout) == (2, "")
    assert result.stderr.startswith("Usage: openbis-nb")
    assert "Error" not in result.stderr


def test_help_ends_with_examples() -> None:
    assert run("show", "--help").output.endswith("Examples:\n    openbis-nb show\n")


@pytest.mark.parametrize("name", main.lazy)
def test_the_summary_in_the_table_is_the_first_line_of_the_help(name: str) -> None:
    loaded = main.lazy[name].load()
    assert (loaded.help or "").splitlines()[0] == main.lazy[name].summary
    for below, lazy in loaded.lazy.items() if isinstance(loaded, CommandGroup) else ():
        assert (lazy.load().help or "").splitlines()[0] == lazy.summary, below


@pytest.mark.parametrize(
    ("words", "meant"),
    [((), {}), (("a=1",), {"a": "1"}), (("a=b=c", "d="), {"a": "b=c", "d": ""}), ((" a =1",), {"a": "1"})],
)
def test_assignments(words: tuple[str, ...], meant: dict[str, str]) -> None:
    assert assignments(words, option="--set") == meant


@pytest.mark.parametrize("words", [("a",), ("=1",), (" =1",), ("a=1", "a=2"), ("",)])
def test_what_is_no_assignment_is_refused(words: tuple[str, ...]) -> None:
    with pytest.raises(InvalidInput, match="--set"):
        assignments(words, option="--set")
