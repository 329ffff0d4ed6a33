"""A preview, and an import in a person's list."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal

__all__ = ["ImportState", "Imported", "Kind", "Preview"]

Kind = Literal["notebook", "repository"]
#: Those of a launch, and ``expired``: it waited for a day and nobody opened it.
ImportState = Literal["checking", "waiting", "writing", "ready", "failed", "expired"]


@dataclass(frozen=True, slots=True)
class Preview:
    """What an address held when its person looked.

    Args:
        owner: Whose it is, as of a launch (``launches.model.of_hub_user``).
        facts: What was found: JSON values; ``looking`` says which.
        expires_at: In seconds since 1970.
    """

    id: str
    owner: str
    kind: Kind
    facts: dict[str, Any]
    expires_at: float


@dataclass(frozen=True, slots=True)
class Imported:
    """One row of the list "My imports".

    Args:
        id: Of its launch.
        name: Of the notebook's file, or of the repository's folder, as asked for.
        directory: Below the root of the person's server.
        url: The address as it is shown: without secrets.
        source: Host, repository, branch and path, as far as the address names them.
        path: Of what was written; else empty.
        problem: Problem JSON when it failed.
        is_kept: Whether its launch is still there, which can be opened again.
    """

    id: str
    kind: Kind
    name: str
    directory: str
    url: str
    source: dict[str, Any]
    commit: str
    sha256: str
    created_at: float
    state: ImportState
    path: str
    problem: dict[str, Any] | None
    is_kept: bool
