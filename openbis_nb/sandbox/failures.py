"""The exceptions of the imitated server: each knows its Java class and whether a context suffix follows.

::

    ServerFailure
    ├── UserFailure               validation; also what the sandbox does not support
    │   ├── ObjectNotFound
    │   └── UnsupportedObjectId
    ├── AuthorizationFailure
    │   └── UnauthorizedObjectAccess
    └── InvalidSession            never with a context suffix (contract 2.3)
"""

from __future__ import annotations

from typing import Any

_COMMON = "ch.systemsx.cisd.common.exceptions."
_V3 = "ch.ethz.sis.openbis.generic.asapi.v3.exceptions."


class ServerFailure(Exception):
    """An application error of the server; the client sees its text (contract 1.3)."""

    java_class = _COMMON + "UserFailureException"
    #: Whether the application server appends `` (Context: [])`` to the text.
    has_context = True

    @property
    def message(self) -> str:
        """The text without the context suffix."""
        return str(self.args[0])


class UserFailure(ServerFailure):
    """The request is wrong: validation, not found, not supported."""


class ObjectNotFound(UserFailure):
    """An object named by a write does not exist (contract 9.4)."""

    java_class = _V3 + "ObjectNotFoundException"

    def __init__(self, object_id: Any) -> None:
        super().__init__(f"Object with {describe_id(object_id)} has not been found.")


class UnsupportedObjectId(UserFailure):
    """An id of a class that the method does not take."""

    java_class = _V3 + "UnsupportedObjectIdException"

    def __init__(self, object_id: Any) -> None:
        kind = java_name(object_id)
        super().__init__(f"Unsupported object id [{describe_id(object_id)}] of type class {kind}")


class AuthorizationFailure(ServerFailure):
    """The user's roles do not allow the operation."""

    java_class = _COMMON + "AuthorizationFailureException"


class UnauthorizedObjectAccess(AuthorizationFailure):
    """A write names an object that the user cannot see."""

    java_class = _V3 + "UnauthorizedObjectAccessException"

    def __init__(self, object_id: Any) -> None:
        super().__init__(f"Access denied to object with {describe_id(object_id)}.")


class InvalidSession(ServerFailure):
    """The token is unknown, closed or expired. The ELN compares these texts: no suffix."""

    java_class = _COMMON + "InvalidSessionException"
    has_context = False


class LoginRefused(UserFailure):
    """A log-in that fails with a text instead of a null result; the ELN searches in it: no suffix."""

    has_context = False


def java_name(object_id: Any) -> str:
    """The last part of an id's ``@type``, e.g. ``DataSetPermId``."""
    name = object_id.get("@type", "") if isinstance(object_id, dict) else type(object_id).__name__
    return str(name).rsplit(".", 1)[-1] or "Object"


def describe_id(object_id: Any) -> str:
    """An id as the server names it in texts: ``DataSetPermId = [2026…-12]``."""
    if not isinstance(object_id, dict):
        return f"id = [{object_id}]"
    for key in ("permId", "identifier", "code", "techId", "id", "name"):
        if key in object_id:
            return f"{java_name(object_id)} = [{object_id[key]}]"
    return f"{java_name(object_id)} = []"
