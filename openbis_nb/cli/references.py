"""How people name notebooks and versions on the command line, brought to the ids of the API."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote, unquote, urlsplit

from ..errors import NotFound
from ..identifiers import is_perm_id
from ..service.library.links import notebook_of
from ..web.service_client import ServiceClient

__all__ = ["Reference", "history_id_of", "notebook_id_of", "parse", "path", "version_id_of"]

_PAGE = "/library/n/"


@dataclass(frozen=True, slots=True)
class Reference:
    """A notebook (by id or fid), a version of it, or both; never neither."""

    notebook: str = ""
    version: str = ""

    @property
    def either(self) -> str:
        """What names the notebook where the API takes a version for it, too, also one in the trash."""
        return self.notebook or self.version


def parse(text: str) -> Reference:
    """What *text* names: a notebook id, a fid, the permId of a version, or the link of a page."""
    address = urlsplit(text.strip()).path if "/" in text else ""
    if _PAGE in address:
        notebook, _, version = address.split(_PAGE, 1)[1].strip("/").partition("/")
        return Reference(notebook_of(unquote(notebook)), unquote(version))
    if is_perm_id(text):
        return Reference(version=text)
    return Reference(notebook=text.strip())


def path(*parts: str) -> str:
    """A path of the API from parts that may hold anything."""
    return "/".join(quote(part, safe="") for part in parts)


async def notebook_id_of(client: ServiceClient, text: str) -> str:
    """The notebook that *text* names (by id or fid), or that the version belongs to.

    Raises:
        NotFound: there is none that this person may see.
    """
    named = parse(text)
    if named.notebook:
        return named.notebook
    return str((await client.get(path("versions", named.version)))["notebookId"])


async def history_id_of(client: ServiceClient, text: str) -> str:
    """Like :func:`notebook_id_of`, for where the API takes no fid."""
    named = await notebook_id_of(client, text)
    if ":" not in named:
        return named
    return str((await client.get(path("notebooks", named)))["notebook"]["id"])


async def version_id_of(client: ServiceClient, text: str, number: int | None = None) -> str:
    """The version that *text* names; of a notebook its newest that counts.

    Args:
        client: Who asks.
        text: As people write it.
        number: The place of the version in its notebook, from 1, instead.

    Raises:
        NotFound: there is none that this person may see.
    """
    named = parse(text)
    if number is None and named.version:
        return named.version
    detail: Mapping[str, Any] = await client.get(path("notebooks", await notebook_id_of(client, text)))
    if number is None:
        return str(detail["notebook"]["lastCheckpointId"])
    for version in detail["versions"]:
        if version["number"] == number:
            return str(version["id"])
    raise NotFound(
        f"{detail['notebook']['name']!r} has no version {number} that you may see.",
        next_step="`openbis-nb library versions` lists them.",
    )
