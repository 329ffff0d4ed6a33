"""ETags, ``If-Match`` and ``If-None-Match`` of the library's API (pure).

An ETag has two halves, ``"<state>-<shown>"``. *state* is that of the notebook or version itself: which
versions, names and notes there are. *shown* is that of the whole answer, where also what surrounds it stands,
e.g. whether an input has a newer version. A read is unchanged when both halves are; a write asks only for the
first, so that nobody's rename fails because a data set elsewhere got a new name.

openBIS knows no conditional writes: between the check and the write there is a moment in which somebody else
may write. No version is lost by that, as nothing is replaced.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from typing import Any

from ..errors import ChangedMeanwhile

__all__ = ["check_unchanged", "etag_of", "is_known", "state_of"]

_LENGTH = 20


def state_of(state: Any) -> str:
    """The first half: a digest of JSON values that name a state."""
    return _digest(state)


def etag_of(state: str, shown: Any = None) -> str:
    """A strong ETag, with its quotes.

    Args:
        state: From :func:`state_of`.
        shown: The answer, as JSON values, without its own ETag; ``None`` where *state* says it all.
    """
    return f'"{state}-{_digest(shown)}"'


def check_unchanged(headers: Mapping[str, str], state: str, what: str = "notebook") -> None:
    """``If-Match`` of a write, if there is one.

    Args:
        headers: Of the request; names in any case.
        state: What it is now.
        what: What a person calls the thing.

    Raises:
        ChangedMeanwhile: it names none that has this state.
    """
    sent = headers.get("If-Match")
    if sent is None or "*" in _listed(sent):
        return
    if state not in {one.strip('"').partition("-")[0] for one in _listed(sent)}:
        raise ChangedMeanwhile(f"Somebody has changed this {what} since you read it.")


def is_known(headers: Mapping[str, str], etag: str) -> bool:
    """Whether the caller has just this answer already: ``If-None-Match``, compared weakly (RFC 9110)."""
    sent = _listed(headers.get("If-None-Match", ""))
    return "*" in sent or etag in {one.removeprefix("W/") for one in sent}


def _listed(header: str) -> list[str]:
    return [one.strip() for one in header.split(",")]


def _digest(value: Any) -> str:
    text = json.dumps(value, sort_keys=True, ensure_ascii=False, default=str)
    return hashlib.sha256(text.encode(errors="surrogatepass")).hexdigest()[:_LENGTH]
