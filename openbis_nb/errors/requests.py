"""A request that cannot be met as it is: the caller corrects it."""

from __future__ import annotations

from .base import UserMistake

__all__ = [
    "Forbidden",
    "InvalidIdentifier",
    "InvalidInput",
    "InvalidNotebook",
    "InvalidParameter",
    "InvalidProperties",
    "InvalidTemplate",
    "NotFound",
    "NotLoggedIn",
    "UnsafePath",
]


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
