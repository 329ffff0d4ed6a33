"""Importing costs little, and the layers are all known to import-linter."""

from __future__ import annotations

import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
HEAVY = ["aiohttp", "nbformat", "nbconvert", "pandas", "numpy", "pybis", "IPython", "jinja2", "rich"]


def modules_after(statement: str) -> set[str]:
    code = f"{statement}\nimport sys\nsys.stdout.write('\\n'.join(sys.modules))"
    result = subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, text=True)
    return set(result.stdout.split())


@pytest.mark.parametrize(
    "statement", ["import openbis_nb", "import openbis_nb.cli", "import openbis_nb._pytest_plugin"]
)
def test_importing_loads_nothing_heavy(statement: str) -> None:
    assert sorted(modules_after(statement) & set(HEAVY)) == []


def test_reading_notebooks_builds_no_parsers_for_addresses() -> None:
    """jsonschema's own import of them takes a second, and is there wherever Jupyter Server is."""
    loaded = modules_after("import openbis_nb.notebooks.document, openbis_nb.notebook_session")
    assert "nbformat" in loaded
    assert not {"lark", "rfc3987_syntax"} & loaded


def test_every_top_level_module_has_its_place_in_the_layers() -> None:
    """A new module is put into a contract of pyproject.toml by a decision, not by accident."""
    contracts = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["tool"]["importlinter"]
    named = str(contracts["contracts"])
    modules = {
        path.stem
        for path in ROOT.glob("openbis_nb/[!_]*")
        if path.suffix == ".py" or (path / "__init__.py").is_file()
    }
    assert sorted(name for name in modules if f"openbis_nb.{name}" not in named) == []


def test_the_sandbox_contract_names_every_other_module() -> None:
    contracts = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["tool"]["importlinter"]
    (sandbox,) = (c for c in contracts["contracts"] if c.get("source_modules") == ["openbis_nb.sandbox"])
    modules = {
        path.stem
        for path in ROOT.glob("openbis_nb/[!_]*")
        if path.suffix == ".py" or (path / "__init__.py").is_file()
    }
    assert sorted(modules - {"sandbox"}) == sorted(
        n.removeprefix("openbis_nb.") for n in sandbox["forbidden_modules"]
    )
