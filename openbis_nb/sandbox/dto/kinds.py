"""How each kind of entity looks on the wire: class names, attributes, relations (contract 3.3, 3.4)."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

Row = sqlite3.Row


@dataclass(frozen=True)
class One:
    """A relation to one object: the column that holds its row id."""

    kind: str
    column: str


@dataclass(frozen=True)
class Many:
    """A relation to many objects: a query for pairs (row id of the owner, row id of the related one).

    ``{ids}`` in it stands for the owners' ids.
    """

    kind: str
    query: str


@dataclass(frozen=True)
class Kind:
    """One kind of entity."""

    dto: str
    fetch_options: str
    attributes: Callable[[Row], dict[str, Any]]
    one: Mapping[str, One] = field(default_factory=dict)
    many: Mapping[str, Many] = field(default_factory=dict)
    persons: tuple[str, ...] = ("registrator", "modifier")
    #: Relations that exist on the wire and that this server never fills: name → value when fetched.
    constant: Mapping[str, Any] = field(default_factory=dict)
    has_type: bool = False
    history: tuple[str, ...] = ()


def reference(class_name: str, **values: Any) -> dict[str, Any]:
    """An id object, e.g. ``reference("space.id.SpacePermId", permId="LAB")``."""
    return {"@type": f"as.dto.{class_name}", **values}


def _flags(row: Row, *names: str) -> dict[str, bool]:
    held = str(row["frozen"]).split()
    return {name: name in held for name in ("frozen", *names)}


def _dates(row: Row) -> dict[str, int]:
    return {"registrationDate": row["registered_at"], "modificationDate": row["modified_at"]}


def _space(row: Row) -> dict[str, Any]:
    return {
        "id": reference("space.id.SpaceTechId", techId=row["id"]),
        "permId": reference("space.id.SpacePermId", permId=row["perm_id"]),
        "code": row["code"],
        "description": row["description"],
        **_flags(row, "frozenForProjects", "frozenForSamples"),
        **_dates(row),
    }


def _project(row: Row) -> dict[str, Any]:
    return {
        "permId": reference("project.id.ProjectPermId", permId=row["perm_id"]),
        "identifier": reference("project.id.ProjectIdentifier", identifier=row["identifier"]),
        "code": row["code"],
        "description": row["description"],
        **_flags(row, "frozenForExperiments", "frozenForSamples"),
        **_dates(row),
    }


def _experiment(row: Row) -> dict[str, Any]:
    return {
        "permId": reference("experiment.id.ExperimentPermId", permId=row["perm_id"]),
        "identifier": reference("experiment.id.ExperimentIdentifier", identifier=row["identifier"]),
        "code": row["code"],
        **_flags(row, "frozenForDataSets", "frozenForSamples"),
        **_dates(row),
        "metaData": json.loads(row["meta_data"]),
    }


def _sample(row: Row) -> dict[str, Any]:
    flags = ("frozenForComponents", "frozenForChildren", "frozenForParents", "frozenForDataSets")
    return {
        "permId": reference("sample.id.SamplePermId", permId=row["perm_id"]),
        "identifier": reference("sample.id.SampleIdentifier", identifier=row["identifier"]),
        "code": row["code"],
        **_flags(row, *flags),
        **_dates(row),
        "metaData": json.loads(row["meta_data"]),
    }


def _data_set(row: Row) -> dict[str, Any]:
    flags = ("frozenForChildren", "frozenForParents", "frozenForComponents", "frozenForContainers")
    return {
        "permId": reference("dataset.id.DataSetPermId", permId=row["perm_id"]),
        "code": row["perm_id"],
        **_flags(row, *flags),
        **_dates(row),
        "postRegistered": True,
        "metaData": json.loads(row["meta_data"]),
    }


def _column(kind: str, column: str, condition: str = "1") -> Many:
    query = f"SELECT {column}, id FROM entities WHERE kind = '{kind}' AND {column} IN {{ids}} AND {condition}"
    return Many(kind, f"{query} ORDER BY id")


def _related(kind: str, relation: str, own: str, other: str) -> Many:
    query = f"SELECT {own}, {other} FROM relations WHERE kind = '{relation}' AND {own} IN {{ids}}"
    return Many(kind, f"{query} ORDER BY {'ordinal, ' if relation == 'COMPONENT' else ''}{other}")


_PROPERTY_HISTORY = ("history", "propertiesHistory", "unknownHistory")
_EMPTY_PROPERTIES: dict[str, Any] = {"materialProperties": {}, "sampleProperties": {}}

KINDS = {
    "SPACE": Kind(
        "as.dto.space.Space",
        "as.dto.space.fetchoptions.SpaceFetchOptions",
        _space,
        many={
            "projects": _column("PROJECT", "space_id"),
            "samples": _column("SAMPLE", "space_id", "project_id IS NULL"),
        },
        persons=("registrator",),
    ),
    "PROJECT": Kind(
        "as.dto.project.Project",
        "as.dto.project.fetchoptions.ProjectFetchOptions",
        _project,
        one={"space": One("SPACE", "space_id")},
        many={
            "experiments": _column("EXPERIMENT", "project_id"),
            "samples": _column("SAMPLE", "project_id"),
        },
        persons=("registrator", "modifier", "leader"),
        constant={"attachments": []},
        history=("history", "spaceHistory", "experimentsHistory", "samplesHistory", "unknownHistory"),
    ),
    "EXPERIMENT": Kind(
        "as.dto.experiment.Experiment",
        "as.dto.experiment.fetchoptions.ExperimentFetchOptions",
        _experiment,
        one={"project": One("PROJECT", "project_id")},
        many={
            "dataSets": _column("DATA_SET", "experiment_id"),
            "samples": _column("SAMPLE", "experiment_id"),
        },
        constant={"attachments": [], **_EMPTY_PROPERTIES},
        has_type=True,
        history=(*_PROPERTY_HISTORY, "projectHistory", "samplesHistory", "dataSetsHistory"),
    ),
    "SAMPLE": Kind(
        "as.dto.sample.Sample",
        "as.dto.sample.fetchoptions.SampleFetchOptions",
        _sample,
        one={
            "project": One("PROJECT", "project_id"),
            "space": One("SPACE", "space_id"),
            "experiment": One("EXPERIMENT", "experiment_id"),
            "container": One("SAMPLE", "container_id"),
        },
        many={
            "parents": _related("SAMPLE", "PARENT", "child_id", "parent_id"),
            "children": _related("SAMPLE", "PARENT", "parent_id", "child_id"),
            "components": _column("SAMPLE", "container_id"),
            "dataSets": _column("DATA_SET", "sample_id"),
        },
        constant={"attachments": [], **_EMPTY_PROPERTIES},
        has_type=True,
        history=(
            *_PROPERTY_HISTORY,
            *("spaceHistory", "projectHistory", "experimentHistory", "parentsHistory", "childrenHistory"),
            *("containerHistory", "componentsHistory", "dataSetsHistory"),
        ),
    ),
    "DATA_SET": Kind(
        "as.dto.dataset.DataSet",
        "as.dto.dataset.fetchoptions.DataSetFetchOptions",
        _data_set,
        one={"experiment": One("EXPERIMENT", "experiment_id"), "sample": One("SAMPLE", "sample_id")},
        many={
            "parents": _related("DATA_SET", "PARENT", "child_id", "parent_id"),
            "children": _related("DATA_SET", "PARENT", "parent_id", "child_id"),
            "containers": _related("DATA_SET", "COMPONENT", "child_id", "parent_id"),
            "components": _related("DATA_SET", "COMPONENT", "parent_id", "child_id"),
        },
        constant=_EMPTY_PROPERTIES,
        has_type=True,
        history=(
            *_PROPERTY_HISTORY,
            *("experimentHistory", "sampleHistory", "parentsHistory", "childrenHistory"),
            *("containersHistory", "componentsHistory", "contentCopiesHistory"),
        ),
    ),
}

#: Name of a history field → the names of its entries in the table ``history``; None: every entry.
HISTORY_NAMES: dict[str, tuple[str, ...] | None] = {
    "history": None,
    "propertiesHistory": (),
    "spaceHistory": ("SPACE",),
    "projectHistory": ("PROJECT",),
    "experimentHistory": ("EXPERIMENT",),
    "sampleHistory": ("SAMPLE",),
    "parentsHistory": ("PARENT",),
    "childrenHistory": ("CHILD",),
    "containerHistory": ("CONTAINER",),
    "containersHistory": ("CONTAINER",),
    "componentsHistory": ("COMPONENT",),
    "dataSetsHistory": ("DATA_SET",),
    "samplesHistory": ("SAMPLE",),
    "experimentsHistory": ("EXPERIMENT",),
}
