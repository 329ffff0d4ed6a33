"""What an unmodified ELN is answered (contract 8.4): the integration service's part, without its holes.

It asks twice, first for the file's name and then with the notebook, and opens the person's own server. It
must be answered at once, so nothing is prepared here: the launch is stored under the openBIS user that the
session belongs to, and made into a notebook when that person's own server fetches it, with the session it
holds then (design D3, D4). ``fileName`` and ``path`` of the answers are provisional; ``path`` is no path of
a machine.
"""

from __future__ import annotations

import asyncio
import hashlib
from dataclasses import dataclass

from starlette.requests import Request

from ...errors import Forbidden, TooLarge
from ...notebook_paths import launch_folder, notebook_file
from ...notebooks import document
from ...openbis.secrets import Secret
from ...origins import origin_of
from ..launches.model import NewLaunch, of_openbis_user
from ..remembered import Remembered
from ..service import Service
from .origins import check_origin
from .query import HIDDEN, read_call

__all__ = ["KIND", "Answer", "Counter"]

#: Kind of the launches of the ELN: the body is the notebook as the ELN posted it.
KIND = "eln"
#: Whose a session is, is asked once for the two calls of the ELN. In seconds.
_REMEMBERED = 10.0
#: Notebooks up to this size are checked without a thread of their own, in bytes.
_SMALL = 256 * 2**10


@dataclass(frozen=True, slots=True)
class Answer:
    """What the ELN reads from a successful answer."""

    file_name: str
    path: str


class Counter:
    """Where the ELN's calls come in.

    Args:
        service: What all requests share.
    """

    def __init__(self, service: Service) -> None:
        self._service = service
        self._users: Remembered[str, str] = Remembered(_REMEMBERED)
        own = origin_of(service.core.link_url or service.core.url)
        self.origins = frozenset(service.settings.eln_origins or {own}) - {""}

    async def answer(self, request: Request) -> Answer:
        """Take one of the ELN's calls.

        Raises:
            Forbidden: an admin has switched this off, or a page of another origin asks.
            InvalidInput: an argument is missing, a name cannot be one, or leads out of the person's files.
            NotLoggedIn: the session is over.
            TooLarge, TooMany, InvalidNotebook: the notebook.
            OpenBISFailure: openBIS could not be asked whose session it is.
        """
        origin = request.headers.get("Origin")
        check_origin(origin, self.origins)
        if not self._service.settings.eln:
            raise Forbidden(
                "Notebooks are not created in this way here.",
                next_step="Use the entry that your institute has put into the menu, or ask the admin.",
            )
        call = read_call(getattr(request.state, HIDDEN), browser=origin is not None)
        folder = "/".join(launch_folder(call.folder))
        file_name = notebook_file(call.file_name)
        user_id = await self._users.get(_hash(call.token), lambda: self._ask(call.token))
        body = await _body(request, self._service.settings.max_body)
        if not call.dry:
            await _check(body, file_name, self._service.settings.max_body)
            owner = of_openbis_user(user_id)
            new = NewLaunch(owner, KIND, directory=folder, file_name=file_name, body=body, options={})
            await self._service.launches.accept(new)
        return Answer(file_name, f"{folder}/{file_name}".lstrip("/"))

    async def _ask(self, token: Secret) -> str:
        return (await self._service.openbis(token).whoami()).user_id


async def _check(body: bytes, file_name: str, max_size: int) -> None:
    """Raises:
    InvalidNotebook: the ELN shows it now; nobody would understand it later.
    """
    if len(body) <= _SMALL:
        document.loads(body, name=file_name, max_size=max_size)
    else:
        await asyncio.to_thread(document.loads, body, name=file_name, max_size=max_size)


async def _body(request: Request, max_size: int) -> bytes:
    """The body, whatever its type is called; not a byte of it is read if it is announced to be too large."""
    announced = request.headers.get("Content-Length", "")
    if announced.isdigit() and int(announced) > max_size:
        raise TooLarge(
            f"The notebook is larger than {max_size / 2**20:.0f} MB.",
            next_step="Clear large outputs, or ask the admin to raise OPENBIS_NB_SERVICE_MAX_BODY.",
        )
    return await request.body()


def _hash(token: Secret) -> str:
    return hashlib.sha256(token.reveal().encode(errors="replace")).hexdigest()
