"""The fixture in somebody else's project, and what it costs those who do not use it."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

FOREIGN_TESTS = """
import urllib.request, ssl

def look(sandbox):
    context = ssl.create_default_context(cafile=str(sandbox.ca_bundle))
    return urllib.request.urlopen(sandbox.url, context=context, timeout=60).status

def test_one(openbis_sandbox):
    assert look(openbis_sandbox) == 200
    openbis_sandbox.token("alice")
    openbis_sandbox.faults.add("status", "*", count=0)

def test_two_begins_anew(openbis_sandbox, shared_openbis_sandbox):
    assert openbis_sandbox.faults.waiting() == []
    assert openbis_sandbox.url != shared_openbis_sandbox.url
"""


def test_other_projects_get_the_fixture_by_installing_the_package(tmp_path: Path) -> None:
    (tmp_path / "test_foreign.py").write_text(FOREIGN_TESTS)
    command = [sys.executable, "-m", "pytest", "-q", "-W", "error", "-p", "no:asyncio", str(tmp_path)]
    run = subprocess.run(command, capture_output=True, text=True, cwd=tmp_path, timeout=60, check=False)
    assert "2 passed" in run.stdout, run.stdout + run.stderr


def test_the_plugin_loads_nothing_before_it_is_used() -> None:
    program = (
        "import sys, openbis_nb._pytest_plugin;"
        "print([name for name in ('aiohttp', 'trustme', 'openbis_nb.sandbox') if name in sys.modules])"
    )
    run = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert run.stdout.strip() == "[]"
