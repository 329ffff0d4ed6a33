"""What went into a version of a notebook, by what openBIS holds."""

from __future__ import annotations

from collections.abc import Collection

from ..models import DataSet
from .workplace import Workplace

__all__ = ["original_inputs"]

#: How many copies of copies are followed back to the inputs.
_MOST_COPIES = 20


async def original_inputs(
    workplace: Workplace, source: DataSet, mentioned: Collection[str] = ()
) -> tuple[str, ...]:
    """The parents of a version, where an earlier version stands for what went into that one.

    A copy that the ELN made has the version copied as its only parent (O-28). No call, unless it is one.

    Args:
        workplace: Who asks.
        source: The version.
        mentioned: Data sets that its cells or its block name: a notebook among them is an input like any
            other.
    """
    inputs = dict.fromkeys(parent for parent in source.parents if parent in mentioned)
    seen, waiting = {source.perm_id}, [parent for parent in source.parents if parent not in inputs]
    for _ in range(_MOST_COPIES):
        found = await workplace.client.data_sets(waiting)
        seen.update(waiting)
        waiting = []
        for data_set in found.values():
            if data_set.type_code == workplace.data_set_type and data_set.perm_id not in mentioned:
                waiting += [parent for parent in data_set.parents if parent not in seen]
            else:
                inputs[data_set.perm_id] = None
        if not waiting:
            break
    return tuple(inputs)
