"""The inputs of a notebook as a person looks at them: which, in what state, and whether newer data exist."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from ..models import DataSet, Identity
from ..openbis.together import together
from .attach import AttachedDataSet, attach
from .evidence import keys_of
from .library.newer import newer_versions
from .workplace import Workplace

__all__ = ["NotebookInput", "inputs_of"]


@dataclass(frozen=True, slots=True)
class NotebookInput:
    """One of them.

    ``declared``: the notebook's list names it. ``handed_out``: a kernel was given it, so it becomes a parent
    of the next version unless the person unticks it (design D10). ``newer``: the newest data set that
    supersedes it (F-16).
    """

    found: AttachedDataSet
    declared: bool
    handed_out: bool
    newer: DataSet | None = None


async def inputs_of(workplace: Workplace, identity: Identity | None, path: Path) -> list[NotebookInput]:
    """What the notebook names, then what was handed out beside that. Nothing is fetched.

    Two round trips for states and files, and beside them those of ``newer_versions``; however many inputs.

    Args:
        workplace: Who and where.
        identity: Of the notebook; of another openBIS it names nothing here.
        path: Its file.
    """
    own = identity is not None and workplace.is_own_server(identity.server)
    declared = identity.inputs if identity is not None and own else ()
    given = workplace.evidence.latest(workplace.server, keys_of(identity, path)).handed_out
    wanted = tuple(dict.fromkeys((*declared, *given)))
    if not wanted:
        return []
    async with together() as group:
        states = group.create_task(attach(workplace, wanted, fetch_what="none"))
        newer = group.create_task(newer_versions(workplace.client, wanted))
    later = newer.result()
    return [
        NotebookInput(found, found.perm_id in declared, found.perm_id in given, later.get(found.perm_id))
        for found in states.result()
    ]
