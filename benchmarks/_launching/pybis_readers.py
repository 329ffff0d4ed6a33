"""People with pybis who read what ``readers`` reads, as scripts of today do: threads of a process.

pybis waits for each answer, and works with pandas; more threads only wait for one another.
"""

from __future__ import annotations

import json
import sys
import tempfile
import time
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict
from typing import Any

from .processes import Program
from .readers import Told

__all__ = ["WAYS", "pybis_readers"]

PAGE = 50


def pybis_readers(url: str, ca_bundle: str, sessions: list[str]) -> Program:
    """A process with a thread for each session; it is asked a list of [kind, notebook] for each."""
    return Program("pybis_readers", json.dumps({"url": url, "ca_bundle": ca_bundle, "sessions": sessions}))


def _page(openbis: Any, notebook: Mapping[str, str]) -> None:
    """Fifty data sets; which notebooks these are it cannot say."""
    found = openbis.get_datasets(type="ANALYSIS_NOTEBOOK", start_with=0, count=PAGE, props=["$name"])
    assert len(found) == PAGE


def _versions(openbis: Any, notebook: Mapping[str, str]) -> None:
    """The versions of a notebook, and the newest one in full."""
    found = openbis.get_datasets(
        type="ANALYSIS_NOTEBOOK", where={"$history_id": notebook["id"]}, props=["$name", "$history_id"]
    )
    assert len(found)
    openbis.get_dataset(notebook["newest"])


def _content(openbis: Any, notebook: Mapping[str, str]) -> None:
    """One version's files, in a folder."""
    with tempfile.TemporaryDirectory() as folder:
        openbis.get_dataset(notebook["newest"]).download(
            destination=folder, create_default_folders=False, wait_until_finished=True
        )


def _in_full(openbis: Any, notebook: Mapping[str, str]) -> None:
    """The versions, the newest one, and its content."""
    _versions(openbis, notebook)
    _content(openbis, notebook)


#: What comes nearest to each kind of request.
WAYS: Mapping[str, Callable[[Any, Mapping[str, str]], None]] = {
    "list": _page,
    "notebook": _versions,
    "content": _content,
    "v2": _in_full,
}


def _read(openbis: Any, asked: list[tuple[str, dict[str, str]]]) -> list[Told]:
    told = []
    for kind, notebook in asked:
        begun = time.perf_counter()
        WAYS[kind](openbis, notebook)
        told.append(Told(kind, time.perf_counter() - begun, ""))
    return told


def _serve(url: str, ca_bundle: str, sessions: list[str]) -> None:
    import pybis

    people = []
    for session in sessions:
        openbis = pybis.Openbis(url, verify_certificates=ca_bundle)
        openbis.set_token(session, save_token=False)
        people.append(openbis)
    print(json.dumps("ready"), flush=True)
    with ThreadPoolExecutor(len(people)) as pool:
        for line in sys.stdin:
            begun = time.perf_counter()
            told = list(pool.map(_read, people, json.loads(line)))
            seconds = time.perf_counter() - begun
            answers = [asdict(one) for some in told for one in some]
            print(json.dumps({"seconds": seconds, "cpu_share": 0.0, "told": answers}), flush=True)


if __name__ == "__main__":
    _serve(**json.loads(sys.argv[1]))
