"""``get…`` and ``search…`` of spaces, projects, experiments, samples and data sets (contract 3.2)."""

from __future__ import annotations

from ..criteria.search import search_page
from ..dto.reader import Reader
from ..objects import find
from ..rpc import Call, application_method
from ..wire import Json, Object, Objects
from .answers import id_text, search_result

#: Kind → the plural in method names.
PLURALS = {
    "SPACE": "Spaces",
    "PROJECT": "Projects",
    "EXPERIMENT": "Experiments",
    "SAMPLE": "Samples",
    "DATA_SET": "DataSets",
}


def _register(kind: str, plural: str) -> None:
    @application_method(f"get{plural}")
    def get(call: Call, ids: Objects, fetch: Object) -> Json:
        """A map from the requested ids to objects; what is missing or invisible is absent."""
        call.rights.require("read")
        rows = [(id_text(one), find(call.db, kind, one)) for one in ids]
        numbers = {text: row["id"] for text, row in rows if row is not None}
        objects = Reader(call).entities(kind, numbers.values(), fetch)
        return {text: objects[number] for text, number in numbers.items() if number in objects}

    @application_method(f"search{plural}")
    def search(call: Call, criteria: Object, fetch: Object) -> Json:
        """A page of the objects that match, and how many there are in all."""
        call.rights.require("read")
        numbers, total = search_page(call, kind, criteria, fetch)
        return search_result(list(Reader(call).entities(kind, numbers, fetch).values()), total)


for _kind, _plural in PLURALS.items():
    _register(_kind, _plural)
