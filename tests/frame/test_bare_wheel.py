"""The wheel, installed without any extra into an empty environment, does what it promises.

Packages come from uv's cache, which setting up the development environment has filled.
"""

from __future__ import annotations

import importlib.util
import json
import os
import subprocess
import sys
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
#: As it was before the fixtures gave each test a home of its own: there is the cache of packages.
OUTER_ENVIRONMENT = {name: value for name, value in os.environ.items() if not name.startswith("COV")}

Run = Callable[..., "subprocess.CompletedProcess[str]"]


def run_outside(*command: str | Path) -> None:
    result = subprocess.run(
        list(map(str, command)), cwd=ROOT, env=OUTER_ENVIRONMENT, capture_output=True, text=True, check=False
    )
    assert result.returncode == 0, result.stdout + result.stderr


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("wheel")
    run_outside(sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", folder)
    (built,) = folder.glob("openbis_nb-*.whl")
    return built


@pytest.fixture(scope="module")
def installed(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The ``bin`` folder of an environment that holds the wheel and what it needs, nothing else."""
    environment = tmp_path_factory.mktemp("environment")
    uv = [sys.executable, "-m", "uv"]
    run_outside(*uv, "venv", "--quiet", "--clear", "--python", sys.executable, environment)
    run_outside(
        *uv, "pip", "install", "--quiet", "--python", environment / "bin" / "python",
        "--constraints", ROOT / "constraints.txt", wheel,
    )  # fmt: skip
    return environment / "bin"


@pytest.fixture
def run(installed: Path, tmp_path: Path) -> Run:
    """Run a program of the bare environment, away from the checkout."""

    def run(program: str, *arguments: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [str(installed / program), *arguments], cwd=tmp_path, capture_output=True, text=True, check=False
        )

    return run


def test_the_extension_for_jupyterlab_is_on_board_ready_made(wheel: Path) -> None:
    """U-20: who installs it needs no node; JupyterLab finds it below share/jupyter/labextensions."""
    folder = "data/share/jupyter/labextensions/openbis-nb/"
    with zipfile.ZipFile(wheel) as archive:
        held = [name.partition(folder)[2] for name in archive.namelist() if folder in name]
        [described] = [name for name in archive.namelist() if name.endswith(f"{folder}package.json")]
        built = json.loads(archive.read(described))["jupyterlab"]["_build"]
        assert [name for name in archive.namelist() if name.endswith("de_DE/LC_MESSAGES/openbis_nb.json")]
    assert built["load"] in held
    assert "schemas/openbis-nb/plugin.json" in held
    assert [name for name in held if name.endswith((".map", ".ts", ".stamp"))] == []


def test_an_editable_install_builds_and_takes_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Made in an empty folder: there is nothing that could be built or taken."""
    spec = importlib.util.spec_from_file_location("wheel_hook", ROOT / "labextension" / "wheel_hook.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    hook = module.LabExtensionHook(str(tmp_path), {}, None, None, "", "wheel")
    build_data: dict[str, dict[str, str]] = {"shared_data": {}}
    hook.initialize("editable", build_data)
    assert build_data == {"shared_data": {}}
    assert list(tmp_path.iterdir()) == []
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(RuntimeError, match="scripts/labextension"):
        hook.initialize("standard", build_data)


def test_the_command_answers(run: Run) -> None:
    result = run("openbis-nb", "--help")
    assert (result.returncode, result.stderr) == (0, "")
    assert "Usage: openbis-nb" in result.stdout


@pytest.mark.parametrize("slug", ["analysis", "analysis-r", "growth-curves", "table-explorer"])
def test_the_templates_are_on_board_and_sound(run: Run, slug: str) -> None:
    listed = run("openbis-nb", "templates", "list")
    assert listed.returncode == 0, listed.stderr
    assert slug in listed.stdout
    shown = run("openbis-nb", "templates", "show", slug)
    assert shown.returncode == 0, shown.stderr


def test_the_sandbox_says_which_extra_is_missing(run: Run) -> None:
    result = run("openbis-nb", "sandbox", "--port", "0")
    assert result.returncode == 2
    assert "pip install 'openbis-nb[sandbox]'" in result.stderr
    assert "Traceback" not in result.stderr


def test_the_pytest_plugin_does_not_disturb_others(installed: Path, run: Run) -> None:
    """pybis brings pytest along, so the plugin is loaded in environments that never asked for it."""
    result = run("python", "-m", "pytest", "--version")
    assert result.returncode == 0, result.stderr


def test_the_wheel_holds_only_what_is_meant_to_ship(wheel: Path) -> None:
    with zipfile.ZipFile(wheel) as archive:
        names = archive.namelist()
    release = "-".join(wheel.name.split("-")[:2])
    assert {name.split("/")[0] for name in names} == {"openbis_nb", f"{release}.data", f"{release}.dist-info"}
    assert "openbis_nb/py.typed" in names
    assert not [name for name in names if "__pycache__" in name or name.endswith(".pyc")]
