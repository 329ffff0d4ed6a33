"""Today's ``jupyter-openbis-integration-service`` in an environment of its own, below ``.cache``.

It is started as its users start it, with its address and openBIS'. Two things differ, and neither slows
it: it listens on the loopback only (it knows no setting for that), and the folder of the notebooks is an
absolute path below the benchmark's own (it takes it), so that nobody's home is written to. Its people are
accounts of the system, so all launches are by sessions of the account that runs the benchmark; with root
it could be any. Its package forgets to name pybis and click, which it imports.
"""

from __future__ import annotations

import itertools
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from .burst import Request
from .openbis import OpenBIS
from .processes import ROOT, free_port, plain_environment, running, until_it_listens

__all__ = ["Incumbent", "incumbent"]

VERSION = "0.2.12"
_PACKAGES = (f"jupyter-openbis-integration-service=={VERSION}", "pybis", "click")
_FOLDER = ROOT / ".cache" / f"integration-service-{VERSION}"
_START = """
import tornado.web
listen = tornado.web.Application.listen
tornado.web.Application.listen = lambda app, port, **more: listen(app, port, address="127.0.0.1", **more)
from jupyter_openbis_integration_service.server import start_server
start_server()
"""


class Incumbent:
    """The running service."""

    def __init__(self, pid: int, port: int, folder: Path, openbis: OpenBIS) -> None:
        self.pid = pid
        self._url, self._folder, self._openbis = f"http://127.0.0.1:{port}/", folder, openbis

    def by_the_eln(self, notebook: str) -> Callable[[int], list[list[Request]]]:
        """Makes so many launches, each with another session and another file, as the ELN sends them."""
        rounds = itertools.count()

        def launches(count: int) -> list[list[Request]]:
            folder = f"{self._folder}-{next(rounds)}"
            return [
                as_the_eln(self._url, token, folder, f"launch {number}.ipynb", notebook)
                for number, token in enumerate(self._openbis.account_sessions[:count])
            ]

        return launches


def as_the_eln(
    url: str, token: str, folder: str, name: str, notebook: str, origin: str = ""
) -> list[Request]:
    """The two requests of one launch (contract 8.4), spaces encoded as a browser does."""
    headers = {"Content-Type": "application/x-www-form-urlencoded; charset=UTF-8"}
    if origin:
        headers["Origin"] = origin
    where = f"{url}?token={token}&folder={folder}&filename={name.replace(' ', '%20')}"
    return [
        Request(f"{where}&test=True", "TEST", headers),
        Request(f"{where}&test=False", notebook, headers),
    ]


@contextmanager
def incumbent(openbis: OpenBIS, folder: Path) -> Iterator[Incumbent]:
    """Install it if need be, and start it."""
    python = _installed()
    folder.mkdir()
    port, log = free_port(), folder / "service.log"
    command = [str(python), "-c", _START, "--port", str(port), "--openbis", openbis.url]
    with running(command, log, plain_environment(folder)) as process:
        until_it_listens(process, port, log)
        yield Incumbent(process.pid, port, folder / "notebooks", openbis)


def _installed() -> Path:
    python = _FOLDER / "bin" / "python"
    stamp = _FOLDER / ".complete"
    if not stamp.exists():
        uv = _uv()
        subprocess.run(
            [uv, "venv", "--quiet", "--clear", "--python", sys.executable, str(_FOLDER)], check=True
        )
        # The same releases of what both need (tornado, requests, pybis) as ours.
        options = ["--quiet", "--compile-bytecode", "--constraints", str(ROOT / "constraints.txt")]
        subprocess.run([uv, "pip", "install", *options, "--python", str(python), *_PACKAGES], check=True)
        stamp.touch()
    return python


def _uv() -> str:
    for candidate in ("uv", ROOT / ".tools/bin/uv", ROOT / ".tools/venv/bin/uv"):
        if found := shutil.which(str(candidate)):
            return found
    raise SystemExit("The benchmark installs today's service by uv: put uv on the PATH (`pip install uv`).")
