"""What openBIS says, or the way to it."""

from __future__ import annotations

from .base import OpenbisNbError, UserMistake

__all__ = [
    "CertificateProblem",
    "OpenBISFailure",
    "OpenBISRefused",
    "OpenBISTimeout",
    "OpenBISUnreachable",
    "SaveUndecided",
    "TransferFailed",
    "UnexpectedAnswer",
]


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
