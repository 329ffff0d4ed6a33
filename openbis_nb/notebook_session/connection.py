"""A connected pybis anywhere: ``o = openbis_nb.connect()`` (U-02)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from .. import assemble, credentials
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
        NotLoggedIn: no live session: `openbis-nb login`.
        OpenBISUnreachable: no connection.
    """
    shell = current_shell()
    if shell is not None:
        keep_tokens_out_of_tracebacks(shell)
    loaded = assemble.load_settings(url)
    server = assemble.server(loaded)
    return connect_pybis(server, lambda: credentials.require_token(server.url, loaded.state_dir))
