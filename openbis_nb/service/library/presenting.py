"""A row of the index as it is shown to one person."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ...models import Checkpoint, Entity
from ...openbis.protocol.replies import instant
from .places import Sight
from .query import Row

__all__ = ["row_of"]


def row_of(stored: Mapping[Any, Any], sight: Sight, newer: bool | None) -> Row:
    """A row of ``nb_notebook``.

    Args:
        stored: The row, confirmed.
        sight: What the person sees: names of projects and spaces are taken from there.
        newer: Whether an input has a newer version, if that was asked.
    """
    owner = _owner(stored, sight)
    newest = Checkpoint(
        perm_id=stored["newest_perm_id"],
        notebook_id=stored["notebook_id"],
        name=stored["name"],
        notes=stored["description"],
        registrator=stored["newest_by"],
        registered_at=instant(stored["updated"]),
        owner=owner,
        size=stored["size"],
    )
    return Row(
        notebook_id=stored["notebook_id"],
        name=stored["name"],
        description=stored["description"],
        author=stored["author"],
        owner=owner,
        project=sight.projects.get(stored["place"]),
        space=sight.space_of(stored["place"]),
        newest=newest,
        first_perm_id=stored["first_perm_id"],
        created=instant(stored["created"]),
        versions=stored["versions"],
        size=stored["size"],
        total_size=stored["total_size"],
        template=stored["template"],
        newer=newer,
    )


def _owner(stored: Mapping[Any, Any], sight: Sight) -> Entity | None:
    """Its identifier begins with that of the project as it is called now, to this person."""
    if not stored["owner_perm_id"]:
        return None
    code, project = stored["owner_code"], sight.projects.get(stored["place"])
    identifier = f"{project.identifier}/{code}" if project else stored["owner_identifier"]
    return Entity(stored["owner_kind"], stored["owner_perm_id"], identifier, code)
