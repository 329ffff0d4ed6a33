"""What pybis' modules are given in place of ``print`` and ``requests``, so that no token gets out of them.

pybis prints whole requests, session token included, on server errors (contract 10.1 #1, O-81); its HTTP
errors name upload and download addresses with the token in them (#3); and it waits without an end (#30).
The HTTP library below it logs those addresses, retries even as warnings.
"""

from __future__ import annotations

import builtins
import importlib
import types
from typing import Any

import requests

from .secrets import scrub, scrub_loggers

__all__ = ["quieten"]

# Modules of pybis that print or speak HTTP themselves (read in 1.37.5).
_MODULES = ("pybis.pybis", "pybis.dataset", "pybis.data_set", "pybis.fast_download")
#: Longest wait for a connection, and longest silence on it, in seconds, where pybis says none.
_PATIENCE = (20.0, 300.0)


def quieten() -> None:
    """Give pybis' modules a ``print`` and a ``requests`` of ours; other modules keep theirs."""
    scrub_loggers("urllib3.connectionpool", "urllib3.util.retry")
    for name in _MODULES:
        names = vars(importlib.import_module(name))
        names["print"] = _print
        for ours, known_as in ((_requests(), "requests"), (QuietSession, "Session")):
            if known_as in names:
                names[known_as] = ours


class QuietSession(requests.Session):
    """A session whose answers and errors name no address with a token."""

    def request(self, *args: Any, **options: Any) -> requests.Response:
        options.setdefault("timeout", None)
        options["timeout"] = options["timeout"] or _PATIENCE
        try:
            response = super().request(*args, **options)
        except requests.RequestException as error:
            # Without the original, which holds the address, in its chain.
            raise type(error)(scrub(str(error))) from None
        response.url = scrub(response.url)  # raise_for_status() puts it into its error
        return response


def _request(method: str, url: str, **options: Any) -> requests.Response:
    with QuietSession() as session:
        return session.request(method, url, **options)


def _requests() -> types.ModuleType:
    """The module ``requests`` as far as pybis uses it, with our session."""
    quiet = types.ModuleType("requests")
    vars(quiet).update({name: value for name, value in vars(requests).items() if not name.startswith("__")})
    quiet.Session = QuietSession  # type: ignore[attr-defined]
    quiet.get = lambda url, **options: _request("GET", url, **options)  # type: ignore[attr-defined]
    quiet.post = lambda url, data=None, **options: _request("POST", url, data=data, **options)  # type: ignore[attr-defined]
    return quiet


def _print(*values: object, **options: Any) -> None:
    builtins.print(*(scrub(str(value)) for value in values), **options)  # noqa: T201 (pybis prints)
