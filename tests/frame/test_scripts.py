"""The scripts' own rules: which Python, when to install again, what the made pages depend on."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from scripts.reference import __main__ as reference
from scripts.reference import rules
from scripts.reference.markdown import prose, table

ROOT = Path(__file__).parents[2]


def shell(command: str, root: Path = ROOT, **environment: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        ["bash", "-c", f"source scripts/lib.sh\n{command}"],
        cwd=root, env={"PATH": "/usr/bin:/bin"} | environment, capture_output=True, text=True, check=False,
    )  # fmt: skip


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    """What lib.sh needs of a checkout, to be changed at will."""
    (tmp_path / "scripts").mkdir()
    for name in ("scripts/lib.sh", "pyproject.toml", "constraints.txt"):
        shutil.copy(ROOT / name, tmp_path / name)
    return tmp_path


def test_the_python_that_is_named_is_used() -> None:
    assert shell("find_python", PYTHON=sys.executable).stdout.strip() == sys.executable


def test_a_named_python_that_is_none_is_refused_in_one_sentence(tmp_path: Path) -> None:
    result = shell("find_python", PYTHON=str(tmp_path / "python"))
    assert result.returncode == 1
    assert result.stderr == f"PYTHON={tmp_path}/python is not a Python 3.11 or newer.\n"


@pytest.mark.parametrize("name", ["pyproject.toml", "constraints.txt"])
def test_a_changed_requirement_means_installing_again(checkout: Path, name: str) -> None:
    before = shell(f"fingerprint {sys.executable}", checkout).stdout
    with (checkout / name).open("a", encoding="utf-8") as file:
        file.write("# changed\n")
    after = shell(f"fingerprint {sys.executable}", checkout).stdout
    assert before != after
    assert len(before) == len(after) > 64


def test_a_finished_environment_needs_neither_uv_nor_network(checkout: Path) -> None:
    """With the fingerprint in place nothing is called: the folder holds no environment at all."""
    (checkout / ".venv").mkdir()
    stamp = shell(f"fingerprint {sys.executable}", checkout).stdout
    (checkout / ".venv" / ".stamp").write_text(stamp, encoding="utf-8")
    result = shell("ensure_environment && pwd", checkout, PYTHON=sys.executable)
    assert (result.returncode, result.stderr) == (0, "")
    assert result.stdout.strip() == str(checkout)


def test_chromium_is_not_fetched_when_it_is_named() -> None:
    result = shell('ensure_chromium && echo "$CHROMIUM"', CHROMIUM=sys.executable)
    assert (result.returncode, result.stdout.strip()) == (0, sys.executable)


def test_the_made_pages_are_the_same_every_time() -> None:
    for make in reference.PAGES.values():
        assert make() == make()


def test_a_page_that_is_behind_is_shown(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    (tmp_path / "errors.md").write_text("# Old\n", encoding="utf-8")
    monkeypatch.setattr(reference, "FOLDER", tmp_path)
    assert "+# New" in reference.behind("errors.md", "# New\n")
    assert reference.behind("errors.md", "# Old\n") == ""


def test_every_rule_that_a_test_names_is_in_the_list() -> None:
    assert sorted(set(rules.tests_by_rule()) - set(rules.all_rules())) == []


def test_a_table_survives_bars_and_line_breaks() -> None:
    assert table(["a"], [["x | y\nz"]]).splitlines()[-1] == r"| x \| y z |"


def test_docstrings_become_markdown() -> None:
    assert prose("See :func:`load` and ``None`` (contract 3.1).") == "See `load` and `None`."
