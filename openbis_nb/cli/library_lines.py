"""Answers of the library's API as lines for people."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

from ..units import human_size
from ..web.service_client import ServiceClient
from .terminal import table

__all__ = ["comparison_lines", "moment", "notebook_lines", "notebook_rows", "version_rows"]

Document = Mapping[str, Any]


def moment(text: str | None) -> str:
    """A time of the API (ISO 8601, UTC) to the minute."""
    return (text or "")[:16].replace("T", " ")


def notebook_rows(notebooks: Sequence[Document]) -> list[str]:
    """A table of notebooks."""
    rows = [
        (
            row["id"],
            row["name"],
            row["owner"],
            moment(row["lastCheckpointTime"]),
            human_size(row["size"]),
            (row["storedIn"] or {}).get("identifier", ""),
            "newer data" if row["newerData"] else "",
        )
        for row in notebooks
    ]
    return table(["NOTEBOOK", "NAME", "AUTHOR", "SAVED (UTC)", "SIZE", "STORED IN", ""], rows)


def version_rows(versions: Sequence[Document]) -> list[str]:
    """A table of versions."""
    rows = [
        (
            row["number"],
            row["id"],
            moment(row["creationTime"]),
            row["owner"],
            row["name"] or "(unnamed)",
            human_size(row["size"]),
            "current" if row["current"] else "" if row["counts"] else "fork",
        )
        for row in versions
    ]
    return table(["NO", "VERSION", "SAVED (UTC)", "BY", "NAME", "SIZE", ""], rows)


def notebook_lines(detail: Document, client: ServiceClient) -> Iterator[str]:
    """One notebook in full."""
    row = detail["notebook"]
    yield row["name"]
    fork = detail["forkedFrom"]
    template = detail["template"] or {}
    facts = [
        ("Notebook", row["id"]),
        ("fid", row["fid"]),
        ("Stored in", (row["storedIn"] or {}).get("identifier", "")),
        ("Author", ", ".join([row["owner"], *(f"{who} (co-author)" for who in detail["coAuthors"])])),
        ("Created", moment(row["creationTime"])),
        ("Latest version", f"{row['lastCheckpointId']}, {moment(row['lastCheckpointTime'])} UTC"),
        ("Versions", f"{row['versions']}, {human_size(row['totalStorageSize'])} in all"),
        ("Template", " ".join(filter(None, (template.get("slug"), template.get("version"))))),
        ("Forked from", fork["versionId"] or fork["notebookId"] if fork else ""),
        ("Description", row["description"]),
        ("Page", client.access.link(row["page"])),
    ]
    yield from (f"{name + ':':16}{value}" for name, value in facts if value)
    if detail["inputs"]:
        yield "Inputs:"
        yield from table(
            ["PERMID", "TYPE", "NAME", "", "NEWER"], [_input_row(one) for one in detail["inputs"]]
        )
    refused: dict[str, list[str]] = {}
    for name, said in sorted(detail["permissions"].items()):
        if not said["allowed"]:
            refused.setdefault(said["reason"], []).append(name)
    for reason, names in refused.items():
        yield f"You may not {', '.join(names)}: {reason}"


def _input_row(state: Document) -> tuple[str, str, str, str, str]:
    data_set, newer = state["dataSet"], state["newer"]
    role = "" if state["role"] == "parent" else state["role"]
    name = data_set["name"] if data_set["visible"] else "(not visible to you)"
    return data_set["permId"], data_set["type"], name, role, newer["permId"] if newer else ""


def comparison_lines(comparison: Document, client: ServiceClient) -> Iterator[str]:
    """What changed in inputs, parameters, environment and cells (F-13)."""
    base, other, changes = comparison["base"], comparison["version"], comparison["changes"]
    yield f"{_title(base)}  →  {_title(other)}"
    if not changes["known"]:
        yield "  What was read, and with which packages, is not recorded on one side."
    yield from _inputs(changes)
    yield from _section("Parameters", [_value(one, json.dumps) for one in changes["parameters"]])
    yield from _section("Environment", [_value(one, str) for one in changes["environment"]])
    cells = comparison["cells"]
    if cells is not None:
        counts = ", ".join(
            f"{cells[kind]} {kind}" for kind in ("added", "removed", "changed", "moved", "same")
        )
        yield f"  Cells:       {counts}"
    if comparison["note"]:
        yield f"  {comparison['note']}"
    yield f"  {client.access.link(comparison['page'])}"


def _title(version: Document) -> str:
    return f"{version['name'] or '(unnamed)'} {version['number']} ({version['id']})"


def _inputs(changes: Document) -> Iterator[str]:
    added = [f"+ {_data_set(one)}" for one in changes["inputsAdded"]]
    removed = [f"- {_data_set(one)}" for one in changes["inputsRemoved"]]
    yield from _section("Inputs", removed + added)


def _data_set(one: Document) -> str:
    return " ".join(filter(None, (one["permId"], one["name"])))


def _section(heading: str, lines: Sequence[str]) -> Iterator[str]:
    yield f"  {heading + ':':13}{'' if lines else 'no change'}"
    yield from (f"    {line}" for line in lines)


def _value(change: Document, shown: Callable[[Any], str]) -> str:
    before, after = (
        "(none)" if value is None else shown(value) for value in (change["before"], change["after"])
    )
    return f"{change['name']}: {before} → {after}"
