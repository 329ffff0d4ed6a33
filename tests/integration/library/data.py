"""Data sets with names and parents, as a laboratory has them."""

from __future__ import annotations

import uuid
from collections.abc import Sequence

from openbis_nb.openbis.client import OpenBIS
from openbis_nb.openbis.creation import NewDataSet, create_data_set
from openbis_nb.sandbox import DEMO_EXPERIMENT

NOTEBOOK = b'{"cells": [], "metadata": {}, "nbformat": 4, "nbformat_minor": 5}'


async def data(
    client: OpenBIS,
    name: str = "",
    parents: Sequence[str] = (),
    *,
    owner: str = DEMO_EXPERIMENT,
    type_code: str = "RAW_DATA",
) -> str:
    """A data set of that name; its permId."""
    new = NewDataSet(
        type_code=type_code,
        owner=await client.entity(owner),
        files={"a.csv": b"1\n"},
        properties={"$NAME": name} if name else {},
        parents=tuple(parents),
    )
    return await create_data_set(client, new)


async def version(
    client: OpenBIS,
    notebook_id: str | None = None,
    parents: Sequence[str] = (),
    *,
    name: str = "Growth",
    owner: str = DEMO_EXPERIMENT,
    content: bytes = NOTEBOOK,
) -> tuple[str, str]:
    """A version as the ELN or pybis writes it: no provenance; notebook id and permId."""
    notebook_id = notebook_id or uuid.uuid4().hex
    new = NewDataSet(
        type_code="ANALYSIS_NOTEBOOK",
        owner=await client.entity(owner),
        files={"notebook.ipynb": content},
        properties={"$NAME": name, "$HISTORY_ID": notebook_id},
        parents=tuple(parents),
    )
    return notebook_id, await create_data_set(client, new)


def trips(client: OpenBIS) -> int:
    """Round trips so far."""
    return client.transport.stats.round_trips
