"""Many people launch a notebook at the same moment: today's integration service and ours, in one run.

openBIS (the sandbox, by TLS) answers every call 50 ms late. A launch counts when it is accepted and answered:
with the ELN that labs run that is two requests, the same to both services; by our own API it is one. A
notebook of our API is prepared behind that, and timed apart; one of the ELN is prepared when its person's
server fetches it. Budgets: at least 20 x today's launches per second with 50 at once; at most 3 calls of
openBIS in a row for a launch.

    scripts/bench launches
    .venv/bin/python benchmarks/launches.py --json     the same for programs
"""

from __future__ import annotations

import asyncio
import json
import os
import sys
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import asdict
from pathlib import Path

from _launching.burst import Crowd
from _launching.hub import StandInHub
from _launching.incumbent import VERSION, incumbent
from _launching.measuring import Laboratory, Measured, Way
from _launching.openbis import OpenBIS
from _launching.ours import EXPERIMENT, FILE, alone, behind_a_hub

from openbis_nb.openbis.client import OpenBIS as Client
from openbis_nb.openbis.client import Secret, Server
from tests.unit.notebooks.eln import Asked, generated

DELAY = 0.05
"""Seconds until openBIS answers."""
HUB_DELAY = 0.01
"""Seconds until the imitated hub answers: what a real one takes on this machine when one person asks."""
PATIENCE = 300.0
FEW, MANY = 50, 500
ROUNDS = 3
BUDGET, CALLS_BUDGET = 20, 3
#: Each launches once, in a crowd or (twice a way) alone: the service remembers for a minute who somebody is.
_PEOPLE = 2 + ROUNDS * (FEW + MANY)
_PEOPLE_AT_THE_HUB = 2 * (2 + ROUNDS * FEW)


def measure() -> Iterator[Measured]:
    """Today's service, then ours; each is alone while it is measured."""
    few, many = (FEW, ROUNDS), (MANY, ROUNDS)
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="openbis-nb-bench-")))
        openbis = stack.enter_context(OpenBIS(DELAY, people=2 * _PEOPLE, account=MANY))
        laboratory = Laboratory(openbis, stack.enter_context(Crowd(PATIENCE)))
        data_set = asyncio.run(_an_input(openbis))
        notebook = json.dumps(generated(Asked(file_name=FILE, inputs=[data_set], owner=EXPERIMENT)))
        with incumbent(openbis, folder / "today") as today:
            way = Way(f"today's service {VERSION}, as the ELN asks", today.pid, today.by_the_eln(notebook))
            yield laboratory.measure(way, few, (MANY, 1))  # which takes more than a minute
        with (
            StandInHub(HUB_DELAY, openbis.url, openbis.sessions) as hub,
            alone(openbis, hub, folder / "alone") as ours,
        ):
            eln, own = ours.by_the_eln(notebook, openbis.url), ours.by_our_own(data_set)
            yield laboratory.measure(Way("ours, as the ELN asks", ours.pid, eln, ours), few, many)
            way = Way("ours, by POST api/v1/launches", ours.pid, own, ours, at_once=True)
            yield laboratory.measure(way, few, many)
        with behind_a_hub(openbis, _PEOPLE_AT_THE_HUB, folder / "hub") as ours:
            eln, own = ours.by_the_eln(notebook, openbis.url), ours.by_our_own(data_set)
            where = "ours behind a real hub and its proxy"
            yield laboratory.measure(Way(f"{where}, as the ELN asks", ours.pid, eln, ours), few)
            way = Way(f"{where}, by POST api/v1/launches", ours.pid, own, ours, at_once=True)
            yield laboratory.measure(way, few)


async def _an_input(openbis: OpenBIS) -> str:
    server = Server(openbis.url, ca_bundle=Path(openbis.ca_bundle))
    async with Client(server, Secret(next(iter(openbis.sessions.values())))) as client:
        return (await client.data_sets_of(await client.entity(EXPERIMENT, "experiment")))[0].perm_id


def report(today: Measured, ours: list[Measured]) -> None:
    """For readers."""
    print(f"openBIS answers after {DELAY * 1000:.0f} ms; median of {ROUNDS} rounds (today's {MANY}: one)")
    print("memory: the service's highest; CPU: shares of one core of service + openBIS + those who launch")
    for measured in (today, *ours):
        print(measured.name)
        print(f"  openBIS' calls until it is answered: {measured.answered}")
        if measured.prepared:
            print(f"  and until the notebook is there: {measured.prepared}")
        for result, ratio in zip(measured.crowds, measured.ratios(today), strict=False):
            print(f"  {result}" + ("" if measured is today else f"\n        {ratio:.1f} x today's"))
    print(f"budgets: {FEW} at once at least {BUDGET} x today's; at most {CALLS_BUDGET} calls in a row")


def main() -> None:
    """Measure and print."""
    before = os.getloadavg()[0]
    today, *ours = measure()
    if "--json" in sys.argv[1:]:
        load = [before, os.getloadavg()[0]]
        print(json.dumps({"load": load, "ways": [asdict(one) for one in (today, *ours)]}, indent=2))
        return
    report(today, ours)
    print(f"load of the machine: {before:.2f} before, {os.getloadavg()[0]:.2f} at the end")


if __name__ == "__main__":
    main()
