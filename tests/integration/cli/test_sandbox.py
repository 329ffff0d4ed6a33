"""``openbis-nb sandbox`` as a process: ready line, greeting, SIGTERM, wrong options."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pybis
import pytest
from click.testing import CliRunner

from openbis_nb.cli import main
from openbis_nb.sandbox import running_sandbox

SECONDS = 20
SCRIPT = Path(sys.executable).with_name("openbis-nb")


@contextmanager
def process(*options: str) -> Iterator[subprocess.Popen[str]]:
    """The command, ended in any case; its exit code is looked at by the test."""
    command = [str(SCRIPT), "sandbox", "--port", "0", *options]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as started:
        try:
            yield started
        finally:
            if started.poll() is None:
                started.kill()


def ready(started: subprocess.Popen[str]) -> dict[str, Any]:
    assert started.stdout
    line = started.stdout.readline()
    assert line, "it ended before it was ready"
    return dict(json.loads(line))


def test_a_script_reads_one_line_and_stops_it_with_sigterm(tmp_path: Path) -> None:
    """Its paths are good in any folder, however the data folder was given."""
    here = os.path.relpath(tmp_path)
    with process("--json", "--data", here, "--api-version", "3.7") as started:
        line = ready(started)
        assert line["pid"] == started.pid
        assert line["api_version"] == "3.7"
        assert line["data"] == str(tmp_path)
        assert Path(line["ca_bundle"]).is_absolute()
        openbis = pybis.Openbis(line["url"], verify_certificates=line["ca_bundle"])
        openbis.login("alice", "alice")
        assert openbis.get_server_information().api_version == "3.7"
        started.send_signal(signal.SIGTERM)
        assert started.wait(SECONDS) == 0
        assert started.stderr
        assert started.stderr.read() == ""


def test_the_greeting_says_how_to_log_in_with_pybis_and_it_is_true() -> None:
    with process("--random-passwords") as started:
        lines: list[str] = []
        assert started.stdout
        while not lines or not lines[-1].startswith("Stop with"):
            lines.append(started.stdout.readline())
            assert lines[-1], "it ended before it was ready"
        program = [line.strip() for line in lines if line.startswith(("    o =", "    o.login"))]
        assert len(program) == 2
        names: dict[str, object] = {}
        exec("\n".join(["from pybis import Openbis", *program]), names)
        assert names["o"].is_session_active()
        started.send_signal(signal.SIGINT)
        assert started.wait(SECONDS) == 0


def test_data_and_passwords_outlive_the_process(tmp_path: Path) -> None:
    options = ("--json", "--data", str(tmp_path), "--random-passwords", "--http")
    lines: list[dict[str, Any]] = []
    for _ in range(2):
        with process(*options) as started:
            lines.append(ready(started))
            started.send_signal(signal.SIGTERM)
            assert started.wait(SECONDS) == 0
    assert set(lines[0]["users"]) >= {"admin", "alice", "Eve.O-Neill"}
    assert lines[1]["users"] == {}
    assert lines[1]["ca_bundle"] is None


WRONG = [
    (["--seed", "much"], "scale:N"),
    (["--api-version", "4.0"], "3.5"),
    (["--host", "0.0.0.0"], "well-known passwords"),
    (["--port", "70000"], "65535"),
]


@pytest.mark.parametrize(("options", "text"), WRONG, ids=[words[0] for words, _ in WRONG])
def test_wrong_options_are_explained(options: list[str], text: str) -> None:
    result = CliRunner().invoke(main, ["sandbox", *options])
    assert result.exit_code == 2
    assert text in result.stderr


def test_a_taken_port_is_explained() -> None:
    with running_sandbox(http=True) as other:
        result = CliRunner().invoke(main, ["sandbox", "--http", "--port", str(other.server.port)])
    assert result.exit_code == 2
    assert "cannot listen on" in result.stderr
    assert "--port 0" in result.stderr
