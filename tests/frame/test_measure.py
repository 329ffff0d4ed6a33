"""scripts/bench: what the benchmarks print becomes the page, and only when all of them worked."""

from __future__ import annotations

import platform
from pathlib import Path

import pytest

from scripts import measure


@pytest.fixture
def page(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    """The page of a checkout with one benchmark that works, and a helper that is none."""
    (tmp_path / "benchmarks").mkdir()
    (tmp_path / "benchmarks" / "fetch.py").write_text("print('ours is 3.0 x pybis')", encoding="utf-8")
    (tmp_path / "benchmarks" / "_helper.py").write_text("raise SystemExit(1)", encoding="utf-8")
    monkeypatch.setattr(measure, "ROOT", tmp_path)
    monkeypatch.setattr(measure, "PAGE", tmp_path / "performance.md")
    return tmp_path / "performance.md"


def test_the_page_has_command_and_output(page: Path) -> None:
    assert measure.main([]) == 0
    text = page.read_text(encoding="utf-8")
    assert "`scripts/bench fetch`\n\n```text\nours is 3.0 x pybis\n```" in text
    assert "not against a real openBIS" in text


def test_the_page_names_the_class_of_the_machine_and_not_the_machine(page: Path) -> None:
    assert measure.main([]) == 0
    text = page.read_text(encoding="utf-8")
    assert f"Python {platform.python_version()}" in text
    assert platform.node() not in text


def test_a_single_benchmark_leaves_the_page_alone(page: Path) -> None:
    assert measure.main(["fetch"]) == 0
    assert not page.exists()


def test_a_benchmark_that_fails_is_told_and_writes_nothing(
    page: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (page.parent / "benchmarks" / "wrong.py").write_text("raise SystemExit(3)", encoding="utf-8")
    assert measure.main([]) == 1
    assert "wrong.py failed with exit code 3" in capsys.readouterr().err
    assert not page.exists()
