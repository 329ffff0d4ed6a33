"""Many notebook versions, fast: rows are written in bulk and all versions hold the same files."""

from __future__ import annotations

import hashlib
import json
import sqlite3
from collections.abc import Iterator
from typing import TYPE_CHECKING

from .history import Author
from .ids import next_number, perm_id
from .masterdata import spelled
from .properties import property_row
from .registration import (
    SHARE,
    NewDataSet,
    Owner,
    insert_entity,
    location_of,
    register_data_set,
)
from .rights import Place

if TYPE_CHECKING:
    from .state import SandboxState

_VERSIONS_PER_NOTEBOOK = 10
_NOTEBOOKS_PER_EXPERIMENT = 100
_STEP = 60_000  # milliseconds between two registrations
_USERS = ("alice", "ursula", "Eve.O-Neill")
_TOPICS = ("Growth curves", "Dose-response", "Time lapse", "Titration", "Quality control", "Overview")


def add_versions(db: sqlite3.Connection, state: SandboxState, count: int, now: int) -> None:
    """Write ``count`` versions into experiments of ``/BIOLAB/SCALE``; the last one is the newest."""
    bulk = _Bulk(db, state, count, now)
    bulk.write_rows()
    bulk.write_files()
    db.execute("ANALYZE")


class _Bulk:
    def __init__(self, db: sqlite3.Connection, state: SandboxState, count: int, now: int) -> None:
        self._db, self._state, self._count, self._now = db, state, count, now
        per_experiment = _VERSIONS_PER_NOTEBOOK * _NOTEBOOKS_PER_EXPERIMENT
        author = Author("alice", now)
        self._space = db.execute(
            "SELECT id FROM entities WHERE kind = 'SPACE' AND code = 'BIOLAB'"
        ).fetchone()[0]
        self._project = insert_entity(
            db, author, "PROJECT", code="SCALE", identifier="/BIOLAB/SCALE", space_id=self._space
        ).id
        self._experiments = [
            self._experiment(author, number) for number in range(-(-count // per_experiment))
        ]
        self._inputs = [self._input(author, experiment) for experiment in self._experiments]
        self._first = next_number(db, count=count)
        names = ("$NAME", "NOTES", "$HISTORY_ID")
        self._name, self._notes, self._history = (spelled(code, state.config) for code in names)

    def write_rows(self) -> None:
        self._db.executemany(
            "INSERT INTO entities (id, kind, perm_id, code, type, space_id, project_id, experiment_id,"
            " registrator, modifier, registered_at, modified_at)"
            " VALUES (?, 'DATA_SET', ?, ?, 'ANALYSIS_NOTEBOOK', ?, ?, ?, ?, ?, ?, ?)",
            self._entities(),
        )
        self._db.executemany("INSERT INTO properties VALUES (?, ?, ?, ?, ?)", self._properties())
        self._db.executemany("INSERT INTO relations VALUES ('PARENT', ?, ?, 0)", self._parents())
        self._db.executemany(
            "INSERT INTO data_set_details (data_set_id, kind, accessed_at) VALUES (?, 'PHYSICAL', ?)",
            ((self._first + index, self._now) for index in range(self._count)),
        )
        self._db.executemany(
            "INSERT INTO physical_data (data_set_id, share_id, location, size, status)"
            f" VALUES (?, '{SHARE}', ?, ?, 'AVAILABLE')",
            self._physical(),
        )

    def write_files(self) -> None:
        perm_ids = [self._perm_id(index) for index in range(self._count)]
        self._state.content.write(self._db, perm_ids[0], _files())
        self._state.content.share(self._db, perm_ids[1:], like=perm_ids[0])

    def _experiment(self, author: Author, number: int) -> int:
        code = f"SCALE_{number + 1}"
        columns = {"code": code, "identifier": f"/BIOLAB/SCALE/{code}", "type": "DEFAULT_EXPERIMENT"}
        places = {"space_id": self._space, "project_id": self._project}
        return insert_entity(self._db, author, "EXPERIMENT", **columns, **places).id

    def _input(self, author: Author, experiment: int) -> int:
        """What the notebooks of an experiment read: its own data set, with the files of the first one."""
        like = self._db.execute(
            "SELECT perm_id FROM entities WHERE kind = 'DATA_SET' ORDER BY id"
        ).fetchone()[0]
        size = self._db.execute("SELECT size FROM physical_data ORDER BY data_set_id").fetchone()[0]
        owner = Owner(Place(self._space, self._project), experiment_id=experiment)
        made = register_data_set(self._db, NewDataSet(type="RAW_DATA", owner=owner, size=size), author)
        self._state.content.share(self._db, [made.perm_id], like=like)
        return made.id

    def _time(self, index: int) -> int:
        return self._now - (self._count - index) * _STEP

    def _perm_id(self, index: int) -> str:
        return perm_id(self._first + index, self._time(index))

    def _notebook(self, index: int) -> int:
        """Versions of all notebooks of an experiment take turns, as they do in a laboratory."""
        per_round = _VERSIONS_PER_NOTEBOOK * _NOTEBOOKS_PER_EXPERIMENT
        return index // per_round * _NOTEBOOKS_PER_EXPERIMENT + index % _NOTEBOOKS_PER_EXPERIMENT

    def _entities(self) -> Iterator[tuple[object, ...]]:
        for index in range(self._count):
            notebook, time, own = self._notebook(index), self._time(index), self._perm_id(index)
            experiment = self._experiments[notebook // _NOTEBOOKS_PER_EXPERIMENT]
            user = _USERS[notebook % len(_USERS)]
            place = (self._space, self._project, experiment)
            yield (self._first + index, own, own, *place, user, user, time, time)

    def _properties(self) -> Iterator[tuple[object, ...]]:
        for index in range(self._count):
            number, notebook = self._first + index, self._notebook(index)
            version = (
                index % (_VERSIONS_PER_NOTEBOOK * _NOTEBOOKS_PER_EXPERIMENT) // _NOTEBOOKS_PER_EXPERIMENT
            )
            history = hashlib.sha256(f"notebook {notebook}".encode()).hexdigest()[:32]
            yield property_row(number, self._history, history)
            yield property_row(number, self._name, f"{_TOPICS[notebook % len(_TOPICS)]} {notebook}")
            yield property_row(number, self._notes, f"<p>Version {version + 1}</p>")

    def _parents(self) -> Iterator[tuple[int, int]]:
        for index in range(self._count):
            experiment = self._notebook(index) // _NOTEBOOKS_PER_EXPERIMENT
            yield self._inputs[experiment], self._first + index

    def _physical(self) -> Iterator[tuple[object, ...]]:
        size = sum(len(data) for data in _files().values())
        for index in range(self._count):
            yield self._first + index, location_of(self._perm_id(index)), size


def _files() -> dict[str, bytes]:
    cell = {"cell_type": "code", "id": "one", "metadata": {}, "source": "1 + 1", "outputs": []}
    notebook = {
        "cells": [cell | {"execution_count": None}],
        "metadata": {},
        "nbformat": 4,
        "nbformat_minor": 5,
    }
    page = b"<!doctype html><title>Notebook</title><pre>1 + 1</pre>"
    return {
        "original/default/notebook.ipynb": json.dumps(notebook).encode(),
        "original/default/notebook.ipynb.html": page,
    }
