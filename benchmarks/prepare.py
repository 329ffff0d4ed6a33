"""Making a notebook with 100 inputs: owner, right to write, data sets with type and parents, their files.

Ours is the whole launch, rendered notebook included, for an owner whose kind is known, as it is in the ELN.
Against it stands only the reading with pybis as the ELN's notebook does it, one call after the other.
Budget: at most 4 round trips.
"""

from __future__ import annotations

import asyncio
import tempfile
from pathlib import Path
from typing import Any

from _lab import EXPERIMENT, Lab, Stopwatch, compete, counted_requests, laboratory, serve_child

from openbis_nb import assemble, settings
from openbis_nb.models import LaunchRequest
from openbis_nb.openbis.creation import NewDataSet, create_data_set
from openbis_nb.workflows.launch import prepare

INPUTS = 100
ROUNDS = 3


def ours(lab: Lab, task: dict[str, Any], watch: Stopwatch) -> None:
    """The launch workflow."""

    async def launch(folder: Path) -> None:
        client = await lab.log_in()
        await client.whoami()  # known since the log-in, as for every command after it
        chosen = settings.load({}, url=lab.url, state_dir=folder, cache_dir=folder)
        workplace = await assemble.workplace(chosen, client)
        request = LaunchRequest(place=EXPERIMENT, kind="experiment", inputs=tuple(task["inputs"]))
        before = client.transport.stats.round_trips
        with watch:
            prepared = await prepare(workplace, request)
        assert len(prepared.inputs) == INPUTS
        watch.measured.counts["round trips"] = client.transport.stats.round_trips - before
        await client.close()

    with tempfile.TemporaryDirectory() as folder:
        asyncio.run(launch(Path(folder)))


def pybis(lab: Lab, task: dict[str, Any], watch: Stopwatch) -> None:
    """``get_experiment``, then for each input ``get_dataset`` and its file list."""
    openbis = lab.pybis()
    with counted_requests() as sent, watch:
        openbis.get_experiment(EXPERIMENT)
        for perm_id in task["inputs"]:
            assert openbis.get_dataset(perm_id).file_list
    watch.measured.counts["round trips"] = len(sent)


async def make_inputs(lab: Lab) -> list[str]:
    client = await lab.log_in()
    owner = await client.entity(EXPERIMENT, "experiment")
    made = [
        await create_data_set(
            client,
            NewDataSet(type_code="RAW_DATA", owner=owner, files={f"plate_{n}.csv": b"well,od\nA1,0.1\n"}),
        )
        for n in range(INPUTS)
    ]
    await client.close()
    return made


def main() -> None:
    """Measure and print."""
    with laboratory() as lab:
        task = {"inputs": asyncio.run(make_inputs(lab))}
        results = compete(__file__, ["ours", "pybis"], lab, task, ROUNDS)
    print(f"a notebook with {INPUTS} inputs")
    for name, run in results.items():
        print(f"  {name:<6} {run.seconds * 1000:8.1f} ms   {run.counts['round trips']:4} round trips")
    ratio = results["pybis"].seconds / results["ours"].seconds
    print(f"  ours is {ratio:.1f} x pybis; budget: at most 4 round trips")


if __name__ == "__main__":
    if not serve_child({"ours": ours, "pybis": pybis}):
        main()
