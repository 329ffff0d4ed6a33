"""What the versions of one notebook id in one place say together (design section 2).

Versions of the same id in another place never count here, since they lie on another owner. So each place is
judged alone, whoever sees which of them; for a person, the row of a notebook is that of the place, among
those that they see, in which it begins first.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any

from ...models import Checkpoint, Entity
from ...openbis.authorship import Claim, decide
from ...openbis.notebook_search import is_space

__all__ = ["in_order", "judged", "summary"]

#: Longest part of a name by which notebooks are sorted.
_SORTED_BY = 200

Stored = Mapping[Any, Any]


def in_order(stored: Sequence[Stored]) -> list[Stored]:
    """Rows of ``nb_version`` in order of registration."""
    return sorted(stored, key=lambda row: (row["registered"], row["number"]))


def judged(stored: Sequence[Stored]) -> list[bool]:
    """Which of them count, by ``authorship.decide``; *stored* is in order of registration.

    Who is an admin of the space was asked when the facts were read, for those who declare a take-over.
    """
    first = stored[0]
    same = all(
        (row["registrator"], row["owner_perm_id"]) == (first["registrator"], first["owner_perm_id"])
        for row in stored
    )
    if same:
        return [True] * len(stored)
    facts = {row["perm_id"]: json.loads(row["facts"] or "{}") for row in stored}
    claims = {perm_id: _claim(fact) for perm_id, fact in facts.items()}
    admins = frozenset(row["registrator"] for row in stored if facts[row["perm_id"]].get("by_admin"))
    return [version.counts for version in decide([_checkpoint(row) for row in stored], claims, admins)]


def summary(stored: Sequence[Stored], counts: Sequence[bool]) -> dict[str, Any]:
    """The row of ``nb_notebook``, but for ``shared``.

    Args:
        stored: Rows of ``nb_version`` of one id and place, in order of registration.
        counts: As :func:`judged` says.
    """
    first = stored[0]
    counting = [row for row, good in zip(stored, counts, strict=True) if good]
    newest = counting[-1]
    same = ("key", "place", "notebook_id", "experiment", "object")
    owner = ("owner_kind", "owner_perm_id", "owner_identifier", "owner_code")
    words = "\n".join((newest["name"], newest["description"], first["owner_code"]))
    return {name: first[name] for name in (*same, *owner)} | {
        "in_space": is_space(first["place"]),
        "all_versions": len(stored),
        "versions": len(counting),
        "author": first["registrator"],
        "author_key": first["registrator"].casefold(),
        "first_perm_id": first["perm_id"],
        "first_modified": first["modified"],
        "first_number": first["number"],
        "created": first["registered"],
        "newest_perm_id": newest["perm_id"],
        "newest_modified": newest["modified"],
        "newest_by": newest["registrator"],
        "updated": newest["registered"],
        "name": newest["name"],
        "name_key": newest["name"].casefold()[:_SORTED_BY],
        "description": newest["description"],
        "words": words.casefold(),
        "size": newest["size"] or 0,
        "total_size": sum(row["size"] or 0 for row in counting),
        "template": json.loads(newest["facts"] or "{}").get("template"),
    }


def _claim(facts: Mapping[str, Any]) -> Claim:
    return Claim(frozenset(facts.get("co_authors", ())), bool(facts.get("takeover")))


def _checkpoint(row: Stored) -> Checkpoint:
    owner = Entity(row["owner_kind"], row["owner_perm_id"], row["owner_identifier"], row["owner_code"])
    return Checkpoint(
        perm_id=row["perm_id"],
        notebook_id=row["notebook_id"],
        registrator=row["registrator"],
        owner=owner if row["owner_perm_id"] else None,
    )
