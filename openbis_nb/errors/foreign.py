"""Addresses that a person gives us to fetch from: refused by us, or failing over there."""

from __future__ import annotations

from .base import OpenbisNbError, UserMistake

__all__ = ["CredentialsNeeded", "ForbiddenAddress", "NothingSuitable", "UpstreamFailure", "UpstreamTimeout"]


class ForbiddenAddress(UserMistake):
    """An address that is never fetched from here; nothing was sent to it. The message says why."""

    code = "forbidden-address"
    status = 422
    default_next_step = (
        "Give the https:// address of a public host. Only an admin can allow a host inside "
        "(OPENBIS_NB_IMPORT_HOSTS)."
    )


class NothingSuitable(UserMistake):
    """Nothing that can be imported is at this address: not there, not public, or of another kind (B-09)."""

    code = "nothing-suitable"
    status = 422
    exit_code = 5
    default_next_step = (
        "Open the address in a private window of your browser: it must show the file without a log-in."
    )


class CredentialsNeeded(UserMistake):
    """The host of a repository wants a log-in, or a better one; ``extra["host"]`` is the host (U-16)."""

    code = "credentials-needed"
    status = 422
    exit_code = 3
    default_next_step = (
        "Make a token for this host that may read the repository, and give it to JupyterLab (openBIS → "
        "Access to Hosts…) or to `openbis-nb repository log-in HOST`."
    )


class UpstreamFailure(OpenbisNbError):
    """The host that a person named fails, or the way to it; nothing was kept."""

    code = "upstream-failure"
    status = 502
    exit_code = 8
    default_next_step = "Try again in a minute; if it lasts, download the file yourself and upload it."


class UpstreamTimeout(UpstreamFailure):
    """The host that a person named did not send everything in time; nothing was kept."""

    code = "upstream-timeout"
    status = 504
