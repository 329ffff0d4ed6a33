"""What a program wrote while a cell ran: one text, however often its buffer was emptied."""

from __future__ import annotations

import copy
from collections.abc import Sequence
from typing import Any

__all__ = ["join_text", "joined_streams"]


def join_text(value: Any) -> str:
    """nbformat's multi-line strings: a text, or a list of its lines."""
    return "".join(map(str, value)) if isinstance(value, list) else str(value or "")


def joined_streams(outputs: Sequence[Any]) -> list[Any]:
    """Copies of *outputs*, with neighbouring pieces of the same stream as one."""
    joined: list[Any] = []
    for output in map(copy.copy, outputs):
        last = joined[-1] if joined else {}
        if output.get("output_type") == "stream":
            output["text"] = join_text(output.get("text"))
            if last.get("output_type") == "stream" and last.get("name") == output.get("name"):
                last["text"] += output["text"]
                continue
        joined.append(output)
    return joined
