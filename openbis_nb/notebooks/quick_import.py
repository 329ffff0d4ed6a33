"""Importing nbformat in a quarter of the time.

nbformat imports jsonschema, and that, where Jupyter Server brought ``rfc3987_syntax`` along, builds 38
parsers for addresses with foreign letters: a second of CPU or more, in every kernel and command, for a
check that no notebook schema asks for. jsonschema copes with its absence; so it is absent while nbformat
is imported.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager

__all__ = ["without_address_parsers"]

_SLOW = "rfc3987_syntax"


@contextmanager
def without_address_parsers() -> Iterator[None]:
    """Within this, jsonschema finds no ``rfc3987_syntax``, unless somebody has imported it before."""
    if _SLOW in sys.modules:
        yield
        return
    sys.modules[_SLOW] = None  # type: ignore[assignment]  # the import system's own word for "not there"
    try:
        yield
    finally:
        del sys.modules[_SLOW]
