"""Parameters of a template: their definition, and the check of a value against it."""

from __future__ import annotations

import json
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from ..errors import InvalidParameter

__all__ = ["TYPES", "Parameter", "ParameterType", "check_value", "check_values", "parse_text"]

ParameterType = Literal["int", "float", "str", "bool", "list", "choice"]
TYPES: tuple[ParameterType, ...] = ("int", "float", "str", "bool", "list", "choice")

_MAX_TEXT = 10_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Parameter:
    """One value that a person may set before the notebook is made.

    ``minimum`` and ``maximum`` are inclusive: limits of a number, or of the length of a text or
    list. ``unit`` is for people (``"h"``); values are never converted.
    """

    name: str
    type: ParameterType
    default: Any
    unit: str = ""
    minimum: float | None = None
    maximum: float | None = None
    choices: tuple[Any, ...] = ()
    help: str = ""

    @property
    def limits(self) -> str:
        """The limits as a person reads them, e.g. ``0.5 to 12 h``; empty when there are none."""
        if self.choices:
            return "one of " + ", ".join(map(str, self.choices))
        low, high = self.minimum, self.maximum
        if low is None and high is None:
            return ""
        text = f"{low:g} to {high:g}" if None not in (low, high) else ""
        text = text or (f"at least {low:g}" if low is not None else f"at most {high:g}")
        unit = {"str": "characters", "list": "items"}.get(self.type, self.unit)
        return f"{text} {unit}".rstrip()


def check_value(parameter: Parameter, value: Any) -> Any:
    """*value*, if the parameter may have it (an ``int`` for a ``float`` becomes one).

    Raises:
        InvalidParameter: wrong type or out of limits; names parameter, limit and unit.
    """
    fits, value = _fit(parameter, value)
    if not fits:
        raise _invalid(parameter, f"must be {_TYPE_NAMES[parameter.type]}, not {_shown(value)}")
    if parameter.choices and value not in parameter.choices:
        raise _invalid(parameter, f"must be {parameter.limits}, not {_shown(value)}")
    measured = len(value) if isinstance(value, (str, list)) else value
    if not isinstance(measured, bool) and isinstance(measured, (int, float)):
        below = parameter.minimum is not None and measured < parameter.minimum
        above = parameter.maximum is not None and measured > parameter.maximum
        if below or above:
            raise _invalid(parameter, f"must be {parameter.limits}, not {_shown(measured)}")
    return value


def check_values(parameters: Sequence[Parameter], values: Mapping[str, Any]) -> dict[str, Any]:
    """Every parameter with its given or default value, in the template's order.

    Raises:
        InvalidParameter: an unknown name, a wrong type, or out of limits.
    """
    known = {parameter.name: parameter for parameter in parameters}
    for name in values:
        if name not in known:
            raise InvalidParameter(
                f"The template has no parameter {name[:60]!r}; it has: {', '.join(known) or 'none'}.",
                extra={"parameter": name[:60]},
            )
    return {name: check_value(p, values.get(name, p.default)) for name, p in known.items()}


def parse_text(parameter: Parameter, text: str) -> Any:
    """A value from what a person types (``--set window=2.5``): lists as JSON or ``a,b,c``.

    Raises:
        InvalidParameter: it does not fit the parameter.
    """
    return check_value(parameter, _from_text(parameter, text.strip() if parameter.type != "str" else text))


_TYPE_NAMES: dict[ParameterType, str] = {
    "int": "a whole number",
    "float": "a number",
    "str": "a text",
    "bool": "true or false",
    "list": "a list of plain values",
    "choice": "one of the choices",
}


def _fit(parameter: Parameter, value: Any) -> tuple[bool, Any]:
    number = isinstance(value, (int, float)) and not isinstance(value, bool)
    match parameter.type:
        case "bool":
            return isinstance(value, bool), value
        case "int":
            return number and isinstance(value, int), value
        case "float":
            if number and math.isfinite(value):
                return True, float(value)
            return False, value
        case "str":
            return isinstance(value, str) and len(value) <= _MAX_TEXT, value
        case "list":
            plain = isinstance(value, (list, tuple)) and all(_is_plain(item) for item in value)
            return plain, list(value) if plain else value
        case "choice":
            # 1 == True == 1.0 in Python, but they are different choices.
            return any(type(value) is type(choice) and value == choice for choice in parameter.choices), value


def _is_plain(value: Any) -> bool:
    return isinstance(value, (str, bool, int)) or (isinstance(value, float) and math.isfinite(value))


def _from_text(parameter: Parameter, text: str) -> Any:
    try:
        match parameter.type:
            case "int":
                return int(text)
            case "float":
                return float(text)
            case "bool":
                return {"true": True, "yes": True, "1": True, "false": False, "no": False, "0": False}[
                    text.lower()
                ]
            case "list":
                return json.loads(text) if text.startswith("[") else [p.strip() for p in text.split(",") if p]
            case "choice":
                return next(choice for choice in parameter.choices if str(choice) == text)
    except (ValueError, KeyError, StopIteration, RecursionError):
        pass  # check_value() names what is wrong with the text itself
    return text


def _shown(value: Any) -> str:
    text = repr(value)
    return text if len(text) <= 60 else text[:57] + "…"


def _invalid(parameter: Parameter, what: str) -> InvalidParameter:
    extra = {"parameter": parameter.name, "limits": parameter.limits, "unit": parameter.unit}
    return InvalidParameter(f"The parameter {parameter.name!r} {what}.", extra=extra)
