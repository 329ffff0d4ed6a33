"""Reads of entity types, property types, assignments, vocabularies and terms."""

from __future__ import annotations

from typing import Any

from ..criteria import small
from ..dto import types
from ..dto.fetch import paged, sortings
from ..dto.reader import Reader
from ..rpc import Call, application_method
from ..wire import Json, Object, Objects
from .answers import id_text, search_result

_TYPES = {"EXPERIMENT": "ExperimentTypes", "SAMPLE": "SampleTypes", "DATA_SET": "DataSetTypes"}


def ordered(dtos: list[Json], fetch: Json) -> list[Json]:
    """Sort by the fields of small things: CODE and the like, given as DTO field names in capitals."""
    for field, ascending in reversed(sortings(fetch)):
        first, *rest = field.lower().split("_")
        key = first + "".join(word.capitalize() for word in rest)
        dtos = sorted(dtos, key=lambda dto: str(dto.get(key) or ""), reverse=not ascending)
    return dtos


def _search(call: Call, dtos: list[Json], fetch: Json) -> Json:
    call.rights.require("search types")
    return search_result(paged(ordered(dtos, fetch), fetch), len(dtos))


def _register_types(kind: str, plural: str) -> None:
    @application_method(f"get{plural}")
    def get(call: Call, ids: Objects, fetch: Object) -> Json:
        """A map from the ids, as they were sent, to the types."""
        call.rights.require("search types")
        found: dict[str, Any] = {}
        for one in ids:
            code = str(one.get("permId", "")).upper()
            types_found = types.entity_types(Reader(call), kind, [code], fetch)
            found.update({id_text(one): dto for dto in types_found.values()})
        return found

    @application_method(f"search{plural}")
    def search(call: Call, criteria: Object, fetch: Object) -> Json:
        """A page of the types that match."""
        codes = small.type_codes(call, kind, criteria)
        return _search(call, list(types.entity_types(Reader(call), kind, codes, fetch).values()), fetch)


for _kind, _plural in _TYPES.items():
    _register_types(_kind, _plural)


@application_method("getPropertyTypes")
def get_property_types(call: Call, ids: Objects, fetch: Object) -> Json:
    """A map from property codes, as they were sent, to property types."""
    call.rights.require("search types")
    texts = {str(one.get("permId", "")).upper(): id_text(one) for one in ids}
    found = types.property_types(Reader(call), texts, fetch)
    return {texts[code]: dto for code, dto in found.items()}


@application_method("searchPropertyTypes")
def search_property_types(call: Call, criteria: Object, fetch: Object) -> Json:
    """A page of the property types that match."""
    codes = small.property_codes(call, criteria)
    return _search(call, list(types.property_types(Reader(call), codes, fetch).values()), fetch)


@application_method("searchPropertyAssignments")
def search_property_assignments(call: Call, criteria: Object, fetch: Object) -> Json:
    """A page of the property assignments of all types that match."""
    wanted = set(small.assignments(call, criteria))
    reader, dtos = Reader(call), []
    for kind, type_code in sorted({one[:2] for one in wanted}):
        for dto in types.assignments(reader, kind, type_code, {**(fetch or {}), "from": None, "count": None}):
            if (kind, type_code, dto["permId"]["propertyTypeId"]["permId"]) in wanted:
                dtos.append(dto)
    return _search(call, dtos, fetch)


@application_method("getVocabularies")
def get_vocabularies(call: Call, ids: Objects, fetch: Object) -> Json:
    """A map from vocabulary codes, as they were sent, to vocabularies."""
    call.rights.require("search types")
    texts = {str(one.get("permId", "")).upper(): id_text(one) for one in ids}
    found = types.vocabularies(Reader(call), texts, fetch)
    return {texts[code]: dto for code, dto in found.items()}


@application_method("searchVocabularies")
def search_vocabularies(call: Call, criteria: Object, fetch: Object) -> Json:
    """A page of the vocabularies that match."""
    codes = small.vocabulary_codes(call, criteria)
    return _search(call, list(types.vocabularies(Reader(call), codes, fetch).values()), fetch)


@application_method("searchVocabularyTerms")
def search_vocabulary_terms(call: Call, criteria: Object, fetch: Object) -> Json:
    """A page of the terms that match."""
    return _search(call, types.terms(Reader(call), small.terms(call, criteria), fetch), fetch)


@application_method("getVocabularyTerms")
def get_vocabulary_terms(call: Call, ids: Objects, fetch: Object) -> Json:
    """A map from ``CODE (VOCABULARY)`` to terms."""
    call.rights.require("search types")
    keys = [(str(one.get("vocabularyCode")), str(one.get("code"))) for one in ids]
    dtos = types.terms(Reader(call), keys, fetch)
    return {f"{dto['code']} ({dto['permId']['vocabularyCode']})": dto for dto in dtos}
