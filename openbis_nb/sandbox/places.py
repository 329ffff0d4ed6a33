"""Moving entities: identifiers and places of everything below follow."""

from __future__ import annotations

import sqlite3

from .failures import UserFailure
from .objects import by_id


def sample_identifier(db: sqlite3.Connection, row: sqlite3.Row | dict[str, int | str | None]) -> str:
    """``/SPACE/PROJECT/CODE``, ``/SPACE/CODE`` or ``/CODE``; a component ends with ``CONTAINER:CODE``."""
    code = str(row["code"])
    if row["container_id"] is not None:
        code = f"{by_id(db, int(row['container_id']))['code']}:{code}"
    if row["project_id"] is not None:
        return f"{by_id(db, int(row['project_id']))['identifier']}/{code}"
    if row["space_id"] is not None:
        return f"/{by_id(db, int(row['space_id']))['code']}/{code}"
    return f"/{code}"


def move_project(db: sqlite3.Connection, project_id: int, space: sqlite3.Row) -> None:
    """Put a project, and all that is in it, into another space."""
    code = by_id(db, project_id)["code"]
    _identify(db, project_id, f"/{space['code']}/{code}")
    db.execute("UPDATE entities SET space_id = ? WHERE project_id = ?", (space["id"], project_id))
    for experiment in _below(db, "EXPERIMENT", "project_id", project_id):
        _identify(db, experiment["id"], f"/{space['code']}/{code}/{experiment['code']}")
    for sample in _below(db, "SAMPLE", "project_id", project_id):
        _identify(db, sample["id"], sample_identifier(db, sample))


def move_experiment(db: sqlite3.Connection, experiment_id: int, project: sqlite3.Row) -> None:
    """Put an experiment with its samples and data sets into another project."""
    _identify(db, experiment_id, f"{project['identifier']}/{by_id(db, experiment_id)['code']}")
    place = {"space": project["space_id"], "project": project["id"], "id": experiment_id}
    db.execute(
        "UPDATE entities SET space_id = :space, project_id = :project"
        " WHERE id = :id OR experiment_id = :id AND kind = 'DATA_SET'",
        place,
    )
    for sample in _below(db, "SAMPLE", "experiment_id", experiment_id):
        move_sample(db, sample["id"], project["space_id"], project["id"], experiment_id)


def move_sample(
    db: sqlite3.Connection,
    sample_id: int,
    space_id: int | None,
    project_id: int | None,
    experiment_id: int | None,
) -> None:
    """Put a sample somewhere else; its data sets follow, also to its experiment."""
    places = (space_id, project_id, experiment_id)
    db.execute(
        "UPDATE entities SET space_id = ?, project_id = ?, experiment_id = ? WHERE id = ?",
        (*places, sample_id),
    )
    _identify(db, sample_id, sample_identifier(db, by_id(db, sample_id)))
    if space_id is None and next(iter(_below(db, "DATA_SET", "sample_id", sample_id)), None) is not None:
        raise UserFailure("A sample with data sets cannot become a shared sample.")
    db.execute(
        "UPDATE entities SET space_id = ?, project_id = ?, experiment_id = ?"
        " WHERE sample_id = ? AND kind = 'DATA_SET'",
        (*places, sample_id),
    )


def _below(db: sqlite3.Connection, kind: str, column: str, value: int) -> list[sqlite3.Row]:
    return db.execute(f"SELECT * FROM entities WHERE kind = ? AND {column} = ?", (kind, value)).fetchall()


def _identify(db: sqlite3.Connection, entity_id: int, identifier: str) -> None:
    try:
        db.execute("UPDATE entities SET identifier = ? WHERE id = ?", (identifier, entity_id))
    except sqlite3.IntegrityError as fault:
        raise UserFailure(f"'{identifier}' already exists in the database.") from fault
