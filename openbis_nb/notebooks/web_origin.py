"""Where a notebook was imported from, as its identity block says it in ``origin`` (table row 80).

It stands beside the version that a fork remembers there. A notebook without an owner has a block of only
this: who stores it later, takes it up.
"""

from __future__ import annotations

import copy
import re
from collections.abc import Mapping
from typing import Any, TypeVar
from urllib.parse import urlsplit

from ..models import WebOrigin

__all__ = ["BLOCK", "LONGEST_URL", "from_origin", "is_only_origin", "read", "to_origin", "write_only"]

#: The key of the identity block in the notebook's metadata.
BLOCK = "openbis"
#: Characters of an address (B-04).
LONGEST_URL = 2048

_URL = re.compile(r"https?://[\x21-\x7e]+")
_COMMIT = re.compile(r"[0-9a-f]{40}|[0-9a-f]{64}")
_SHA256 = re.compile(r"[0-9a-f]{64}")
_TIME = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9:.]{8,15}(?:Z|\+00:00)")
_MEMBERS = ("url", "sha256", "fetched_at", "commit")

NotebookT = TypeVar("NotebookT", bound=Mapping[str, Any])


def to_origin(origin: WebOrigin) -> dict[str, Any]:
    """Its members of the block's ``origin``; a commit that is not known is left out."""
    told = {name: getattr(origin, name) for name in _MEMBERS}
    return {name: value for name, value in told.items() if value is not None}


def from_origin(origin: Mapping[str, Any]) -> WebOrigin | None:
    """The other way round; ``None`` where it names no address.

    Raises:
        ValueError: it does, and cannot be right.
    """
    if origin.get("url") is None:
        return None
    url, commit = origin["url"], origin.get("commit")
    if not isinstance(url, str) or not _is_address(url):
        raise ValueError("origin.url is not an address")
    if commit is not None and not _is(_COMMIT, commit):
        raise ValueError("origin.commit is not a commit")
    if not _is(_SHA256, origin.get("sha256")) or not _is(_TIME, origin.get("fetched_at")):
        raise ValueError("origin has no digest or time")
    return WebOrigin(url, origin["sha256"], origin["fetched_at"], commit)


def read(notebook: Mapping[str, Any]) -> WebOrigin | None:
    """What a notebook says of it, whatever else its block says; never raises."""
    block = _block(notebook)
    origin = block.get("origin") if block is not None else None
    try:
        return from_origin(origin) if isinstance(origin, Mapping) else None
    except ValueError:
        return None


def is_only_origin(block: Any) -> bool:
    """Whether a block says where the notebook was imported from, and nothing else: it has no owner yet."""
    return isinstance(block, Mapping) and set(block) == {"schema", "origin"}


def write_only(notebook: NotebookT, origin: WebOrigin) -> NotebookT:
    """A copy of *notebook* whose block says its origin only."""
    written = copy.deepcopy(notebook)
    written["metadata"][BLOCK] = {"schema": 1, "origin": {"store": "url", **to_origin(origin)}}
    return written


def _block(notebook: Mapping[str, Any]) -> Mapping[str, Any] | None:
    metadata = notebook.get("metadata") if isinstance(notebook, Mapping) else None
    block = metadata.get(BLOCK) if isinstance(metadata, Mapping) else None
    return block if isinstance(block, Mapping) else None


def _is(pattern: re.Pattern[str], value: Any) -> bool:
    return isinstance(value, str) and pattern.fullmatch(value) is not None


def _is_address(url: str) -> bool:
    if len(url) > LONGEST_URL or not _URL.fullmatch(url):
        return False
    try:
        parts = urlsplit(url)
        return bool(parts.hostname) and "@" not in parts.netloc
    except ValueError:
        return False
