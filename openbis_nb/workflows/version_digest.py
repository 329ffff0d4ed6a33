"""Whether a save would store anything new."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from pathlib import Path

from .outbox_entry import OutboxEntry

__all__ = ["version_digest"]


def version_digest(entry: OutboxEntry, content: str, results: Mapping[str, Path]) -> str:
    """``sha256:…`` of everything that makes a version: content, name, notes, inputs, results.

    Args:
        entry: The version, but for its digest.
        content: The notebook's content digest (``notebooks.digest``).
        results: Relative path → result file.
    """
    facts = [
        content,
        entry.name,
        entry.notes,
        entry.data_set_type,
        sorted(entry.properties.items()),
        sorted(entry.parents),
        sorted((name, _sha256(path)) for name, path in results.items()),
    ]
    return f"sha256:{hashlib.sha256(json.dumps(facts).encode()).hexdigest()}"


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
