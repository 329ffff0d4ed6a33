"""Ids, criteria and fetch options as pybis writes them (contract 3.1, 3.6)."""

from __future__ import annotations

from typing import Any

Json = dict[str, Any]
PACKAGES = {"dataset": "DataSet", "sample": "Sample", "experiment": "Experiment", "project": "Project"}
SEARCH = "as.dto.common.search."


def data_set(perm_id: str) -> Json:
    return {"@type": "as.dto.dataset.id.DataSetPermId", "permId": perm_id}


def sample(identifier: str) -> Json:
    return {"@type": "as.dto.sample.id.SampleIdentifier", "identifier": identifier}


def experiment(identifier: str) -> Json:
    return {"@type": "as.dto.experiment.id.ExperimentIdentifier", "identifier": identifier}


def project(identifier: str) -> Json:
    return {"@type": "as.dto.project.id.ProjectIdentifier", "identifier": identifier}


def space(code: str) -> Json:
    return {"@type": "as.dto.space.id.SpacePermId", "permId": code}


def person(user: str) -> Json:
    return {"@type": "as.dto.person.id.PersonPermId", "permId": user}


def entity_type(code: str, kind: str | None = None) -> Json:
    given = {"@type": "as.dto.entitytype.id.EntityTypePermId", "permId": code}
    return given | {"entityKind": kind} if kind else given


def value(kind: str, content: Any) -> Json:
    return {"value": content, "@type": f"{SEARCH}{kind}Value"}


def text(content: Any) -> Json:
    return value("StringEqualTo", content)


def code(content: Any) -> Json:
    return {"@type": f"{SEARCH}CodeSearchCriteria", "fieldName": "code", "fieldValue": text(content)}


def identifier(content: str) -> Json:
    return {"@type": f"{SEARCH}IdentifierSearchCriteria", "fieldValue": text(content)}


def perm_id(content: str) -> Json:
    return {"@type": f"{SEARCH}PermIdSearchCriteria", "fieldName": "perm_id", "fieldValue": text(content)}


def field(name: str, field_value: Any, **more: Any) -> Json:
    return {"@type": f"{SEARCH}{name}SearchCriteria", "fieldValue": field_value, **more}


def named(content: str, how: str = "StringEqualTo", **more: Any) -> Json:
    return field("StringProperty", value(how, content), fieldName="$NAME", **more)


def criteria(package: str, *parts: Json, name: str = "", operator: str = "AND", **more: Any) -> Json:
    """A composite: ``criteria("dataset", code("X"))``, ``criteria("dataset", …, name="DataSetType")``."""
    full = name or PACKAGES.get(package, package.capitalize())
    kind = f"as.dto.{package}.search.{full}SearchCriteria"
    return {"@type": kind, "criteria": list(parts), "operator": operator, **more}


def of_type(package: str, type_code: str) -> Json:
    return criteria(package, code(type_code), name=f"{PACKAGES[package]}Type")


def options(package: str, **parts: Any) -> Json:
    """Fetch options with sub-options by name: ``options("dataset", type={}, parents={})``."""
    full = PACKAGES.get(package, package.capitalize())
    return {"@type": f"as.dto.{package}.fetchoptions.{full}FetchOptions", **parts}


def sorted_by(sort_field: str, *, ascending: bool = True) -> Json:
    order = {"@type": "as.dto.common.fetchoptions.SortOrder", "asc": ascending}
    return {
        "sortings": [{"@type": "as.dto.common.fetchoptions.Sorting", "field": sort_field, "order": order}]
    }


def set_to(new: Any) -> Json:
    return {"@type": "as.dto.common.update.FieldUpdateValue", "isModified": True, "value": new}


def list_of(action: str, *items: Any) -> Json:
    actions = [{"@type": f"as.dto.common.update.ListUpdateAction{action}", "items": list(items)}]
    return {"@type": "as.dto.common.update.IdListUpdateValue", "actions": actions}


def reason(package: str) -> Json:
    return {"@type": f"as.dto.{package}.delete.{PACKAGES[package]}DeletionOptions", "reason": "a test"}
