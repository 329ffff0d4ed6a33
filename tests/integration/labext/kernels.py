"""Real kernels for tests: one of Python that has nothing of ours, and what a kernel says of its packages."""

from __future__ import annotations

import ast
import json
import os
import subprocess
import sys
from pathlib import Path

from tests.integration.notebook.front_end import FrontEnd

ROOT = Path(__file__).parents[3]
BARE = "bare"
#: As it was before the fixtures gave each test a home of its own: there is uv's cache of packages.
_OUTER = {name: value for name, value in os.environ.items() if not name.startswith("COV")}


def make_bare_python(folder: Path) -> Path:
    """An environment with ipykernel and nothing else; gives its interpreter."""
    uv, python = [sys.executable, "-m", "uv"], folder / "bin" / "python"
    pinned = ["--constraints", ROOT / "constraints.txt"]
    for command in (
        [*uv, "venv", "--quiet", "--clear", "--python", sys.executable, folder],
        [*uv, "pip", "install", "--quiet", "--python", python, *pinned, "ipykernel"],
    ):
        done = subprocess.run(command, env=_OUTER, capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stderr
    return python


def offer_bare_kernel(home: Path, python: Path) -> None:
    """The kernel :data:`BARE` for the Jupyter of this home."""
    folder = home / ".local/share/jupyter/kernels" / BARE
    folder.mkdir(parents=True, exist_ok=True)
    argv = [str(python), "-m", "ipykernel_launcher", "-f", "{connection_file}"]
    spec = {"argv": argv, "display_name": "Python without openbis-nb", "language": "python"}
    (folder / "kernel.json").write_text(json.dumps(spec), encoding="utf-8")


async def modules_of(kernel: FrontEnd) -> list[str]:
    """The packages of a Python kernel, asked as the front end asks."""
    words = (ROOT / "labextension/src/cells/kernel_words.ts").read_text(encoding="utf-8")
    names = ast.literal_eval(words.partition("const MODULES = ")[2].partition(";")[0])
    found = await kernel.quietly(
        f"print([m for m in {names!r} if __import__('importlib.util', fromlist=['util']).find_spec(m)])"
    )
    return [str(name) for name in ast.literal_eval(found.text)]
