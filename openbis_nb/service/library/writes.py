"""A write of the library: done once for each key, told to the catalogue, answered with what it made."""

from __future__ import annotations

import logging
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import replace
from typing import Any

from fastapi import Request, Response

from ...errors import OpenbisNbError
from ...openbis.together import together
from ...workflows.library.model import Notebook
from ...workflows.library.reading import notebook_of, read_notebook
from ...workflows.library.registering import Written
from ...workflows.library.rights import permissions
from ...workflows.workplace import Workplace
from ..etags import check_unchanged
from ..idempotency import Try
from ..people import Asker
from ..service import Service
from .answering import tagged
from .details import read_details, removable_versions, shape_of
from .rows import Rows, notebook_state, version_state
from .shapes import NotebookDetail, VersionRow

__all__ = ["Write", "detail_answer", "read_for", "tell_catalogue", "version_answer", "write"]

_log = logging.getLogger(__name__)

#: Makes one version.
Write = Callable[[Workplace, Try], Awaitable[Written]]


async def write(request: Request, here: Service, caller: Asker, do: Write) -> Mapping[str, Any]:
    """Make a version, or find the one that an earlier request with the same key made.

    Returns:
        ``notebook`` (its id), ``version`` (permId), ``told``, ``forkOf``: JSON values.

    Raises:
        KeyUsedAlready, Conflict, StoreFailure: see ``idempotency.Once.run``.
        OpenbisNbError: what *do* raises.
    """

    async def make(this: Try) -> Mapping[str, Any]:
        async with caller.workplace() as workplace:
            written = await do(workplace, this)
        return {
            "notebook": written.checkpoint.notebook_id,
            "version": written.checkpoint.perm_id,
            "told": list(written.told),
            "forkOf": written.fork_of,
        }

    made = await here.once.run(request, await caller.openbis_user(), await request.body(), make)
    await tell_catalogue(here, caller, [made["version"]])
    here.publications.came_to(caller, made["notebook"])
    return made


async def tell_catalogue(here: Service, caller: Asker, perm_ids: Sequence[str]) -> None:
    """That these versions are new or changed. openBIS has them: what the index lacks now, it finds at its
    next look, and nobody is told that a write failed which did not."""
    try:
        await here.catalogue.saw(caller, perm_ids)
    except OpenbisNbError as error:
        _log.warning("The index was not told of %s: %s", ", ".join(perm_ids), error.message)


async def read_for(request: Request, workplace: Workplace, ref: str, this: Try) -> Notebook:
    """The notebook that is to be changed.

    Raises:
        NotFound: none is visible.
        ChangedMeanwhile: ``If-Match`` names another state. A try that came as far as registering is past
            that question: it may have changed the state itself.
    """
    notebook = await notebook_of(workplace.client, ref)
    if this.attempt.last_try_at is None:
        check_unchanged(request.headers, notebook_state(notebook))
    return notebook


async def version_answer(
    request: Request, here: Service, caller: Asker, made: Mapping[str, Any], status: int = 201
) -> Response:
    """A version that was written, as its writer sees it, with ``Location``.

    Raises:
        NotFound: it is not there any more, or hidden by now.
    """
    async with caller.openbis() as client:
        notebook = await read_notebook(client, made["notebook"])
        version = notebook.version(made["version"])
        async with together() as group:
            may = group.create_task(permissions(client, notebook))
            seen = group.create_task(client.data_sets(version.parents))
    removable = removable_versions(notebook, may.result())
    row = Rows(here.links).version(notebook, version, seen.result(), removable)
    row = replace(row, told=list(made["told"]), forkedFrom=made["forkOf"])
    answer = tagged(request, VersionRow, row, version_state(version), status)
    answer.headers["Location"] = here.links.api("versions", version.perm_id)
    return answer


async def detail_answer(
    request: Request, here: Service, caller: Asker, notebook: str, status: int = 200
) -> Response:
    """A notebook in full, with its ETag; with ``Location`` when it is new.

    Raises:
        NotFound: none is visible.
    """
    async with caller.openbis() as client:
        details = await read_details(client, notebook)
    here.publications.came_to(caller, details.notebook.notebook_id)
    shape = shape_of(details, here.links)
    answer = tagged(request, NotebookDetail, shape, notebook_state(details.notebook), status)
    if status == 201:
        answer.headers["Location"] = here.links.api("notebooks", details.notebook.notebook_id)
    return answer
