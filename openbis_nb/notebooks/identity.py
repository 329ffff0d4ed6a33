"""The identity block in a notebook's metadata (design section 2): read, written, and doubted.

The block is kept by download, copy and upload, so it is a stranger's input: reading never raises and
never trusts, and :func:`check` lists what a person must confirm before anything is done with it.
"""

from __future__ import annotations

import copy
import re
import unicodedata
from collections.abc import Collection, Container, Mapping
from dataclasses import dataclass
from typing import Any, Literal, TypeVar, get_args
from urllib.parse import urlsplit

from ..errors import InvalidIdentifier
from ..identifiers import is_perm_id, normalise_identifier
from ..models import EntityKind, Identity, WebOrigin
from . import web_origin

__all__ = [
    "KEY",
    "SCHEMA",
    "Claim",
    "check",
    "clean_name",
    "problem",
    "read",
    "same_server",
    "to_block",
    "without",
    "write",
]

#: The key in the notebook's metadata.
KEY = "openbis"
#: The version of the block's form that is written here.
SCHEMA = 1

MAX_INPUTS = 10_000
MAX_NAME = 512  # characters; Neptune's limit for a name (N-41)

_ID = re.compile(r"[A-Za-z0-9][A-Za-z0-9._:-]{7,99}")
_SLUG = re.compile(r"[a-z0-9][a-z0-9-]{0,63}")
_SHORT = re.compile(r"[\x21-\x7e]{1,100}")
_CODE = re.compile(r"[A-Za-z0-9_.$-]{1,100}")
_DIGEST = re.compile(r"sha256:[0-9a-f]{64}")
_TIME = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9:.]{8,15}(?:Z|[+-][0-9]{2}:[0-9]{2})")

NotebookT = TypeVar("NotebookT", bound=Mapping[str, Any])


@dataclass(frozen=True, slots=True)
class Claim:
    """Something the block says that neither this server nor this person wrote."""

    kind: Literal["server", "owner", "input"]
    value: str
    message: str


def read(notebook: Mapping[str, Any]) -> Identity | None:
    """The identity block, or ``None`` where there is none or it is not one; never raises."""
    return _examine(notebook)[0]


def problem(notebook: Mapping[str, Any]) -> str | None:
    """Why :func:`read` gives ``None`` although there is a block: one sentence; else ``None``."""
    return _examine(notebook)[1]


def write(notebook: NotebookT, identity: Identity) -> NotebookT:
    """A copy of *notebook* with this identity block; all other metadata stays."""
    written = copy.deepcopy(notebook)
    written["metadata"][KEY] = to_block(identity)
    return written


def without(notebook: NotebookT) -> NotebookT:
    """A copy of *notebook* without an identity block."""
    written = copy.deepcopy(notebook)
    written["metadata"].pop(KEY, None)
    return written


def to_block(identity: Identity) -> dict[str, Any]:
    """The JSON form, as in design section 2; what is not known is left out."""
    block: dict[str, Any] = {
        "schema": SCHEMA,
        "server": identity.server,
        "notebook_id": identity.notebook_id,
        "name": clean_name(identity.name),
        "owner": {
            "kind": identity.owner_kind,
            "perm_id": identity.owner_perm_id,
            "identifier": identity.owner_identifier,
        },
        "inputs": list(identity.inputs),
    }
    if identity.template_slug is not None:
        block["template"] = {"slug": identity.template_slug, "version": identity.template_version}
    if identity.checkpoint_id is not None:
        block["checkpoint"] = {
            "store": "dataset",
            "id": identity.checkpoint_id,
            "saved_at": identity.saved_at,
            "saved_by": identity.saved_by,
            "digest": identity.digest,
        }
    if origin := _origin_block(identity):
        block["origin"] = origin
    return block


def _origin_block(identity: Identity) -> dict[str, Any]:
    """Where it comes from: a version, the web, or both for a fork of what was imported."""
    from_web = web_origin.to_origin(identity.imported_from) if identity.imported_from else {}
    if identity.origin_notebook is None or identity.origin_id is None:
        return {"store": "url", **from_web} if from_web else {}
    version = {"notebook_id": identity.origin_notebook, "id": identity.origin_id}
    return {"store": "dataset", **version, **from_web}


def clean_name(text: str) -> str:
    """*text* as a name that :func:`read` takes: one line, no control characters, at most 512 characters."""
    plain = "".join(" " if unicodedata.category(character)[0] == "C" else character for character in text)
    return " ".join(plain.split())[:MAX_NAME].rstrip() or "Notebook"


def check(
    identity: Identity,
    *,
    servers: Collection[str],
    known_owners: Container[str],
    known_inputs: Container[str],
) -> list[Claim]:
    """What must be confirmed by a person before this block is acted upon.

    Args:
        identity: From :func:`read`.
        servers: Addresses of the configured openBIS; the block's own is compared, never connected to.
        known_owners: permIds of owners that this server (earlier versions of the notebook) or this
            person (a launch, ``owner=…``) has named.
        known_inputs: The same for data sets.
    """
    claims = []
    if not any(same_server(identity.server, server) for server in servers):
        message = f"The notebook comes from another openBIS, {identity.server}."
        claims.append(Claim("server", identity.server, message))
    if identity.owner_perm_id not in known_owners:
        message = f"The notebook says that it belongs to {identity.owner_identifier}."
        claims.append(Claim("owner", identity.owner_perm_id, message))
    for perm_id in identity.inputs:
        if perm_id not in known_inputs:
            claims.append(Claim("input", perm_id, f"The notebook names the data set {perm_id} as its input."))
    return claims


def same_server(one: str, other: str) -> bool:
    """Whether two addresses have the same scheme, host and port; a path says nothing (contract 1.1)."""
    first, second = _origin(one), _origin(other)
    return first is not None and first == second


def _origin(url: str) -> tuple[str, str, int] | None:
    try:
        parts = urlsplit(url)
        port = parts.port or {"http": 80, "https": 443}[parts.scheme]
    except (ValueError, KeyError):
        return None
    if not parts.hostname or parts.username is not None or parts.password is not None:
        return None
    return parts.scheme, parts.hostname.rstrip("."), port


class _Bad(Exception):
    """A field that cannot be right; the message names it."""


def _examine(notebook: Mapping[str, Any]) -> tuple[Identity | None, str | None]:
    metadata = notebook.get("metadata") if isinstance(notebook, Mapping) else None
    block = metadata.get(KEY) if isinstance(metadata, Mapping) else None
    if block is None or web_origin.is_only_origin(block):
        return None, None
    try:
        return _identity(block), None
    except _Bad as bad:
        return None, f"The notebook's openBIS block cannot be used: {bad}."


def _identity(block: Any) -> Identity:
    if not isinstance(block, Mapping):
        raise _Bad("it is not an object")
    if block.get("schema") is True or block.get("schema") != SCHEMA:
        raise _Bad("it has a form that this version does not know")
    owner = _object(block, "owner")
    kind: EntityKind | None = next((k for k in get_args(EntityKind) if k == owner.get("kind")), None)
    if kind is None:
        raise _Bad("owner.kind is not an entity kind")
    server = _text(block, "server", re.compile(r"https?://[\x21-\x7e]{1,500}"))
    if _origin(server) is None:
        raise _Bad("server is not an address")
    perm_id = owner.get("perm_id")
    if not isinstance(perm_id, str) or not (is_perm_id(perm_id) or _CODE.fullmatch(perm_id)):
        raise _Bad("owner.perm_id is not a permId")
    template = _object(block, "template") if block.get("template") is not None else {}
    return Identity(
        server=server,
        notebook_id=_text(block, "notebook_id", _ID),
        name=_name(block),
        owner_kind=kind,
        owner_perm_id=perm_id,
        owner_identifier=_identifier(owner),
        inputs=_inputs(block),
        template_slug=_text(template, "slug", _SLUG) if template else None,
        template_version=_text(template, "version", _SHORT) if template else None,
        **_checkpoint(block),
        **_origin_of(block),
        imported_from=_imported_from(block),
    )


def _checkpoint(block: Mapping[str, Any]) -> dict[str, Any]:
    if block.get("checkpoint") is None:
        return {}
    checkpoint = _object(block, "checkpoint")
    if checkpoint.get("store") != "dataset":
        raise _Bad("checkpoint.store is not known")
    perm_id = checkpoint.get("id")
    if not isinstance(perm_id, str) or not is_perm_id(perm_id):
        raise _Bad("checkpoint.id is not a permId")
    return {
        "checkpoint_id": perm_id,
        "saved_at": _optional(checkpoint, "saved_at", _TIME),
        "saved_by": _optional(checkpoint, "saved_by", _SHORT),
        "digest": _optional(checkpoint, "digest", _DIGEST),
    }


def _origin_of(block: Mapping[str, Any]) -> dict[str, Any]:
    if block.get("origin") is None:
        return {}
    origin = _object(block, "origin")
    if origin.get("store") == "url":
        return {}
    perm_id = origin.get("id")
    if origin.get("store") != "dataset" or not isinstance(perm_id, str) or not is_perm_id(perm_id):
        raise _Bad("origin is not a version")
    return {"origin_notebook": _text(origin, "notebook_id", _ID), "origin_id": perm_id}


def _imported_from(block: Mapping[str, Any]) -> WebOrigin | None:
    if block.get("origin") is None:
        return None
    try:
        return web_origin.from_origin(_object(block, "origin"))
    except ValueError as error:
        raise _Bad(str(error)) from error


def _object(block: Mapping[str, Any], key: str) -> Mapping[str, Any]:
    value = block.get(key)
    if not isinstance(value, Mapping):
        raise _Bad(f"{key} is not an object")
    return value


def _text(block: Mapping[str, Any], key: str, pattern: re.Pattern[str]) -> str:
    value = block.get(key)
    if not isinstance(value, str) or not pattern.fullmatch(value):
        raise _Bad(f"{key} has not the right form")
    return value


def _optional(block: Mapping[str, Any], key: str, pattern: re.Pattern[str]) -> str | None:
    return None if block.get(key) is None else _text(block, key, pattern)


def _name(block: Mapping[str, Any]) -> str:
    name = block.get("name")
    if not isinstance(name, str) or not name.strip() or len(name) > MAX_NAME:
        raise _Bad("name is not a short text")
    if any(unicodedata.category(character)[0] == "C" for character in name):
        raise _Bad("name holds control characters")
    return name


def _identifier(owner: Mapping[str, Any]) -> str:
    text = owner.get("identifier")
    try:
        if isinstance(text, str) and len(text) <= 500 and normalise_identifier(text) == text.upper():
            return text
    except InvalidIdentifier:
        pass  # said below, like every other field
    raise _Bad("owner.identifier is not an identifier")


def _inputs(block: Mapping[str, Any]) -> tuple[str, ...]:
    inputs = block.get("inputs", [])
    if not isinstance(inputs, list) or len(inputs) > MAX_INPUTS:
        raise _Bad("inputs is not a list of permIds")
    if not all(isinstance(item, str) and len(item) <= 100 and is_perm_id(item) for item in inputs):
        raise _Bad("inputs is not a list of permIds")
    return tuple(dict.fromkeys(inputs))
