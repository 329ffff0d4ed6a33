"""Going on with a version: what the next one takes from it, and what openBIS takes of that (design D10).

Parents come from what openBIS shows as the base's parents. What its ``provenance.json`` names besides cannot
be a parent any more, or never was one: it is named as missing, never left out in silence.
"""

from __future__ import annotations

from ...errors import InvalidInput, NotFound
from ...models import Checkpoint, Entity
from ...notebooks.provenance import Forked
from ...openbis.client import OpenBIS
from ...openbis.properties import OURS
from ...openbis.together import together
from ..drafting import notes_as_html
from ..owner import check_can_own, check_may_add, check_not_frozen
from ..workplace import Workplace
from .composing import Base, NewVersion
from .model import Notebook
from .reading import read_provenance

__all__ = ["continue_from", "origin", "read_base", "that_takes"]


async def read_base(client: OpenBIS, perm_id: str, *, same_content: bool) -> Base:
    """A version to go on with.

    Raises:
        NotFound: not there any more, or not visible.
    """
    async with together() as group:
        found = group.create_task(client.data_sets([perm_id]))
        record = group.create_task(read_provenance(client, perm_id))
    data_set = found.result().get(perm_id)
    if data_set is None:
        raise NotFound(f"{perm_id} is no version of a notebook that you may see.")
    return Base(data_set, record.result(), same_content)


async def continue_from(
    workplace: Workplace,
    owner: Entity,
    notebook_id: str,
    content: bytes,
    base: Base,
    *,
    name: str | None,
    notes: str | None,
) -> NewVersion:
    """A version that goes on with *base*.

    Args:
        workplace: Who and where.
        owner: Where it is stored.
        notebook_id: Under which id.
        content: The notebook's bytes.
        base: The version before.
        name: ``None`` keeps the base's.
        notes: Plain text; ``None`` keeps the base's.
    """
    client = workplace.client
    shown, hidden = _parents(base)
    visible = await client.data_sets(shown)
    taken = tuple(p for p in shown if p in visible and not visible[p].frozen_for_children)
    missing = tuple(p for p in (*shown, *hidden) if p not in taken)
    code = await client.property_code(base.data_set.type_code, "NOTES")
    kept = str(base.data_set.properties.get(code or "NOTES") or "")
    return NewVersion(
        notebook_id=notebook_id,
        owner=owner,
        name=base.data_set.name if name is None else name,
        notes=kept if notes is None else notes_as_html(notes),
        type_code=base.data_set.type_code,
        content=content,
        base=base,
        parents=taken,
        missing=missing,
        properties=await _further_properties(client, base),
    )


async def that_takes(workplace: Workplace, owner: Entity | None) -> Entity:
    """*owner*, if the person may store there.

    Raises:
        InvalidInput: none is named, or it can own no data sets.
        EntityFrozen: it takes nothing any more.
        Forbidden: not from this person; names the role.
    """
    if owner is None:
        raise InvalidInput("Nobody says where it is to be stored.", next_step="Name an experiment or object.")
    check_can_own(owner)
    check_not_frozen(owner)
    await check_may_add(workplace, owner)
    return owner


def origin(notebook: Notebook, version: Checkpoint) -> Forked:
    """What a fork says of the version that it comes from."""
    return Forked(notebook.notebook_id, version.perm_id, version.registrator)


def _parents(base: Base) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """The base's parents as openBIS shows them; and those of its provenance that openBIS does not show."""
    shown = tuple(dict.fromkeys(base.data_set.parents))
    said = (*base.provenance.parents, *base.provenance.missing) if base.provenance else ()
    return shown, tuple(perm_id for perm_id in said if perm_id not in shown)


async def _further_properties(client: OpenBIS, base: Base) -> dict[str, str]:
    """Properties that the type may ask for, as the base has them."""
    known = (await client.data_set_type(base.data_set.type_code)).properties
    return {
        code: value
        for code, value in base.data_set.properties.items()
        if code in known and code not in OURS and isinstance(value, str)
    }
