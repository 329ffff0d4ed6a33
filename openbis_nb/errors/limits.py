"""Over a limit: of an admin, or of the disk."""

from __future__ import annotations

from .base import UserMistake

__all__ = [
    "NoSpace",
    "StorageLimit",
    "TooFast",
    "TooLarge",
    "TooMany",
]


class TooLarge(UserMistake):
    """Over a setting."""

    code = "too-large"
    status = 413
    exit_code = 7


class TooMany(UserMistake):
    """More at once than a setting allows."""

    code = "too-many"
    status = 429
    exit_code = 7
    default_next_step = "Wait until some of them are done, and try again."


class TooFast(TooMany):
    """More requests in a minute than a setting allows; ``extra["retry_after"]`` is in seconds."""

    code = "too-fast"
    default_next_step = "Wait for as long as Retry-After says, and try again."


class StorageLimit(UserMistake):
    """A notebook, with all its versions, would take more than the admin allows (N-44)."""

    code = "storage-limit"
    status = 422
    exit_code = 7
    default_next_step = (
        "Save it without large outputs, or ask the admin to raise OPENBIS_NB_SERVICE_NOTEBOOK_LIMIT."
    )


class NoSpace(UserMistake):
    """It does not fit on the disk; nothing was written."""

    code = "no-space"
    status = 507
    exit_code = 7
    default_next_step = "Free space, choose fewer files, or set OPENBIS_NB_CACHE_DIR to a larger disk."
