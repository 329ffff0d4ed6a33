"""Run a search: filter, rights, order and page in one SQL statement."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ..dto.fetch import Fetch, page_of, sortings
from ..failures import UserFailure
from .conditions import Condition
from .entities import Compiler

if TYPE_CHECKING:
    from ..rpc import Call

_SORT_COLUMNS = {
    "CODE": "e.code",
    "PERM_ID": "e.perm_id",
    "IDENTIFIER": "e.identifier",
    "TYPE": "e.type",
    "REGISTRATION_DATE": "e.registered_at",
    "MODIFICATION_DATE": "e.modified_at",
}
_PROPERTY = "PROPERTY"
_NUMERIC = ("INTEGER", "REAL", "TIMESTAMP", "DATE")


def search_perm_ids(call: Call, kind: str, criteria: Any) -> list[str]:
    """PermIds of everything visible that matches, in order of registration."""
    where = _where(call, kind, criteria)
    rows = call.db.execute(f"SELECT e.perm_id FROM entities e WHERE {where.sql} ORDER BY e.id", where.params)
    return [row[0] for row in rows]


def search_page(call: Call, kind: str, criteria: Any, fetch: Fetch | None) -> tuple[list[int], int]:
    """Row ids of the page that the fetch options ask for, and the number of matches in all."""
    where, order = _where(call, kind, criteria), _order(call, kind, fetch)
    start, count = page_of(fetch)
    rows = call.db.execute(
        f"SELECT e.id FROM entities e WHERE {where.sql} ORDER BY {order.sql} LIMIT ? OFFSET ?",
        (*where.params, *order.params, -1 if count is None else count, start),
    )
    ids = [row[0] for row in rows]
    if start == 0 and (count is None or len(ids) < count):
        return ids, len(ids)
    total = call.db.execute(f"SELECT count(*) FROM entities e WHERE {where.sql}", where.params).fetchone()[0]
    return ids, total


def _where(call: Call, kind: str, criteria: Any) -> Condition:
    condition = Compiler(call).composite(kind, criteria or {}, "e")
    visible = call.rights.visible("e")
    return Condition(f"e.kind = '{kind}' AND {visible} AND ({condition.sql})", condition.params)


def _order(call: Call, kind: str, fetch: Fetch | None) -> Condition:
    """``ORDER BY`` terms; the row id (order of registration) decides between equals."""
    terms, params = [], []
    for field, ascending in sortings(fetch):
        direction = "ASC" if ascending else "DESC"
        if field in _SORT_COLUMNS:
            terms.append(f"{_SORT_COLUMNS[field]} {direction}")
        elif field.startswith(_PROPERTY) and kind in ("EXPERIMENT", "SAMPLE", "DATA_SET"):
            code = field.removeprefix(_PROPERTY).upper()
            value = f"(SELECT {_sorted_by(call, code)} FROM properties WHERE entity_id = e.id AND code = ?)"
            terms.append(f"{value} {direction}")
            params.append(code)
        else:
            raise UserFailure(f"Sorting by {field} is not supported by the sandbox.")
    return Condition(", ".join([*terms, "e.id"]), tuple(params))


def _sorted_by(call: Call, code: str) -> str:
    row = call.db.execute("SELECT data_type FROM property_types WHERE code = ?", (code,)).fetchone()
    return "number" if row is not None and row["data_type"] in _NUMERIC else "folded"
