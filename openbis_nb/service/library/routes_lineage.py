"""``api/v1/lineage`` and ``api/v1/impact``: where data comes from, and what became of it (F-07, F-16)."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query

from ...workflows.library import impact, lineage
from ...workflows.library.lineage import Lineage, Node
from .answering import ROUTER, Caller, Here
from .links import Links
from .rows import Rows
from .shapes_related import Graph, GraphEdge, GraphNode, Impact

__all__ = ["graph_of", "impact_of", "router"]

router = APIRouter(tags=["lineage"], **ROUTER)

PermId = Annotated[str, Query(max_length=64, pattern=r"^[0-9]{8,}-[0-9]+$")]
Levels = Annotated[int, Query(ge=0, le=5)]


@router.get("/lineage", summary="Inputs, notebooks, results", response_model=Graph)
async def relatives(
    caller: Caller,
    here: Here,
    of: Annotated[list[str], Query(min_length=1, max_length=60, description="PermIds.")],
    up: Levels = 3,
    down: Levels = 3,
) -> Graph:
    """Ancestors and descendants of data sets or versions. What openBIS hides from the caller is not there,
    nor what lies beyond it. One round trip for each level."""
    async with caller.openbis() as client:
        found = await lineage.lineage(client, of, up=up, down=down)
    return graph_of(found, here.links)


@router.get("/impact", summary="Which notebooks used a data set", response_model=Impact)
async def uses(caller: Caller, here: Here, data_set: Annotated[PermId, Query(alias="dataSet")]) -> Impact:
    """The notebooks with a version that has it as an input, latest use first; and which of them are out of
    date, as there is a newer version of it."""
    async with caller.openbis() as client:
        found = await impact.impact(client, data_set)
    return impact_of(found, here.links)


def graph_of(found: Lineage, links: Links) -> Graph:
    """A picture, as the API answers it."""
    return Graph(
        nodes=[_node(node, links) for node in found.nodes],
        edges=[GraphEdge(edge.parent, edge.child) for edge in found.edges],
        cut=found.cut,
    )


def _node(node: Node, links: Links) -> GraphNode:
    data_set = node.data_set
    is_version = node.notebook_id is not None
    page = (
        links.notebook_page(node.notebook_id or "", data_set.name, node.perm_id)
        if is_version
        else links.data_set_page(node.perm_id)
    )
    return GraphNode(
        id=node.perm_id,
        kind=node.kind,
        column=node.column,
        name=data_set.name,
        type=data_set.type_code,
        link=links.eln_data_set(node.perm_id),
        page=page,
        size=data_set.size,
        more=node.more,
        time=data_set.registered_at,
    )


def impact_of(found: impact.Impact, links: Links) -> Impact:
    """What became of a data set, as the API answers it."""
    rows, seen = Rows(links), {found.data_set.perm_id: found.data_set}
    if found.newer is not None:
        seen[found.newer.perm_id] = found.newer
    return Impact(
        dataSet=rows.data_set(found.data_set.perm_id, seen),
        newer=rows.data_set(found.newer.perm_id, seen) if found.newer is not None else None,
        notebooks=[rows.notebook(use.notebook) for use in found.uses],
        outdated=[use.notebook.notebook_id for use in found.outdated],
        note=f"{found.more} further notebooks used it." if found.more else "",
    )
