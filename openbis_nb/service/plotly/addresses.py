"""Which addresses there are below ``v2/jupyter-notebooks``, with which methods; where they lead (pure)."""

from __future__ import annotations

import re
from dataclasses import dataclass
from urllib.parse import quote, urlencode

from ..library.links import slug_of

__all__ = ["BASE", "METHODS", "Addresses", "standing_headers"]

#: Below the service's prefix (P-01).
BASE = "v2/jupyter-notebooks"

#: Address after :data:`BASE` → the methods it knows, in the order of the ``Allow`` header (P-15).
METHODS = {
    "": ("GET", "HEAD", "OPTIONS"),
    "/upload": ("POST", "OPTIONS"),
    "/lookup": ("GET", "HEAD", "OPTIONS"),
    "/external": ("GET", "HEAD", "OPTIONS"),
    "/{fid}": ("GET", "PUT", "PATCH", "DELETE", "HEAD", "OPTIONS"),
    "/{fid}/html": ("GET", "HEAD", "OPTIONS"),
    "/{fid}/content": ("GET", "HEAD", "OPTIONS"),
    "/{fid}/path": ("GET", "HEAD", "OPTIONS"),
    "/{fid}/copy": ("POST", "OPTIONS"),
    "/{fid}/trash": ("POST", "OPTIONS"),
    "/{fid}/restore": ("POST", "OPTIONS"),
    "/{fid}/permanent_delete": ("DELETE", "OPTIONS"),
}


@dataclass(frozen=True, slots=True)
class Addresses:
    """Whole addresses of one notebook.

    Args:
        origin: ``scheme://host[:port]`` as the caller knows it.
        prefix: Of the service, with a slash at both ends.
        fid: ``author:number``.
    """

    origin: str
    prefix: str
    fid: str

    @property
    def api(self) -> str:
        """In this API."""
        return f"{self.origin}{self.prefix}{BASE}/{quote(self.fid, safe=':')}"

    def parent(self, number: int) -> str:
        """What else lies with the same parent."""
        return f"{self.origin}{self.prefix}{BASE}?{urlencode({'parent': number})}"

    def web(self, title: str) -> str:
        """Its page: ``/~author/number/slug/`` (P-18)."""
        return f"{self.organize}{slug_of(title)}/"

    @property
    def organize(self) -> str:
        """Its page, without a slug (P-21)."""
        author, _, number = self.fid.rpartition(":")
        return f"{self.origin}{self.prefix}~{quote(author, safe='')}/{number}/"

    @property
    def embed(self) -> str:
        """What it holds and nothing else (P-21)."""
        return f"{self.organize.rstrip('/')}.embed"


def standing_headers(path: str) -> dict[str, str]:
    """``Allow`` and ``Vary`` of an answer (P-15).

    Args:
        path: After :data:`BASE`.
    """
    methods = _methods(path.rstrip("/"))
    return ({"Allow": ", ".join(methods)} if methods else {}) | {"Vary": "Accept"}


def _methods(path: str) -> tuple[str, ...]:
    if path in METHODS:
        return METHODS[path]
    return METHODS.get(re.sub(r"^/[^/]+", "/{fid}", path), ())
