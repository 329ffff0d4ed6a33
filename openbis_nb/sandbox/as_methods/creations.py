"""``create…`` of spaces, projects, experiments and samples."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Sequence
from typing import Any

from ..dto.kinds import reference
from ..failures import UserFailure
from ..history import Author
from ..ids import check_code, next_number
from ..objects import by_id, need, place_of
from ..places import sample_identifier
from ..properties import require_mandatory, validated, write_properties
from ..registration import Registered, insert_entity, relate, type_code
from ..rights import Place
from ..rpc import Call, application_method
from ..tagging import need_tag, set_tags
from ..wire import Json, Objects
from .answers import as_list
from .updates import refuse_frozen


@application_method("createSpaces", writes=True)
def create_spaces(call: Call, creations: Objects) -> Json:
    """New spaces; their ids."""
    call.rights.require("create space")
    made = []
    for creation in creations:
        code = check_code(creation.get("code"))
        description = creation.get("description")
        new = insert_entity(
            call.db, _author(call), "SPACE", code=code, identifier=f"/{code}", description=description
        )
        _grant_creator(call, new.id)
        made.append(reference("space.id.SpacePermId", permId=new.perm_id))
    return made


def _grant_creator(call: Call, space_id: int) -> None:
    """A space admin who makes a space becomes its admin, as the server does; instance admins need no role."""
    if not call.rights.is_instance_admin:
        call.db.execute(
            "INSERT INTO role_assignments (user_id, role, role_level, space_id, registrator, registered_at)"
            " VALUES (?, 'ADMIN', 'SPACE', ?, ?, ?)",
            (call.user, space_id, call.user, call.now),
        )


@application_method("createProjects", writes=True)
def create_projects(call: Call, creations: Objects) -> Json:
    """New projects; their ids."""
    return [_create_project(call, creation) for creation in creations]


def _create_project(call: Call, creation: Json) -> Json:
    if creation.get("spaceId") is None:
        raise UserFailure("Space id cannot be null.")
    code, space = check_code(creation.get("code")), need(call, "SPACE", creation["spaceId"])
    call.rights.require("create project", place_of(space))
    refuse_frozen(space, "INSERT PROJECT", "frozenForProjects")
    new = insert_entity(
        call.db,
        _author(call),
        "PROJECT",
        code=code,
        identifier=f"/{space['code']}/{code}",
        space_id=space["id"],
        description=creation.get("description"),
    )
    return reference("project.id.ProjectPermId", permId=new.perm_id)


@application_method("createExperiments", writes=True)
def create_experiments(call: Call, creations: Objects) -> Json:
    """New experiments; their ids."""
    return [_create_experiment(call, creation) for creation in creations]


def _create_experiment(call: Call, creation: Json) -> Json:
    if creation.get("typeId") is None:
        raise UserFailure("Type id cannot be null.")
    if creation.get("projectId") is None:
        raise UserFailure("Project id cannot be null.")
    kind, code = type_code(call.db, "EXPERIMENT", creation["typeId"]), check_code(creation.get("code"))
    project = need(call, "PROJECT", creation["projectId"])
    call.rights.require("create experiment", place_of(project))
    refuse_frozen(project, "INSERT EXPERIMENT", "frozenForExperiments")
    new = insert_entity(
        call.db,
        _author(call),
        "EXPERIMENT",
        code=code,
        type=kind,
        identifier=f"{project['identifier']}/{code}",
        space_id=project["space_id"],
        project_id=project["id"],
        meta_data=_meta_data(call, creation),
    )
    _fill(call, "EXPERIMENT", kind, new, creation)
    return reference("experiment.id.ExperimentPermId", permId=new.perm_id)


@application_method("createSamples", writes=True)
def create_samples(call: Call, creations: Objects) -> Json:
    """New samples; their ids."""
    return [_create_sample(call, creation) for creation in creations]


def _create_sample(call: Call, creation: Json) -> Json:
    if creation.get("typeId") is None:
        raise UserFailure("Type id cannot be null.")
    kind = type_code(call.db, "SAMPLE", creation["typeId"])
    columns: dict[str, Any] = {"code": _sample_code(call, kind, creation), **_sample_place(call, creation)}
    container = creation.get("containerId")
    columns["container_id"] = need(call, "SAMPLE", container)["id"] if container else None
    columns["identifier"] = sample_identifier(call.db, columns)
    new = insert_entity(
        call.db, _author(call), "SAMPLE", type=kind, meta_data=_meta_data(call, creation), **columns
    )
    _fill(call, "SAMPLE", kind, new, creation)
    parents = _samples(call, creation.get("parentIds"), "Children")
    children = _samples(call, creation.get("childIds"), "Parents")
    relate(call.db, "PARENT", _author(call), parents=parents, children=[new.id])
    relate(call.db, "PARENT", _author(call), parents=[new.id], children=children)
    return reference("sample.id.SamplePermId", permId=new.perm_id)


def _sample_code(call: Call, kind: str, creation: Json) -> str:
    row = call.db.execute(
        "SELECT auto_code, code_prefix FROM entity_types WHERE kind = 'SAMPLE' AND code = ?", (kind,)
    ).fetchone()
    if creation.get("autoGeneratedCode") or (not creation.get("code") and row["auto_code"]):
        return f"{row['code_prefix'] or 'S'}{next_number(call.db)}"
    if creation.get("code") is None:
        raise UserFailure("Code cannot be empty for a non auto generated code.")
    return check_code(creation["code"])


def _sample_place(call: Call, creation: Json) -> dict[str, int | None]:
    """Space, project and experiment of a new sample: the innermost one that is given decides."""
    for name, kind in (("experimentId", "EXPERIMENT"), ("projectId", "PROJECT"), ("spaceId", "SPACE")):
        if creation.get(name) is not None:
            row = need(call, kind, creation[name])
            call.rights.require("create sample", place_of(row))
            refuse_frozen(row, "INSERT SAMPLE", "frozenForSamples")
            experiment = row["id"] if kind == "EXPERIMENT" else None
            _refuse_other_place(call, creation, row)
            return {
                "space_id": row["space_id"],
                "project_id": row["project_id"],
                "experiment_id": experiment,
            }
    # A shared sample belongs to nobody's space: only an instance admin may make one.
    call.rights.require("master data")
    return {"space_id": None, "project_id": None, "experiment_id": None}


def _refuse_other_place(call: Call, creation: Json, inner: sqlite3.Row) -> None:
    for name, kind, column in (("projectId", "PROJECT", "project_id"), ("spaceId", "SPACE", "space_id")):
        if creation.get(name) is not None:
            outer = need(call, kind, creation[name])
            if outer["id"] != inner[column]:
                raise UserFailure(f"Sample {kind.lower()} must be the same as that of {inner['identifier']}.")


def _fill(call: Call, kind: str, type_name: str, new: Registered, creation: Json) -> None:
    properties = validated(call.db, kind, type_name, creation.get("properties"))
    require_mandatory(call.db, kind, type_name, properties)
    write_properties(call.db, new.id, properties)
    tags = [need_tag(call.db, _author(call), one) for one in as_list(creation.get("tagIds"))]
    set_tags(call.db, call.user, new.id, tags)


def _samples(call: Call, ids: Json, relation: str) -> Sequence[int]:
    rows = [need(call, "SAMPLE", one) for one in as_list(ids)]
    for row in rows:
        refuse_frozen(row, "INSERT RELATIONSHIP", f"frozenFor{relation}")
    return [row["id"] for row in rows]


def _meta_data(call: Call, creation: Json) -> str:
    given = creation.get("metaData") if call.state.config.has_meta_data else None
    return json.dumps(given or {})


def _author(call: Call) -> Author:
    return Author(call.user, call.now)


def place_of_identifier(call: Call, identifier: str) -> Place | None:
    """The place that an invented identifier points to (contract 3.9), or None when its parent is unknown."""
    *parents, _ = identifier.strip("/").upper().split("/")
    while parents:
        kind = ("SPACE", "PROJECT", "EXPERIMENT")[min(len(parents), 3) - 1]
        row = call.db.execute(
            "SELECT id FROM entities WHERE kind = ? AND identifier = ? AND deletion_id IS NULL",
            (kind, "/" + "/".join(parents)),
        ).fetchone()
        return None if row is None else place_of(by_id(call.db, row["id"]))
    return None
