"""A version as it is published: redacted once more, made harmless, and what is in it said before.

The bytes that :func:`prepared` gives hold three parts, so that what was shown before is what is stored: what
is in them, the page, and each output by itself. The work is done in the limited process (``limited_child``).
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Literal

from .limited_child import MEMORY, TIMEOUT, run

__all__ = ["Prepared", "output_in", "prepared", "unpack"]


@dataclass(frozen=True, slots=True)
class Prepared:
    """What is published of a version.

    Args:
        told: JSON values: ``cells``, ``code_cells``, ``pictures``, ``outputs``, ``redactions``, ``warnings``.
        page: The page, UTF-8.
        outputs: Each output by itself; :func:`output_in` finds one.
    """

    told: dict[str, Any]
    page: bytes
    outputs: bytes


def prepared(
    content: bytes,
    *,
    code: Literal["shown", "left-out"],
    patterns: Sequence[str] = (),
    timeout: float = TIMEOUT,
    memory: int = MEMORY,
) -> bytes:
    """What is published of a notebook, packed; :func:`unpack` takes it apart.

    Blocks; call it in a thread where an event loop runs.

    Args:
        content: The bytes of its file.
        code: ``left-out``: it is in none of the bytes.
        patterns: The site's regular expressions for secrets.
        timeout: In seconds, wall clock.
        memory: Address space of the process, in bytes.

    Raises:
        TooLarge: it took too long or too much memory.
        InvalidNotebook: it cannot be shown at all.
    """
    options = {"code": code, "patterns": list(patterns)}
    return run("publish", [content], options, timeout=timeout, memory=memory)


def unpack(packed: bytes) -> Prepared:
    """What :func:`prepared` made."""
    head, _, rest = packed.partition(b"\n")
    told = json.loads(head)
    size = told.pop("page_size")
    return Prepared(told, rest[:size], rest[size:])


def output_in(outputs: bytes, cell_id: str, index: int) -> str | None:
    """One output as HTML for a page of its own; ``None``: it is not there.

    Args:
        outputs: Of :class:`Prepared`.
        cell_id: Id of its cell.
        index: Its place among the outputs of that cell, from 0.
    """
    head, _, rest = outputs.partition(b"\n")
    for entry in json.loads(head):
        if entry[:2] == [cell_id, index]:
            begin, size = entry[2:]
            return rest[begin : begin + size].decode("utf-8", "replace")
    return None
