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
    │   ├── ForbiddenAddress           422  never fetched from here: inside, this machine, …
    │   ├── CredentialsNeeded          422  the host of a repository wants a log-in
    │   ├── NothingSuitable            422  nothing at this address that can be imported
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
    ├── UpstreamFailure                502  a host that a person named for an import
    │   └── UpstreamTimeout            504  it did not send everything in time
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

from .around import (
    ConfigurationProblem,
    HubFailure,
    HubTimeout,
    MissingExtra,
    RunFailed,
    SpawnFailed,
    StoreFailure,
)
from .base import (
    OpenbisNbError,
    UserMistake,
)
from .conflicts import (
    ChangedMeanwhile,
    Conflict,
    DataNotAvailable,
    EntityFrozen,
    EntityInTrash,
    KeyUsedAlready,
    NeedsConfirmation,
    NotSavedYet,
)
from .foreign import (
    CredentialsNeeded,
    ForbiddenAddress,
    NothingSuitable,
    UpstreamFailure,
    UpstreamTimeout,
)
from .limits import (
    NoSpace,
    StorageLimit,
    TooFast,
    TooLarge,
    TooMany,
)
from .of_openbis import (
    CertificateProblem,
    OpenBISFailure,
    OpenBISRefused,
    OpenBISTimeout,
    OpenBISUnreachable,
    SaveUndecided,
    TransferFailed,
    UnexpectedAnswer,
)
from .requests import (
    Forbidden,
    InvalidIdentifier,
    InvalidInput,
    InvalidNotebook,
    InvalidParameter,
    InvalidProperties,
    InvalidTemplate,
    NotFound,
    NotLoggedIn,
    UnsafePath,
)

__all__ = [
    "CertificateProblem",
    "ChangedMeanwhile",
    "ConfigurationProblem",
    "Conflict",
    "CredentialsNeeded",
    "DataNotAvailable",
    "EntityFrozen",
    "EntityInTrash",
    "Forbidden",
    "ForbiddenAddress",
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
    "NothingSuitable",
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
    "UpstreamFailure",
    "UpstreamTimeout",
    "UserMistake",
    "disk_problem",
    "kinds_of_error",
]


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
