"""JSON-RPC as openBIS speaks it: envelopes, object ids, references (contract 1.2 to 1.5)."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

from .failures import ServerFailure

#: A parsed JSON value. The wire is dynamic; each method checks what it reads.
Json = Any
#: Parameters of methods that are annotated so have this shape when the method runs (see `rpc`):
#: an object or null; a list of objects, for which one object may stand, and null for none (contract 1.2).
Object = dict[str, Any] | None
Objects = list[dict[str, Any]]

CONTENT_TYPE = "application/json-rpc"

_PARSE_ERROR, _INVALID_REQUEST = -32700, -32600
_METHOD_NOT_FOUND, _INVALID_PARAMS = -32601, -32602

#: Keys of fetch options, criteria and updates whose integers are numbers, never references.
_NUMBER_KEYS = frozenset(
    {"@id", "id", "techId", "from", "count", "value", "ordinal", "size", "wishedNumberOfStreams", "shareId"}
)
#: Keys whose value (or list elements) are objects, so an integer there is a reference (contract 1.5).
_OBJECT_KEYS = frozenset({"criteria", "items", "sortings", "order", "sort", "actions", "fieldValue"})


@dataclass(frozen=True)
class Request:
    """One call: ``params`` are positional; references in them are resolved already."""

    method: str
    params: list[Json]
    id: Json
    notification: bool = False


@dataclass(frozen=True)
class Reply:
    """What goes back: HTTP status and body (JSON text that ends with a newline, or empty)."""

    status: int
    body: bytes
    failed: bool = False


class WireFault(Exception):
    """A fault of the JSON-RPC level: the method was not run."""

    def __init__(self, status: int, code: int, message: str, request_id: Json = None) -> None:
        super().__init__(message)
        self.status, self.code, self.request_id = status, code, request_id

    def reply(self) -> Reply:
        """The answer to this fault."""
        error = {"code": self.code, "message": str(self)}
        return Reply(self.status, _line({"jsonrpc": "2.0", "id": self.request_id, "error": error}), True)


def method_not_found(request: Request) -> WireFault:
    """HTTP 404 with -32601."""
    return WireFault(404, _METHOD_NOT_FOUND, "method not found", request.id)


def wrong_parameters(request: Request) -> WireFault:
    """HTTP 500 with -32602: number or shape of the parameters does not fit the method."""
    return WireFault(500, _INVALID_PARAMS, "method parameters invalid", request.id)


def as_object(request: Request, value: Json) -> Object:
    """A parameter that is an object or null. Raises WireFault."""
    if value is not None and not isinstance(value, dict):
        raise wrong_parameters(request)
    return value


def as_objects(request: Request, value: Json) -> Objects:
    """A parameter that is a list of objects; nulls in it are left out. Raises WireFault."""
    items = value if isinstance(value, list) else [value]
    objects = [as_object(request, item) for item in items]
    return [one for one in objects if one is not None]


def parse_request(body: bytes) -> Request:
    """Read a call, whatever its Content-Type was. Raises WireFault."""
    try:
        raw = json.loads(body)
    except ValueError as fault:
        raise WireFault(400, _PARSE_ERROR, "JSON parse error") from fault
    if not isinstance(raw, dict) or not isinstance(raw.get("method"), str):
        raise WireFault(400, _INVALID_REQUEST, "Invalid Request")
    params = raw.get("params") or []
    if not isinstance(params, list):
        raise WireFault(400, _INVALID_REQUEST, "Invalid Request", raw.get("id"))
    resolved = [resolve_references(parameter) for parameter in params]
    return Request(raw["method"], resolved, raw.get("id"), notification="id" not in raw)


def resolve_references(parameter: Json) -> Json:
    """Replace integer references by the objects of the same parameter that carry that ``@id``.

    The result may be cyclic: ``withParentsUsing(self)`` of the JavaScript client makes it so.
    """
    known: dict[int, Json] = {}
    _collect(parameter, known)
    if known:
        _replace(parameter, known, in_objects=isinstance(parameter, list))
    return parameter


def _collect(value: Json, known: dict[int, Json]) -> None:
    if isinstance(value, dict):
        number = value.get("@id")
        if type(number) is int:
            known.setdefault(number, value)
        for item in value.values():
            _collect(item, known)
    elif isinstance(value, list):
        for item in value:
            _collect(item, known)


def _replace(value: Json, known: dict[int, Json], *, in_objects: bool) -> None:
    if isinstance(value, list):
        for position, item in enumerate(value):
            if in_objects and type(item) is int and item in known:
                value[position] = known[item]
            else:
                _replace(item, known, in_objects=in_objects)
    elif isinstance(value, dict):
        is_fetch = ".fetchoptions." in str(value.get("@type", ""))
        for key, item in list(value.items()):
            objects = _holds_objects(key, is_fetch)
            if objects and type(item) is int and item in known:
                value[key] = known[item]
            else:
                _replace(item, known, in_objects=objects)


def _holds_objects(key: str, is_fetch: bool) -> bool:
    if key in _NUMBER_KEYS:
        return False
    return is_fetch or key in _OBJECT_KEYS or key.endswith(("Id", "Ids"))


def success(request: Request, result: Json) -> Reply:
    """The answer to a call that worked; it never has an ``error`` key (contract 1.2)."""
    if request.notification:
        return Reply(200, b"")
    return Reply(200, _line({"jsonrpc": "2.0", "id": request.id, "result": number_objects(result)}))


def failure(request: Request, fault: ServerFailure, *, context: bool) -> Reply:
    """The answer to a call whose method raised: HTTP 200 (contract 1.3)."""
    if request.notification:
        return Reply(200, b"", True)
    message = f"{fault.message} (Context: [])" if context and fault.has_context else fault.message
    data = {"@id": 1, "exceptionTypeName": fault.java_class, "message": message, "stackTrace": ""}
    error = {"code": 0, "message": message, "data": data}
    return Reply(200, _line({"jsonrpc": "2.0", "id": request.id, "error": error}), True)


def number_objects(result: Json) -> Json:
    """A copy in which every object with ``@type`` has its own ``@id``, from 1 (contract 1.4, 1.5)."""
    counter = 0

    def copy(value: Json) -> Json:
        nonlocal counter
        if isinstance(value, dict):
            if "@type" not in value:
                return {key: copy(item) for key, item in value.items()}
            counter += 1
            numbered: dict[str, Json] = {"@type": value["@type"], "@id": counter}
            for key, item in value.items():
                if key not in ("@type", "@id"):
                    numbered[key] = copy(item)
            return numbered
        if isinstance(value, (list, tuple)):
            return [copy(item) for item in value]
        return value

    return copy(result)


def _line(envelope: Json) -> bytes:
    return json.dumps(envelope, ensure_ascii=False).encode() + b"\n"
