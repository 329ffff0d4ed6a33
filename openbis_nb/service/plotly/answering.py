"""From what is known to the bytes of an answer."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Sequence
from dataclasses import replace
from typing import Any
from urllib.parse import quote

from fastapi import Response

from ...identifiers import safe_file_name
from ...openbis.client import OpenBIS
from ...workflows.library.model import Notebook
from . import visibility
from .asking import Asking
from .finding import facts_of
from .resource import resource
from .visibility import Visibility

__all__ = ["as_file", "as_html", "in_full", "json_answer"]

#: What a rendering may do, whoever shows it: nothing (design D9).
_INERT = (
    "sandbox; default-src 'none'; img-src data:; style-src 'unsafe-inline'; form-action 'none'; "
    "base-uri 'none'; frame-ancestors 'none'"
)


async def in_full(
    here: Asking,
    client: OpenBIS,
    notebook: Notebook,
    status: int = 200,
    *,
    messages: Sequence[str] = (),
    seen: Visibility | None = None,
) -> Response:
    """The whole resource of one notebook (P-16); with 201 also where it is.

    Args:
        here: Who asks.
        client: With their session.
        notebook: Which.
        status: Of the answer.
        messages: What the person is to know of a write, e.g. that a secret was taken out.
        seen: Whether it can be read without a log-in, if that was just changed.

    Raises:
        OpenbisNbError: as ``facts_of``.
    """
    addresses = here.addresses(notebook.fid)
    facts = await facts_of(client, notebook, here.max_notebook)
    known = seen or (await visibility.of(here, [notebook.fid]))[notebook.fid]
    facts = replace(
        facts,
        world_readable=known.world_readable,
        share_key_enabled=known.share_key_enabled,
        share_key=known.share_key,
    )
    said = [*messages, *known.told]
    told = {"messages": said} if said else {}
    body = await asyncio.to_thread(_dumps, resource(facts, addresses) | told)
    headers = {"Location": addresses.api} if status == 201 else {}
    return Response(body, status, headers, "application/json")


def json_answer(body: Any, status: int = 200) -> Response:
    """Small JSON."""
    return Response(_dumps(body), status, media_type="application/json")


def as_file(content: bytes, name: str) -> Response:
    """A notebook as a download."""
    file_name = safe_file_name(name, suffix=".ipynb")
    disposition = f"attachment; filename*=UTF-8''{quote(file_name, safe='')}"
    return Response(
        content, headers={"Content-Disposition": disposition}, media_type="application/x-ipynb+json"
    )


def as_html(page: str | bytes) -> Response:
    """A rendering (P-08)."""
    return Response(page, headers={"Content-Security-Policy": _INERT}, media_type="text/html")


def _dumps(body: Any) -> bytes:
    # Lone surrogates have no UTF-8: they leave as JSON escapes.
    return json.dumps(body, ensure_ascii=True, separators=(",", ":"), allow_nan=False).encode()
