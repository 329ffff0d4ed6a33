"""``update…`` of spaces, projects, experiments, samples and data sets (contract 6.1)."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Callable
from typing import Any

from .. import places, relations
from ..failures import UserFailure
from ..history import Author, record_moved
from ..objects import by_id, is_frozen, need, place_of
from ..properties import (
    read_properties,
    record_property_changes,
    require_mandatory,
    validated,
    write_properties,
)
from ..registration import kind_of_owner_id, owner_of
from ..rights import Place
from ..rpc import Call, application_method
from ..tagging import need_tag, set_tags, tags_of
from ..update_values import field_update, updated_list, updated_map
from ..wire import Json, Objects

Row = sqlite3.Row

#: Kind → (name of the id in the update, operation, freeze flags beside ``freeze``).
_UPDATES = {
    "SPACE": ("spaceId", "update space", ("Projects", "Samples")),
    "PROJECT": ("projectId", "update project", ("Experiments", "Samples")),
    "EXPERIMENT": ("experimentId", "update experiment", ("DataSets", "Samples")),
    "SAMPLE": ("sampleId", "update sample", ("Components", "Children", "Parents", "DataSets")),
    "DATA_SET": ("dataSetId", "update data set", ("Children", "Parents", "Components", "Containers")),
}
_WORDS = {"DATA_SET": "data set"}


@application_method("updateSpaces", writes=True)
def update_spaces(call: Call, updates: Objects) -> Json:
    """Change descriptions, freeze."""
    for update in updates:
        _update(call, "SPACE", update, _describe)


@application_method("updateProjects", writes=True)
def update_projects(call: Call, updates: Objects) -> Json:
    """Change descriptions, move into another space, freeze."""
    for update in updates:
        _update(call, "PROJECT", update, _describe, _move_project)


@application_method("updateExperiments", writes=True)
def update_experiments(call: Call, updates: Objects) -> Json:
    """Change properties and tags, move into another project, freeze."""
    for update in updates:
        _update(call, "EXPERIMENT", update, _move_experiment, _properties, _tags, _meta_data)


@application_method("updateSamples", writes=True)
def update_samples(call: Call, updates: Objects) -> Json:
    """Change properties, relations and tags, move, freeze."""
    for update in updates:
        _update(call, "SAMPLE", update, _move_sample, _properties, _relations, _tags, _meta_data)


@application_method("updateDataSets", writes=True)
def update_data_sets(call: Call, updates: Objects) -> Json:
    """Change properties, relations, owner and tags, freeze; files never change."""
    for update in updates:
        _update(call, "DATA_SET", update, _move_data_set, _properties, _relations, _tags, _meta_data)


def _update(call: Call, kind: str, update: Json, *changes: Callable[[Call, Row, Json], None]) -> None:
    id_name, operation, flags = _UPDATES[kind]
    row = need(call, kind, update.get(id_name))
    call.rights.require(operation, place_of(row))
    for change in changes:
        change(call, row, update)
    _freeze(call, row, update, flags)
    call.db.execute(
        "UPDATE entities SET modifier = ?, modified_at = ? WHERE id = ?", (call.user, call.now, row["id"])
    )


def refuse_frozen(row: Row, operation: str, flag: str = "frozen") -> None:
    """Raise the server's text for a frozen object."""
    if is_frozen(row, flag):
        word = _WORDS.get(row["kind"], row["kind"].lower())
        raise UserFailure(f"Operation {operation} is not allowed because {word} {row['code']} is frozen.")


def _freeze(call: Call, row: Row, update: Json, flags: tuple[str, ...]) -> None:
    asked = [f"frozenFor{flag}" for flag in flags if update.get(f"freezeFor{flag}")]
    if not asked and not update.get("freeze"):
        return
    call.rights.require("freeze", place_of(row))
    held = {*str(row["frozen"]).split(), "frozen", *asked}
    call.db.execute("UPDATE entities SET frozen = ? WHERE id = ?", (" ".join(sorted(held)), row["id"]))


def _describe(call: Call, row: Row, update: Json) -> None:
    changed, description = field_update(update, "description")
    if changed:
        refuse_frozen(row, "UPDATE")
        call.db.execute("UPDATE entities SET description = ? WHERE id = ?", (description, row["id"]))


def _properties(call: Call, row: Row, update: Json) -> None:
    if not update.get("properties"):
        return
    values = validated(call.db, row["kind"], row["type"], update["properties"])
    before = read_properties(call.db, row["id"])
    changed = {code: value for code, value in values.items() if before.get(code) != value}
    if not changed:
        return
    refuse_frozen(row, "UPDATE PROPERTY")
    require_mandatory(call.db, row["kind"], row["type"], before | values)
    record_property_changes(call.db, row["id"], changed, author=call.user, now=call.now)
    write_properties(call.db, row["id"], changed)


def _relations(call: Call, row: Row, update: Json) -> None:
    def resolve(object_id: Any) -> int:
        return int(need(call, row["kind"], object_id)["id"])

    for field in relations.LISTS:
        wanted = updated_list(relations.related_ids(call.db, row["id"], field), update, field, resolve)
        if wanted is not None and row["kind"] == "SAMPLE" and field == "componentIds":
            _set_components(call, row, wanted)
        elif wanted is not None:
            relations.replace_related(call.db, row, field, wanted, Author(call.user, call.now))


def _set_components(call: Call, row: Row, wanted: list[int]) -> None:
    """Samples have one container at most; it is part of their identifier."""
    held = call.db.execute("SELECT id FROM entities WHERE container_id = ?", (row["id"],)).fetchall()
    for one in {entry[0] for entry in held} ^ set(wanted):
        component = by_id(call.db, one)
        container = row["id"] if one in wanted else None
        call.db.execute("UPDATE entities SET container_id = ? WHERE id = ?", (container, one))
        spot = (component["space_id"], component["project_id"], component["experiment_id"])
        places.move_sample(call.db, one, *spot)


def _tags(call: Call, row: Row, update: Json) -> None:
    author = Author(call.user, call.now)
    current = tags_of(call.db, call.user, row["id"])
    wanted = updated_list(current, update, "tagIds", lambda one: need_tag(call.db, author, one))
    if wanted is not None:
        set_tags(call.db, call.user, row["id"], wanted)


def _meta_data(call: Call, row: Row, update: Json) -> None:
    """``metaData`` is a feature of openBIS 7; older servers ignore the field (contract 6.1)."""
    if not call.state.config.has_meta_data:
        return
    changed = updated_map(json.loads(row["meta_data"]), update, "metaData")
    if changed is not None:
        call.db.execute("UPDATE entities SET meta_data = ? WHERE id = ?", (json.dumps(changed), row["id"]))


def _move_project(call: Call, row: Row, update: Json) -> None:
    changed, space_id = field_update(update, "spaceId")
    if not changed or space_id is None:
        return
    space = need(call, "SPACE", space_id)
    if space["id"] != row["space_id"]:
        refuse_frozen(row, "SET SPACE")
        call.rights.require("create project", Place(space["id"]))
        places.move_project(call.db, row["id"], space)
        _moved(call, row, "SPACE", row["space_id"], space["id"])


def _move_experiment(call: Call, row: Row, update: Json) -> None:
    changed, project_id = field_update(update, "projectId")
    if not changed or project_id is None:
        return
    project = need(call, "PROJECT", project_id)
    if project["id"] != row["project_id"]:
        refuse_frozen(row, "SET PROJECT")
        call.rights.require("create experiment", place_of(project))
        places.move_experiment(call.db, row["id"], project)
        _moved(call, row, "PROJECT", row["project_id"], project["id"])


def _move_sample(call: Call, row: Row, update: Json) -> None:
    """The innermost place that is given decides; pybis sends the project of an unchanged object, too."""
    target: dict[str, int | None] = {}
    for name, kind in (("spaceId", "SPACE"), ("projectId", "PROJECT"), ("experimentId", "EXPERIMENT")):
        changed, object_id = field_update(update, name)
        if changed:
            found = need(call, kind, object_id) if object_id is not None else None
            target[f"{kind.lower()}_id"] = found["id"] if found is not None else None
    inner = target.get("experiment_id") or target.get("project_id")
    if inner is not None:
        outer = by_id(call.db, inner)
        target = {"space_id": outer["space_id"], "project_id": outer["project_id"]} | target
    spot = {name: row[name] for name in ("space_id", "project_id", "experiment_id")}
    after = spot | target
    if after == spot:
        return
    if after["experiment_id"] is not None:
        experiment = by_id(call.db, after["experiment_id"])
        if experiment["project_id"] != after["project_id"]:
            raise UserFailure(f"Sample project must be the same as that of {experiment['identifier']}.")
    refuse_frozen(row, "SET OWNER")
    call.rights.require("create sample", Place(after["space_id"], after["project_id"]))
    places.move_sample(call.db, row["id"], **after)
    for name, value in after.items():
        _moved(call, row, name.removesuffix("_id").upper(), spot[name], value)


def _move_data_set(call: Call, row: Row, update: Json) -> None:
    to_sample, sample_id = field_update(update, "sampleId")
    to_experiment, experiment_id = field_update(update, "experimentId")
    if not to_sample and not to_experiment:
        return
    owner_id = (sample_id if to_sample else None) or (experiment_id if to_experiment else None)
    if owner_id is None:
        raise UserFailure("Experiment id and sample id cannot be both null.")
    owner_row = need(call, kind_of_owner_id(owner_id), owner_id)
    owner = owner_of(call.db, owner_row)
    if (owner.experiment_id, owner.sample_id) == (row["experiment_id"], row["sample_id"]):
        return
    refuse_frozen(row, "SET OWNER")
    refuse_frozen(owner_row, "SET OWNER", "frozenForDataSets")
    call.rights.require("update data set", owner.place)
    call.db.execute(
        "UPDATE entities SET experiment_id = ?, sample_id = ?, space_id = ?, project_id = ? WHERE id = ?",
        (owner.experiment_id, owner.sample_id, owner.place.space_id, owner.place.project_id, row["id"]),
    )
    _moved(call, row, "EXPERIMENT", row["experiment_id"], owner.experiment_id)
    _moved(call, row, "SAMPLE", row["sample_id"], owner.sample_id)


def _moved(call: Call, row: Row, name: str, old_id: int | None, new_id: int | None) -> None:
    record_moved(call.db, row["id"], name, old_id, new_id, Author(call.user, call.now))
