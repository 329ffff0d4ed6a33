"""Fetching data sets onto the disk: 200 files of 1 MB, and one file of 1 GB.

Ours (verified by CRC32), pybis' fast download, and curl (parallel, unverified), in turns against one sandbox.
Budgets: at least 2 x pybis, at least 0.8 of curl, under 100 MB above idle.
"""

from __future__ import annotations

import asyncio
import os
import subprocess
import time
from pathlib import Path
from typing import Any
from urllib.parse import quote

from _lab import EXPERIMENT, MEGABYTE, Lab, Measured, Stopwatch, compete, laboratory, serve_child

from openbis_nb.openbis.cache import Cache
from openbis_nb.openbis.creation import NewDataSet, create_data_set
from openbis_nb.openbis.files import download

ROUNDS = 3
PARALLEL = 8


def ours(lab: Lab, task: dict[str, Any], watch: Stopwatch) -> None:
    """List, fetch, verify."""

    async def attach() -> None:
        client = await lab.log_in()
        before = client.transport.stats.round_trips
        with watch:
            files = (await client.files_of([task["data_set"]]))[task["data_set"]]
            cache = Cache(Path(task["target"]), server=client.server.host, person="alice")
            await download(client, files, cache)
        watch.measured.counts["round trips"] = client.transport.stats.round_trips - before
        await client.close()

    asyncio.run(attach())


def pybis(lab: Lab, task: dict[str, Any], watch: Stopwatch) -> None:
    """``ds.download()`` as a scientist calls it."""
    from _lab import counted_requests

    openbis = lab.pybis()
    with counted_requests() as sent, watch:
        openbis.get_dataset(task["data_set"]).download(destination=task["target"], wait_until_finished=True)
    watch.measured.counts["round trips"] = len(sent)


def curl(lab: Lab, task: dict[str, Any], watch: Stopwatch) -> None:
    """The same addresses by curl, as many at once; it checks no checksum."""
    token = lab.pybis().token
    Path(task["target"]).mkdir(parents=True)
    lines = []
    for number, path in enumerate(task["paths"]):
        url = f"{lab.url}/datastore_server/{task['data_set']}/{quote(path)}?sessionID={quote(token)}"
        lines += [f'url = "{url}"', f'output = "{task["target"]}/{number}"']
    config = Path(task["target"]) / "curl.conf"
    config.write_text("\n".join(lines))
    command = ["curl", "-sS", "--fail", "--cacert", lab.ca_bundle, "--config", str(config)]
    with watch:
        subprocess.run([*command, "--parallel", "--parallel-max", str(PARALLEL)], check=True)
    watch.measured.counts["round trips"] = len(task["paths"])


async def prepare(lab: Lab, files: dict[str, Path]) -> dict[str, Any]:
    client = await lab.log_in()
    owner = await client.entity(EXPERIMENT, "experiment")
    perm_id = await create_data_set(client, NewDataSet(type_code="RAW_DATA", owner=owner, files=files))
    paths = [file.path for file in (await client.files_of([perm_id]))[perm_id]]
    await client.close()
    return {"data_set": perm_id, "paths": paths, "target": f"{lab.folder}/target"}


def random_file(path: Path, size: int) -> Path:
    with path.open("wb") as stream:
        for _ in range(size // MEGABYTE):
            stream.write(os.urandom(MEGABYTE))
    return path


def report(title: str, size: int, results: dict[str, Measured]) -> None:
    print(title)
    for name, run in results.items():
        speed = size / MEGABYTE / run.seconds
        trips = run.counts["round trips"]
        memory = "" if name == "curl" else f"   {run.memory / MEGABYTE:6.1f} MB above idle"
        print(f"  {name:<6} {run.seconds:7.2f} s   {speed:7.1f} MB/s   {trips:5} requests{memory}")
    pybis_ratio = results["pybis"].seconds / results["ours"].seconds
    curl_ratio = results["curl"].seconds / results["ours"].seconds
    print(f"  ours is {pybis_ratio:.2f} x pybis (budget 2), {curl_ratio:.2f} of curl (budget 0.8)")


def main() -> None:
    """Measure and print."""
    with laboratory() as lab:
        source = Path(lab.folder) / "source"
        source.mkdir()
        many = {f"{n:03}.bin": random_file(source / f"{n:03}.bin", MEGABYTE) for n in range(200)}
        one = {"one.bin": random_file(source / "one.bin", 1000 * MEGABYTE)}
        for title, files in (("200 files of 1 MB", many), ("1 file of 1 GB", one)):
            start = time.perf_counter()
            task = asyncio.run(prepare(lab, dict(files)))
            size = sum(path.stat().st_size for path in files.values())
            upload = size / MEGABYTE / (time.perf_counter() - start)
            report(title, size, compete(__file__, ["ours", "pybis", "curl"], lab, task, ROUNDS))
            print(f"  (stored before by our upload, compared by CRC32: {upload:.1f} MB/s)")


if __name__ == "__main__":
    if not serve_child({"ours": ours, "pybis": pybis, "curl": curl}):
        main()
