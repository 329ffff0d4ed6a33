"""``POST save-plan``, ``GET data-set-types``, ``GET vocabulary-terms``: all that the save dialog shows."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import asdict
from functools import partial
from typing import Any

from tornado import web

from ..errors import InvalidInput, NotFound, NotLoggedIn, OpenBISFailure, OpenbisNbError
from ..models import DataSetType
from ..workflows.fields import of_field
from ..workflows.result_candidates import Candidate
from ..workflows.save_plan import PlanRequest, SavePlan, plan
from ..workflows.workplace import Workplace
from . import type_documents
from .asking import check_names, notebook_path, result_files, text
from .documents import entity
from .handlers import Api

__all__ = ["ROUTES"]


class SavePlanRoute(Api):
    """``POST save-plan``: what a save would do."""

    @web.authenticated
    async def post(self) -> None:
        """``{"path", "owner", "data_set_type", "files"}``: all but the path as far as they are chosen.

        openBIS or the session being away is no failure: ``message`` and ``next_step`` say it.
        """
        body = self.body()
        check_names(body, {"path", "owner", "data_set_type", "files"})
        path = notebook_path(self.desk, text(body, "path"))
        asked = PlanRequest(
            path=path,
            owner=text(body, "owner") or None,
            files=result_files(self.desk, path, body),
            came_here=await asyncio.to_thread(self.desk.landing.written.when, path),
        )
        away: OpenbisNbError | None = None
        try:
            workplace = await self.desk.workplace(path=path)
        except (NotLoggedIn, OpenBISFailure) as error:
            workplace, away = await self.desk.offline(path=path), error
        code = text(body, "data_set_type") or ""
        made = await plan(workplace, asked, partial(self.desk.types.types, wanted=code))
        self.answer(_document(workplace, made, code, away or made.away))


class DataSetTypesRoute(Api):
    """``GET data-set-types``: those that can hold a version; the properties of one."""

    @web.authenticated
    async def get(self) -> None:
        """``?code=`` the properties of that type."""
        code = self.get_query_argument("code", "")
        known = await self.desk.types.types(await self.desk.workplace(), code)
        if not code:
            self.answer({"data_set_types": type_documents.for_versions(known)})
            return
        self.answer({"properties": type_documents.properties(_type(known, code), {})})


class VocabularyTermsRoute(Api):
    """``GET vocabulary-terms``: the terms of a long vocabulary, by what a person types."""

    @web.authenticated
    async def get(self) -> None:
        """``?code=`` of the vocabulary, ``?q=``; at most 50, ``more`` says that there are others."""
        known = await self.desk.types.types(await self.desk.workplace())
        code = self.get_query_argument("code", "")
        found = type_documents.terms(known, code, self.get_query_argument("q", ""))
        if found is None:
            raise NotFound(f"No data-set type uses a vocabulary {code[:60]!r}.", next_step="Check its code.")
        self.answer(found)


def _document(
    workplace: Workplace, made: SavePlan, wanted_type: str, away: OpenbisNbError | None
) -> dict[str, Any]:
    entry = made.entry
    before = made.known.get(made.identity.checkpoint_id or "") if made.identity else None
    code = wanted_type or (before.type_code if before else "") or workplace.data_set_type
    values = before.properties if before is not None and before.type_code == code else {}
    known = _type(made.types, code) if made.types else None
    default = next((mode for mode in made.modes if mode.default), None)
    return {
        "name": entry.name,
        "notes": "",
        "size": made.size,
        "modes": [asdict(mode) for mode in made.modes],
        "author": {"user_id": made.author, "is_me": made.author == made.person} if made.author else None,
        "owner": entity(made.owner) if made.owner else None,
        "owner_locked": default is not None and default.owner_locked,
        "candidates": [
            {
                "notebook_id": one.notebook_id,
                "name": one.newest.name,
                "newest": one.newest.perm_id,
                "saved_at": one.newest.registered_at.isoformat() if one.newest.registered_at else None,
            }
            for one in made.own
        ],
        "data_set_type": code,
        "data_set_types": type_documents.for_versions(made.types) or [{"code": code, "description": ""}],
        "properties": type_documents.properties(known, values) if known else [],
        "inputs": _inputs(made),
        "results": [_result(one) for one in made.results],
        "results_cut": made.results_cut,
        "redactions": list(entry.redactions),
        "warnings": list(made.warnings),
        "claims": list(made.claims),
        "message": away.message if away else None,
        "next_step": away.next_step if away else None,
    }


def _type(known: Sequence[DataSetType], code: str) -> DataSetType:
    for one in known:
        if one.code == code:
            return one
    unknown = InvalidInput(
        f"openBIS has no data-set type {code[:60]!r}.", next_step="Choose one of the list."
    )
    raise of_field(unknown, "data_set_type")


def _inputs(made: SavePlan) -> list[dict[str, Any]]:
    """Attached ones become parents unless a person unticks them; those only declared do not (design D10)."""
    entry = made.entry
    read: dict[str, set[str]] = {}
    for one in entry.facts.get("observed", ()):
        read.setdefault(one["data_set"], set()).add(one["path"])
    found = []
    for perm_id in dict.fromkeys((*entry.attached, *entry.declared)):
        known = made.known.get(perm_id)
        attached = perm_id in entry.attached
        found.append(
            {
                "perm_id": perm_id,
                "name": known.name if known else "",
                "type": known.type_code if known else "",
                "attached": attached,
                "parent": attached,
                "used_hint": len(read.get(perm_id, ())),
            }
        )
    return found


def _result(one: Candidate) -> dict[str, Any]:
    return {
        "path": one.path,
        "size": one.size,
        "modified": one.modified.isoformat(timespec="seconds"),
        "suggested": one.suggested,
    }


ROUTES = [
    (r"/openbis/api/v1/save-plan", SavePlanRoute),
    (r"/openbis/api/v1/data-set-types", DataSetTypesRoute),
    (r"/openbis/api/v1/vocabulary-terms", VocabularyTermsRoute),
]
