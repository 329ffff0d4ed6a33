"""The front end of this kernel: asked by comm to save the document, waited for over HTTP (design D12 a).

A synchronous cell never gets the reply of a comm. So the cell makes a nonce, sends it by comm with the wish
that the document be saved, and waits at the person's own server, where the front end leaves its answer.
"""

from __future__ import annotations

import http.client
import json
import os
import re
import secrets
import ssl
import sys
import time
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import quote, urlencode, urlsplit

from ..errors import NotSavedYet
from ..own_server import ServerAddress

__all__ = ["TARGET", "FrontEnd", "SavedFile"]

#: Name under which front ends listen for comms.
TARGET = "openbis_nb"
_API = "openbis/api/v1"
#: Seconds that one request waits at the server, and that a server may take to answer besides.
_WAIT, _PATIENCE = 10.0, 10.0
_KERNEL = re.compile(r"kernel-([0-9A-Za-z_-]{1,64})\.json")


@dataclass(frozen=True, slots=True)
class SavedFile:
    """What a front end has saved: the file, and the SHA-256 that it has for it, hexadecimal."""

    path: Path
    sha256: str


class _NoAnswer(Exception):
    """The server cannot be asked."""


class FrontEnd:
    """The front end that shows this kernel's notebook.

    Args:
        server: The Jupyter server that runs the kernel.
        kernel: Id of the kernel.
    """

    def __init__(self, server: ServerAddress, kernel: str) -> None:
        self._server, self._kernel = server, kernel
        self._comm: Any = None

    @classmethod
    def of_this_kernel(cls, env: Mapping[str, str]) -> FrontEnd | None:
        """The front end that has said that it is there; ``None`` where none has, or nobody can be asked."""
        server, kernel = ServerAddress.from_environment(env), _own_kernel()
        if server is None or kernel is None:
            return None
        front_end = cls(server, kernel)
        return front_end if front_end._is_there() else None

    def save(self, seconds: float) -> SavedFile | None:
        """Have the document saved, and wait for that; Ctrl-C ends the waiting.

        Args:
            seconds: How long to wait at most.

        Returns:
            What was saved; ``None`` if no answer came.

        Raises:
            NotSavedYet: the front end could not save it.
        """
        nonce = secrets.token_urlsafe(32)
        self._open({"nonce": nonce, "kernel": self._kernel, "want": "save"})
        answer = self._wait(f"save-answers/{nonce}", seconds)
        if answer is None:
            return None
        if answer.get("error"):
            raise NotSavedYet(f"JupyterLab could not save the notebook: {str(answer['error'])[:300]}")
        path, sha256 = answer.get("path"), answer.get("sha256")
        if not isinstance(path, str) or not isinstance(sha256, str):
            return None
        full = (self._server.root / path).resolve()
        if not full.is_relative_to(self._server.root.resolve()):
            raise NotSavedYet("JupyterLab saved the notebook outside of the folder of its server.")
        return SavedFile(full, sha256)

    def tell(self, document: Mapping[str, Any]) -> None:
        """Say how it ended: the front end writes the identity block into the shared document."""
        if self._comm is not None:
            self._comm.send(dict(document))
            self._comm.close()
            self._comm = None

    def _open(self, data: dict[str, Any]) -> None:
        from comm import create_comm

        if self._comm is not None:
            self._comm.close()
        self._comm = create_comm(target_name=TARGET, data=data)

    def _is_there(self) -> bool:
        try:
            found = self._get("state", {"kernel": self._kernel}, _PATIENCE)
        except _NoAnswer:
            return False
        return found is not None and found.get("front_end") is True

    def _wait(self, where: str, seconds: float) -> dict[str, Any] | None:
        end = time.monotonic() + seconds
        while (left := end - time.monotonic()) > 0:
            wait = min(left, _WAIT)
            try:
                answer = self._get(where, {"wait": f"{wait:.2f}"}, wait + _PATIENCE)
            except _NoAnswer:
                return None
            if answer is not None:
                return answer
        return None

    def _get(self, where: str, query: Mapping[str, str], timeout: float) -> dict[str, Any] | None:
        """A JSON object; ``None``: there is none yet.

        Raises:
            _NoAnswer: the server is away, or says something else.
        """
        parts = urlsplit(self._server.url)
        path = f"{parts.path}{_API}/{quote(where)}?{urlencode(query)}"
        connection = _connection(parts.hostname or "", parts.port or 0, self._server.certificate, timeout)
        try:
            connection.request("GET", path, headers={"Authorization": self._server.authorization})
            answer = connection.getresponse()
            content = answer.read()
            if answer.status == 204:
                return None
            found = json.loads(content) if answer.status == 200 else None
        except (OSError, http.client.HTTPException, ValueError) as error:
            raise _NoAnswer from error
        finally:
            connection.close()
        if not isinstance(found, dict):
            raise _NoAnswer
        return found


def _connection(host: str, port: int, certificate: Path | None, timeout: float) -> http.client.HTTPConnection:
    """Straight to the server: never through a proxy, and to nobody who shows another certificate."""
    if certificate is None:
        return http.client.HTTPConnection(host, port, timeout=timeout)
    context = ssl.create_default_context(cafile=str(certificate))
    context.check_hostname = False  # it is made for the public name; this very certificate is asked for
    context.verify_flags |= ssl.VERIFY_X509_PARTIAL_CHAIN
    return http.client.HTTPSConnection(host, port, timeout=timeout, context=context)


def _own_kernel() -> str | None:
    """The id that the server gave this kernel, by the name of its connection file."""
    if "ipykernel" not in sys.modules:
        return None
    from ipykernel.connect import get_connection_file

    try:
        found = _KERNEL.fullmatch(os.path.basename(get_connection_file()))
    except RuntimeError:  # no kernel runs in this process
        return None
    return found[1] if found else None
