"""pybis for the scientist: connected, verified, unable to print a request, and heard when it downloads.

Everything else is pybis as it is. Its printing and its HTTP are kept quiet in :mod:`pybis_quiet`.
"""

from __future__ import annotations

import functools
import json
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from ..errors import CertificateProblem, NotLoggedIn, OpenBISUnreachable
from .connection import Server
from .failures import from_server_text
from .secrets import Secret, scrub
from .tls import merged_bundle

if TYPE_CHECKING:
    from pybis import Openbis

__all__ = ["connect_pybis"]

#: Gives another session than the one that openBIS has just refused, or ``None``.
Renewed = Callable[[Secret], Secret | None]
#: Told the permId of a data set whose files pybis downloads.
HandedOut = Callable[[str], None]


def connect_pybis(
    server: Server,
    token: Callable[[], Secret],
    *,
    renew: Renewed | None = None,
    handed_out: HandedOut | None = None,
) -> Openbis:
    """A connected :class:`pybis.Openbis`.

    Args:
        server: Where openBIS is.
        token: Gives the session or personal access token that is good now; asked at each use, so that a
            newer log-in reaches an object that a cell holds already (U-01). A log-in through the object
            itself counts for that object from then on.
        renew: Asked when openBIS says that the session is over; the call is then made once more.
        handed_out: Told each data set whose files are downloaded (design D10).

    Raises:
        NotLoggedIn: openBIS does not accept the token.
        OpenBISUnreachable: no connection.
    """
    first = token()
    try:
        openbis = _connected(server, first)
    except NotLoggedIn:
        renewed = renew(first) if renew is not None else None
        if renewed is None:
            raise
        openbis = _connected(server, renewed)
    # pybis' own __setattr__ knows properties only.
    openbis.__dict__.update(
        _patience=server.request_timeout, _current=token, _renew=renew, _handed_out=handed_out
    )
    return openbis


def _connected(server: Server, token: Secret) -> Openbis:
    import requests

    try:
        openbis: Openbis = _openbis_class()(
            server.url,
            verify_certificates=merged_bundle(server.ca_bundle) if server.ca_bundle else True,
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
    return openbis


class _SessionOver(ValueError):
    """What pybis' callers expect, told apart."""


@functools.cache
def _openbis_class() -> type[Openbis]:
    """pybis' class with the two methods replaced through which every token and every JSON call go."""
    import pybis
    import requests

    from .pybis_quiet import quieten

    quieten()
    _hear_downloads()

    class QuietOpenbis(pybis.Openbis):  # type: ignore[misc]
        """pybis, quiet."""

        @property
        def token(self) -> str | None:
            """The token that is good now."""
            current: Callable[[], Secret] | None = self.__dict__.get("_current")
            own: str | None = self.__dict__.get("token")
            return current().reveal() if current is not None else own

        @token.setter
        def token(self, token: str | None) -> None:
            self.set_token(token)

        def set_token(self, token: Any, save_token: bool = False) -> None:
            super().set_token(token, save_token)
            # The person has chosen another one for this object.
            self.__dict__.update(_current=None, _renew=None)

        def _post_request_full_url(self, full_url: str, request: dict[str, Any]) -> Any:
            token, *others = request["params"]
            if token is None:
                raise ValueError("Your session expired, please log in again")
            try:
                return self._post_once(full_url, request)
            except _SessionOver:
                renew: Renewed | None = self.__dict__.get("_renew")
                renewed = renew(Secret(token)) if renew is not None else None
                if renewed is None:
                    raise
            return self._post_once(full_url, {**request, "params": [renewed.reveal(), *others]})

        def _post_once(self, full_url: str, request: dict[str, Any]) -> Any:
            body = json.dumps({"id": "2", "jsonrpc": "2.0", **request})
            timeout = self.__dict__.get("_patience", 60.0)
            answer = requests.post(full_url, body, verify=self.verify_certificates, timeout=timeout)
            if not answer.ok:
                raise ValueError(f"openBIS answered {answer.status_code} {answer.reason}.")
            reply = answer.json()
            if reply.get("error"):
                message = str(reply["error"].get("message"))
                over = isinstance(from_server_text(message), NotLoggedIn)
                raise (_SessionOver if over else ValueError)(scrub(message))
            return reply.get("result")

    return QuietOpenbis


def _hear_downloads() -> None:
    """Have pybis' data sets tell their ``Openbis`` when files are fetched; a plain one is not told."""
    from pybis.dataset import DataSet

    download = DataSet.download

    @functools.wraps(download)
    def reporting(self: Any, *args: Any, **options: Any) -> Any:
        handed_out: HandedOut | None = self.openbis.__dict__.get("_handed_out")
        if handed_out is not None:
            handed_out(str(self.permId))
        return download(self, *args, **options)

    DataSet.download = reporting
