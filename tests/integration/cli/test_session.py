"""login, logout, whoami."""

from __future__ import annotations

import json
import os
import pty
import select
import stat
import subprocess
import time

import pytest

from openbis_nb.credentials import token_file

from .conftest import SCRIPT, Cli


def test_log_in_who_am_i_log_out(cli: Cli) -> None:
    done = cli.script("login", "--user", "alice", "--password-stdin", stdin="alice\n")
    assert (done.returncode, done.stdout) == (0, f"Logged in to {cli.sandbox.url} as Alice Ernst (alice).\n")
    assert cli.script("whoami").stdout.startswith("Alice Ernst (alice) at ")
    assert cli.script("logout").returncode == 0
    assert cli.script("whoami").returncode == 3


def test_the_session_is_kept_for_this_account_only(cli: Cli) -> None:
    cli.login()
    path = token_file(cli.sandbox.url, cli.state_dir)
    assert stat.S_IMODE(path.stat().st_mode) == 0o600


def test_no_secret_is_printed_or_logged(cli: Cli) -> None:
    done = cli.script("login", "--user", "alice", "--password-stdin", "-v", stdin="alice\n")
    token = token_file(cli.sandbox.url, cli.state_dir).read_text()
    shown = cli.script("whoami", "-v")
    for output in (done.stdout, done.stderr, shown.stdout, shown.stderr):
        assert token not in output
    assert '"alice", "alice"' not in done.stderr


def test_the_password_is_asked_for_without_echo(cli: Cli) -> None:
    """A password typed on a terminal appears nowhere on it."""
    ours, theirs = pty.openpty()
    process = subprocess.Popen(
        [SCRIPT, "login", "--user", "ursula"],
        stdin=theirs, stdout=theirs, stderr=theirs, env=os.environ | cli.settings(), start_new_session=True,
    )  # fmt: skip
    os.close(theirs)
    shown = read_until(ours, b"Password of ursula: ")
    os.write(ours, b"ursula\n")
    shown = read_until(ours, b"(ursula).")
    assert process.wait(60) == 0
    assert shown.count(b"ursula") == 1  # in "Logged in to … as … (ursula)." and nowhere else
    os.close(ours)


def read_until(descriptor: int, wanted: bytes, seconds: float = 30) -> bytes:
    shown, end = b"", time.monotonic() + seconds
    while wanted not in shown and time.monotonic() < end:
        if select.select([descriptor], [], [], 1)[0]:
            shown += os.read(descriptor, 4096)
    assert wanted in shown
    return shown


def test_a_wrong_password_leaves_the_old_session(cli: Cli) -> None:
    cli.login()
    assert cli("login", "--user", "alice", "--password-stdin", stdin="wrong\n").exit_code == 3
    assert cli.json("whoami")["person"]["user_id"] == "alice"


def test_a_token_from_standard_input(cli: Cli) -> None:
    token = cli.sandbox.token("bob")
    assert cli("login", "--token-stdin", stdin=token + "\n").exit_code == 0
    assert cli.json("whoami")["person"]["user_id"] == "bob"


def test_a_token_that_openbis_does_not_know_is_not_stored(cli: Cli) -> None:
    token = "bob-261121093000123x0123456789ABCDEF0123456789ABCDEF"
    result = cli("login", "--token-stdin", stdin=token + "\n")
    assert result.exit_code == 3
    assert token not in result.output
    assert not token_file(cli.sandbox.url, cli.state_dir).exists()


def test_logging_out_ends_the_session_at_openbis(cli: Cli) -> None:
    token = cli.login() and token_file(cli.sandbox.url, cli.state_dir).read_text()
    cli("logout")
    assert cli("login", "--token-stdin", stdin=token + "\n").exit_code == 3


def test_logging_out_forgets_the_session_also_when_openbis_is_away(cli: Cli) -> None:
    cli.login()
    assert cli("logout", OPENBIS_NB_CA_BUNDLE="").exit_code == 8
    assert not token_file(cli.sandbox.url, cli.state_dir).exists()


def test_logging_out_twice_is_no_error(cli: Cli) -> None:
    assert cli.json("logout") == {"server": cli.sandbox.url, "was_logged_in": False, "ended": False}


def test_a_session_that_is_over_is_told_as_such(cli: Cli) -> None:
    cli.login()
    for _ in range(5):  # openBIS closes the oldest when a sixth begins (contract 2.4)
        cli.sandbox.token("alice")
    code, problem = cli.problem("whoami")
    assert (code, problem["code"]) == (3, "not-logged-in")


def test_the_version_of_openbis_is_told(alice: Cli) -> None:
    assert alice.json("whoami")["openbis_version"] == "20.10.7.3"


@pytest.mark.parametrize(
    ("words", "stdin"),
    [
        (["--user", "alice"], ""),
        ([], ""),
        (["--user", "alice", "--password-stdin"], ""),
        (["--user", "alice", "--password-stdin"], "\n"),
        (["--token-stdin"], ""),
        (["--token-stdin", "--user", "alice"], "x\n"),
        (["--token-stdin", "--password-stdin"], "x\n"),
        (["--url", "ftp://openbis.example.org"], ""),
        (["--url", "http://openbis.example.org", "--user", "alice", "--password-stdin"], "x\n"),
    ],
    ids=" ".join,
)
def test_mistakes_at_the_log_in(words: list[str], stdin: str, cli: Cli) -> None:
    result = cli("login", "--json", *words, stdin=stdin)
    assert result.exit_code == 2
    assert json.loads(result.stderr)["next_step"]
    assert not (cli.state_dir / "tokens").exists()


def test_a_wrong_certificate_names_the_setting(cli: Cli) -> None:
    cli.login()
    code, problem = cli.problem("whoami", OPENBIS_NB_CA_BUNDLE="")
    assert code == 8
    assert "OPENBIS_NB_CA_BUNDLE" in problem["next_step"]
