"""Answers to models. The server writes a repeated object as a bare integer (contract 1.4); it is looked
up exactly where an object is expected, so a number in a list of values stays a number."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

from ...errors import UnexpectedAnswer
from ...models import DataFile, DataSet, Entity, EntityKind, Person, ServerInformation
from .ids import Json

__all__ = ["Reply", "instant", "name_of"]


class Reply:
    """One ``result``, with its integer references.

    Raises:
        UnexpectedAnswer: in all methods, where the answer is not of the form the contract gives.
    """

    def __init__(self, result: Any) -> None:
        self.result = result
        self._known: dict[int, Json] | None = None

    def get(self, value: Any) -> Json | None:
        """The object that *value* is or refers to; ``None`` stays ``None``."""
        if value is None or isinstance(value, dict):
            return value
        if isinstance(value, int):
            if self._known is None:
                self._known = {found["@id"]: found for found in _objects_in(self.result)}
            if value in self._known:
                return self._known[value]
        raise UnexpectedAnswer("openBIS sent something other than the object that its interface promises.")

    def objects(self, values: Any) -> list[Json]:
        """The objects of a list; ``None`` (not fetched) is an empty one."""
        return [found for value in values or () if (found := self.get(value)) is not None]

    def mapping(self) -> dict[str, Json]:
        """A map answer: text of the requested id → object; what is missing is absent (3.2)."""
        if not isinstance(self.result, dict):
            raise UnexpectedAnswer("openBIS sent no map where its interface promises one.")
        return {
            key: found
            for key, value in self.result.items()
            if not key.startswith("@") and (found := self.get(value)) is not None
        }

    def search(self) -> tuple[list[Json], int]:
        """A search answer: the objects of this page, and how many there are in all."""
        if not isinstance(self.result, dict) or not isinstance(self.result.get("objects"), list):
            raise UnexpectedAnswer("openBIS sent no search result where its interface promises one.")
        objects = self.objects(self.result["objects"])
        total = self.result.get("totalCount")
        return objects, total if isinstance(total, int) else len(objects)

    def text(self, value: Any, key: str) -> str:
        """``value[key]`` of an id object: ``permId``, ``identifier`` …; empty where there is none."""
        return str((self.get(value) or {}).get(key) or "")

    def person(self, value: Any) -> Person | None:
        """A person."""
        found = self.get(value)
        if found is None or not found.get("userId"):
            return None
        names = (str(found.get(key) or "") for key in ("firstName", "lastName", "email"))
        return Person(str(found["userId"]), *names)

    def entity(self, kind: EntityKind, value: Any) -> Entity | None:
        """A space, project, experiment or object; ``parents`` and ``children`` are identifiers."""
        found = self.get(value)
        if found is None:
            return None
        code = str(found.get("code") or "")
        properties = _properties(found)
        registrator = self.person(found.get("registrator"))
        experiment = self.get(found.get("experiment"))
        return Entity(
            kind=kind,
            perm_id=self.text(found.get("permId"), "permId") or code,
            identifier=f"/{code}" if kind == "space" else self.text(found.get("identifier"), "identifier"),
            code=code,
            type_code=str((self.get(found.get("type")) or {}).get("code") or ""),
            name=name_of(properties),
            properties=properties,
            frozen=bool(found.get("frozen")),
            frozen_for_data_sets=bool(found.get("frozenForDataSets")),
            experiment_identifier=self.text(experiment.get("identifier"), "identifier")
            if experiment
            else None,
            parents=self._identifiers(found.get("parents")),
            children=self._identifiers(found.get("children")),
            registrator=registrator.user_id if registrator else None,
            registered_at=instant(found.get("registrationDate")),
        )

    def data_set(self, value: Any) -> DataSet:
        """A data set."""
        found = self.get(value)
        if found is None:
            raise UnexpectedAnswer("openBIS sent an empty data set.")
        physical = self.get(found.get("physicalData")) or {}
        store = self.get(found.get("dataStore")) or {}
        properties = _properties(found)
        return DataSet(
            perm_id=self.text(found.get("permId"), "permId") or str(found.get("code") or ""),
            type_code=str((self.get(found.get("type")) or {}).get("code") or ""),
            kind=found.get("kind") or "PHYSICAL",
            name=name_of(properties),
            properties=properties,
            experiment=self.entity("experiment", found.get("experiment")),
            sample=self.entity("object", found.get("sample")),
            parents=self._perm_ids(found.get("parents")),
            children=self._perm_ids(found.get("children")),
            size=physical.get("size"),
            status=str(physical.get("status") or "AVAILABLE"),
            share_id=physical.get("shareId"),
            location=physical.get("location"),
            download_url=store.get("downloadUrl"),
            frozen=bool(found.get("frozen")),
            frozen_for_children=bool(found.get("frozenForChildren")),
            registrator=self.person(found.get("registrator")),
            registered_at=instant(found.get("registrationDate")),
        )

    def files(self) -> Iterator[tuple[DataFile, str | None]]:
        """The files of a ``searchFiles`` answer with their data store's address; no directories."""
        for found in self.search()[0]:
            if found.get("directory"):
                continue
            size = int(found.get("fileLength") or 0)
            store = self.get(found.get("dataStore")) or {}
            yield (
                DataFile(
                    data_set=self.text(found.get("dataSetPermId"), "permId"),
                    path=str(found.get("path") or ""),
                    size=size,
                    crc32=_crc32(found.get("checksumCRC32"), size),
                ),
                store.get("downloadUrl"),
            )

    def server_information(self) -> ServerInformation:
        """``getServerInformation`` (2.7)."""
        if not isinstance(self.result, dict):
            raise UnexpectedAnswer("openBIS sent no server information.")
        raw = {key: str(value) for key, value in self.result.items() if value is not None}
        return ServerInformation(
            api_version=raw.get("api-version", ""),
            openbis_version=raw.get("openbis-version", ""),
            personal_access_tokens=raw.get("personal-access-tokens-enabled") == "true",
            archiving=raw.get("archiving-configured") == "true",
            raw=raw,
        )

    def _identifiers(self, values: Any) -> tuple[str, ...]:
        return tuple(self.text(found.get("identifier"), "identifier") for found in self.objects(values))

    def _perm_ids(self, values: Any) -> tuple[str, ...]:
        return tuple(self.text(found.get("permId"), "permId") for found in self.objects(values))


def name_of(properties: dict[str, Any]) -> str:
    """The value of the name property in either spelling (design D6)."""
    return str(properties.get("$NAME") or properties.get("NAME") or "")


def instant(milliseconds: Any) -> datetime | None:
    """A date of the wire (milliseconds since 1970, 1.7) as an aware ``datetime`` in UTC."""
    if not isinstance(milliseconds, int | float):
        return None
    return datetime.fromtimestamp(milliseconds / 1000, UTC)


def _crc32(value: Any, size: int) -> int | None:
    """Unsigned; signed on the wire (1.7). A zero beside bytes means that the server has not computed it."""
    if not isinstance(value, int) or (value == 0 and size > 0):
        return None
    return value & 0xFFFFFFFF


def _properties(found: Json) -> dict[str, Any]:
    return {
        code.upper(): value for code, value in (found.get("properties") or {}).items() if value is not None
    }


def _objects_in(value: Any) -> Iterator[Json]:
    waiting = [value]
    while waiting:
        value = waiting.pop()
        if isinstance(value, dict):
            if isinstance(value.get("@id"), int):
                yield value
            waiting.extend(value.values())
        elif isinstance(value, list):
            waiting.extend(value)
