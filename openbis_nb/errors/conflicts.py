"""The world is not as the request assumes: the caller looks again."""

from __future__ import annotations

from .base import UserMistake

__all__ = [
    "ChangedMeanwhile",
    "Conflict",
    "DataNotAvailable",
    "EntityFrozen",
    "EntityInTrash",
    "KeyUsedAlready",
    "NeedsConfirmation",
    "NotSavedYet",
]


class Conflict(UserMistake):
    """The world is not as the request assumes."""

    code = "conflict"
    status = 409
    exit_code = 6


class EntityFrozen(Conflict):
    """Frozen in openBIS: nothing can be added to it."""

    code = "entity-frozen"
    default_next_step = "Choose another entity with owner=…; freezing cannot be undone."


class EntityInTrash(Conflict):
    """In the trash, or gone: openBIS shows neither."""

    code = "entity-in-trash"
    default_next_step = "Restore it from the trash in openBIS, or choose another entity with owner=…"


class DataNotAvailable(Conflict):
    """No bytes to read now: archived, linked, container, or without files."""

    code = "data-not-available"
    default_next_step = "Archived data sets come back with nb.unarchive(); the rest can be used without them."


class NotSavedYet(Conflict):
    """The notebook file on disk is behind what the kernel has run (design D12)."""

    code = "not-saved-yet"
    default_next_step = "Save the notebook (Ctrl+S) and run this cell again."


class NeedsConfirmation(Conflict):
    """A notebook claims what neither this server nor this person wrote (design section 2)."""

    code = "needs-confirmation"
    default_next_step = (
        "If you trust where the notebook comes from, repeat with confirm=True (CLI: --confirm)."
    )


class ChangedMeanwhile(Conflict):
    """``If-Match`` names a state that is not the present one; nothing was changed."""

    code = "changed-meanwhile"
    status = 412
    default_next_step = "Read it again, look at what is new, and repeat with its new ETag."


class KeyUsedAlready(Conflict):
    """The same ``Idempotency-Key`` came with another request."""

    code = "key-used-already"
    status = 422
    default_next_step = "Give each request a new Idempotency-Key; repeat a request only as it was."
