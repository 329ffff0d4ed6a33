"""``provenance.json``: where a saved version comes from, readable in ten years without our code.

Parents are the inputs handed to the kernel, minus those a person unticked; what was seen being read
is evidence, never a filter (design D10). What a file says of itself proves nothing about who may
write: that is judged by the registrators (design section 2).
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, fields
from typing import Any

from ..errors import InvalidInput
from ..models import WebOrigin

__all__ = ["FILE_NAME", "SCHEMA", "Forked", "Observed", "Provenance", "ResultFile", "is_shallow", "loads"]

#: The file's name in the data set.
FILE_NAME = "provenance.json"
#: Version of the file's form.
SCHEMA = 1

MAX_SIZE = 8 * 2**20  # bytes; 10 000 observed files need about 2 MB
#: Lists and objects in each other. Python's own parser takes 200 brackets, so no parameter has more.
_DEEPEST = 200


@dataclass(frozen=True, slots=True)
class Observed:
    """A file of an input that was seen being opened through us. ``size`` in bytes, ``at`` in UTC."""

    data_set: str
    path: str
    size: int
    crc32: int | None
    at: str


@dataclass(frozen=True, slots=True)
class ResultFile:
    """A file saved beside the notebook. ``size`` in bytes."""

    path: str
    size: int
    sha256: str


@dataclass(frozen=True, slots=True)
class Forked:
    """Where a notebook was copied from: the id, and the version if it is known."""

    notebook_id: str
    checkpoint_id: str | None = None
    author: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Provenance:
    """One saved version. Times are ISO 8601 in UTC; data sets are permIds."""

    save_id: str
    notebook_id: str
    name: str
    saved_at: str
    saved_by: str
    owner: Mapping[str, str]
    """kind, perm_id, identifier."""
    declared: tuple[str, ...] = ()
    """Inputs in the identity block."""
    attached: tuple[str, ...] = ()
    """Inputs handed to the kernel by any of our ways."""
    unticked: tuple[str, ...] = ()
    """Attached, but taken off by the person at the save."""
    observed: tuple[Observed, ...] = ()
    parameters: Mapping[str, Any] = field(default_factory=dict)
    template: Mapping[str, str] | None = None
    """slug, version."""
    content_digest: str = ""
    code_digest: str = ""
    environment: Mapping[str, Any] = field(default_factory=dict)
    started_at: str | None = None
    forked_from: Forked | None = None
    co_authors: tuple[str, ...] = ()
    """Further people whose versions count; names a version that counts can give."""
    takeover: bool = False
    """A space admin declares to carry the notebook on."""
    results: tuple[ResultFile, ...] = ()
    redacted: int = 0
    """How many secrets were removed before saving."""
    based_on: str | None = None
    """The version whose inputs, evidence and environment this one goes on with, when no kernel ran for it:
    restored, renamed, forked or uploaded. Its results are there."""
    imported_from: WebOrigin | None = None
    """Where on the web the notebook came from; every later version says it, too."""
    missing: tuple[str, ...] = ()
    """Inputs of that version that openBIS did not take as parents any more: trashed, deleted, frozen, or not
    visible to who saved."""

    @property
    def parents(self) -> tuple[str, ...]:
        """The parents of the data set (D10): attached, minus unticked and missing, in the order of
        attaching."""
        left = {*self.unticked, *self.missing}
        return tuple(p for p in dict.fromkeys(self.attached) if p not in left)

    @property
    def never_attached(self) -> tuple[str, ...]:
        """Declared inputs that never reached the kernel."""
        return tuple(p for p in dict.fromkeys(self.declared) if p not in self.attached)

    def to_json(self) -> bytes:
        """The file's bytes: sorted keys, so that the same facts give the same bytes."""
        content = {spec.name: getattr(self, spec.name) for spec in fields(self)}
        if self.based_on is None:  # as every save in a kernel has written it
            del content["based_on"], content["missing"]
        if self.imported_from is None:
            del content["imported_from"]
        content |= {"schema": SCHEMA, "parents": self.parents, "never_attached": self.never_attached}
        text = json.dumps(content, indent=2, sort_keys=True, ensure_ascii=False, default=_plain)
        return (text + "\n").encode("utf-8", "backslashreplace")


def loads(data: bytes) -> Provenance:
    """A provenance file; unknown members are left out, so that later versions can add some.

    Raises:
        InvalidInput: not JSON, too large, of another schema, or a member of the wrong type.
    """
    if len(data) > MAX_SIZE:
        raise InvalidInput(f"{FILE_NAME} is larger than {MAX_SIZE // 2**20} MB.")
    try:
        content = json.loads(data)
    except (ValueError, RecursionError) as error:
        raise InvalidInput(f"{FILE_NAME} is not JSON.") from error
    if not isinstance(content, dict) or content.get("schema") != SCHEMA:
        raise InvalidInput(f"{FILE_NAME} has a form that this version does not know.")
    if not is_shallow(content, _DEEPEST + 2):
        raise InvalidInput(f"{FILE_NAME} has lists in lists without end.")
    try:
        return _from_json(content)
    except (TypeError, ValueError, KeyError) as error:
        raise InvalidInput(f"{FILE_NAME} is damaged: {str(error)[:200]}.") from error


def is_shallow(value: Any, deepest: int) -> bool:
    """Whether lists and objects stand in each other at most *deepest* times: who writes them out again goes
    down as far."""
    level = [value]
    for _ in range(deepest + 1):
        level = [inner for outer in level for inner in _inside(outer)]
        if not level:
            return True
    return False


def _inside(value: Any) -> list[Any]:
    held = value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
    return [one for one in held if isinstance(one, (dict, list))]


def _from_json(content: dict[str, Any]) -> Provenance:
    values: dict[str, Any] = {}
    for spec in fields(Provenance):
        if spec.name in content:
            values[spec.name] = _member(spec.name, content[spec.name])
    return Provenance(**values)


def _member(name: str, value: Any) -> Any:
    if name in ("declared", "attached", "unticked", "co_authors", "missing"):
        return tuple(_typed(name, item, str) for item in _typed(name, value, list))
    if name == "observed":
        return tuple(_record(Observed, item) for item in _typed(name, value, list))
    if name == "results":
        return tuple(_record(ResultFile, item) for item in _typed(name, value, list))
    if name == "forked_from":
        return None if value is None else _record(Forked, value)
    if name == "imported_from":
        return None if value is None else _record(WebOrigin, value)
    if name in ("owner", "parameters", "environment") or (name == "template" and value is not None):
        return _typed(name, value, dict)
    if name == "takeover":
        return _typed(name, value, bool)
    if name == "redacted":
        return _typed(name, value, int)
    if name in ("template", "started_at", "based_on") and value is None:
        return None
    return _typed(name, value, str)


def _typed(name: str, value: Any, kind: type) -> Any:
    if not isinstance(value, kind) or (kind is int and isinstance(value, bool)):
        raise TypeError(f"{name} has the wrong type")
    return value


def _record(kind: Any, value: Any) -> Any:
    known = {spec.name for spec in fields(kind)}
    record = kind(**{key: item for key, item in _typed(kind.__name__, value, dict).items() if key in known})
    for spec in fields(kind):
        item = getattr(record, spec.name)
        wanted = int if "int" in str(spec.type) else str
        if item is not None or "None" not in str(spec.type):
            _typed(f"{kind.__name__}.{spec.name}", item, wanted)
    return record


def _plain(value: Any) -> Any:
    if isinstance(value, Mapping):
        return dict(value)
    if isinstance(value, (Observed, ResultFile, Forked, WebOrigin)):
        return asdict(value)
    raise TypeError(f"a value of type {type(value).__name__} is not JSON")
