"""What a notebook says of its kernel, as JupyterLab writes it when it opens the notebook.

Written so from the start, a launched notebook opens without the dot that says "changed": JupyterLab 4 puts
the kernel's name and language into each notebook that it opens, and marks it where they were others.
"""

from __future__ import annotations

import copy
import platform
import re
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from nbformat import NotebookNode

__all__ = ["KernelSpecs", "as_opened"]

#: Name → what its kernel.json says.
KernelSpecs = Mapping[str, Mapping[str, Any]]

_OWN_NAMES = re.compile(r"python(3(\.\d+)?)?")


def as_opened(notebook: NotebookNode, specs: KernelSpecs) -> NotebookNode:
    """A copy that names its kernel as JupyterLab will; what is not known here stays as it is."""
    made = copy.deepcopy(notebook)
    named = made.metadata.get("kernelspec")
    name = named.get("name") if isinstance(named, Mapping) else None
    spec = specs.get(name) if isinstance(name, str) else None
    if spec is None:
        return made
    made.metadata["kernelspec"] = {
        "name": name,
        "display_name": spec.get("display_name", name),
        "language": spec.get("language", ""),
    }
    if _is_python_of_this_server(spec):
        made.metadata["language_info"] = _language_info()
    return made


def _is_python_of_this_server(spec: Mapping[str, Any]) -> bool:
    """Whether it runs ipykernel with our interpreter; of another one the version is not known."""
    command = spec.get("argv") or [""]
    program = Path(str(command[0]))
    own = bool(_OWN_NAMES.fullmatch(str(program))) or program.parent == Path(sys.executable).parent
    return own and "ipykernel_launcher" in command


def _language_info() -> dict[str, Any]:
    """As ipykernel says it; importing it for that would cost the server's start a second."""
    return {
        "codemirror_mode": {"name": "ipython", "version": sys.version_info[0]},
        "file_extension": ".py",
        "mimetype": "text/x-python",
        "name": "python",
        "nbconvert_exporter": "python",
        "pygments_lexer": f"ipython{sys.version_info[0]}",
        "version": platform.python_version(),
    }
