"""How a save ended."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

__all__ = ["SaveResult"]


@dataclass(frozen=True, slots=True, kw_only=True)
class SaveResult:
    """The outcome of a save, for a cell, the command line or a route.

    ``state``: ``saved`` (a new data set), ``unchanged`` (the newest version has just this content),
    ``outbox`` (complete on disk, sent once when openBIS can take it), ``recorded`` (the runner saves at
    the end), ``deferred`` (a foreign runner writes the file at its end; ``told`` names the command that
    saves it then). ``owner`` is an identifier; ``parents``, ``unused`` and ``never_attached`` are permIds;
    ``redactions`` say what was removed, never the secret; ``told`` are sentences for the person; ``link``
    leads into the ELN, ``page`` to the notebook in the library, where that is known; ``block`` is the
    identity block that the file has to carry from now on, for who may write into it.
    """

    state: Literal["saved", "unchanged", "outbox", "recorded", "deferred"]
    name: str
    save_id: str = ""
    notebook_id: str = ""
    perm_id: str | None = None
    owner: str | None = None
    files: tuple[str, ...] = ()
    parents: tuple[str, ...] = ()
    unused: tuple[str, ...] = ()
    never_attached: tuple[str, ...] = ()
    redactions: tuple[str, ...] = ()
    told: tuple[str, ...] = ()
    link: str | None = None
    page: str | None = None
    fork_of: str | None = None
    digest: str = ""
    saved_by: str = ""
    reason: str = ""
    block: Mapping[str, Any] | None = field(default=None, repr=False)

    def _ipython_display_(self) -> None:
        """Nothing: ``nb.save()`` has shown its card, and a cell that ends with it would repeat it raw."""
