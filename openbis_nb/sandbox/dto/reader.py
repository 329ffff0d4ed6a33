"""Turn row ids into V3 objects in bulk: one query per relation, however many objects there are."""

from __future__ import annotations

import json
import sqlite3
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from . import data_sets, history, people, types
from .fetch import Fetch, asked, echo, paged
from .kinds import KINDS, Kind, Many, One

if TYPE_CHECKING:
    from ..rpc import Call

#: Fetch options may apply to themselves (``withParentsUsing(self)``): how deep, and for how many objects in
#: all. The real server shares such objects by reference; here each is written in full (contract 1.4).
_MAX_DEPTH, _MAX_OBJECTS = 12, 20_000


class Reader:
    """Reads objects for one call: only what its user may see."""

    def __init__(self, call: Call) -> None:
        self.call, self.db = call, call.db
        self._depth: defaultdict[int, int] = defaultdict(int)
        self._repeated = 0

    def entities(self, kind: str, ids: Iterable[int], fetch: Fetch | None) -> dict[int, dict[str, Any]]:
        """Row id → object, in the order of ``ids``; what is invisible or deleted is absent."""
        spec, wanted = KINDS[kind], list(dict.fromkeys(ids))
        rows = self._rows(kind, wanted)
        objects = {number: spec.attributes(rows[number]) for number in wanted if number in rows}
        for number, dto in objects.items():
            dto["@type"] = spec.dto
            dto["fetchOptions"] = echo(fetch, spec.fetch_options)
            objects[number] = dto
        with self.nested(fetch, len(objects)) as relations:
            self._fill(kind, spec, objects, rows, relations)
        return objects

    @contextmanager
    def nested(self, fetch: Fetch | None, count: int = 1) -> Iterator[Fetch | None]:
        """Options to follow inside of ``count`` objects: None when they applied to themselves too often."""
        self._depth[id(fetch)] += 1
        depth = self._depth[id(fetch)]
        self._repeated += count if depth > 1 and fetch is not None else 0
        try:
            yield fetch if depth <= _MAX_DEPTH and self._repeated <= _MAX_OBJECTS else None
        finally:
            self._depth[id(fetch)] -= 1

    def _rows(self, kind: str, ids: Sequence[int]) -> dict[int, sqlite3.Row]:
        visible = self.call.rights.visible("e")
        rows = self.db.execute(
            f"SELECT e.* FROM entities e WHERE e.id IN (SELECT value FROM json_each(?))"
            f" AND e.kind = ? AND {visible}",
            (json.dumps(ids), kind),
        )
        return {row["id"]: row for row in rows}

    def _fill(
        self,
        kind: str,
        spec: Kind,
        objects: dict[int, dict[str, Any]],
        rows: dict[int, sqlite3.Row],
        fetch: Fetch | None,
    ) -> None:
        for name, one in spec.one.items():
            self._fill_one(name, one, objects, rows, asked(fetch, name))
        for name, many in spec.many.items():
            self._fill_many(name, many, objects, asked(fetch, name))
        for name in spec.persons:
            self._fill_person(name, objects, rows, asked(fetch, name))
        for name, value in spec.constant.items():
            for dto in objects.values():
                dto[name] = value if asked(fetch, name) is not None else None
        if spec.has_type:
            self._fill_typed(kind, objects, rows, fetch)
        history.fill(self, spec.history, objects, fetch)
        if kind == "DATA_SET":
            data_sets.fill(self, objects, fetch)

    def _fill_one(
        self,
        name: str,
        one: One,
        objects: dict[int, dict[str, Any]],
        rows: dict[int, sqlite3.Row],
        fetch: Fetch | None,
    ) -> None:
        related: dict[int, dict[str, Any]] = {}
        if fetch is not None:
            ids = [rows[number][one.column] for number in objects if rows[number][one.column] is not None]
            related = self.entities(one.kind, ids, fetch) if ids else {}
        for number, dto in objects.items():
            dto[name] = related.get(rows[number][one.column])

    def _fill_many(
        self, name: str, many: Many, objects: dict[int, dict[str, Any]], fetch: Fetch | None
    ) -> None:
        if fetch is None:
            for dto in objects.values():
                dto[name] = None
            return
        query = many.query.format(ids="(SELECT value FROM json_each(:ids))")
        pairs = self.db.execute(query, {"ids": json.dumps(list(objects))}).fetchall()
        related = self.entities(many.kind, [pair[1] for pair in pairs], fetch) if pairs else {}
        lists: defaultdict[int, list[dict[str, Any]]] = defaultdict(list)
        for own, other in pairs:
            if other in related:
                lists[own].append(related[other])
        for number, dto in objects.items():
            dto[name] = paged(lists[number], fetch)

    def _fill_person(
        self,
        name: str,
        objects: dict[int, dict[str, Any]],
        rows: dict[int, sqlite3.Row],
        fetch: Fetch | None,
    ) -> None:
        users = {rows[number][name] for number in objects if rows[number][name] is not None}
        found = people.persons(self, users, fetch) if fetch is not None and users else {}
        for number, dto in objects.items():
            dto[name] = found.get(rows[number][name])

    def _fill_typed(
        self,
        kind: str,
        objects: dict[int, dict[str, Any]],
        rows: dict[int, sqlite3.Row],
        fetch: Fetch | None,
    ) -> None:
        type_fetch = asked(fetch, "type")
        codes = {rows[number]["type"] for number in objects}
        found = types.entity_types(self, kind, codes, type_fetch) if type_fetch is not None else {}
        for number, dto in objects.items():
            dto["type"] = found.get(rows[number]["type"])
        self._fill_properties(objects, fetch)
        self._fill_tags(objects, fetch)

    def _fill_properties(self, objects: dict[int, dict[str, Any]], fetch: Fetch | None) -> None:
        if asked(fetch, "properties") is None:
            for dto in objects.values():
                dto["properties"] = None
            return
        for dto in objects.values():
            dto["properties"] = {}
        rows = self.db.execute(
            "SELECT entity_id, code, value FROM properties"
            " WHERE entity_id IN (SELECT value FROM json_each(?))",
            (json.dumps(list(objects)),),
        )
        for entity_id, code, value in rows:
            objects[entity_id]["properties"][code] = value

    def _fill_tags(self, objects: dict[int, dict[str, Any]], fetch: Fetch | None) -> None:
        tag_fetch = asked(fetch, "tags")
        for dto in objects.values():
            dto["tags"] = None if tag_fetch is None else []
        if tag_fetch is None:
            return
        # Tags are private in the V3 API: everybody sees only their own.
        rows = self.db.execute(
            "SELECT entity_id, tag_id FROM entity_tags JOIN tags ON id = tag_id"
            " WHERE owner = ? AND entity_id IN (SELECT value FROM json_each(?)) ORDER BY tag_id",
            (self.call.user, json.dumps(list(objects))),
        ).fetchall()
        found = people.tags(self, {row[1] for row in rows}, tag_fetch)
        for entity_id, tag_id in rows:
            objects[entity_id]["tags"].append(found[tag_id])
