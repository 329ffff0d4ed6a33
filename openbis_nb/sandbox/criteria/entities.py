"""Criteria on experiments, samples, data sets, projects and spaces, compiled to one SQL condition."""

from __future__ import annotations

import json
from itertools import count
from typing import TYPE_CHECKING, Any

from ..failures import UserFailure, java_name
from ..ids import normal_identifier
from . import small
from .conditions import NOTHING, Condition, is_in, joined, operator_of, parts_of
from .values import TextTest, date_condition, number_condition, text_test

if TYPE_CHECKING:
    from ..rpc import Call

_PARENTS = "{a}.id IN (SELECT child_id FROM relations WHERE kind = 'PARENT' AND parent_id IN ({sub}))"
_CHILDREN = "{a}.id IN (SELECT parent_id FROM relations WHERE kind = 'PARENT' AND child_id IN ({sub}))"
_CONTAINERS = "{a}.id IN (SELECT child_id FROM relations WHERE kind = 'COMPONENT' AND parent_id IN ({sub}))"
_SPACE, _PROJECT = "{a}.space_id IN ({sub})", "{a}.project_id IN ({sub})"
_EXPERIMENT, _SAMPLE = "{a}.experiment_id IN ({sub})", "{a}.sample_id IN ({sub})"

#: Kind → class of a criterion inside it → kind it is about, and how that kind is reached.
RELATIONS = {
    "SPACE": {"SpaceSearchCriteria": ("SPACE", "{a}.id IN ({sub})")},
    "PROJECT": {"SpaceSearchCriteria": ("SPACE", _SPACE)},
    "EXPERIMENT": {"ProjectSearchCriteria": ("PROJECT", _PROJECT)},
    "SAMPLE": {
        "SpaceSearchCriteria": ("SPACE", _SPACE),
        "ProjectSearchCriteria": ("PROJECT", _PROJECT),
        "ExperimentSearchCriteria": ("EXPERIMENT", _EXPERIMENT),
        "SampleParentsSearchCriteria": ("SAMPLE", _PARENTS),
        "SampleChildrenSearchCriteria": ("SAMPLE", _CHILDREN),
        "SampleContainerSearchCriteria": ("SAMPLE", "{a}.container_id IN ({sub})"),
    },
    "DATA_SET": {
        "ExperimentSearchCriteria": ("EXPERIMENT", _EXPERIMENT),
        "SampleSearchCriteria": ("SAMPLE", _SAMPLE),
        "DataSetParentsSearchCriteria": ("DATA_SET", _PARENTS),
        "DataSetChildrenSearchCriteria": ("DATA_SET", _CHILDREN),
        "DataSetContainerSearchCriteria": ("DATA_SET", _CONTAINERS),
    },
}
#: Criteria that ask for the absence of a relation → column.
ABSENT = {
    "NoExperimentSearchCriteria": "experiment_id",
    "NoSampleSearchCriteria": "sample_id",
    "NoSampleContainerSearchCriteria": "container_id",
    "NoProjectSearchCriteria": "project_id",
    "NoSpaceSearchCriteria": "space_id",
}
#: Composite criteria on the object itself.
ITSELF = {
    "PROJECT": "ProjectSearchCriteria",
    "EXPERIMENT": "ExperimentSearchCriteria",
    "SAMPLE": "SampleSearchCriteria",
    "DATA_SET": "DataSetSearchCriteria",
}
_TYPES = {
    "ExperimentTypeSearchCriteria": "EXPERIMENT",
    "SampleTypeSearchCriteria": "SAMPLE",
    "DataSetTypeSearchCriteria": "DATA_SET",
}
_TEXT_COLUMNS = {
    "CodeSearchCriteria": "code",
    "PermIdSearchCriteria": "perm_id",
    "IdentifierSearchCriteria": "identifier",
}
_LIST_COLUMNS = {"CodesSearchCriteria": "code", "PermIdsSearchCriteria": "perm_id"}
_DATE_COLUMNS = {
    "RegistrationDateSearchCriteria": "registered_at",
    "ModificationDateSearchCriteria": "modified_at",
}
_PERSON_COLUMNS = {"RegistratorSearchCriteria": "registrator", "ModifierSearchCriteria": "modifier"}
_TEXT_PROPERTIES = frozenset(
    f"{kind}PropertySearchCriteria" for kind in ("String", "Boolean", "ControlledVocabulary", "Sample")
)
_PHYSICAL_TEXT = {"StatusSearchCriteria": "status", "LocationSearchCriteria": "location"}
_PHYSICAL_FLAGS = {
    "PresentInArchiveSearchCriteria": "present_in_archive",
    "ArchivingRequestedSearchCriteria": "archiving_requested",
}
_OF_EVERYTHING = frozenset(
    {*_TEXT_COLUMNS, *_LIST_COLUMNS, *_DATE_COLUMNS, *_PERSON_COLUMNS}
    | {"IdSearchCriteria", "IdsSearchCriteria", "TextAttributeSearchCriteria", "AnyFieldSearchCriteria"}
)
_OF_TYPED = _TEXT_PROPERTIES | {
    "NumberPropertySearchCriteria",
    "DatePropertySearchCriteria",
    "AnyPropertySearchCriteria",
    "EntityTypeSearchCriteria",
    "TagSearchCriteria",
}
_OF_DATA_SETS = frozenset(
    f"{name}SearchCriteria" for name in ("PhysicalData", "LinkedData", "DataStore", "AccessDate")
)


def own_criteria(kind: str) -> frozenset[str]:
    """Classes of the criteria on an object of a kind itself, beside those on what is related to it."""
    if kind in ("SPACE", "PROJECT"):
        return _OF_EVERYTHING
    named = {name for name, typed in _TYPES.items() if typed == kind}
    return _OF_EVERYTHING | _OF_TYPED | named | (_OF_DATA_SETS if kind == "DATA_SET" else frozenset())


class Compiler:
    """Compiles the criteria of one search."""

    def __init__(self, call: Call) -> None:
        self._call = call
        self._aliases = (f"e{number}" for number in count(1))

    def composite(self, kind: str, criterion: dict[str, Any], alias: str) -> Condition:
        """The condition of a composite criterion on the row ``alias`` of kind ``kind``."""
        parts = [self._part(kind, part, alias) for part in parts_of(criterion)]
        condition = joined(parts, operator_of(criterion))
        return condition.negated() if criterion.get("negated") else condition

    def _part(self, kind: str, criterion: dict[str, Any], alias: str) -> Condition:
        name = java_name(criterion)
        if name == ITSELF.get(kind):
            return self.composite(kind, criterion, alias)
        if name in RELATIONS[kind]:
            return self._related(*RELATIONS[kind][name], criterion, alias)
        if name in ABSENT:
            return Condition(f"{alias}.{ABSENT[name]} IS NULL")
        for test in (self._attribute, self._property, self._thing):
            condition = test(kind, name, criterion, alias)
            if condition is not None:
                return condition
        raise UserFailure(
            f"The search criterion {name} on {kind.lower().replace('_', ' ')}s"
            " is not supported by the sandbox."
        )

    def _related(self, kind: str, way: str, criterion: dict[str, Any], alias: str) -> Condition:
        inner = next(self._aliases)
        condition = self.composite(kind, criterion, inner)
        if criterion.get("negated"):
            # "Has no such parent": the relation as a whole is turned, not the test on each parent.
            condition = self.composite(kind, criterion | {"negated": False}, inner)
        visible = self._call.rights.visible(inner)
        sub = (
            f"SELECT {inner}.id FROM entities {inner}"
            f" WHERE {inner}.kind = '{kind}' AND {visible} AND ({condition.sql})"
        )
        found = Condition(way.format(a=alias, sub=sub), condition.params)
        return found.negated() if criterion.get("negated") else found

    def _attribute(self, kind: str, name: str, criterion: dict[str, Any], alias: str) -> Condition | None:
        if name in _TEXT_COLUMNS:
            return _column_test(kind, alias, _TEXT_COLUMNS[name], criterion)
        if name in _LIST_COLUMNS:
            values = [str(one).upper() for one in criterion.get("fieldValue") or ()]
            return is_in(f"{alias}.{_LIST_COLUMNS[name]}", values)
        if name in _DATE_COLUMNS:
            return date_condition(criterion, f"{alias}.{_DATE_COLUMNS[name]}")
        if name in _PERSON_COLUMNS:
            return is_in(f"{alias}.{_PERSON_COLUMNS[name]}", small.person_ids(self._call, criterion))
        if name in ("IdSearchCriteria", "IdsSearchCriteria"):
            one, many = criterion.get("id"), criterion.get("fieldValue")
            return _is_one_of(alias, [one] if name == "IdSearchCriteria" else many or ())
        if name == "TextAttributeSearchCriteria":
            tests = [_column_test(kind, alias, column, criterion) for column in _TEXT_COLUMNS.values()]
            return joined(tests, "OR")
        return None

    def _property(self, kind: str, name: str, criterion: dict[str, Any], alias: str) -> Condition | None:
        code = str(criterion.get("fieldName") or "").upper()
        if name in _TEXT_PROPERTIES:
            return _property_test(alias, text_test(criterion).condition("folded", str.casefold), code)
        if name == "NumberPropertySearchCriteria":
            return _property_test(alias, number_condition(criterion, "number"), code)
        if name == "DatePropertySearchCriteria":
            return _property_test(alias, date_condition(criterion, "number"), code)
        if name == "AnyPropertySearchCriteria":
            return _property_test(alias, text_test(criterion).condition("folded", str.casefold))
        if name == "AnyFieldSearchCriteria":
            return self._any_field(kind, criterion, alias)
        return None

    def _any_field(self, kind: str, criterion: dict[str, Any], alias: str) -> Condition:
        test = text_test(criterion)
        columns = ["code", "perm_id", "identifier", "type", "registrator"]
        tests = [test.condition(f"lower(coalesce({alias}.{column}, ''))", str.lower) for column in columns]
        in_properties = _property_test(alias, test.condition("folded", str.casefold))
        return joined([*tests, in_properties], "OR")

    def _thing(self, kind: str, name: str, criterion: dict[str, Any], alias: str) -> Condition | None:
        if _TYPES.get(name) == kind or name == "EntityTypeSearchCriteria":
            return is_in(f"{alias}.type", small.type_codes(self._call, kind, criterion))
        if name == "TagSearchCriteria":
            tagged = is_in("tag_id", small.tag_ids(self._call, criterion))
            query = f"SELECT entity_id FROM entity_tags WHERE {tagged.sql}"
            return Condition(f"{alias}.id IN ({query})", tagged.params)
        if kind == "DATA_SET":
            return self._of_data_set(name, criterion, alias)
        return None

    def _of_data_set(self, name: str, criterion: dict[str, Any], alias: str) -> Condition | None:
        if name == "PhysicalDataSearchCriteria":
            tests = joined([_physical(part) for part in parts_of(criterion)], operator_of(criterion))
            query = f"SELECT data_set_id FROM physical_data WHERE {tests.sql}"
            return Condition(f"{alias}.id IN ({query})", tests.params)
        if name == "LinkedDataSearchCriteria" and not parts_of(criterion):
            query = "SELECT data_set_id FROM data_set_details WHERE kind = 'LINK'"
            return Condition(f"{alias}.id IN ({query})")
        if name == "DataStoreSearchCriteria":
            return Condition("1") if small.data_stores(self._call, criterion) else NOTHING
        if name == "AccessDateSearchCriteria":
            test = date_condition(criterion, "accessed_at")
            query = f"SELECT data_set_id FROM data_set_details WHERE {test.sql}"
            return Condition(f"{alias}.id IN ({query})", test.params)
        return None


def _column_test(kind: str, alias: str, column: str, criterion: dict[str, Any]) -> Condition:
    test = text_test(criterion)
    if column == "identifier" and kind == "DATA_SET":
        return NOTHING
    if column == "identifier" and test.operator == "=":
        test = TextTest("=", tuple(normal_identifier(one) for one in test.needles))
    return test.condition(f"{alias}.{column}", str.upper)


def _property_test(alias: str, test: Condition, code: str | None = None) -> Condition:
    named = Condition("1") if code is None else Condition("code = ?", (code,))
    sql = f"SELECT entity_id FROM properties WHERE {named.sql} AND {test.sql}"
    return Condition(f"{alias}.id IN ({sql})", named.params + test.params)


def _is_one_of(alias: str, ids: Any) -> Condition:
    given = [one for one in ids if isinstance(one, dict)]
    perm_ids = json.dumps([str(one["permId"]) for one in given if "permId" in one])
    names = json.dumps([normal_identifier(str(one["identifier"])) for one in given if "identifier" in one])
    return Condition(
        f"{alias}.perm_id IN (SELECT value FROM json_each(?))"
        f" OR {alias}.identifier IN (SELECT value FROM json_each(?))",
        (perm_ids, names),
    )


def _physical(criterion: dict[str, Any]) -> Condition:
    name = java_name(criterion)
    if name in _PHYSICAL_TEXT:
        return text_test(criterion).condition(_PHYSICAL_TEXT[name], str)
    if name == "ShareIdSearchCriteria":
        return text_test(criterion).condition("share_id", str)
    if name == "SizeSearchCriteria":
        return number_condition(criterion, "size")
    if name in _PHYSICAL_FLAGS:
        value = criterion.get("fieldValue")
        wanted = value.get("value") if isinstance(value, dict) else value
        return Condition(f"{_PHYSICAL_FLAGS[name]} = ?", (bool(wanted),))
    raise UserFailure(f"The search criterion {name} on physical data is not supported by the sandbox.")
