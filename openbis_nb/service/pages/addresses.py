"""The ``fid`` that an address names (pure)."""

from __future__ import annotations

import re

from ...errors import NotFound

__all__ = ["fid_at"]

_DIGITS = re.compile(r"[0-9]{18,40}", re.ASCII)


def fid_at(author: str, digits: str) -> str:
    """The ``fid`` that ``~{author}/{digits}`` names (P-18).

    Raises:
        NotFound: it can be none.
    """
    if _DIGITS.fullmatch(digits) is None:
        raise NotFound("There is no such page.", next_step="Look for the notebook in the library.")
    return f"{author}:{digits}"
