"""What stands in files of strangers, made fit for an answer (pure).

``provenance.json`` and its like are read by Python's parser, which takes what no JSON is and no UTF-8 holds:
``NaN``, and halves of characters. An answer with either could not be sent, and the notebook not be looked at.
"""

from __future__ import annotations

import json
import math
from collections.abc import Mapping
from typing import Any

__all__ = ["as_json", "as_text", "plain"]

#: Characters of a text and members of a list or object that are shown, where a page shows them.
_LONGEST, _MOST = 5_000, 1_000


def as_json(value: Any) -> bytes:
    """*value* whole, as JSON that everybody reads."""
    return json.dumps(_sound(value, None), ensure_ascii=True, separators=(",", ":")).encode()


def plain(value: Any) -> Any:
    """*value* for a page: sound, and without the end of what is too long to be read."""
    return _sound(value, _MOST)


def as_text(value: Any) -> str:
    """A short text; empty where it is none."""
    return str(plain(value)) if isinstance(value, str) else ""


def _sound(value: Any, most: int | None) -> Any:
    if isinstance(value, str):
        text = value if most is None or len(value) <= _LONGEST else value[:_LONGEST] + " …"
        return text.encode(errors="replace").decode()
    if isinstance(value, float) and not math.isfinite(value):
        return str(value)
    if isinstance(value, Mapping):
        return {_sound(str(name), most): _sound(inner, most) for name, inner in list(value.items())[:most]}
    if isinstance(value, (list, tuple)):
        return [_sound(inner, most) for inner in value[:most]]
    return value
