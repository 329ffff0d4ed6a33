"""When a call to the service is made again, and after how long (P-40)."""

from __future__ import annotations

import re

from ..errors import (
    CertificateProblem,
    HubFailure,
    OpenbisNbError,
    OpenBISTimeout,
    OpenBISUnreachable,
    SaveUndecided,
    SpawnFailed,
    StoreFailure,
    TooMany,
)

__all__ = ["may_pass", "pause", "wait_asked_for"]

#: First and longest pause between two tries, in seconds.
_FIRST, _LONGEST = 1.0, 16.0
_MAY_PASS = (OpenBISUnreachable, OpenBISTimeout, SaveUndecided, StoreFailure, HubFailure)
_NEVER_PASS = (CertificateProblem, SpawnFailed)


def pause(tries: int, asked_for: float | None) -> float:
    """The wait after so many tries, in seconds: doubled from 1 s to 16 s, and no less than was asked for."""
    return max(min(_FIRST * 2.0 ** (tries - 1), _LONGEST), asked_for or 0.0)


def wait_asked_for(retry_after: object) -> float | None:
    """Seconds that a ``Retry-After`` asks for; ``None`` without one that is a number.

    Args:
        retry_after: As the header or the problem says it.
    """
    text = str(retry_after).strip()
    return float(text) if re.fullmatch(r"[0-9]{1,6}", text) else None


def may_pass(error: OpenbisNbError, *, safe: bool, wait: float | None) -> bool:
    """Whether a call that failed with *error* may succeed, and do no harm, a little later.

    Args:
        error: As the service told it, or the way to it.
        safe: Made twice it does no more than once: it reads, or carries an idempotency key.
        wait: From :func:`wait_asked_for`: a service that names it has done nothing yet.
    """
    if isinstance(error, TooMany):
        return wait is not None
    return safe and (wait is not None or isinstance(error, _MAY_PASS)) and not isinstance(error, _NEVER_PASS)
