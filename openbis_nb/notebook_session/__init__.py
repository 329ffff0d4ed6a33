"""What a scientist types in a cell: ``nb = openbis_nb.notebook()``.

One idea per file: ``session`` is the object; ``live`` is openBIS with the session that is good now;
``own_file`` is the notebook's own file, which ``locate`` finds and ``executed`` holds against what was run
(design D12); ``saving`` knows the three ways to save; ``attached``, ``inputs`` and ``tables`` are what
attaching gives; ``card`` and ``display`` are how everything shows itself; ``tracebacks`` keeps tokens out
of cells.
"""

from .connection import connect
from .session import NotebookSession, notebook

__all__ = ["NotebookSession", "connect", "notebook"]
