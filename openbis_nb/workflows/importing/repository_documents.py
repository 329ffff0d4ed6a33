"""The JSON forms of repositories, the same for the command line and the routes; no credential is in them."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path
from typing import Any

from .repository_book import Entry
from .repository_get import Facts
from .repository_state import Standing

__all__ = ["entry_document", "facts_document", "standing_document"]

#: Branches and tags that are named; a repository may have thousands.
_MOST_REFS = 500


def entry_document(entry: Entry, root: Path | None = None) -> dict[str, Any]:
    """A repository that was fetched.

    Args:
        entry: As the book has it.
        root: Paths are told relative to this folder, where they are below it.
    """
    path = entry.path
    if root is not None and path.is_relative_to(root.resolve()):
        path = path.relative_to(root.resolve())
    return {
        "path": str(path),
        "name": entry.path.name,
        "url": entry.url,
        "ref": entry.ref,
        "ref_kind": entry.ref_kind,
        "commit": entry.commit,
        "pulled_at": entry.pulled_at,
        "report": asdict(entry.report),
    }


def standing_document(standing: Standing, root: Path | None = None) -> dict[str, Any]:
    """A repository, and how it stands."""
    return entry_document(standing.entry, root) | {
        "state": standing.local,
        "changes": standing.changes,
        "changed": list(standing.named),
        "upstream": standing.upstream,
        "why": standing.why,
    }


def facts_document(facts: Facts) -> dict[str, Any]:
    """A repository that was looked at. ``size`` is ``null``: no host tells it before it sends."""
    return {
        "kind": "repository",
        "url": facts.source.clone_url,
        "host": facts.host,
        "http": facts.http,
        "with_log_in": facts.with_log_in,
        "ref": facts.choice.name,
        "ref_kind": facts.choice.kind,
        "commit": facts.choice.commit,
        "default_branch": facts.refs.default_branch,
        "branches": list(facts.refs.branches)[:_MOST_REFS],
        "tags": list(facts.refs.tags)[:_MOST_REFS],
        "open": facts.source.path,
        "folder": facts.folder,
        "taken": facts.taken,
        "size": None,
        "room": facts.room,
        "max_size": facts.max_size,
    }
