"""The JSON forms of versions, comparisons and notebooks. Texts of strangers are made fit for an answer."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from datetime import datetime
from typing import Any

from ..foreign import plain
from ..identifiers import is_perm_id
from ..models import Checkpoint, DataSet, Entity, Identity
from ..notebooks.context import eln_link_to_data_set
from ..notebooks.manifest import Change
from ..plain_text import plain_text
from ..workflows.library.model import Notebook
from ..workflows.library.side_by_side import Comparison
from ..workflows.workplace import Workplace
from .bringing import Brought

__all__ = ["brought", "comparison", "no_versions", "notebook_row", "project", "version", "versions"]

#: Versions of one answer, and values that differ of each kind.
_MOST_VERSIONS, _MOST_VALUES = 500, 2_000


def versions(workplace: Workplace, notebook: Notebook, came_from: str | None) -> dict[str, Any]:
    """All versions of a notebook, newest first.

    Args:
        workplace: For links.
        notebook: Judged.
        came_from: PermId of the version that the file at hand comes from.
    """
    newest_first = list(reversed(notebook.versions))[:_MOST_VERSIONS]
    return notebook_row(workplace, notebook) | {
        "current": came_from,
        "total": len(notebook.versions),
        "versions": [
            version(workplace, one)
            | {
                "counts": one.counts,
                "is_current": one.perm_id == came_from,
                "newest": one.perm_id == notebook.newest.perm_id,
            }
            for one in newest_first
        ],
    }


def no_versions(workplace: Workplace, identity: Identity | None) -> dict[str, Any]:
    """Of a file that this openBIS has no version of; ``elsewhere``: because another one has it."""
    elsewhere = identity is not None and not workplace.is_own_server(identity.server)
    return {
        "notebook_id": identity.notebook_id if identity else None,
        "name": identity.name if identity else "",
        "author": None,
        "owner": None,
        "saved_at": None,
        "saved_by": None,
        "page": None,
        "current": None,
        "elsewhere": elsewhere,
        "total": 0,
        "versions": [],
    }


def notebook_row(workplace: Workplace, notebook: Notebook) -> dict[str, Any]:
    """A notebook, with when and by whom its newest version was saved."""
    return {
        "notebook_id": notebook.notebook_id,
        "name": notebook.name,
        "author": notebook.author,
        "owner": _entity(notebook.owner),
        "saved_at": _moment(notebook.newest.registered_at),
        "saved_by": notebook.newest.registrator,
        "page": workplace.library_page(notebook.notebook_id),
        "elsewhere": False,
        "total": len(notebook.versions),
    }


def version(workplace: Workplace, one: Checkpoint) -> dict[str, Any]:
    """One version, not judged."""
    return {
        "perm_id": one.perm_id,
        "name": one.name,
        "notes": plain_text(one.notes, "MULTILINE_VARCHAR"),
        "saved_at": _moment(one.registered_at),
        "saved_by": one.registrator,
        "size": one.size,
        "link": eln_link_to_data_set(workplace.links, one.perm_id),
    }


def comparison(workplace: Workplace, made: Comparison) -> dict[str, Any]:
    """What changed; ``other`` is ``null`` for a file. ``html`` is for a frame without origin and script."""
    changes, seen = made.changes, made.seen
    others = (*changes.template, *changes.environment, *changes.packages)
    return {
        "base": version(workplace, made.base),
        "other": version(workplace, made.other) if made.other else None,
        "known": changes.known,
        "inputs_added": _inputs(changes.inputs_added, seen),
        "inputs_removed": _inputs(changes.inputs_removed, seen),
        "not_attached": _inputs(made.not_attached, seen),
        "parameters": _values(changes.parameters),
        "environment": _values(others),
        "environment_known": made.other is not None,
        "cells": asdict(made.cells.counts) if made.cells.counts else None,
        "note": made.cells.note,
        "html": made.cells.html,
    }


def brought(made: Brought) -> dict[str, Any]:
    """A file that was written; ``own``: whoever saves it next saves the next version."""
    return {
        "path": str(made.path),
        "name": made.path.name,
        "notebook_id": made.fetched.notebook_id,
        "own": made.fetched.remember is not None,
    }


def project(one: Entity) -> dict[str, Any]:
    """A project."""
    return {"perm_id": one.perm_id, "identifier": one.identifier, "code": one.code}


def _inputs(perm_ids: Sequence[str], seen: Mapping[str, DataSet]) -> list[dict[str, Any]]:
    """Data sets; one that is hidden, or gone, has no name."""
    known = [perm_id for perm_id in perm_ids if is_perm_id(perm_id)][:_MOST_VALUES]
    return [
        {
            "perm_id": perm_id,
            "name": seen[perm_id].name if perm_id in seen else "",
            "type": seen[perm_id].type_code if perm_id in seen else "",
            "visible": perm_id in seen,
        }
        for perm_id in known
    ]


def _values(changes: Sequence[Change]) -> list[dict[str, Any]]:
    return [
        {"name": plain(one.name), "before": plain(one.before), "after": plain(one.after)}
        for one in changes[:_MOST_VALUES]
    ]


def _entity(entity: Entity | None) -> dict[str, str] | None:
    if entity is None:
        return None
    return {"kind": entity.kind, "perm_id": entity.perm_id, "identifier": entity.identifier}


def _moment(at: datetime | None) -> str | None:
    return at.isoformat() if at else None
