"""Which inputs become parents of a saved version (design D10), and whether openBIS will take them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from ..errors import EntityFrozen, EntityInTrash, InvalidInput
from ..models import DataSet
from .fields import of_field

__all__ = ["Inputs", "check_parents", "sort_inputs"]


@dataclass(frozen=True, slots=True)
class Inputs:
    """The inputs of one save, sorted; all permIds.

    ``parents`` = ``attached`` minus ``unused``. ``never_attached``: declared in the notebook, but never
    handed to the kernel; they are listed in the provenance and are no parents.
    """

    declared: tuple[str, ...]
    attached: tuple[str, ...]
    unused: tuple[str, ...]
    parents: tuple[str, ...]
    never_attached: tuple[str, ...]


def sort_inputs(declared: Iterable[str], attached: Iterable[str], unused: Iterable[str]) -> Inputs:
    """Sort inputs into parents and the rest; order is kept.

    Raises:
        InvalidInput: *unused* names something that was never attached.
    """
    declared, attached, unused = (tuple(dict.fromkeys(group)) for group in (declared, attached, unused))
    strangers = [perm_id for perm_id in unused if perm_id not in attached and perm_id not in declared]
    if strangers:
        error = InvalidInput(
            f"unused names {', '.join(strangers)}, which is no input of this notebook.",
            next_step=f"Its inputs are: {', '.join(attached) or 'none'}.",
        )
        raise of_field(error, *_fields(strangers))
    return Inputs(
        declared=declared,
        attached=attached,
        unused=tuple(perm_id for perm_id in unused if perm_id in attached),
        parents=tuple(perm_id for perm_id in attached if perm_id not in unused),
        never_attached=tuple(perm_id for perm_id in declared if perm_id not in attached),
    )


def check_parents(parents: Sequence[str], visible: dict[str, DataSet], in_trash: frozenset[str]) -> None:
    """That openBIS will take all *parents*.

    Args:
        parents: permIds.
        visible: What openBIS shows of them.
        in_trash: Which of the others lie in the trash.

    Raises:
        EntityInTrash: one is in the trash, or no longer visible.
        EntityFrozen: one is frozen for children.
    """
    gone = [perm_id for perm_id in parents if perm_id not in visible]
    trashed = [perm_id for perm_id in gone if perm_id in in_trash]
    if trashed:
        error = EntityInTrash(
            f"The input {', '.join(trashed)} lies in the trash, so it cannot be a parent.",
            next_step=_leave_out(trashed, "restore it in openBIS"),
        )
        raise of_field(error, *_fields(trashed))
    if gone:
        error = EntityInTrash(
            f"The input {', '.join(gone)} is no longer visible to you (deleted, or the right was withdrawn).",
            next_step=_leave_out(gone, "ask for the right to see it"),
        )
        raise of_field(error, *_fields(gone))
    frozen = [perm_id for perm_id in parents if visible[perm_id].frozen_for_children]
    if frozen:
        refused = EntityFrozen(
            f"The input {', '.join(frozen)} is frozen: it takes no more children.",
            next_step=_leave_out(frozen, "use a copy that is not frozen"),
        )
        raise of_field(refused, *_fields(frozen))


def _fields(perm_ids: Sequence[str]) -> list[str]:
    return [f"inputs.{perm_id}" for perm_id in perm_ids]


def _leave_out(perm_ids: Sequence[str], otherwise: str) -> str:
    return f"Leave it out with unused={list(perm_ids)!r} (CLI: --unused), or {otherwise}, and save again."
