"""The way for this server's own kernels: a key in a file, good for what a saving cell asks (design D12 a)."""

from __future__ import annotations

import os
import uuid
from pathlib import Path

from jupyter_server.serverapp import ServerApp

from ..openbis.secrets import Secret
from ..own_server import VARIABLE, ServerAddress, fits, make_key

__all__ = ["KernelDoor"]

#: Addresses by which a server listens everywhere.
_EVERYWHERE = {"": "127.0.0.1", "*": "127.0.0.1", "0.0.0.0": "127.0.0.1", "::": "::1"}  # noqa: S104


class KernelDoor:
    """The key of this run of the server, and the file that tells it to kernels."""

    def __init__(self) -> None:
        self._key: Secret = make_key()
        self._file: Path | None = None

    def opens_to(self, authorization: str) -> bool:
        """Whether a request with this header comes from a kernel of this server."""
        return fits(authorization, self._key)

    def open(self, app: ServerApp, root: Path) -> None:
        """Tell kernels and terminals that begin from now on where the server is: it listens by now.

        A server behind a UNIX socket has no address; its kernels compare the file on disk instead.

        Raises:
            OSError: the file cannot be written.
        """
        if app.sock:
            return
        host = _EVERYWHERE.get(app.ip, app.ip)
        host = f"[{host}]" if ":" in host else host
        scheme = "https" if app.certfile else "http"
        certificate = Path(app.certfile).absolute() if app.certfile else None
        url = f"{scheme}://{host}:{app.port}{app.base_url}"
        # Beside the connection files of kernels, which hold keys, too.
        file = Path(app.runtime_dir) / f"openbis-nb-{uuid.uuid4().hex}.json"
        ServerAddress(url, root, self._key, certificate).write(file)
        self._file = file
        os.environ[VARIABLE] = str(file)

    def close(self) -> None:
        """The server ends."""
        if self._file is not None:
            self._file.unlink(missing_ok=True)
