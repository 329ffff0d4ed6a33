"""What a scientist types in a cell: ``nb = openbis_nb.notebook()``.

One idea per file: ``session`` is the object; ``locate`` finds the notebook's own file; ``executed``
compares that file with what was run (design D12); ``inputs`` and ``tables`` are what attaching gives;
``card`` is how everything shows itself; ``wish`` is how a headless run learns what to save.
"""

from .connection import connect
from .session import NotebookSession, notebook

__all__ = ["NotebookSession", "connect", "notebook"]
