"""Search criteria (contract 3.6 to 3.8), in the forms that pybis and the ELN send."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from ...models import Entity, EntityKind
from .ids import Json

__all__ = [
    "all_of",
    "any_of",
    "children_of",
    "code_is",
    "data_set_type_is",
    "data_sets",
    "derived_from",
    "directly_in",
    "directly_of",
    "everything",
    "experiments",
    "files_of",
    "has_property",
    "modified_since",
    "named",
    "objects",
    "of_owner",
    "perm_id_is",
    "personal_access_tokens",
    "projects",
    "property_is",
    "registered_since",
    "sources_of",
    "spaces",
    "text",
    "within",
    "within_space",
]

_ENTITY = {
    "space": "as.dto.space.search.SpaceSearchCriteria",
    "project": "as.dto.project.search.ProjectSearchCriteria",
    "experiment": "as.dto.experiment.search.ExperimentSearchCriteria",
    "object": "as.dto.sample.search.SampleSearchCriteria",
    "data_set": "as.dto.dataset.search.DataSetSearchCriteria",
}


def _composite(type_name: str, criteria: Iterable[Json], operator: str = "AND") -> Json:
    return {"@type": type_name, "operator": operator, "criteria": list(criteria)}


def _field(class_name: str, field_name: str, value: Any) -> Json:
    return {
        "@type": f"as.dto.common.search.{class_name}",
        "fieldName": field_name,
        "fieldType": "ATTRIBUTE",
        "fieldValue": value,
    }


def _equal(value: str) -> Json:
    return {"@type": "as.dto.common.search.StringEqualToValue", "value": value}


def _contains(value: str) -> Json:
    return {"@type": "as.dto.common.search.StringContainsValue", "value": value}


def code_is(code: str) -> Json:
    """Attribute ``code`` equals *code*; a data set's code is its permId."""
    return _field("CodeSearchCriteria", "code", _equal(code))


def perm_id_is(perm_id: str) -> Json:
    """Attribute permId equals *perm_id*."""
    return _field("PermIdSearchCriteria", "perm_id", _equal(perm_id))


def property_is(code: str, value: str) -> Json:
    """Property *code*, in the server's spelling, equals *value*; no wildcards."""
    return {
        "@type": "as.dto.common.search.StringPropertySearchCriteria",
        "fieldName": code,
        "fieldType": "PROPERTY",
        "fieldValue": _equal(value),
        "useWildcards": False,
    }


def has_property(code: str) -> Json:
    """Property *code*, in the server's spelling, has a value, whatever it is (3.7)."""
    any_value = {"@type": "as.dto.common.search.AnyStringValue"}
    return {**property_is(code, ""), "fieldValue": any_value}


def modified_since(milliseconds: int) -> Json:
    """Modified at or after a time in milliseconds since 1970, by the server's clock."""
    return _field(
        "ModificationDateSearchCriteria",
        "modification_date",
        {"@type": "as.dto.common.search.DateObjectLaterThanOrEqualToValue", "value": milliseconds},
    )


def registered_since(moment: datetime) -> Json:
    """Registered at or after *moment* (aware)."""
    milliseconds = int(moment.timestamp() * 1000)
    return _field(
        "RegistrationDateSearchCriteria",
        "registration_date",
        {"@type": "as.dto.common.search.DateObjectLaterThanOrEqualToValue", "value": milliseconds},
    )


def text(words: str, name_code: str) -> Json:
    """Data sets whose name property or code contains *words* (the ELN's drop-down, 3.9)."""
    by_name = {**property_is(name_code, ""), "fieldValue": _contains(words)}
    return data_sets([by_name, _field("CodeSearchCriteria", "code", _contains(words))], "OR")


def named(kind: EntityKind, words: str, name_codes: Iterable[str]) -> Json:
    """Entities of a kind whose code or name property contains *words* (the ELN's owner drop-down, 3.9), or
    whose permId is *words*; with a ``/`` in *words* also those whose identifier contains it. Without one, the
    name of a project would find all that lies in it.

    Args:
        kind: Spaces and projects have no properties.
        words: What a person typed.
        name_codes: Spellings of the name property that the server may use.
    """
    tests = [_field("CodeSearchCriteria", "code", _contains(words)), perm_id_is(words.strip())]
    if kind != "space" and "/" in words:
        tests.append(_field("IdentifierSearchCriteria", "identifier", _contains(words)))
    if kind in ("experiment", "object"):
        tests += [{**property_is(code, ""), "fieldValue": _contains(words)} for code in name_codes]
    found = _composite(_ENTITY[kind], tests, "OR")
    return found | {"relation": "SAMPLE"} if kind == "object" else found


def directly_in(kind: EntityKind, entity: Entity) -> Json:
    """Projects, experiments or objects that lie in *entity* itself, not deeper."""
    if kind != "object":
        return _composite(_ENTITY[kind], [_is_entity(entity)])
    absent = {
        "space": ("project.search.NoProject", "experiment.search.NoExperiment"),
        "project": ("experiment.search.NoExperiment",),
    }.get(entity.kind, ())
    return objects(_is_entity(entity), *({"@type": f"as.dto.{name}SearchCriteria"} for name in absent))


def data_set_type_is(code: str) -> Json:
    """Of data-set type *code*."""
    return _composite("as.dto.dataset.search.DataSetTypeSearchCriteria", [code_is(code)])


def spaces() -> Json:
    """All spaces that the person sees."""
    return _composite(_ENTITY["space"], [])


def projects(*criteria: Json) -> Json:
    """Projects that fit all *criteria*."""
    return _composite(_ENTITY["project"], criteria)


def experiments(*criteria: Json) -> Json:
    """Experiments that fit all *criteria*."""
    return _composite(_ENTITY["experiment"], criteria)


def objects(*criteria: Json, relation: str = "SAMPLE") -> Json:
    """Objects that fit all *criteria*."""
    return _composite(_ENTITY["object"], criteria) | {"relation": relation}


def data_sets(criteria: Iterable[Json], operator: str = "AND") -> Json:
    """Data sets that fit the *criteria*."""
    return _composite(_ENTITY["data_set"], criteria, operator)


def all_of(*criteria: Json) -> Json:
    """Data sets that fit all *criteria*."""
    return data_sets(criteria, "AND")


def any_of(*criteria: Json) -> Json:
    """Data sets that fit at least one of *criteria*."""
    return data_sets(criteria, "OR")


def _is_entity(entity: Entity) -> Json:
    match = code_is(entity.code) if entity.kind == "space" else perm_id_is(entity.perm_id)
    found = _composite(_ENTITY[entity.kind], [match])
    return found | {"relation": "SAMPLE"} if entity.kind == "object" else found


def within(entity: Entity) -> Json:
    """What lies directly or deeper in *entity*, for experiments and objects."""
    if entity.kind == "space":
        return _composite(_ENTITY["project"], [_is_entity(entity)])
    return _is_entity(entity)


def within_space(entity: Entity) -> Json:
    """What lies in a space, for projects and objects."""
    return _is_entity(entity)


def of_owner(entity: Entity) -> Json:
    """The data sets of *entity*.

    An experiment's are found with those of its objects; for a project and a space the objects are
    asked too, since an object without experiment hides its data sets from the experiments (3.8).
    """
    if entity.kind in ("experiment", "object"):
        return all_of(_is_entity(entity))
    through_experiments = experiments(within(entity))
    through_objects = objects(_is_entity(entity))
    return any_of(through_experiments, through_objects)


def directly_of(entity: Entity) -> Json:
    """The data sets of *entity* itself: of an experiment not those of its objects."""
    if entity.kind != "experiment":
        return of_owner(entity)
    return all_of(_is_entity(entity), {"@type": "as.dto.sample.search.NoSampleSearchCriteria"})


def derived_from(entity: Entity) -> Json:
    """Data sets whose parents belong to *entity*, and those of its child objects."""
    by_data = _composite("as.dto.dataset.search.DataSetParentsSearchCriteria", [_is_entity(entity)])
    if entity.kind != "object":
        return all_of(by_data)
    its_children = _composite(
        "as.dto.sample.search.SampleParentsSearchCriteria", [perm_id_is(entity.perm_id)]
    )
    return any_of(by_data, objects(its_children))


def children_of(perm_ids: Iterable[str]) -> Json:
    """Data sets that have at least one of *perm_ids* as a parent."""
    parents = [code_is(perm_id) for perm_id in perm_ids]
    return _composite("as.dto.dataset.search.DataSetParentsSearchCriteria", parents, "OR")


def sources_of(entity: Entity) -> Json:
    """Data sets that are parents of those of *entity*, and those of its parent objects."""
    by_data = _composite("as.dto.dataset.search.DataSetChildrenSearchCriteria", [_is_entity(entity)])
    if entity.kind != "object":
        return all_of(by_data)
    its_parents = _composite(
        "as.dto.sample.search.SampleChildrenSearchCriteria", [perm_id_is(entity.perm_id)]
    )
    return any_of(by_data, objects(its_parents))


def files_of(perm_ids: Iterable[str]) -> Json:
    """The files of many data sets in one call (4.2)."""
    found = data_sets([code_is(perm_id) for perm_id in perm_ids], "OR")
    return _composite("dss.dto.datasetfile.search.DataSetFileSearchCriteria", [found])


def personal_access_tokens() -> Json:
    """All personal access tokens that the person may see. Filtering by name is ours: the server's own
    match is by prefix in pybis' form (10.4 trap 24)."""
    return _composite("as.dto.pat.search.PersonalAccessTokenSearchCriteria", [])


def everything(type_name: str) -> Json:
    """All of *type_name*, e.g. ``as.dto.person.search.PersonSearchCriteria``."""
    return _composite(type_name, [])
