"""``delete…``, and what can be done with deletions (contract 6.2)."""

from __future__ import annotations

import sqlite3

from .. import trash
from ..criteria.plain import matching
from ..dto.fetch import asked, echo, paged
from ..dto.kinds import reference
from ..failures import ObjectNotFound, UnauthorizedObjectAccess, UserFailure
from ..history import Author
from ..objects import find, is_visible, place_of
from ..rights import Place
from ..rpc import Call, application_method
from ..wire import Json, Object, Objects
from .answers import search_result, tech_id
from .updates import refuse_frozen

_TRASHED = {"EXPERIMENT": "Experiments", "SAMPLE": "Samples", "DATA_SET": "DataSets"}
_AT_ONCE = {"SPACE": "Spaces", "PROJECT": "Projects"}
_PERM_IDS = {
    "EXPERIMENT": "experiment.id.ExperimentPermId",
    "SAMPLE": "sample.id.SamplePermId",
    "DATA_SET": "dataset.id.DataSetPermId",
}
_OPTIONS = "as.dto.deletion.fetchoptions.DeletionFetchOptions"


def _found(call: Call, kind: str, ids: Objects) -> list[sqlite3.Row]:
    """The rows that exist; missing ones are passed over, invisible ones are refused."""
    rows = []
    for one in ids:
        row = find(call.db, kind, one)
        if row is None:
            continue
        if not is_visible(call, row):
            raise UnauthorizedObjectAccess(one)
        call.rights.require(f"delete {kind.lower().replace('_', ' ')}", place_of(row))
        rows.append(row)
    return rows


def _reason(options: Json) -> str:
    if not isinstance(options, dict) or not options.get("reason"):
        raise UserFailure("Deletion reason cannot be null.")
    return str(options["reason"])


def _register_trashed(kind: str, plural: str) -> None:
    @application_method(f"delete{plural}", writes=True)
    def delete(call: Call, ids: Objects, options: Object) -> Json:
        """Put entities into the trash; the deletion's id, or None when there was nothing to delete."""
        reason, rows = _reason(options), _found(call, kind, ids)
        if not rows:
            return None
        number = trash.move_to_trash(call.db, rows, reason, Author(call.user, call.now))
        return reference("deletion.id.DeletionTechId", techId=number, id=str(number))


def _register_at_once(kind: str, plural: str) -> None:
    @application_method(f"delete{plural}", writes=True)
    def delete(call: Call, ids: Objects, options: Object) -> Json:
        """Delete for good: there is no trash for these; what is not empty is refused."""
        _reason(options)
        for row in _found(call, kind, ids):
            refuse_frozen(row, "DELETE")
            try:
                call.db.execute("DELETE FROM entities WHERE id = ?", (row["id"],))
            except sqlite3.IntegrityError as fault:
                word = kind.capitalize()
                raise UserFailure(
                    f"{word} '{row['code']}' can not be deleted because it is not empty."
                ) from fault


for _kind, _plural in _TRASHED.items():
    _register_trashed(_kind, _plural)
for _kind, _plural in _AT_ONCE.items():
    _register_at_once(_kind, _plural)


@application_method("searchDeletions")
def search_deletions(call: Call, criteria: Object, fetch: Object) -> Json:
    """The caller's deletions; whoever may confirm one sees it too."""
    call.rights.require("search deletions")
    rows = {row["id"]: row for row in call.db.execute("SELECT * FROM deletions ORDER BY id")}
    asked_for = {number: {"permId": str(number), "reason": row["reason"]} for number, row in rows.items()}
    found = [rows[number] for number in matching(asked_for, criteria)]
    visible = [
        row for row in found if row["user_id"] == call.user or _may(call, "confirm deletions", row["id"])
    ]
    dtos = [_deletion(call, row, fetch) for row in paged(visible, fetch)]
    return search_result(dtos, len(visible))


@application_method("revertDeletions", writes=True)
def revert_deletions(call: Call, ids: Objects) -> Json:
    """Take everything of the deletions out of the trash."""
    for one in ids:
        number = _number(call, one)
        _require(call, "revert deletions", number)
        trash.restore(call.db, number)


@application_method("confirmDeletions", writes=True)
def confirm_deletions(call: Call, ids: Objects) -> Json:
    """Remove everything of the deletions for good, files too."""
    perm_ids: list[str] = []
    for one in ids:
        number = _number(call, one)
        _require(call, "confirm deletions", number)
        perm_ids += trash.erase(call.db, number)
    # Files go last: whatever is refused before leaves them alone.
    call.state.content.remove(call.db, perm_ids)


def _number(call: Call, object_id: Json) -> int:
    """The deletion that an id names. Raises ObjectNotFound."""
    row = call.db.execute("SELECT id FROM deletions WHERE id = ?", (tech_id(object_id),)).fetchone()
    if row is not None:
        return int(row["id"])
    raise ObjectNotFound(object_id)


def _places(call: Call, deletion_id: int) -> list[Place]:
    rows = call.db.execute(
        "SELECT DISTINCT space_id, project_id FROM entities WHERE deletion_id = ?", (deletion_id,)
    )
    return [Place(row[0], row[1]) for row in rows]


def _may(call: Call, operation: str, deletion_id: int) -> bool:
    return all(call.rights.allows(operation, place) for place in _places(call, deletion_id))


def _require(call: Call, operation: str, deletion_id: int) -> None:
    call.rights.require(operation)
    for place in _places(call, deletion_id):
        call.rights.require(operation, place)


def _deletion(call: Call, row: sqlite3.Row, fetch: Json) -> Json:
    rows = call.db.execute(
        "SELECT kind, perm_id FROM entities WHERE deletion_id = ? ORDER BY id", (row["id"],)
    ).fetchall()
    objects_fetch = asked(fetch, "deletedObjects")
    deleted = None
    if objects_fetch is not None:
        ids = [reference(_PERM_IDS[one["kind"]], permId=one["perm_id"]) for one in paged(rows, objects_fetch)]
        deleted = [{"@type": "as.dto.deletion.DeletedObject", "id": one} for one in ids]
    kinds = [one["kind"] for one in rows]
    return {
        "@type": "as.dto.deletion.Deletion",
        "fetchOptions": echo(fetch, _OPTIONS),
        "id": reference("deletion.id.DeletionTechId", techId=row["id"], id=str(row["id"])),
        "reason": row["reason"],
        "deletedObjects": deleted,
        "deletionDate": row["deleted_at"],
        "totalExperimentsCount": kinds.count("EXPERIMENT"),
        "totalSamplesCount": kinds.count("SAMPLE"),
        "totalDataSetsCount": kinds.count("DATA_SET"),
    }
