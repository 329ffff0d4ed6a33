"""The forms of what callers are told, for the API's description too."""

from __future__ import annotations

from typing import Any, Literal

from pydantic import BaseModel, ConfigDict

from .model import ImportState, Kind

__all__ = [
    "BadgeAnswer",
    "ImportList",
    "ImportRow",
    "NotebookFacts",
    "PreviewAnswer",
    "RepositoryFacts",
    "Source",
    "Suggested",
]

_SHA = "9fceb02d0ae598e95dc970b74767f19372d61af8"
_SHA256 = "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08"
_SOURCE: dict[str, Any] = {
    "host": "github.com",
    "repository": "growth-lab/models",
    "ref": "main",
    "path": "fit.ipynb",
}


class Source(BaseModel):
    """Where something comes from, as far as its address says; the rest is empty."""

    host: str
    repository: str = ""
    ref: str = ""
    path: str = ""


class NotebookFacts(BaseModel):
    """A notebook that was fetched.

    ``commit`` is empty where nothing says it; ``size`` in bytes, as it came; ``outputs``: code cells that
    came with some; ``http``: it came unencrypted.
    """

    commit: str
    sha256: str
    size: int
    name: str
    kernel: str
    language: str
    cells: int
    outputs: int
    http: bool
    fetched_at: str


class RepositoryFacts(BaseModel):
    """A repository whose branches and tags the host has named; nothing of it was fetched.

    ``ref`` and ``commit`` are what is taken where nothing else is chosen; ``path`` is shown first. Lists are
    cut after five hundred names: ``more`` says that there are others. ``commits``: of the names here.
    """

    clone_url: str
    name: str
    default_branch: str
    branches: list[str]
    tags: list[str]
    more: bool
    commits: dict[str, str]
    ref: str
    commit: str
    path: str


class Suggested(BaseModel):
    """What the dialog begins with."""

    directory: str
    name: str


class PreviewAnswer(BaseModel):
    """What is at an address: either ``notebook`` or ``repository``.

    ``contacted``: the hosts that were asked. ``frame``: address of the rendered notebook, for a frame of our
    own pages.
    """

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "id": "5d0c8e1f2b3a4c5d8e9f0a1b2c3d4e5f",
                    "kind": "notebook",
                    "url": "https://github.com/growth-lab/models/blob/main/fit.ipynb",
                    "source": _SOURCE,
                    "contacted": ["github.com", "raw.githubusercontent.com"],
                    "warnings": [],
                    "notebook": {
                        "commit": _SHA,
                        "sha256": _SHA256,
                        "size": 48213,
                        "name": "fit",
                        "kernel": "python3",
                        "language": "python",
                        "cells": 12,
                        "outputs": 5,
                        "http": False,
                        "fetched_at": "2026-11-22T09:30:00+00:00",
                    },
                    "repository": None,
                    "frame": "/services/openbis/import/frame/5d0c8e1f2b3a4c5d8e9f0a1b2c3d4e5f",
                    "suggested": {"directory": "imported", "name": "fit"},
                    "expires_at": "2026-11-22T10:30:00+00:00",
                }
            ]
        }
    )

    id: str
    kind: Kind
    url: str
    source: Source
    contacted: list[str]
    warnings: list[str]
    notebook: NotebookFacts | None = None
    repository: RepositoryFacts | None = None
    frame: str | None = None
    suggested: Suggested
    expires_at: str


class ImportRow(BaseModel):
    """An import of one's own.

    ``state`` as of a launch, or ``expired``: nobody opened it for a day. ``open`` leads to the file or folder
    when it is there, else to the progress; null when there is nothing to open. ``problem`` is a Problem.
    """

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "id": "0f8a4c1e6b7d4f6f9c3f2f6f1f0f7d11",
                    "kind": "notebook",
                    "name": "fit.ipynb",
                    "directory": "imported",
                    "url": "https://github.com/growth-lab/models/blob/main/fit.ipynb",
                    "source": _SOURCE,
                    "commit": _SHA,
                    "sha256": _SHA256,
                    "state": "ready",
                    "path": "imported/fit.ipynb",
                    "problem": None,
                    "next_step": "",
                    "open": "/services/openbis/launch/0f8a4c1e6b7d4f6f9c3f2f6f1f0f7d11",
                    "created_at": "2026-11-22T09:30:00+00:00",
                }
            ]
        }
    )

    id: str
    kind: Kind
    name: str
    directory: str
    url: str
    source: Source
    commit: str
    sha256: str
    state: ImportState
    path: str
    problem: dict[str, Any] | None
    next_step: str
    open: str | None
    created_at: str


class ImportList(BaseModel):
    """Imports, newest first, at most a hundred."""

    imports: list[ImportRow]


class BadgeAnswer(BaseModel):
    """The code of a badge."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "kind": "notebook",
                    "target": "https://hub.example.org/services/openbis/import?url=https%3A%2F%2Fgithub.com"
                    "%2Fgrowth-lab%2Fmodels%2Fblob%2Fmain%2Ffit.ipynb",
                    "image": "https://hub.example.org/services/openbis/badge.svg",
                    "html": '<a href="https://hub.example.org/services/openbis/import?url=…">'
                    '<img src="https://hub.example.org/services/openbis/badge.svg" '
                    'alt="Run in openBIS notebooks"></a>',
                    "markdown": "[![Run in openBIS notebooks](https://hub.example.org/services/openbis/"
                    "badge.svg)](https://hub.example.org/services/openbis/import?url=…)",
                }
            ]
        }
    )

    kind: Literal["notebook", "repository", "unknown"]
    target: str
    image: str
    html: str
    markdown: str
