"""Audit: a line in the database and one in the log for whatever changes who sees what, without secrets."""

from __future__ import annotations

import json
import logging
import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

from sqlalchemy import Connection, insert, select

from ..library.store import storable
from .tables import audit
from .times import moment

__all__ = ["Act", "Line", "lines", "write"]

#: What is written down. Parts beside the pages have actions of their own.
Act = Literal[
    "publish",
    "snapshot",
    "switch",
    "edit",
    "refresh",
    "stop",
    "resume",
    "gone",
    "removed",
    "import",
    "make-link",
    "revoke-link",
    "view-by-link",
]

_log = logging.getLogger(__name__)
_MOST = 500


@dataclass(frozen=True, slots=True)
class Line:
    """Who did what to which page, and when (UTC). ``who`` is empty for somebody without log-in, and for the
    service itself."""

    at: datetime
    who: str
    action: str
    page_id: str
    details: dict[str, Any]


def write(
    connection: Connection,
    now: int,
    who: str,
    action: Act,
    page_id: str,
    /,
    **details: str | int | bool | None,
) -> None:
    """One line, in the transaction of what it tells of; and one in the log.

    Args:
        connection: To the database.
        now: The time, in milliseconds since 1970.
        who: User id; empty for somebody without log-in, and for the service itself.
        action: What was done.
        page_id: To which page; empty for none.
        details: Short facts; never a token, a link's secret or content.
    """
    told = {name: value for name, value in details.items() if value is not None}
    values = {"at": now, "who": storable(who), "action": action, "page_id": page_id}
    text = storable(json.dumps(told, ensure_ascii=False))
    connection.execute(insert(audit), {"id": uuid.uuid4().hex, "details": text, **values})
    _log.info("published pages: %s", action, extra={"audit": {"who": who, "page": page_id, **told}})


def lines(connection: Connection, page_id: str) -> Sequence[Line]:
    """What was done to a page, the last first."""
    query = select(audit).where(audit.c.page_id == page_id).order_by(audit.c.at.desc(), audit.c.id)
    return [
        Line(moment(row.at), row.who, row.action, row.page_id, json.loads(row.details))
        for row in connection.execute(query.limit(_MOST))
    ]
