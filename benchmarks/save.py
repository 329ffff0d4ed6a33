"""Saving a notebook of 5 MB as a version, and 1 GB of results with it.

Ours (uploaded in parts, compared by CRC32) against pybis' ``new_dataset().save()`` (no comparison). "cold" is
the first save of a session, "warm" the second. Budgets: at most 4 round trips besides the bytes; under 100 MB
above idle.
"""

from __future__ import annotations

import asyncio
import json
import os
import time
import zlib
from pathlib import Path
from typing import Any

from _lab import (
    EXPERIMENT,
    MEGABYTE,
    Lab,
    Measured,
    Stopwatch,
    child,
    compete,
    counted_requests,
    laboratory,
    serve_child,
)

from openbis_nb.models import Entity
from openbis_nb.openbis import checkpoints
from openbis_nb.openbis.checkpoints import CheckpointDraft
from openbis_nb.openbis.client import OpenBIS

ROUNDS = 3
NOTEBOOK = 5 * MEGABYTE


def ours(lab: Lab, task: dict[str, Any], watch: Stopwatch) -> None:
    """A cold and a warm save; the owner is known, as after a launch."""

    async def save() -> None:
        client = await lab.log_in()
        owner = await client.entity(EXPERIMENT, "experiment")
        await _ours_once(client, owner, task, watch, "cold")
        if len(task["files"]) > 1:
            await _ours_once(client, owner, task, watch, "warm")
        await client.close()

    asyncio.run(save())


async def _ours_once(
    client: OpenBIS, owner: Entity, task: dict[str, Any], watch: Stopwatch, run: str
) -> None:
    files: dict[str, Path | bytes] = {Path(path).name: Path(path) for path in task["files"]}
    record = json.dumps({"save_id": f"{run}-{time.time_ns()}"}).encode()
    draft = CheckpointDraft(
        type_code="ANALYSIS_NOTEBOOK",
        owner=owner,
        name="Benchmark",
        notes="",
        notebook_id=f"benchmark-{time.time_ns()}",
        files={**files, "provenance.json": record},
        save_id=run,
        provenance_crc32=zlib.crc32(record),
    )
    parts: list[int] = []
    before = client.transport.stats.round_trips
    with watch:
        await checkpoints.write(client, draft, on_bytes=parts.append)
    watch.measured.counts[f"{run} ms"] = round(watch.measured.seconds * 1000)
    watch.measured.counts[f"{run} trips"] = client.transport.stats.round_trips - before - len(parts)


def pybis(lab: Lab, task: dict[str, Any], watch: Stopwatch) -> None:
    """The same files by ``new_dataset().save()``."""
    openbis = lab.pybis()
    for run in ("cold", "warm") if len(task["files"]) > 1 else ("cold",):
        with counted_requests() as sent, watch:
            openbis.new_dataset(
                type="ANALYSIS_NOTEBOOK",
                experiment=EXPERIMENT,
                files=task["files"],
                props={"$name": "Benchmark", "notes": "n", "$history_id": str(time.time_ns())},
            ).save()
        uploads = sum(1 for url in sent if url.endswith("session_workspace_file_upload"))
        watch.measured.counts[f"{run} ms"] = round(watch.measured.seconds * 1000)
        watch.measured.counts[f"{run} trips"] = len(sent) - uploads


def notebook_files(folder: Path) -> list[str]:
    text = os.urandom(NOTEBOOK // 2).hex()
    cells = [{"cell_type": "markdown", "metadata": {}, "source": text, "id": "a"}]
    notebook = {"cells": cells, "metadata": {}, "nbformat": 4, "nbformat_minor": 5}
    (folder / "benchmark.ipynb").write_text(json.dumps(notebook))
    (folder / "benchmark.ipynb.html").write_text(f"<pre>{text[:MEGABYTE]}</pre>")
    return [str(folder / "benchmark.ipynb"), str(folder / "benchmark.ipynb.html")]


def large_file(folder: Path) -> list[str]:
    with (folder / "results.bin").open("wb") as stream:
        for _ in range(1000):
            stream.write(os.urandom(MEGABYTE))
    return [str(folder / "results.bin")]


def main() -> None:
    """Measure and print."""
    with laboratory() as lab:
        folder = Path(lab.folder)
        results = compete(__file__, ["ours", "pybis"], lab, {"files": notebook_files(folder)}, ROUNDS)
        print("a notebook of 5 MB with its HTML")
        for name, run in results.items():
            for temperature in ("cold", "warm"):
                trips, spent = run.counts[f"{temperature} trips"], run.counts[f"{temperature} ms"]
                print(f"  {name:<6} {temperature}  {spent:6} ms   {trips:3} round trips besides the bytes")
        task = {"files": large_file(folder)}
        print("1 GB of results in one file")
        large: dict[str, Measured] = {name: child(__file__, name, lab, task) for name in ("ours", "pybis")}
        for name, run in large.items():
            speed, memory = 1000 / run.seconds, run.memory / MEGABYTE
            print(f"  {name:<6} {run.seconds:6.2f} s  {speed:6.1f} MB/s  {memory:6.1f} MB above idle")
    print("  budgets: at most 4 round trips besides the bytes; under 100 MB above idle")


if __name__ == "__main__":
    if not serve_child({"ours": ours, "pybis": pybis}):
        main()
