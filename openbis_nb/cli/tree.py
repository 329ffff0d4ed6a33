"""``openbis-nb tree``: what there is in openBIS, as far as the person may see it."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import click

from ..models import DataSet, Entity
from ..openbis.client import OpenBIS
from ..settings import Settings
from ..units import human_size
from .command import command
from .connection import connect
from .terminal import Terminal

__all__ = ["tree"]

#: Entities opened at the same time.
_AT_ONCE = 8


@dataclass(frozen=True, slots=True)
class Node:
    """An entity or data set, with what lies in it; ``None``: not looked into."""

    item: Entity | DataSet
    children: tuple[Node, ...] | None = None


@command(
    examples=[
        "openbis-nb tree",
        "openbis-nb tree /BIOLAB --depth 2",
        "openbis-nb tree /BIOLAB/GROWTH/GROWTH_CURVES_1 --json",
    ]
)
@click.argument("identifier", required=False)
@click.option("--depth", type=click.IntRange(1, 5), help="Levels to open; default 1, without IDENTIFIER 2.")
async def tree(terminal: Terminal, settings: Settings, identifier: str | None, depth: int | None) -> None:
    """List spaces, projects, experiments, objects and data sets.

    IDENTIFIER is a space, project, experiment or object, or a permId; without it all spaces are shown.
    """
    async with connect(settings) as openbis:
        root = await openbis.entity(identifier) if identifier else None
        below = await _below(openbis, root, depth or (1 if root else 2), asyncio.Semaphore(_AT_ONCE))
    if root is None:
        terminal.result([_document(node) for node in below], (line for n in below for line in _lines(n)))
    else:
        node = Node(root, below)
        terminal.result(_document(node), _lines(node))


async def _below(
    openbis: OpenBIS, of: Entity | None, depth: int, room: asyncio.Semaphore
) -> tuple[Node, ...]:
    async with room:
        items = [item async for item in openbis.children(of)]
    return tuple(await asyncio.gather(*(_node(openbis, item, depth - 1, room) for item in items)))


async def _node(openbis: OpenBIS, item: Entity | DataSet, depth: int, room: asyncio.Semaphore) -> Node:
    if depth == 0 or isinstance(item, DataSet):
        return Node(item)
    return Node(item, await _below(openbis, item, depth, room))


def _document(node: Node) -> dict[str, Any]:
    item = node.item
    common = {"perm_id": item.perm_id, "type": item.type_code, "name": item.name}
    if isinstance(item, DataSet):
        return {"kind": "data set", **common, "status": item.status, "size": item.size}
    document: dict[str, Any] = {"kind": item.kind, "identifier": item.identifier, **common}
    if node.children is not None:
        document["children"] = [_document(child) for child in node.children]
    return document


def _lines(node: Node, first: str = "", rest: str = "") -> Iterator[str]:
    yield first + _label(node.item)
    for child in node.children or ():
        last = child is node.children[-1] if node.children else True
        yield from _lines(child, rest + ("└── " if last else "├── "), rest + ("    " if last else "│   "))


def _label(item: Entity | DataSet) -> str:
    name = f'"{item.name}"' if item.name else ""
    if isinstance(item, DataSet):
        status = "" if item.status == "AVAILABLE" else item.status.lower()
        parts = ["data set", item.perm_id, item.type_code, name, human_size(item.size), status]
    else:
        frozen = "frozen" if item.frozen or item.frozen_for_data_sets else ""
        parts = [item.kind, item.identifier, item.type_code, name, frozen]
    return " ".join(" ".join(part.split()) for part in parts if part)
