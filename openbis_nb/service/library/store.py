"""Writing the index. Each function is a part of one transaction, and takes a connection first.

They are run by ``database.Database.run``; SQLite has one thread for all, so who writes much does it in
portions of :data:`PORTION`.
"""

from __future__ import annotations

import hashlib
import json
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import Any

from sqlalchemy import Connection, Table, bindparam, delete, insert, select, text, update
from sqlalchemy.dialects import postgresql, sqlite

from ...openbis.notebook_search import FoundVersion
from ...plain_text import plain_text
from .grouping import Stored, in_order, judged, summary
from .tables import notebooks, versions

__all__ = ["PORTION", "key_of", "put", "put_facts", "remove", "storable", "unlike"]

#: Versions of one transaction.
PORTION = 500
#: How much the facts of a version are missed: who counts depends on them, or only the template does.
_MISSED, _MISSED_MUCH = 1, 2


def key_of(notebook_id: str) -> str:
    """What stands for a notebook id in the tables; an id may be longer than what a database can sort by."""
    return hashlib.blake2b(notebook_id.encode(errors="replace"), digest_size=16).hexdigest()


def put(connection: Connection, found: Iterable[FoundVersion], now: float) -> bool:
    """Write versions as openBIS has them now; the rows of their notebooks follow.

    Args:
        connection: To the database.
        found: At most about :data:`PORTION`.
        now: The time, in seconds since 1970.

    Returns:
        Whether anything is new or different.
    """
    rows = {version.perm_id: _row(version, now) for version in found}
    known = {
        row["perm_id"]: row
        for row in connection.execute(select(versions).where(versions.c.perm_id.in_(rows))).mappings()
    }
    changed = [row for perm_id, row in sorted(rows.items()) if _differs(row, known.get(perm_id))]
    if not changed:
        return False
    _one_at_a_time(connection)
    _insert_or_update(connection, versions, changed)
    before = {known[row["perm_id"]]["key"] for row in changed if row["perm_id"] in known}
    _summarise(connection, before | {row["key"] for row in changed})
    return True


def remove(connection: Connection, perm_ids: Collection[str]) -> bool:
    """Take versions out of the index, and notebooks that have none left.

    Returns:
        Whether one of them was in it.
    """
    if not perm_ids:
        return False
    of_them = versions.c.perm_id.in_(perm_ids)
    _one_at_a_time(connection)
    keys = set(connection.execute(select(versions.c.key).where(of_them)).scalars())
    if not keys:
        return False
    connection.execute(delete(versions).where(of_them))
    _summarise(connection, keys)
    return True


def put_facts(connection: Connection, facts: Mapping[str, Mapping[str, Any]]) -> None:
    """Write what was read in the provenance of versions; who counts may change by it."""
    if not facts:
        return
    _one_at_a_time(connection)
    connection.execute(
        update(versions).where(versions.c.perm_id == bindparam("of")).values(facts=bindparam("what")),
        [{"of": perm_id, "what": json.dumps(fact)} for perm_id, fact in sorted(facts.items())],
    )
    of_them = select(versions.c.key).where(versions.c.perm_id.in_(facts))
    _summarise(connection, set(connection.execute(of_them).scalars()))


def unlike(connection: Connection, dates: Mapping[str, int]) -> list[str]:
    """Which of some data sets (permId → time of the last change) the index lacks, or has as they were
    earlier."""
    query = select(versions.c.perm_id, versions.c.modified).where(versions.c.perm_id.in_(dates))
    known = {row.perm_id: row.modified for row in connection.execute(query)}
    return [perm_id for perm_id, modified in dates.items() if known.get(perm_id, -1) < modified]


def _summarise(connection: Connection, keys: Collection[str]) -> None:
    """Write the rows of these notebooks anew, in all places."""
    stored = connection.execute(select(versions).where(versions.c.key.in_(keys))).mappings().all()
    groups: defaultdict[tuple[str, str], list[Stored]] = defaultdict(list)
    for row in stored:
        groups[row["key"], row["place"]].append(row)
    places: defaultdict[str, int] = defaultdict(int)
    for key, _ in groups:
        places[key] += 1
    rows: list[dict[str, Any]] = []
    marks: list[dict[str, Any]] = []
    for (key, _), group in groups.items():
        in_turn = in_order(group)
        counts = judged(in_turn)
        together = summary(in_turn, counts) | {"shared": places[key] > 1}
        rows.append(together)
        marks += _marks(in_turn, counts, together["newest_perm_id"])
    connection.execute(delete(notebooks).where(notebooks.c.key.in_(keys)))
    if rows:
        connection.execute(insert(notebooks), rows)
    if marks:
        statement = update(versions).where(versions.c.perm_id == bindparam("of"))
        connection.execute(
            statement.values(counts=bindparam("good"), wanted=bindparam("missed")),
            sorted(marks, key=lambda mark: str(mark["of"])),
        )


def _marks(stored: Sequence[Stored], counts: Sequence[bool], newest: str) -> list[dict[str, Any]]:
    """What is to be changed in rows of ``nb_version``."""
    several = len({row["registrator"] for row in stored}) > 1
    found = []
    for row, good in zip(stored, counts, strict=True):
        missed = 0
        if row["facts"] is None:
            missed = _MISSED_MUCH if several else _MISSED if row["perm_id"] == newest else 0
        if (row["counts"], row["wanted"]) != (good, missed):
            found.append({"of": row["perm_id"], "good": good, "missed": missed})
    return found


def _row(version: FoundVersion, now: float) -> dict[str, Any]:
    owner, number = version.owner, version.perm_id.rpartition("-")[2]
    texts = {
        "notebook_id": version.notebook_id,
        "name": version.name,
        "description": plain_text(version.notes, "MULTILINE_VARCHAR"),
        "registrator": version.registrator,
    }
    return {name: storable(value) for name, value in texts.items()} | {
        "perm_id": version.perm_id,
        "key": key_of(version.notebook_id),
        "place": version.place,
        "registered": version.registered,
        "number": int(number) if number.isascii() and number.isdecimal() else 0,
        "modified": version.modified,
        "owner_kind": owner.kind if owner else "",
        "owner_perm_id": owner.perm_id if owner else "",
        "owner_identifier": owner.identifier if owner else "",
        "owner_code": owner.code if owner else "",
        "experiment": version.experiment,
        "object": version.object,
        "size": version.size,
        "counts": True,
        "wanted": 0,
        "read_at": now,
    }


#: What tells whether a version is as it was; the rest follows from it, or is ours.
_COMPARED = ("modified", "key", "place", "owner_perm_id", "owner_identifier", "experiment", "name", "size")


def _differs(row: Mapping[str, Any], known: Stored | None) -> bool:
    if known is None:
        return True
    if known["modified"] > row["modified"]:  # an answer that was overtaken by a later one
        return False
    return any(known[name] != row[name] for name in _COMPARED)


def storable(value: str) -> str:
    """A text as a database takes it: none takes halves of characters, and PostgreSQL no zero bytes."""
    return value.replace("\0", "�").encode(errors="replace").decode()


def _insert_or_update(connection: Connection, table: Table, rows: Sequence[Mapping[str, Any]]) -> None:
    """Both databases say it with the same words, but SQLAlchemy has them apart."""
    make = sqlite.insert if connection.dialect.name == "sqlite" else postgresql.insert
    statement = make(table)
    keys = [column.name for column in table.primary_key]
    others = {name: statement.excluded[name] for name in rows[0] if name not in keys}
    connection.execute(statement.on_conflict_do_update(index_elements=keys, set_=others), list(rows))


def _one_at_a_time(connection: Connection) -> None:
    """Two writers would each sum up without the other's versions. SQLite has one writer anyway."""
    if connection.dialect.name == "postgresql":
        connection.execute(text("SELECT pg_advisory_xact_lock(hashtextextended('nb_index', 0))"))
