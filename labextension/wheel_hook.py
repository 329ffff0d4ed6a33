"""The built extension for JupyterLab goes into the wheel; an editable install builds nothing.

``scripts/labextension`` builds it. A wheel that is made from a checkout without it calls that script.
"""

from __future__ import annotations

import subprocess
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface

_TARGET = "share/jupyter/labextensions/openbis-nb"


class LabExtensionHook(BuildHookInterface[Any]):
    """Adds ``labextension/built`` to the shared data of the wheel."""

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """See to it that it is built.

        Raises:
            RuntimeError: it is not there, and could not be built.
        """
        if version == "editable":
            return
        root = Path(self.root)
        built = root / "labextension" / "built"
        if not (built / "package.json").is_file():
            _build(root)
        if self.target_name == "wheel":
            for file in built.rglob("*"):
                if file.is_file() and file.name != ".stamp":
                    build_data["shared_data"][str(file)] = f"{_TARGET}/{file.relative_to(built).as_posix()}"


def _build(root: Path) -> None:
    try:
        subprocess.run([root / "scripts" / "labextension"], check=True)  # noqa: S603 (ours)
    except (OSError, subprocess.CalledProcessError) as error:
        raise RuntimeError("The extension for JupyterLab is not built: run scripts/labextension.") from error
