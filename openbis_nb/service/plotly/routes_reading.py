"""Reading: lists, look-up, one notebook, its rendering, its content, its path."""

from __future__ import annotations

from dataclasses import replace

from fastapi import Request, Response

from ...errors import NotFound
from ...workflows.library.reading import read_content
from ..library.frames import version_html
from . import listing, lookup
from .answering import as_file, as_html, in_full, json_answer
from .asking import Fid, Here, at, new_router
from .external import external_html
from .finding import visible
from .parents import path_of
from .public_reading import PublicRoute
from .resource import filename_of

__all__ = ["open_router", "router"]

router = new_router()
#: Those that answer somebody without a log-in, too, where they may.
open_router = new_router(PublicRoute)


@at(router, "", "GET", "HEAD")
async def several(request: Request, here: Here) -> Response:
    """Notebooks that this person sees (P-41)."""
    params = request.query_params
    query, where = listing.query_of(params), listing.where_in(params)
    if where is not None:
        async with here.person.openbis() as client:
            owner = await here.owner(client, where)
        query = replace(query, place=(owner.kind, owner.perm_id))
    page = await here.service.catalogue.page(here.person, query)
    return json_answer(await listing.answer(here, params, page, await here.person.openbis_user()))


@at(router, "/lookup", "GET", "HEAD")
async def by_path(request: Request, here: Here) -> Response:
    """The notebook at a path, or whether there is one (P-38)."""
    wanted = lookup.wanted_in(request.query_params)
    async with here.person.openbis() as client:
        try:
            owner = await here.owner(client, wanted.where)
            found = await lookup.find(client, wanted, owner)
        except NotFound:
            if wanted.only_flag:
                return json_answer({"exists": False})
            raise
        return json_answer({"exists": True}) if wanted.only_flag else await in_full(here, client, found)


@at(router, "/external", "GET", "HEAD")
async def external(request: Request, here: Here) -> Response:
    """The rendering of a notebook of another place (P-14)."""
    return as_html(await external_html(here, request.query_params.get("source", "")))


@at(open_router, "/{fid}", "GET", "HEAD")
async def one(fid: Fid, here: Here) -> Response:
    """One notebook, with its content (P-07, P-16)."""
    async with here.person.openbis() as client:
        return await in_full(here, client, await visible(client, fid))


@at(open_router, "/{fid}/html", "GET", "HEAD")
async def html(fid: Fid, here: Here) -> Response:
    """Its rendering (P-08)."""
    async with here.person.openbis() as client:
        notebook = await visible(client, fid, co_authors=False)
        return as_html(await version_html(here.service, here.person, notebook.newest.perm_id))


@at(router, "/{fid}/content", "GET", "HEAD")
async def content(fid: Fid, here: Here) -> Response:
    """Its content as it is stored (P-36)."""
    async with here.person.openbis() as client:
        notebook = await visible(client, fid, co_authors=False)
        stored = await read_content(client, notebook.newest.perm_id, here.max_notebook)
    return as_file(stored, notebook.name)


@at(router, "/{fid}/path", "GET", "HEAD")
async def path(fid: Fid, here: Here) -> Response:
    """Where it lies, in a form that ``lookup`` takes (P-36)."""
    async with here.person.openbis() as client:
        notebook = await visible(client, fid, co_authors=False)
    folder = path_of(notebook.owner) if notebook.owner else "/"
    return json_answer({"path": f"{folder}{filename_of(notebook.name)}"})
