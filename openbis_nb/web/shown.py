"""Addresses as they may be shown and kept: without what may be a secret (pure)."""

from __future__ import annotations

import re
from urllib.parse import parse_qsl, urlencode, urlsplit, urlunsplit

from ..openbis.secrets import REMOVED, scrub

__all__ = ["has_secret", "shown_url"]

_SECRET_NAME = re.compile(
    r"token|secret|key|sig|auth|pass|pwd|cred|session|sid\b|jwt|code|^x-(amz|goog|ms)-", re.IGNORECASE
)
_RANDOM = re.compile(r"(?=.*[0-9])(?=.*[A-Za-z])[A-Za-z0-9_.~+/=-]{20,}")
#: A commit looks random, and is none.
_COMMIT = re.compile(r"[0-9a-f]{40}")


def shown_url(url: str) -> str:
    """*url* without user, fragment, and each parameter that is, or looks like, a secret."""
    parts = urlsplit(url)
    kept = [pair for pair in _pairs(parts.query) if not _is_secret(*pair)]
    query = parts.query if len(kept) == len(_pairs(parts.query)) else urlencode(kept)
    shown = urlunsplit((parts.scheme, parts.netloc.rpartition("@")[2], parts.path, query, ""))
    return scrub(shown).replace(REMOVED, "removed")  # it stays an address


def has_secret(url: str) -> bool:
    """Whether :func:`shown_url` leaves out more than a fragment."""
    return shown_url(url) != urlsplit(url)._replace(fragment="").geturl()


def _pairs(query: str) -> list[tuple[str, str]]:
    return parse_qsl(query, keep_blank_values=True)


def _is_secret(name: str, value: str) -> bool:
    if _SECRET_NAME.search(name):
        return True
    return bool(_RANDOM.fullmatch(value)) and not _COMMIT.fullmatch(value)
