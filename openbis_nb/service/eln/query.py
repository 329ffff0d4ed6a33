"""The query of the ELN's call: hidden before anything can log it, and read as the ELN writes it (pure).

The ELN puts the session into the address, and encodes nothing itself (contract 8.4): a browser escapes
blanks and letters beyond ASCII, but ``&``, ``+`` and ``%`` of a name arrive as they are. What it sends in a
fixed order can be taken apart nevertheless. A ``#`` cannot: the browser keeps what follows to itself.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from urllib.parse import parse_qs, unquote

from starlette.types import ASGIApp, Receive, Scope, Send

from ...errors import InvalidInput
from ...openbis.secrets import Secret

__all__ = ["HIDDEN", "Call", "HiddenQuery", "read_call"]

#: Key in the request's state under which the hidden query stands, a :class:`Secret`.
HIDDEN = "hidden_query"

_AS_THE_ELN = re.compile(
    r"token=(?P<token>[^&]*)&folder=(?P<folder>.*)&filename=(?P<filename>.*)&test=(?P<test>[^&]*)", re.DOTALL
)
_NAMES = ("token", "folder", "filename", "test")
_HASH = "Names with # cannot be sent by the ELN: use another directory and notebook name."


@dataclass(frozen=True, slots=True)
class Call:
    """A call of the ELN. ``dry``: it only asks for the name (``test=True``)."""

    token: Secret
    folder: str
    file_name: str
    dry: bool


class HiddenQuery:
    """The middleware around all others: the query of one path leaves the request.

    Args:
        app: What answers.
        path: Of the ELN's calls.
    """

    def __init__(self, app: ASGIApp, path: str) -> None:
        self._app, self._path = app, path

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on."""
        if scope["type"] == "http" and scope["path"].rstrip("/") == self._path:
            scope.setdefault("state", {})[HIDDEN] = Secret(scope["query_string"].decode("latin-1"))
            scope["query_string"] = b""
        await self._app(scope, receive, send)


def read_call(query: Secret, *, browser: bool) -> Call:
    """The call that a query makes.

    Args:
        query: As it came.
        browser: From a page, thus written by the ELN, where ``+`` is a plus; a script encodes as forms do.

    Raises:
        InvalidInput: an argument is missing, or cannot be read. The message quotes nothing.
    """
    text = query.reveal()
    found = _AS_THE_ELN.fullmatch(text) if browser else None
    try:
        if found is not None:
            values = {name: unquote(value, errors="strict") for name, value in found.groupdict().items()}
        else:
            values = _of_a_form(text)
    except UnicodeDecodeError as error:
        raise InvalidInput("The call is not UTF-8.", next_step="Send names in UTF-8.") from error
    missing = [name for name in _NAMES if name not in values]
    if missing:
        raise InvalidInput(f"The call has no {' and no '.join(missing)}.", next_step=_HASH)
    if values["test"] not in ("True", "False"):
        raise InvalidInput("`test` is neither True nor False.", next_step=_HASH)
    return Call(Secret(values["token"]), values["folder"], values["filename"], values["test"] == "True")


def _of_a_form(text: str) -> dict[str, str]:
    try:
        found = parse_qs(text, keep_blank_values=True, errors="strict", max_num_fields=20)
    except UnicodeDecodeError:
        raise
    except ValueError as error:
        raise InvalidInput("The call has too many arguments.", next_step=_HASH) from error
    return {name: values[0] for name, values in found.items() if len(values) == 1}
