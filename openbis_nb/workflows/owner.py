"""Whether an entity can take a saved notebook from this person now; asked at launch and again at save."""

from __future__ import annotations

from ..errors import EntityFrozen, Forbidden, InvalidInput
from ..models import Entity
from .workplace import Workplace

__all__ = ["check_can_own", "check_may_add", "check_not_frozen"]


def check_can_own(owner: Entity) -> None:
    """Raises:
    InvalidInput: it is a space or project, to which no data set belongs (design section 2).
    """
    if not owner.can_own_data_sets:
        raise InvalidInput(
            f"{owner.identifier} is a {owner.kind}; a notebook is stored in an experiment or object.",
            next_step="Name an experiment or object as the owner.",
        )


def check_not_frozen(owner: Entity) -> None:
    """Raises:
    EntityFrozen: nothing can be added to it.
    """
    if owner.frozen_for_data_sets:
        raise EntityFrozen(f"{owner.identifier} is frozen: no data set can be added to it.")


async def check_may_add(workplace: Workplace, owner: Entity) -> None:
    """Ask openBIS for the right to add a data set; one round trip.

    Raises:
        Forbidden: the person may look, but not add; names the role (contract 9.2).
    """
    if not await workplace.client.can_create_data_set(owner):
        raise Forbidden(
            f"You may not add data sets to {owner.identifier}: "
            "that takes the role USER in its space or project."
        )
