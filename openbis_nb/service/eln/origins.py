"""Which pages may call as the ELN does: cross-origin rules for the configured origins only (O-52; pure)."""

from __future__ import annotations

from collections.abc import Collection

from ...errors import Forbidden

__all__ = ["check_origin", "headers_for"]

_METHODS = {"Access-Control-Allow-Methods": "POST, GET, OPTIONS"}
_NAMES = {"Access-Control-Allow-Headers": "x-requested-with"}


def check_origin(origin: str | None, allowed: Collection[str]) -> None:
    """Raises:
    Forbidden: a page of another origin asks. A script, which names none, is judged by its session alone.
    """
    if origin is not None and origin not in allowed:
        raise Forbidden(
            "Pages of this address may not call the service.",
            next_step="An admin of the hub lists the address of the ELN in OPENBIS_NB_SERVICE_ELN_ORIGINS.",
        )


def headers_for(origin: str | None, allowed: Collection[str]) -> dict[str, str]:
    """What lets a page of *origin* read the answer; nothing for others, and never ``*``."""
    varying = {"Vary": "Origin"}
    if origin is None or origin not in allowed:
        return varying
    return {"Access-Control-Allow-Origin": origin, **_METHODS, **_NAMES, **varying}
