"""``openbis/api/v1/runs…``: notebooks that run in the background and are saved at their end (F-03)."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from tornado import web

from ..errors import InvalidInput
from ..notebooks import document, parameter_cell
from ..workflows.run import RunRequest
from .asking import check_names, flag, notebook_path, text, texts
from .handlers import Api
from .run_state import RunState

__all__ = ["ROUTES"]

_OF_RUN = frozenset(
    {"path", "parameters", "inputs", "owner", "name", "notes", "save", "timeout", "kernel", "confirm"}
)
#: Of the time for one cell, in seconds: a year.
_LONGEST = 31_536_000


class RunsRoute(Api):
    """``GET runs``: all that are remembered, newest first; ``POST runs``: one more."""

    @web.authenticated
    async def get(self) -> None:
        """``{"runs": […], "limit": n}``."""
        runs = [_document(self.desk.here.root, state) for state in await self.desk.runs.all()]
        self.answer({"runs": runs, "limit": self.desk.runs.limit})

    @web.authenticated
    async def post(self) -> None:
        """``path``, and ``parameters``, ``inputs``, ``owner``, ``name``, ``notes``, ``save``, ``timeout``,
        ``kernel``, ``confirm`` as in ``RunRequest``.

        201 with the run. The notebook file stays as it is: a copy beside it is executed.

        Raises:
            NeedsConfirmation: the notebook claims what nobody here wrote: repeat with ``confirm``.
            TooMany: as many run already as the setting allows.
            OpenbisNbError: as ``workflows.run.prepare``.
        """
        request = self._request(self.body())
        workplace = await self.desk.workplace(path=request.path)
        state = await self.desk.runs.start(workplace, request)
        self.answer(_document(self.desk.here.root, state), 201)

    def _request(self, body: Mapping[str, Any]) -> RunRequest:
        check_names(body, _OF_RUN)
        parameters = body.get("parameters") or {}
        if not isinstance(parameters, dict):
            raise InvalidInput("parameters must be an object.")
        save = flag(body, "save")
        return RunRequest(
            path=notebook_path(self.desk, text(body, "path")),
            parameters=parameters,
            inputs=texts(body, "inputs") if body.get("inputs") is not None else None,
            owner=text(body, "owner"),
            name=text(body, "name"),
            notes=text(body, "notes") or "",
            save=True if save is None else save,
            kernel=text(body, "kernel"),
            timeout=_seconds(body.get("timeout")),
            confirm=flag(body, "confirm") or False,
        )


class RunFormRoute(Api):
    """``GET runs/form?path=``: what can be chosen for a run of a notebook."""

    @web.authenticated
    async def get(self) -> None:
        """``{"parameters": [{"name", "kind", "value"}]}``: those of its ``parameters`` cell as it is now.

        ``kind`` is ``text``, ``number``, ``boolean``, ``json`` (a list, an object, nothing), or ``code``,
        which cannot be chosen.
        """
        path = notebook_path(self.desk, self.get_query_argument("path", ""))
        values = await asyncio.to_thread(_values, path, self.desk.settings.max_notebook_size)
        shown = [{"name": name, **_choice(value)} for name, value in values.items()]
        self.answer({"parameters": shown})


class RunRoute(Api):
    """``GET runs/<id>``: how far it is; ``DELETE runs/<id>``: off the list, once it has ended."""

    @web.authenticated
    async def get(self, run_id: str) -> None:
        """The run."""
        self.answer(_document(self.desk.here.root, await self.desk.runs.get(run_id)))

    @web.authenticated
    async def delete(self, run_id: str) -> None:
        """The executed copy stays where it is.

        Raises:
            Conflict: it has not ended.
        """
        await self.desk.runs.remove(run_id)
        self.answer({})


class StopRoute(Api):
    """``POST runs/<id>/stop``: the copy keeps what was reached."""

    @web.authenticated
    async def post(self, run_id: str) -> None:
        """The run, ``stopping``."""
        self.answer(_document(self.desk.here.root, await self.desk.runs.stop(run_id)))


class SeenRoute(Api):
    """``POST runs/<id>/seen``: the person has been told how it ended, and is not told again."""

    @web.authenticated
    async def post(self, run_id: str) -> None:
        """The run."""
        self.answer(_document(self.desk.here.root, await self.desk.runs.note_seen(run_id)))


def _values(path: Path, limit: int) -> dict[str, Any]:
    notebook = document.read(path, max_size=limit)
    language = str(notebook.metadata.get("kernelspec", {}).get("language", "python")).lower()
    return parameter_cell.read_values(notebook, language)


def _seconds(value: Any) -> float | None:
    if value is None:
        return None
    is_number = isinstance(value, int | float) and not isinstance(value, bool)
    if not is_number or not 0 < value <= _LONGEST:  # which is false of NaN, too
        raise InvalidInput(f"timeout must be a number of seconds above 0, at most {_LONGEST}.")
    return float(value)


def _choice(value: Any) -> dict[str, Any]:
    if isinstance(value, parameter_cell.Code):
        return {"kind": "code", "value": value}
    if isinstance(value, bool):
        return {"kind": "boolean", "value": value}
    if isinstance(value, int | float):
        return {"kind": "number", "value": value}
    if isinstance(value, str):
        return {"kind": "text", "value": value}
    return {"kind": "json", "value": value}


def _document(root: Path, state: RunState) -> dict[str, Any]:
    plan = state.plan
    return {
        "id": plan.id,
        "state": state.name,
        "path": _shown(root, Path(plan.path)),
        "executed": _shown(root, state.executed),
        "name": plan.name or Path(plan.path).stem,
        "server": plan.server,
        "cell": state.cell,
        "cells": plan.cells,
        "line": state.line,
        "started_at": plan.started_at,
        "ended_at": state.ended_at,
        "seconds": state.seconds,
        "result": state.result,
        "problem": state.problem,
        "seen": state.seen,
    }


def _shown(root: Path, path: Path) -> str | None:
    """Relative to the root of this server; ``None`` if it is gone, or not below it."""
    here = root.resolve()
    return str(path.relative_to(here)) if path.is_relative_to(here) and path.exists() else None


ROUTES = [
    (r"/openbis/api/v1/runs", RunsRoute),
    (r"/openbis/api/v1/runs/form", RunFormRoute),
    (r"/openbis/api/v1/runs/([^/]+)", RunRoute),
    (r"/openbis/api/v1/runs/([^/]+)/stop", StopRoute),
    (r"/openbis/api/v1/runs/([^/]+)/seen", SeenRoute),
]
