"""Whether a save would store anything new."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from .outbox_entry import OutboxEntry

__all__ = ["content_digest", "core_digest", "digest_of", "version_digest"]


def content_digest(notebook: str, results: Mapping[str, Path]) -> str:
    """``sha256:…`` of what a person made: the notebook and its results.

    Args:
        notebook: The notebook's own digest (``notebooks.digest``).
        results: Relative path → result file.
    """
    return _digest([notebook, sorted((name, _sha256(path)) for name, path in results.items())])


def core_digest(notebook: str, entry: OutboxEntry) -> str:
    """``sha256:…`` of what a save stores that names nothing besides: the notebook and what was attached.

    Which of the attached inputs a person has unticked is something that a save names, as notes are.

    Args:
        notebook: The notebook's own digest (``notebooks.digest``).
        entry: Whose inputs.
    """
    return _digest([notebook, sorted(entry.attached)])


def version_digest(entry: OutboxEntry) -> str:
    """``sha256:…`` of everything that makes a version: content, name, notes, type, properties, inputs."""
    return digest_of(
        content=entry.content,
        name=entry.name,
        notes=entry.notes,
        type_code=entry.data_set_type,
        properties=entry.properties,
        parents=entry.parents,
    )


def digest_of(
    *,
    content: str,
    name: str,
    notes: str,
    type_code: str,
    properties: Mapping[str, str],
    parents: Sequence[str],
) -> str:
    """:func:`version_digest` of a version that never was in an outbox.

    Args:
        content: From :func:`content_digest`.
        name: Of the version.
        notes: HTML, as stored.
        type_code: Data-set type.
        properties: Further ones, code → value.
        parents: PermIds.
    """
    return _digest([content, name, notes, type_code, sorted(properties.items()), sorted(parents)])


def _digest(facts: list[Any]) -> str:
    return f"sha256:{hashlib.sha256(json.dumps(facts).encode()).hexdigest()}"


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
