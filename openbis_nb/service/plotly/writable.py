"""The body of PUT and PATCH: which fields may stand there, and what they may hold (P-09, P-10; pure)."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from ...errors import InvalidInput
from .said import Where, name_of_file

__all__ = ["Changes", "body_of", "changes_in", "copy_wish"]

_WRITABLE = ("filename", "parent", "parent_path", "world_readable", "content", "share_key_enabled")
_STEP = "Writable are filename, parent or parent_path, world_readable and content."


@dataclass(frozen=True, slots=True)
class Changes:
    """What is to become of a notebook; ``None`` leaves a thing as it is. ``name`` is without ``.ipynb``."""

    name: str | None = None
    where: Where | None = None
    content: bytes | None = field(default=None, repr=False)
    world_readable: bool | None = None
    share_key_enabled: bool | None = None


def body_of(data: bytes) -> dict[str, Any]:
    """The JSON object of a request; an empty body is an empty object.

    Raises:
        InvalidInput: it is no JSON object.
    """
    if not data.strip():
        return {}
    try:
        body = json.loads(data)
    except (ValueError, RecursionError) as error:
        raise InvalidInput("The body is not JSON.", next_step="Send a JSON object.") from error
    if not isinstance(body, dict):
        raise InvalidInput("The body is not a JSON object.", next_step="Send a JSON object.")
    return body


def changes_in(body: Mapping[str, Any], *, whole: bool) -> Changes:
    """What a PUT (*whole*) or PATCH asks for.

    Raises:
        InvalidInput: a field that is not writable, of the wrong type, or (PUT) missing; all at once.
    """
    findings = [_finding(name, "is not writable") for name in body if name not in _WRITABLE]
    findings += [_finding(name, what) for name, what in _wrong_types(body)]
    if whole:
        findings += [_finding(name, "is missing") for name in _missing(body)]
    if not body:
        findings.append(_finding("body", "names nothing to change"))
    if findings:
        raise InvalidInput(
            f"{len(findings)} of the fields cannot be taken.", next_step=_STEP, extra={"findings": findings}
        )
    content = body.get("content")
    return Changes(
        name=name_of_file(body["filename"], "filename") if "filename" in body else None,
        where=_where(body),
        content=content.encode("utf-8", "surrogatepass") if content is not None else None,
        world_readable=body.get("world_readable"),
        share_key_enabled=body.get("share_key_enabled"),
    )


def copy_wish(body: Mapping[str, Any]) -> Changes:
    """What a copy shall be called, and where it shall lie. Raises what :func:`changes_in` does."""
    allowed = {"filename", "parent", "parent_path"}
    findings = [_finding(name, "is not taken for a copy") for name in body if name not in allowed]
    if findings:
        raise InvalidInput(
            f"{len(findings)} of the fields cannot be taken.",
            next_step="A copy takes filename, and parent or parent_path.",
            extra={"findings": findings},
        )
    return changes_in(body, whole=False) if body else Changes()


def _where(body: Mapping[str, Any]) -> Where | None:
    if "parent" not in body and "parent_path" not in body:
        return None
    return Where(body.get("parent"), body.get("parent_path"))


def _missing(body: Mapping[str, Any]) -> list[str]:
    missing = [name for name in ("filename", "world_readable", "content") if name not in body]
    if "parent" not in body and "parent_path" not in body:
        missing.append("parent or parent_path")
    return missing


def _wrong_types(body: Mapping[str, Any]) -> list[tuple[str, str]]:
    wrong = [
        (name, "is not a string")
        for name in ("filename", "parent_path", "content")
        if name in body and not isinstance(body[name], str)
    ]
    wrong += [
        (name, "is neither true nor false")
        for name in ("world_readable", "share_key_enabled")
        if name in body and not isinstance(body[name], bool)
    ]
    parent = body.get("parent", 0)
    if isinstance(parent, bool) or not isinstance(parent, int) or not -1 <= parent < 10**40:
        wrong.append(("parent", "is not the number of a parent, nor -1"))
    return wrong


def _finding(where: str, what: str) -> dict[str, str]:
    return {"where": where, "what": what}
