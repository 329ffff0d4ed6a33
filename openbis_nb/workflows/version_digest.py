"""Whether a save would store anything new."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from .outbox_entry import OutboxEntry

__all__ = ["content_digest", "core_digest", "version_digest"]


def content_digest(notebook: str, results: Mapping[str, Path]) -> str:
    """``sha256:…`` of what a person made: the notebook and its results.

    Args:
        notebook: The notebook's own digest (``notebooks.digest``).
        results: Relative path → result file.
    """
    return _digest([notebook, sorted((name, _sha256(path)) for name, path in results.items())])


def core_digest(notebook: str, entry: OutboxEntry) -> str:
    """``sha256:…`` of what a save stores that names nothing besides: the notebook and its inputs.

    Args:
        notebook: The notebook's own digest (``notebooks.digest``).
        entry: Whose inputs.
    """
    return _digest([notebook, sorted(entry.parents)])


def version_digest(entry: OutboxEntry) -> str:
    """``sha256:…`` of everything that makes a version: content, name, notes, type, properties, inputs."""
    facts = [
        entry.content,
        entry.name,
        entry.notes,
        entry.data_set_type,
        sorted(entry.properties.items()),
        sorted(entry.parents),
    ]
    return _digest(facts)


def _digest(facts: list[Any]) -> str:
    return f"sha256:{hashlib.sha256(json.dumps(facts).encode()).hexdigest()}"


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
