"""Write new entities. Rights are judged by the callers; rules of the data model are judged here."""

from __future__ import annotations

import hashlib
import json
import sqlite3
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from .failures import ObjectNotFound, UserFailure, java_name
from .history import Author, record_added, record_pair
from .ids import next_number, perm_id
from .objects import by_id, is_frozen
from .properties import require_mandatory, validated, write_properties
from .rights import Place

#: First part of ``physicalData.location``: openBIS keeps one folder per data store below a share.
STORE_UUID = "585D8354-92A3-4C24-9621-F6B7063A94AC"
SHARE = "1"
#: Kind of relation → what the lower end is to the upper one.
_LOWER = {"PARENT": "CHILD", "COMPONENT": "COMPONENT"}


@dataclass(frozen=True)
class Registered:
    """Row id and permId of a new entity."""

    id: int
    perm_id: str


@dataclass(frozen=True)
class Owner:
    """The experiment or sample that a data set belongs to, and where that is."""

    place: Place
    experiment_id: int | None = None
    sample_id: int | None = None


@dataclass(frozen=True, kw_only=True)
class NewDataSet:
    """A data set to be registered; ``size`` in bytes; ids are row ids."""

    type: str
    owner: Owner
    properties: Mapping[str, Any] = field(default_factory=dict)
    parent_ids: Sequence[int] = ()
    component_ids: Sequence[int] = ()
    kind: str = "PHYSICAL"
    size: int = 0
    status: str = "AVAILABLE"
    meta_data: Mapping[str, str] = field(default_factory=dict)


def location_of(data_set: str) -> str:
    """``physicalData.location`` of a data set: ``<uuid>/<2 hex>/<2 hex>/<2 hex>/<permId>`` (contract 5.4)."""
    digest = hashlib.sha256(data_set.encode()).hexdigest()
    return "/".join((STORE_UUID, digest[:2], digest[2:4], digest[4:6], data_set))


def type_code(db: sqlite3.Connection, kind: str, type_id: Any) -> str:
    """The code of the entity type that an id names. Raises ObjectNotFound."""
    code = str((type_id or {}).get("permId") or "").upper()
    row = db.execute("SELECT code FROM entity_types WHERE kind = ? AND code = ?", (kind, code)).fetchone()
    if row is None:
        raise ObjectNotFound(type_id)
    return str(row[0])


def insert_entity(db: sqlite3.Connection, author: Author, kind: str, **columns: Any) -> Registered:
    """Insert a row of ``entities``; ``code`` defaults to the permId, a space's permId is its code."""
    number = next_number(db)
    new = perm_id(number, author.now)
    values: dict[str, Any] = {
        "id": number,
        "kind": kind,
        "perm_id": columns.get("code") if kind == "SPACE" else new,
        "code": new,
        "registrator": author.user,
        "modifier": author.user,
        "registered_at": author.now,
        "modified_at": author.now,
        **columns,
    }
    if kind == "SPACE":
        values["space_id"] = number
    elif kind == "PROJECT":
        values["project_id"] = number
    names = ", ".join(values)
    holders = ", ".join(f":{name}" for name in values)
    try:
        db.execute(f"INSERT INTO entities ({names}) VALUES ({holders})", values)
    except sqlite3.IntegrityError as fault:
        shown = values.get("identifier") or values["code"]
        raise UserFailure(f"{kind.capitalize()} '{shown}' already exists in the database.") from fault
    return Registered(number, str(values["perm_id"]))


def register_data_set(db: sqlite3.Connection, new: NewDataSet, author: Author) -> Registered:
    """Register a data set with validated properties. Raises UserFailure."""
    properties = validated(db, "DATA_SET", new.type, new.properties)
    require_mandatory(db, "DATA_SET", new.type, properties)
    _refuse_frozen(db, new)
    made = insert_entity(
        db,
        author,
        "DATA_SET",
        type=new.type,
        space_id=new.owner.place.space_id,
        project_id=new.owner.place.project_id,
        experiment_id=new.owner.experiment_id,
        sample_id=new.owner.sample_id,
        meta_data=json.dumps(dict(new.meta_data)),
    )
    write_properties(db, made.id, properties)
    relate(db, "PARENT", author, parents=new.parent_ids, children=[made.id])
    relate(db, "COMPONENT", author, parents=[made.id], children=new.component_ids)
    for name, owner_id in (("EXPERIMENT", new.owner.experiment_id), ("SAMPLE", new.owner.sample_id)):
        if owner_id is not None:
            record_added(db, made.id, name, owner_id, author)
    db.execute(
        "INSERT INTO data_set_details (data_set_id, kind, accessed_at) VALUES (?, ?, ?)",
        (made.id, new.kind, author.now),
    )
    if new.kind == "PHYSICAL":
        db.execute(
            "INSERT INTO physical_data (data_set_id, share_id, location, size, status, present_in_archive)"
            " VALUES (?, ?, ?, ?, ?, ?)",
            (made.id, SHARE, location_of(made.perm_id), new.size, new.status, new.status == "ARCHIVED"),
        )
    return made


def relate(
    db: sqlite3.Connection,
    kind: str,
    author: Author,
    *,
    parents: Sequence[int],
    children: Sequence[int],
) -> None:
    """Connect every parent (or container) with every child (or component). Raises UserFailure on cycles."""
    for parent in parents:
        for position, child in enumerate(children):
            _refuse_cycle(db, kind, parent, child)
            row = (kind, parent, child, position)
            if db.execute("INSERT OR IGNORE INTO relations VALUES (?, ?, ?, ?)", row).rowcount:
                record_pair(db, parent, child, _LOWER[kind], author, added=True)


def owner_of(db: sqlite3.Connection, row: sqlite3.Row) -> Owner:
    """The owner that an experiment or sample row makes (contract 5.7). Raises UserFailure."""
    place = Place(row["space_id"], row["project_id"])
    if row["kind"] == "EXPERIMENT":
        return Owner(place, experiment_id=row["id"])
    if row["space_id"] is None:
        raise UserFailure(
            f"Data set can not be registered because sample '{row['identifier']}' is a shared sample."
        )
    return Owner(place, experiment_id=row["experiment_id"], sample_id=row["id"])


def kind_of_owner_id(object_id: Any) -> str:
    """``SAMPLE`` or ``EXPERIMENT``, by the class of an owner id."""
    return "SAMPLE" if java_name(object_id).startswith("Sample") else "EXPERIMENT"


def _refuse_frozen(db: sqlite3.Connection, new: NewDataSet) -> None:
    for word, owner_id in (("experiment", new.owner.experiment_id), ("sample", new.owner.sample_id)):
        if owner_id is not None:
            row = by_id(db, owner_id)
            if is_frozen(row, "frozenForDataSets"):
                operation = f"SET {word.upper()}"
                raise UserFailure(
                    f"Operation {operation} is not allowed because {word} {row['code']}"
                    " is frozen for data set."
                )
    for parent_id in new.parent_ids:
        row = by_id(db, parent_id)
        if is_frozen(row, "frozenForChildren"):
            raise UserFailure(
                f"Operation INSERT PARENT is not allowed because data set {row['code']}"
                " is frozen for children."
            )


def _refuse_cycle(db: sqlite3.Connection, kind: str, parent: int, child: int) -> None:
    found = db.execute(
        "WITH RECURSIVE above (id) AS (SELECT :parent UNION SELECT parent_id FROM relations"
        " JOIN above ON child_id = above.id WHERE kind = :kind) SELECT 1 FROM above WHERE id = :child",
        {"parent": parent, "child": child, "kind": kind},
    ).fetchone()
    if found is not None:
        code = by_id(db, child)["code"]
        raise UserFailure(f"Circular dependency found: {code} would become its own ancestor.")
