"""A connected pybis anywhere: ``o = openbis_nb.connect()`` (U-02)."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from .. import assemble
from ..at_hub.hub import Hub
from ..openbis import blocking
from ..openbis.pybis_face import connect_pybis
from .own_file import current_shell
from .tracebacks import keep_tokens_out_of_tracebacks

if TYPE_CHECKING:
    from pybis import Openbis

__all__ = ["connect"]


def connect(url: str | None = None) -> Openbis:
    """A connected :class:`pybis.Openbis` with the stored session; it never prints a request.

    Args:
        url: Address of openBIS; default: ``OPENBIS_URL``, else the one that a session is stored for.

    Raises:
        NotLoggedIn: no live session: log in at the hub, or with `openbis-nb login`.
        OpenBISUnreachable: no connection.
    """
    shell = current_shell()
    if shell is not None:
        keep_tokens_out_of_tracebacks(shell)
    loaded = assemble.load_settings(url)
    server = assemble.server(loaded)
    account = assemble.account_session(loaded, Hub.from_environment(os.environ))
    blocking.run(account.current())
    return connect_pybis(
        server, account.require_stored, renew=lambda ended: blocking.run(account.renewed(ended))
    )
