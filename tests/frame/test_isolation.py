"""The suite itself: no setting of the person who runs it leaks in, no real openBIS is met by accident."""

from __future__ import annotations

import os
from pathlib import Path

import platformdirs
import pytest

CONFTEST = (Path(__file__).parents[1] / "conftest.py").read_text(encoding="utf-8")

LEAK = """
import os
from pathlib import Path

def test_first():
    os.environ["OPENBIS_URL"] = "https://left-behind"

def test_second():
    assert "OPENBIS_URL" not in os.environ
    assert "OPENBIS_NB_CACHE_DIR" not in os.environ
    assert os.environ["OPENBIS_NB_TEST_USER"] == "kept"
"""

REAL = """
import pytest

def test_sandbox():
    pass

@pytest.mark.real_openbis
def test_real():
    pass
"""


@pytest.fixture
def project(pytester: pytest.Pytester) -> pytest.Pytester:
    pytester.makeconftest(CONFTEST)
    pytester.makeini("[pytest]\nmarkers = real_openbis: needs a server\n")
    return pytester


def test_every_test_has_a_home_of_its_own(own_environment: Path) -> None:
    assert Path.home() == own_environment
    for folder in (
        platformdirs.user_cache_path(),
        platformdirs.user_config_path(),
        platformdirs.user_state_path(),
    ):
        assert own_environment in folder.parents
    assert [name for name in os.environ if name.startswith("OPENBIS_") and "_TEST_" not in name] == []


def test_settings_of_the_caller_do_not_leak_in(
    project: pytest.Pytester, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("OPENBIS_NB_CACHE_DIR", "/elsewhere")
    monkeypatch.setenv("OPENBIS_NB_TEST_USER", "kept")
    project.makepyfile(LEAK)
    project.runpytest_subprocess("-p", "no:openbis_nb", "-p", "no:cacheprovider").assert_outcomes(passed=2)


@pytest.mark.parametrize(("url", "passed", "deselected"), [("", 1, 1), ("https://openbis.example.org", 2, 0)])
def test_tests_of_a_real_openbis_run_only_where_one_is_named(
    project: pytest.Pytester, monkeypatch: pytest.MonkeyPatch, url: str, passed: int, deselected: int
) -> None:
    monkeypatch.setenv("OPENBIS_NB_TEST_URL", url)
    project.makepyfile(REAL)
    result = project.runpytest_subprocess("-p", "no:openbis_nb", "-p", "no:cacheprovider")
    result.assert_outcomes(passed=passed, deselected=deselected)
