"""No token in the traceback of a cell (U-12): what a cell shows is saved, and may be sent to anybody.

Our own errors hold none. Those of other libraries may: ``requests`` names addresses, the data store takes
the token in its address (contract 4.3), and IPython's verbose mode shows the values of variables.
"""

from __future__ import annotations

import functools
from collections.abc import Callable, Sequence
from typing import Any

from ..openbis.secrets import scrub

__all__ = ["keep_tokens_out_of_tracebacks"]


def keep_tokens_out_of_tracebacks(shell: Any) -> None:
    """Have IPython's *shell* show tracebacks scrubbed; the second time nothing changes."""
    show: Callable[[type, BaseException, Sequence[str]], None] = shell._showtraceback
    if hasattr(show, "__wrapped__"):
        return

    @functools.wraps(show)
    def scrubbed(kind: type, error: BaseException, lines: Sequence[str]) -> None:
        text = str(error)
        # A stand-in, since changing the error itself would change what `except` gets to see.
        shown = error if scrub(text) == text else Exception(scrub(text))
        show(kind, shown, [scrub(line) for line in lines])

    shell._showtraceback = scrubbed
