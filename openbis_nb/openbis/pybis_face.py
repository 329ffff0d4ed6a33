"""pybis for the scientist: connected, verified, and unable to print a request.

pybis prints the whole request, session token included, on every server error (contract 10.1 #1, O-81),
and that print lands in a cell output that may be saved for everybody to read. Its HTTP errors name the
upload address with the token (#3). Here both are scrubbed, and calls have a time-out, which pybis'
own have not (#30). Everything else is pybis as it is.
"""

from __future__ import annotations

import atexit
import builtins
import functools
import json
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ..errors import CertificateProblem, NotLoggedIn, OpenBISUnreachable
from .connection import Server
from .secrets import Secret, scrub

if TYPE_CHECKING:
    from pybis import Openbis

__all__ = ["connect_pybis"]

# Modules of pybis that print requests or answers (read in 1.37.5).
_PRINTING_MODULES = ("pybis.pybis", "pybis.dataset", "pybis.fast_download")


def connect_pybis(
    server: Server, token: Secret, *, handed_out: Callable[[str], None] | None = None
) -> Openbis:
    """A connected :class:`pybis.Openbis`.

    Args:
        server: Where openBIS is.
        token: A live session token or personal access token.
        handed_out: Called with the permId of each data set whose files pybis downloads (design D10).

    Raises:
        NotLoggedIn: openBIS does not accept the token.
        OpenBISUnreachable: no connection.
    """
    import requests

    try:
        return _quiet_class(server, handed_out)(
            server.url,
            verify_certificates=_merged_bundle(server.ca_bundle) if server.ca_bundle else True,
            token=token.reveal(),
            allow_http_but_do_not_use_this_in_production_and_only_within_safe_networks=(
                server.url.startswith("http://")
            ),
        )
    except requests.exceptions.SSLError as error:
        raise CertificateProblem("The certificate of openBIS could not be verified.") from error
    except requests.exceptions.RequestException as error:
        raise OpenBISUnreachable("openBIS could not be reached.") from error
    except ValueError as error:
        raise NotLoggedIn("The openBIS session is over.", detail=scrub(str(error))) from None


def _quiet_class(server: Server, handed_out: Callable[[str], None] | None) -> type[Openbis]:
    import pybis
    import requests

    _scrub_prints()

    class QuietOpenbis(pybis.Openbis):  # type: ignore[misc]
        """pybis' class with the one method replaced through which every JSON call goes."""

        def _post_request_full_url(self, full_url: str, request: dict[str, Any]) -> Any:
            if request["params"][0] is None:
                raise ValueError("Your session expired, please log in again")
            body = json.dumps({"id": "2", "jsonrpc": "2.0", **request})
            answer = requests.post(
                full_url, body, verify=self.verify_certificates, timeout=server.request_timeout
            )
            if not answer.ok:
                raise ValueError(f"openBIS answered {answer.status_code} {answer.reason}.")
            reply = answer.json()
            if reply.get("error"):
                raise ValueError(scrub(str(reply["error"].get("message"))))
            return reply.get("result")

        def get_dataset(self, permIds: Any, *args: Any, **options: Any) -> Any:
            found = super().get_dataset(permIds, *args, **options)
            if handed_out is not None:
                for data_set in found if isinstance(found, list) else [found]:
                    _report_download(data_set, handed_out)
            return found

    return QuietOpenbis


@functools.cache
def _merged_bundle(site: Path) -> str:
    """A PEM file with the site's CA beside the public ones: requests takes one file, and only that."""
    import certifi

    descriptor, name = tempfile.mkstemp(prefix="openbis-nb-ca-", suffix=".pem")
    with open(descriptor, "wb") as bundle:
        for source in (Path(certifi.where()), site):
            bundle.write(source.read_bytes() + b"\n")
    atexit.register(Path(name).unlink, missing_ok=True)
    return name


def _report_download(data_set: Any, handed_out: Callable[[str], None]) -> None:
    """Make a pybis data set tell when its files are fetched."""
    if not hasattr(data_set, "download"):
        return
    download = data_set.download

    def reporting(*args: Any, **options: Any) -> Any:
        handed_out(str(data_set.permId))
        return download(*args, **options)

    # pybis' own __setattr__ takes every name for a property.
    data_set.__dict__["download"] = reporting


def _scrub_prints() -> None:
    """Give pybis' modules a ``print`` that removes tokens; other modules keep theirs."""
    import importlib

    for name in _PRINTING_MODULES:
        vars(importlib.import_module(name))["print"] = _scrubbed_print


def _scrubbed_print(*values: object, **options: Any) -> None:
    builtins.print(*(scrub(str(value)) for value in values), **options)  # noqa: T201 (pybis prints)
