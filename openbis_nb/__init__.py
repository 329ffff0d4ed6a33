"""The notebook layer of openBIS.

In a cell::

    import openbis_nb
    nb = openbis_nb.notebook()      # where it is stored, what its inputs are
    inputs = nb.attach()            # verified files, fetched at first use
    nb.save(notes="first look")     # a data set of its entity, inputs as parents

Importing this loads nothing heavy; each public name is loaded at its first use.
"""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from .errors import OpenbisNbError
    from .notebook_session import NotebookSession, connect, notebook

__version__ = "0.1.0"

__all__ = ["NotebookSession", "OpenbisNbError", "__version__", "connect", "notebook"]

_HOMES = {
    "NotebookSession": "notebook_session",
    "OpenbisNbError": "errors",
    "connect": "notebook_session",
    "notebook": "notebook_session",
}


def __getattr__(name: str) -> Any:
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(importlib.import_module(f".{_HOMES[name]}", __name__), name)


def __dir__() -> list[str]:
    return sorted(__all__)
