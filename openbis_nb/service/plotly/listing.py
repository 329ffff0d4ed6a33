"""Lists (P-41): what the query asks for, and how a row of the catalogue looks in Plotly's words."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from urllib.parse import urlencode

from starlette.datastructures import QueryParams

from ...errors import InvalidInput
from ...workflows.library.model import fid_of
from ..library.query import Page, Query, Row, Sort
from . import visibility
from .addresses import BASE
from .asking import Asking
from .resource import Facts, resource
from .said import Where, integer
from .visibility import Visibility

__all__ = ["answer", "query_of", "where_in"]

_ORDERS: dict[str, Sort] = {
    "filename": "name",
    "owner": "owner",
    "date_modified": "updateTime",
    "creation_time": "creationTime",
    # Nothing is counted here: by views all notebooks are equal, so the newest come first.
    "views": "updateTime",
}
_PAGE_SIZE, _LARGEST_PAGE = 50, 200
_KNOWN = {"order_by", "cursor", "page_size", "user", "parent", "parent_path", "filename"}


def query_of(params: QueryParams) -> Query:
    """The query, without the place.

    Raises:
        InvalidInput: an unknown order, or a page size that is no number from 1 to 200.
    """
    order_by = params.get("order_by", "-date_modified")
    sort = _ORDERS.get(order_by.removeprefix("-"))
    if sort is None:
        raise InvalidInput(
            f"order_by cannot be {order_by[:40]!r}.",
            next_step=f"Use one of {', '.join(_ORDERS)}; with a dash before it the order is reversed.",
        )
    size = params.get("page_size", str(_PAGE_SIZE))
    if not (size.isascii() and size.isdigit() and 1 <= int(size) <= _LARGEST_PAGE):
        raise InvalidInput("page_size is no number from 1 to 200.", next_step="Send such a number.")
    return Query(
        author=tuple(params.getlist("user")),
        text=params.get("filename", "").removesuffix(".ipynb"),
        sort=sort,
        descending=order_by.startswith("-") or order_by == "views",
        limit=int(size),
        after=params.get("cursor"),
    )


def where_in(params: QueryParams) -> Where | None:
    """The parent that the query names; ``None``: everywhere.

    Raises:
        InvalidInput: ``parent`` is no number.
    """
    if not {"parent", "parent_path"} & params.keys():
        return None
    number = params.get("parent")
    return Where(integer(number, "parent") if number is not None else None, params.get("parent_path"))


async def answer(here: Asking, params: QueryParams, page: Page, me: str) -> dict[str, Any]:
    """``results``, ``count`` (null while the number is not known for this person) and the address of the
    next page, with an opaque ``cursor`` in it."""
    following = None
    if page.cursor is not None:
        kept = [(name, value) for name, value in params.multi_items() if name in _KNOWN - {"cursor"}]
        query = urlencode([*kept, ("cursor", page.cursor)])
        following = f"{here.origin}{here.service.place.prefix}{BASE}?{query}"
    seen = await visibility.of(here, [fid_of(row.author, row.first_perm_id) for row in page.rows])
    return {
        "results": [_result(here, row, me, seen) for row in page.rows],
        "count": page.matching,
        "next": following,
    }


def _result(here: Asking, row: Row, me: str, seen: Mapping[str, Visibility]) -> dict[str, Any]:
    """What openBIS would have to be asked for one by one is left to :func:`finding.facts_of`."""
    fid = fid_of(row.author, row.first_perm_id)
    facts = Facts(
        fid=fid,
        author=row.author,
        name=row.name,
        owner=row.owner,
        created=row.created,
        modified=row.updated,
        permission="admin" if row.author == me else "read",
        world_readable=seen[fid].world_readable,
        share_key_enabled=seen[fid].share_key_enabled,
    )
    return resource(facts, here.addresses(fid))
