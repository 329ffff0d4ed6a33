"""A laboratory with a history, for the pages about it: data that was measured again, and who used it."""

from __future__ import annotations

import asyncio
import json
import uuid
from collections.abc import AsyncIterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import nbformat.v4 as v4

from openbis_nb.models import Entity
from openbis_nb.notebooks.environment import Environment
from openbis_nb.notebooks.provenance import Provenance
from openbis_nb.openbis.client import OpenBIS, Server
from openbis_nb.openbis.creation import NewDataSet, create_data_set
from openbis_nb.sandbox import DEMO_EXPERIMENT, Sandbox

__all__ = ["HOSTILE_NAME", "History", "Hostile", "make_history", "make_hostile", "next_version"]

HOSTILE_NAME = "<img src=x onerror=alert(1)>'\"<script>alert(2)</script>${1}{{2}}"


@dataclass(frozen=True)
class History:
    """PermIds, and notebook ids.

    Plate B was measured again: the notebook ``growth`` (versions ``first`` to ``fourth``) used the
    first measurement to the end, ``survey`` the second. ``rates`` came of the second version.
    """

    plate_a: str
    plate_b: str
    plate_b_again: str
    growth: str
    first: str
    second: str
    third: str
    fourth: str
    survey: str
    rates: str


@dataclass(frozen=True)
class Hostile:
    """PermIds, and the notebook's id."""

    data: str
    notebook: str
    version: str
    later: str


def make_history(sandbox: Sandbox) -> History:
    """Everything by alice, in the demo experiment."""
    with ThreadPoolExecutor(1) as beside:  # in this thread Playwright's loop may run
        return beside.submit(asyncio.run, _make(sandbox)).result()


def make_hostile(sandbox: Sandbox) -> Hostile:
    """A notebook with two versions and their data, all with a name that would act where it is no text."""
    with ThreadPoolExecutor(1) as beside:
        return beside.submit(asyncio.run, _make_hostile(sandbox)).result()


def next_version(sandbox: Sandbox, notebook_id: str, source: str, name: str) -> str:
    """alice saves once more; the permId."""

    async def make() -> str:
        async with _alice(sandbox) as client:
            owner = await client.entity(DEMO_EXPERIMENT)
            return await _version(client, owner, notebook_id, source, [], name=name)

    with ThreadPoolExecutor(1) as beside:
        return beside.submit(lambda: asyncio.run(make())).result()


async def _make_hostile(sandbox: Sandbox) -> Hostile:
    async with _alice(sandbox) as client:
        owner = await client.entity(DEMO_EXPERIMENT)
        data = await _data(client, owner, HOSTILE_NAME)
        notebook = uuid.uuid4().hex
        version = await _version(client, owner, notebook, "1 + 1", [], name=HOSTILE_NAME)
        later = await _version(client, owner, notebook, "1 + 1", [data], name=HOSTILE_NAME)
        await _data(client, owner, HOSTILE_NAME, [version])
    return Hostile(data, notebook, version, later)


@asynccontextmanager
async def _alice(sandbox: Sandbox) -> AsyncIterator[OpenBIS]:
    async with OpenBIS(Server(sandbox.url, ca_bundle=Path(str(sandbox.ca_bundle)))) as client:
        await client.login("alice", sandbox.users["alice"])
        yield client


async def _make(sandbox: Sandbox) -> History:
    async with _alice(sandbox) as client:
        owner = await client.entity(DEMO_EXPERIMENT)
        plate_a = await _data(client, owner, "Plate A")
        plate_b = await _data(client, owner, "Plate B", [plate_a])
        growth, survey = uuid.uuid4().hex, uuid.uuid4().hex
        first = await _version(client, owner, growth, "1 + 1", [plate_a], window=2.5, numpy="2.1.0")
        second = await _version(client, owner, growth, "1 + 2", [plate_b], window=4.0, numpy="2.2.0")
        rates = await _data(client, owner, "Growth rates of all strains at three temperatures", [second])
        third = await _version(client, owner, growth, "1 + 3", [plate_b], window=4.0, numpy="2.2.0")
        fourth = await _version(client, owner, growth, "1 + 4", [plate_b], window=4.0, numpy="2.2.0")
        plate_b_again = await _data(client, owner, "Plate B", [])
        await _version(client, owner, survey, "2 + 2", [plate_b_again], name="Survey")
    return History(plate_a, plate_b, plate_b_again, growth, first, second, third, fourth, survey, rates)


async def _data(client: OpenBIS, owner: Entity, name: str, parents: Sequence[str] = ()) -> str:
    new = NewDataSet(
        type_code="RAW_DATA",
        owner=owner,
        files={"a.csv": b"1\n"},
        properties={"$NAME": name},
        parents=tuple(parents),
    )
    return await create_data_set(client, new)


async def _version(
    client: OpenBIS,
    owner: Entity,
    notebook_id: str,
    source: str,
    inputs: Sequence[str],
    *,
    name: str = "Growth",
    window: float = 1.0,
    numpy: str = "2.0.0",
) -> str:
    environment = Environment(
        python="3.11.4",
        implementation="CPython",
        platform="Linux",
        kernel="python3",
        packages={"numpy": numpy},
    )
    record = Provenance(
        save_id=uuid.uuid4().hex,
        notebook_id=notebook_id,
        name=name,
        saved_at="2026-11-21T09:00:00Z",
        saved_by="alice",
        owner={"kind": owner.kind, "perm_id": owner.perm_id, "identifier": owner.identifier},
        declared=tuple(inputs),
        attached=tuple(inputs),
        parameters={"window_hours": window},
        environment=environment.summary() | {"image": f"lab/{numpy}"},
    )
    files: dict[str, Any] = {
        "Growth.ipynb": _notebook(source),
        "provenance.json": record.to_json(),
        "environment.lock.json": environment.lock_json(),
    }
    new = NewDataSet(
        type_code="ANALYSIS_NOTEBOOK",
        owner=owner,
        files=files,
        properties={"$NAME": name, "$HISTORY_ID": notebook_id},
        parents=tuple(inputs),
    )
    return await create_data_set(client, new)


def _notebook(source: str) -> bytes:
    result = v4.new_output("execute_result", data={"text/plain": str(eval(source))}, execution_count=1)
    cells = [
        v4.new_markdown_cell("# Fit of the curves"),
        v4.new_code_cell(source, execution_count=1, outputs=[result]),
    ]
    return json.dumps(v4.new_notebook(cells=cells)).encode()
