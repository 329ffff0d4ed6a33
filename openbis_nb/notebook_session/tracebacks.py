"""What a cell shows of a failure: no token (U-12), since it is saved and may be sent to anybody; and a
link where the next step is a log-in (U-01).

Our own errors hold none. Those of other libraries may: ``requests`` names addresses, the data store takes
the token in its address (contract 4.3), and IPython's verbose mode shows the values of variables.
"""

from __future__ import annotations

import functools
import html
from collections.abc import Callable, Sequence
from typing import Any

from ..errors import NotLoggedIn
from ..openbis.secrets import scrub
from .display import show_html

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
        if isinstance(error, NotLoggedIn):
            _offer_log_in(str(error.extra.get("login_url", "")))

    shell._showtraceback = scrubbed


def _offer_log_in(address: str) -> None:
    """The sentence above it names the address; where that is a path, as most hubs know no more, JupyterLab
    would make no link of it."""
    if address.startswith(("https://", "http://", "/")):
        link = f'<a href="{html.escape(address)}" target="_blank">Log in to openBIS</a>'
        show_html(link, "")
