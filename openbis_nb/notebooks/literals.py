"""Values as source-code literals: the only way a value enters a code cell (design D7).

The text made here is always one literal on one line, never code, whatever the value holds.
Where a language cannot hold a value (a NUL in an R string, a nested list in bash), it is refused.
"""

from __future__ import annotations

import math
import shlex
import unicodedata
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from ..errors import InvalidParameter

__all__ = ["LANGUAGES", "assignment", "to_literal"]

#: R's integers are 32-bit with the smallest value taken by NA; its doubles are exact up to 2**53.
_R_MAX_INT = 2**31 - 1
_MAX_EXACT = 2**53


def to_literal(value: Any, language: str) -> str:
    """*value* as a literal of *language* (one of :data:`LANGUAGES`).

    Takes ``None``, ``bool``, ``int``, ``float`` (also NaN and infinity), ``str``, sequences and
    mappings with text keys.

    Raises:
        InvalidParameter: the language is unknown, or cannot hold the value.
    """
    try:
        write = _WRITERS[language]
    except KeyError:
        raise InvalidParameter(
            f"Values cannot be written in the language {language!r}.",
            next_step=f"Known are: {', '.join(LANGUAGES)}.",
        ) from None
    return write(value)


def assignment(name: str, value: Any, language: str) -> str:
    """One line of code that gives *name* the value. *name* must be an identifier already checked."""
    sign = {"r": " <- ", "bash": "="}.get(language, " = ")
    return f"{name}{sign}{to_literal(value, language)}"


def _refuse(value: Any, language: str, why: str = "") -> InvalidParameter:
    return InvalidParameter(
        f"A value of type {type(value).__name__} cannot be written in {language}{why and ': ' + why}.",
        next_step="Use a number, a text, true or false, or a list of these.",
    )


def _python(value: Any) -> str:
    # bool before int: True is an int, too.
    if value is None or isinstance(value, bool):
        return repr(value)
    if isinstance(value, int):
        return _integer(value, "python")
    if isinstance(value, float):
        return _special(value, "float('nan')", "float('inf')", "float('-inf')")
    if isinstance(value, str):
        return str.__repr__(value)  # a subclass may have a __repr__ of its own
    if isinstance(value, Mapping):
        return "{" + ", ".join(f"{_python(_key(k, 'python'))}: {_python(v)}" for k, v in value.items()) + "}"
    return "[" + ", ".join(map(_python, _items(value, "python"))) + "]"


def _r(value: Any) -> str:
    if value is None:
        return "NULL"
    if isinstance(value, bool):
        return "TRUE" if value else "FALSE"
    if isinstance(value, int):
        if abs(value) > _MAX_EXACT:
            raise _refuse(value, "R", "whole numbers beyond 2^53 are not exact there")
        return int.__repr__(value) + ("L" if abs(value) <= _R_MAX_INT else "")
    if isinstance(value, float):
        return _special(value, "NaN", "Inf", "-Inf")
    if isinstance(value, str):
        return _quoted(value, "R", lambda c: f"\\u{{{ord(c):x}}}")
    if isinstance(value, Mapping):
        return "list(" + ", ".join(f"{_r(_key(k, 'R'))} = {_r(v)}" for k, v in value.items()) + ")"
    items = _items(value, "R")
    kinds = {bool if isinstance(i, bool) else str if isinstance(i, str) else type(i) for i in items}
    vector = kinds in ({bool}, {str}) or (kinds and kinds <= {int, float})
    return ("c(" if vector else "list(") + ", ".join(map(_r, items)) + ")"


def _julia(value: Any) -> str:
    if value is None:
        return "nothing"
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int):
        return _integer(value, "julia")
    if isinstance(value, float):
        return _special(value, "NaN", "Inf", "-Inf")
    if isinstance(value, str):
        return _quoted(value, "julia", lambda c: f"\\U{ord(c):08x}", also="$")
    if isinstance(value, Mapping):
        return (
            "Dict(" + ", ".join(f"{_julia(_key(k, 'julia'))} => {_julia(v)}" for k, v in value.items()) + ")"
        )
    return "[" + ", ".join(map(_julia, _items(value, "julia"))) + "]"


def _bash(value: Any) -> str:
    if not isinstance(value, (str, bool, int, float, type(None), bytes, Mapping)):
        items = _items(value, "bash")
        if not all(isinstance(item, (str, bool, int, float)) for item in items):
            raise _refuse(value, "bash", "arrays hold plain values only")
        return "(" + " ".join(map(_bash, items)) + ")"
    if value is None:
        return "''"
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int):
        return _integer(value, "bash")
    if isinstance(value, float):
        return _special(value, "nan", "inf", "-inf")
    if not isinstance(value, str) or "\0" in value or _has_surrogates(value):
        raise _refuse(value, "bash")
    value = str.__str__(value)
    if all(map(_harmless, value)):
        return shlex.quote(value)
    # ANSI-C quoting, byte by byte: the one form that holds line breaks and control characters.
    return "$'" + "".join(_bash_byte(byte) for byte in value.encode()) + "'"


def _bash_byte(byte: int) -> str:
    plain = 0x20 <= byte < 0x7F and byte not in b"'\\"
    return chr(byte) if plain else f"\\{byte:03o}"


def _integer(value: int, language: str) -> str:
    if value.bit_length() > 10_000:  # Python itself refuses to write more than 4300 digits
        raise _refuse(value, language, "the number is too long")
    return int.__repr__(value)


def _special(value: float, nan: str, positive: str, negative: str) -> str:
    if math.isfinite(value):
        return float.__repr__(value)
    if math.isnan(value):
        return nan
    return positive if value > 0 else negative


def _quoted(text: str, language: str, escape: Callable[[str], str], also: str = "") -> str:
    if _has_surrogates(text) or (language == "R" and "\0" in text):
        raise _refuse(text, language, "a character that its strings cannot hold")
    return '"' + "".join(
        f"\\{c}" if c in '"\\' + also else c if _harmless(c) else escape(c) for c in str.__str__(text)
    ) + '"'  # fmt: skip


def _harmless(character: str) -> bool:
    """Printable, and neither a line break nor a character that turns the direction of reading."""
    return character == " " or unicodedata.category(character)[0] not in "CZ"


def _has_surrogates(text: str) -> bool:
    return any(0xD800 <= ord(c) <= 0xDFFF for c in text)


def _key(key: Any, language: str) -> str:
    if not isinstance(key, str) or (language == "R" and not key):
        raise _refuse(key, language, "names must be text")
    return key


def _items(value: Any, language: str) -> list[Any]:
    if isinstance(value, (bytes, bytearray, str)) or not isinstance(value, Sequence):
        raise _refuse(value, language)
    return list(value)


_WRITERS: dict[str, Callable[[Any], str]] = {"python": _python, "r": _r, "julia": _julia, "bash": _bash}

#: Languages that values can be written in.
LANGUAGES = tuple(_WRITERS)
