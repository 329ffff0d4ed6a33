"""The command line against a sandbox: in this process for tables, as the real script for main paths."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from openbis_nb.cli import main
from openbis_nb.sandbox import Sandbox

SCRIPT = Path(sys.executable).with_name("openbis-nb")


@dataclass(frozen=True)
class Cli:
    """Commands with the settings of one person at one sandbox."""

    sandbox: Sandbox
    state_dir: Path
    cache_dir: Path
    work: Path

    def settings(self) -> dict[str, str]:
        """The environment variables that point at the sandbox."""
        return {
            "OPENBIS_URL": self.sandbox.url,
            "OPENBIS_NB_CA_BUNDLE": str(self.sandbox.ca_bundle),
            "OPENBIS_NB_STATE_DIR": str(self.state_dir),
            "OPENBIS_NB_CACHE_DIR": str(self.cache_dir),
        }

    def __call__(self, *words: object, stdin: str | None = None, **env: str) -> Result:
        """Run a command in this process."""
        runner = CliRunner(env=self.settings() | env)
        return runner.invoke(main, [str(word) for word in words], input=stdin)

    def json(self, *words: object, **env: str) -> Any:
        """The JSON document of a command that succeeds."""
        result = self(*words, "--json", **env)
        assert result.exit_code == 0, result.stderr
        return json.loads(result.stdout)

    def problem(self, *words: object, **env: str) -> tuple[int, dict[str, Any]]:
        """Exit code and problem JSON of a command that fails."""
        result = self(*words, "--json", **env)
        assert result.exit_code != 0, result.stdout
        return result.exit_code, json.loads(result.stderr)

    def script(self, *words: object, stdin: str = "", **env: str) -> subprocess.CompletedProcess[str]:
        """Run the installed console script in a process of its own."""
        return subprocess.run(
            [SCRIPT, *map(str, words)],
            input=stdin,
            capture_output=True,
            text=True,
            cwd=self.work,
            env=os.environ | self.settings() | env,
            timeout=60,
            check=False,
        )

    def login(self, user: str = "alice") -> Cli:
        """Log in; gives itself."""
        result = self("login", "--user", user, "--password-stdin", stdin=self.sandbox.users[user] + "\n")
        assert result.exit_code == 0, result.stderr
        return self


@pytest.fixture
def make_cli(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[[Sandbox], Cli]:
    """A person's command line for a sandbox, in a working folder of its own."""
    work = tmp_path / "work"
    work.mkdir()
    monkeypatch.chdir(work)

    def make(sandbox: Sandbox) -> Cli:
        return Cli(sandbox, tmp_path / "state", tmp_path / "cache", work)

    return make


@pytest.fixture
def cli(openbis_sandbox: Sandbox, make_cli: Callable[[Sandbox], Cli]) -> Cli:
    """Not logged in, at a sandbox that is as new."""
    return make_cli(openbis_sandbox)


@pytest.fixture
def alice(shared_openbis_sandbox: Sandbox, make_cli: Callable[[Sandbox], Cli]) -> Cli:
    """Logged in as alice, for tests that only read."""
    return make_cli(shared_openbis_sandbox).login()
