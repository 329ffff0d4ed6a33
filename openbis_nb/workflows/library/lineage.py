"""Where data came from and what became of it: inputs → notebooks → results (F-07, N-08).

The graph holds what openBIS shows to the person who asks and nothing else: a data set that is hidden from
them is not there, and neither are its relatives beyond it (design D13, contract 3.2).
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import chain, zip_longest
from typing import Literal

from ...errors import NotFound
from ...models import DataSet
from ...openbis.checkpoints import notebook_id_of
from ...openbis.client import OpenBIS

__all__ = ["Edge", "Lineage", "Node", "lineage"]


@dataclass(frozen=True, slots=True)
class Node:
    """A data set of the picture.

    Args:
        data_set: As openBIS shows it.
        column: 0 is what was asked for, negative is where it comes from, positive is what came of it. An edge
            leads to a higher column, except between two that were asked for.
        notebook_id: Of the notebook that it is a version of; ``None`` for any other data set.
        more: Its further parents (column ≤ 0) and children (column ≥ 0) that are not in the picture.
    """

    data_set: DataSet
    column: int
    notebook_id: str | None = None
    more: int = 0

    @property
    def perm_id(self) -> str:
        """PermId of the data set."""
        return self.data_set.perm_id

    @property
    def kind(self) -> Literal["data set", "version"]:
        """A version of a notebook, or any other data set."""
        return "data set" if self.notebook_id is None else "version"


@dataclass(frozen=True, slots=True)
class Edge:
    """From a parent to its child; both are permIds."""

    parent: str
    child: str


@dataclass(frozen=True, slots=True)
class Lineage:
    """A picture of data sets; ``cut`` is true where some relatives are left out."""

    nodes: tuple[Node, ...]
    edges: tuple[Edge, ...]
    cut: bool = False


async def lineage(
    client: OpenBIS, perm_ids: Iterable[str], *, up: int = 3, down: int = 3, most: int = 60
) -> Lineage:
    """Ancestors and descendants of data sets; one round trip a level, and one for the data sets themselves.

    Args:
        client: With a session.
        perm_ids: What is asked for; what is not visible of it is left out.
        up: Levels of parents.
        down: Levels of children.
        most: Data sets in all, those asked for first.

    Raises:
        NotFound: none of *perm_ids* is visible.
    """
    asked = list(dict.fromkeys(perm_ids))[:most]
    roots = await client.data_sets(asked, with_children=True)
    if not roots:
        raise NotFound("There is no such data set that you may see.", next_step="Check the permId.")
    walk = _Walk(roots)
    for level in range(1, max(up, down) + 1):
        parents = walk.unknown_parents() if level <= up else []
        children = walk.unknown_children() if level <= down else []
        wanted = _in_turn(parents, children)[: max(0, most - len(walk.seen))]
        if not wanted:
            break
        walk.add(await client.data_sets(wanted, with_children=True), parents, children)
    return walk.picture()


class _Walk:
    """What was seen so far, and where to go on from."""

    def __init__(self, roots: Mapping[str, DataSet]) -> None:
        self.seen: dict[str, DataSet] = dict(roots)
        self._roots = frozenset(roots)
        self._above: set[str] = set()
        self._below: set[str] = set()
        self._asked: set[str] = set(roots)
        self._upper = self._lower = list(roots)

    def unknown_parents(self) -> list[str]:
        """Parents of the uppermost level that were not asked for yet."""
        return self._unknown(parent for child in self._upper for parent in self.seen[child].parents)

    def unknown_children(self) -> list[str]:
        """Children of the lowest level that were not asked for yet."""
        return self._unknown(child for parent in self._lower for child in self.seen[parent].children)

    def add(self, found: Mapping[str, DataSet], parents: Sequence[str], children: Sequence[str]) -> None:
        """Go one level further, by what openBIS gave of *parents* and *children*."""
        self._asked.update(parents, children)
        self.seen.update(found)
        self._upper = [perm_id for perm_id in parents if perm_id in found]
        self._lower = [perm_id for perm_id in children if perm_id in found]
        self._above.update(self._upper)
        self._below.update(perm_id for perm_id in self._lower if perm_id not in self._above)

    def picture(self) -> Lineage:
        """All that was seen, in columns."""
        above = _depths(self._above, lambda perm_id: self.seen[perm_id].children)
        below = _depths(self._below, lambda perm_id: self.seen[perm_id].parents)
        columns = (
            dict.fromkeys(self._roots, 0) | {perm_id: -depth for perm_id, depth in above.items()} | below
        )
        nodes = [
            Node(data_set, columns[perm_id], notebook_id_of(data_set), self._missing(data_set, columns))
            for perm_id, data_set in self.seen.items()
        ]
        edges = {
            Edge(parent, child): None
            for child, data_set in self.seen.items()
            for parent in data_set.parents
            if parent in self.seen
        }
        return Lineage(tuple(nodes), tuple(edges), cut=any(node.more for node in nodes))

    def _unknown(self, relatives: Iterable[str]) -> list[str]:
        return [perm_id for perm_id in dict.fromkeys(relatives) if perm_id not in self._asked]

    def _missing(self, data_set: DataSet, columns: Mapping[str, int]) -> int:
        column = columns[data_set.perm_id]
        relatives = (data_set.parents if column <= 0 else ()) + (data_set.children if column >= 0 else ())
        return sum(perm_id not in self.seen for perm_id in dict.fromkeys(relatives))


def _depths(side: Collection[str], nearer: Callable[[str], Iterable[str]]) -> dict[str, int]:
    """How many steps the longest way is from each data set of one side to what was asked for.

    Args:
        side: Ancestors, or descendants.
        nearer: The relatives of one that are nearer to what was asked for.
    """
    depths: dict[str, int] = {}

    def depth(perm_id: str, way: frozenset[str]) -> int:
        if perm_id not in depths:
            way |= {perm_id}  # openBIS lets nobody make a circle, but a circle must not hang us
            depths[perm_id] = 1 + max(
                (depth(other, way) for other in nearer(perm_id) if other in side and other not in way),
                default=0,
            )
        return depths[perm_id]

    for perm_id in side:
        depth(perm_id, frozenset())
    return depths


def _in_turn(first: Sequence[str], second: Sequence[str]) -> list[str]:
    """One of each in turn, so that a limit cuts both sides alike."""
    pairs = chain.from_iterable(zip_longest(first, second))
    return list(dict.fromkeys(perm_id for perm_id in pairs if perm_id is not None))
