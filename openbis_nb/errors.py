"""Everything that can go wrong, as one tree.

Two questions decide a class: *who can mend it*, and *what do they do next*?

::

    OpenbisNbError
    ├── UserMistake                    the caller can mend it (4xx)
    │   ├── InvalidInput               400  a value that cannot be right
    │   │   ├── InvalidIdentifier      400  not an openBIS identifier or permId
    │   │   ├── InvalidParameter       400  a template parameter out of its limits
    │   │   ├── UnsafePath             400  a path that leaves its folder
    │   │   └── InvalidTemplate        400  a template that does not hold together
    │   ├── InvalidNotebook            422  not JSON, not nbformat 4, too strange
    │   ├── InvalidProperties          422  a property missing, unknown or malformed
    │   ├── NotLoggedIn                401  no session, or it is over
    │   ├── Forbidden                  403  openBIS says no
    │   ├── NotFound                   404  not there, or not visible to this person
    │   ├── Conflict                   409  the world is not as the request assumes
    │   │   ├── EntityFrozen           409
    │   │   ├── EntityInTrash          409
    │   │   ├── DataNotAvailable       409  archived, linked, container: no bytes to read now
    │   │   ├── NotSavedYet            409  the file on disk is behind what was run
    │   │   ├── NeedsConfirmation      409  a stranger's claim that a person must confirm
    │   │   ├── ChangedMeanwhile       412  not the state any more that the request was made for
    │   │   └── KeyUsedAlready         422  one idempotency key for two different requests
    │   ├── OpenBISRefused             422  openBIS understood and refused, with its reason
    │   ├── StorageLimit               422  a notebook would take more than the admin allows
    │   ├── TooLarge                   413  over a setting
    │   ├── TooMany                    429  more at once than a setting allows
    │   │   └── TooFast                429  more in a minute than a setting allows
    │   └── NoSpace                    507  it does not fit on the disk
    ├── OpenBISFailure                 openBIS or the way to it (5xx)
    │   ├── OpenBISUnreachable         502  refused, reset, name unknown, 5xx
    │   │   └── CertificateProblem     502  TLS could not be verified
    │   ├── OpenBISTimeout             504  no answer in time
    │   ├── UnexpectedAnswer           502  HTML instead of JSON, a foreign downloadUrl …
    │   ├── TransferFailed             502  bytes missing, wrong or cut; nothing was kept
    │   └── SaveUndecided              502  the answer was lost; the version waits in the outbox
    ├── StoreFailure                   503  the service's own database
    ├── HubFailure                     502  JupyterHub or the way to it
    │   ├── HubTimeout                 504  no answer in time
    │   └── SpawnFailed                502  the person's server did not start
    ├── RunFailed                      500  a cell of a headless run raised
    ├── ConfigurationProblem           500  contradictory or missing settings
    └── MissingExtra                   500  an optional part is not installed

``message`` is shown to people and never holds a secret. ``detail`` is for logs. ``next_step`` says
what to do. Each edge translates once: the CLI, the cell, and the HTTP services
(:meth:`OpenbisNbError.problem` is RFC 9457 problem JSON).
"""

from __future__ import annotations

import errno
from typing import Any, ClassVar

__all__ = [
    "CertificateProblem",
    "ChangedMeanwhile",
    "ConfigurationProblem",
    "Conflict",
    "DataNotAvailable",
    "EntityFrozen",
    "EntityInTrash",
    "Forbidden",
    "HubFailure",
    "HubTimeout",
    "InvalidIdentifier",
    "InvalidInput",
    "InvalidNotebook",
    "InvalidParameter",
    "InvalidProperties",
    "InvalidTemplate",
    "KeyUsedAlready",
    "MissingExtra",
    "NeedsConfirmation",
    "NoSpace",
    "NotFound",
    "NotLoggedIn",
    "NotSavedYet",
    "OpenBISFailure",
    "OpenBISRefused",
    "OpenBISTimeout",
    "OpenBISUnreachable",
    "OpenbisNbError",
    "RunFailed",
    "SaveUndecided",
    "SpawnFailed",
    "StorageLimit",
    "StoreFailure",
    "TooFast",
    "TooLarge",
    "TooMany",
    "TransferFailed",
    "UnexpectedAnswer",
    "UnsafePath",
    "UserMistake",
    "disk_problem",
    "kinds_of_error",
]


class OpenbisNbError(Exception):
    """The root. Catch it to catch everything that this package raises on purpose.

    Args:
        message: One or two sentences for a person; never a secret.
        next_step: What to do now; the class has a default.
        detail: For logs only.
        extra: Further members of the problem JSON (JSON values), e.g. ``{"parameter": "window"}``.
    """

    code: ClassVar[str] = "error"
    status: ClassVar[int] = 500
    exit_code: ClassVar[int] = 1
    default_next_step: ClassVar[str] = "Try again; if it happens again, run `openbis-nb doctor`."

    def __init__(
        self,
        message: str,
        *,
        next_step: str | None = None,
        detail: str | None = None,
        extra: dict[str, Any] | None = None,
    ) -> None:
        super().__init__(message)
        self.message = message
        self.next_step = self.default_next_step if next_step is None else next_step
        self.detail = detail
        self.extra = dict(extra or {})

    def problem(self) -> dict[str, Any]:
        """This error as problem JSON (RFC 9457): type, title, status, detail, code, next_step."""
        return {
            **self.extra,
            "type": f"urn:openbis-nb:error:{self.code}",
            "title": type(self).__name__,
            "status": self.status,
            "detail": self.message,
            "code": self.code,
            "next_step": self.next_step,
        }

    def __reduce__(self) -> tuple[Any, ...]:
        # Keyword-only arguments get lost by the default pickling; errors cross process borders.
        return (_rebuild, (type(self), self.message, self.next_step, self.detail, self.extra))

    def __str__(self) -> str:
        return f"{self.message} {self.next_step}".rstrip()

    def _render_traceback_(self) -> list[str]:
        """What IPython shows instead of a traceback: a scientist needs the sentence, not our frames."""
        return [f"{type(self).__name__}: {self.message}", f"→ {self.next_step}"]


def _rebuild(
    cls: type[OpenbisNbError], message: str, next_step: str, detail: str | None, extra: dict[str, Any]
) -> OpenbisNbError:
    return cls(message, next_step=next_step, detail=detail, extra=extra)


class UserMistake(OpenbisNbError):
    """The caller can mend it."""

    code = "user-mistake"
    status = 400
    exit_code = 2
    default_next_step = "Correct the request and repeat it."


class InvalidInput(UserMistake):
    """A value that cannot be right."""

    code = "invalid-input"


class InvalidIdentifier(InvalidInput):
    """Not an openBIS identifier or permId (contract 3.1)."""

    code = "invalid-identifier"
    default_next_step = (
        "Write an experiment as /SPACE/PROJECT/EXPERIMENT, an object as /SPACE/PROJECT/CODE, "
        "or give a permId."
    )


class InvalidParameter(InvalidInput):
    """A template parameter of the wrong type or out of its limits."""

    code = "invalid-parameter"
    default_next_step = "`openbis-nb templates show SLUG` lists the parameters with type, unit and limits."


class UnsafePath(InvalidInput):
    """A path that is absolute, leaves its folder, or cannot be a file name."""

    code = "unsafe-path"
    default_next_step = "Use a relative path without `..`."


class InvalidTemplate(InvalidInput):
    """A template folder that does not hold together."""

    code = "invalid-template"
    default_next_step = "`openbis-nb templates check FOLDER` lists what to mend."


class InvalidNotebook(UserMistake):
    """Not JSON, not nbformat 4, or over the limits."""

    code = "invalid-notebook"
    status = 422
    default_next_step = "Open the file in JupyterLab and save it again, or choose another file."


class InvalidProperties(UserMistake):
    """A data-set property is missing, unknown or malformed; found before a byte is sent."""

    code = "invalid-properties"
    status = 422
    default_next_step = "Give the named properties and save again."


class NotLoggedIn(UserMistake):
    """No session, or openBIS ended it. Nothing in the kernel is lost."""

    code = "not-logged-in"
    status = 401
    exit_code = 3
    default_next_step = "Log in with `openbis-nb login` and repeat; nothing is lost."


class Forbidden(UserMistake):
    """openBIS does not allow it to this person (contract 9)."""

    code = "forbidden"
    status = 403
    exit_code = 4
    default_next_step = "Ask an admin of the space for the role named above."


class NotFound(UserMistake):
    """Not there, or not visible to this person: openBIS does not say which (contract 3.2)."""

    code = "not-found"
    status = 404
    exit_code = 5
    default_next_step = "Check the spelling, and ask an admin of the space whether you may see it."


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


class OpenBISRefused(UserMistake):
    """openBIS understood the request and refused it; its reason is in the message."""

    code = "openbis-refused"
    status = 422
    default_next_step = "The reason above is openBIS' own; correct the request, or ask the admin of openBIS."


class OpenBISFailure(OpenbisNbError):
    """openBIS, or the way to it."""

    code = "openbis-failure"
    status = 502
    exit_code = 8
    default_next_step = "Try again in a minute; if it lasts, tell the admin of openBIS."


class OpenBISUnreachable(OpenBISFailure):
    """Refused, reset, name unknown, or an HTTP error of its front server."""

    code = "openbis-unreachable"


class CertificateProblem(OpenBISUnreachable):
    """TLS could not be verified. Verification is never switched off by itself."""

    code = "certificate-problem"
    default_next_step = "Set OPENBIS_NB_CA_BUNDLE to the certificate of your institute's CA (a PEM file)."


class OpenBISTimeout(OpenBISFailure):
    """No answer within the time-out."""

    code = "openbis-timeout"
    status = 504


class UnexpectedAnswer(OpenBISFailure):
    """An answer that is not openBIS': HTML instead of JSON, a download address of another host …"""

    code = "unexpected-answer"
    default_next_step = "Check OPENBIS_URL: it must be the address of openBIS itself, without a path."


class TransferFailed(OpenBISFailure):
    """Bytes missing, wrong or cut. What was verified stays; nothing bad was kept."""

    code = "transfer-failed"
    default_next_step = "Repeat: what arrived whole is not fetched again."


class SaveUndecided(OpenBISFailure):
    """The answer to a save was lost, and whether openBIS took it cannot be known yet."""

    code = "save-undecided"
    default_next_step = (
        "The version is kept in the outbox; `openbis-nb outbox send` looks first and never saves twice."
    )


class StoreFailure(OpenbisNbError):
    """The database of the service cannot be used; nothing was changed."""

    code = "store-failure"
    status = 503
    exit_code = 8
    default_next_step = "Try again in a minute; if it lasts, tell the admin of the hub."


class HubFailure(OpenbisNbError):
    """JupyterHub, or the way to it."""

    code = "hub-failure"
    status = 502
    exit_code = 8
    default_next_step = "Try again in a minute; if it lasts, tell the admin of the hub."


class HubTimeout(HubFailure):
    """No answer of the hub within the time-out."""

    code = "hub-timeout"
    status = 504


class SpawnFailed(HubFailure):
    """The person's server did not start; the reason is in the message."""

    code = "spawn-failed"
    default_next_step = "Start the server from the hub's home page, then open the launch again."


class RunFailed(OpenbisNbError):
    """A cell of a headless run raised; the executed copy is kept."""

    code = "run-failed"
    exit_code = 9
    default_next_step = "Open the executed copy named above, mend the cell, and run again."


class ConfigurationProblem(OpenbisNbError):
    """Contradictory or missing settings, named."""

    code = "configuration-problem"
    exit_code = 2
    default_next_step = "`openbis-nb doctor` shows every setting and where its value comes from."


class MissingExtra(OpenbisNbError):
    """An optional part is not installed."""

    code = "missing-extra"
    exit_code = 2

    def __init__(self, what: str, extra_name: str) -> None:
        super().__init__(
            f"{what} is not installed.", next_step=f"Run: pip install 'openbis-nb[{extra_name}]'"
        )
        self.what, self.extra_name = what, extra_name

    def __reduce__(self) -> tuple[Any, ...]:
        return (type(self), (self.what, self.extra_name))


def kinds_of_error() -> list[type[OpenbisNbError]]:
    """Every class of the tree, the root first."""
    found: list[type[OpenbisNbError]] = [OpenbisNbError]
    for kind in found:  # grows while it is read
        found.extend(kind.__subclasses__())
    return found


def disk_problem(error: OSError, what: str) -> OpenbisNbError:
    """The error to raise for a failed write: :class:`NoSpace` where the disk or a quota is full.

    Args:
        error: What the operating system said.
        what: What could not be done, without a full stop.
    """
    message = f"{what}: {error.strerror or type(error).__name__}."
    if error.errno in (errno.ENOSPC, errno.EDQUOT, errno.EFBIG):
        return NoSpace(message)
    return OpenbisNbError(message, next_step="Check that the folder exists and may be written to.")
