"""What is wrong with a save, by the field of the dialog where it stands (O-71).

``extra["fields"]`` of an error maps names to sentences: ``name``, ``notes``, ``owner``, ``data_set_type``,
``version_of``, ``properties.CODE``, ``files.PATH`` and ``inputs.PERMID``.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TypeVar

from ..errors import OpenbisNbError, UserMistake

__all__ = ["all_at_once", "of_field"]

E = TypeVar("E", bound=OpenbisNbError)


def of_field(error: E, *names: str) -> E:
    """*error*, which is about these fields; what it says of fields already stays."""
    said = {name: error.message for name in names}
    error.extra["fields"] = {**said, **error.extra.get("fields", {})}
    return error


def all_at_once(errors: Iterable[UserMistake]) -> UserMistake | None:
    """One error that says all of them: the first, with the sentences and fields of the others."""
    found: Sequence[UserMistake] = list(errors)
    if not found:
        return None
    first, *others = found
    if others:
        first.message = " ".join(error.message for error in found)
        first.args = (first.message,)
        fields = {k: v for error in reversed(found) for k, v in error.extra.get("fields", {}).items()}
        first.extra["fields"] = fields
    return first
