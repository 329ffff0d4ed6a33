"""``world_readable``, ``share_key_enabled``: a published page with a link for the world (P-02, P-05, P-35).

Switched on, the notebook is published, following its latest version and with its code, unless it is already;
then a link is made that lives as long as the admin lets links live. Switched off, that link is taken back;
the page stays, for those who see the notebook in openBIS. The key is told once, to who switched it on.
"""

from __future__ import annotations

import uuid
from collections.abc import Collection, Mapping
from dataclasses import dataclass

from ...errors import Forbidden
from ...workflows.library.model import Notebook
from ...workflows.publishing.rights import Action, Permission, require
from ..publishing import store
from ..publishing.bodies import PublishBody
from ..publishing.judging import judge_notebook
from ..publishing.link_model import Kind, NewLink, PublicLink
from .asking import Asking
from .said import not_public
from .writable import Changes

__all__ = ["Visibility", "allow", "change", "check", "of"]


@dataclass(frozen=True, slots=True)
class Visibility:
    """Whether a notebook can be read without a log-in. ``share_key`` only right after it was made; ``told``:
    sentences for who made it."""

    world_readable: bool = False
    share_key_enabled: bool = False
    share_key: str | None = None
    told: tuple[str, ...] = ()


async def of(here: Asking, fids: Collection[str]) -> Mapping[str, Visibility]:
    """``fid`` → how it stands."""
    switched_on = await here.service.public_links.switched_on(fids)
    return {fid: _seen(switched_on[fid]) for fid in fids}


def check(here: Asking, changes: Changes) -> None:
    """Raises:
    Forbidden: something is to be switched on, and the admin allows no links.
    """
    if any(_wanted(changes).values()) and not here.service.public_links.enabled:
        raise not_public()


async def allow(here: Asking, notebook: Notebook, changes: Changes) -> None:
    """Nothing, if the person may switch as they wish; asked before anything is done.

    Raises:
        Forbidden: the admin allows no links, or the person may not; names the role or the group.
    """
    check(here, changes)
    wanted = _wanted(changes)
    switched_on = {link.kind: link for link in (await _links(here, notebook)) if link.kind in wanted}
    new = [kind for kind, on in wanted.items() if on != (kind in switched_on)]
    if not new:
        return
    user, _, _, may = await judge_notebook(here.service, here.person, notebook.notebook_id, None)
    if "share-key" in new and user != notebook.author:
        raise Forbidden(
            f"A share key is switched by the author: {notebook.author}.",
            next_step="Make a link on the notebook's published page instead.",
        )
    for kind in new:
        _require(may, wanted[kind], switched_on.get(kind), user)


async def change(here: Asking, notebook: Notebook, changes: Changes) -> Visibility:
    """Switch what is to be switched, which :func:`allow` has let pass; how it stands then.

    Raises:
        OpenbisNbError: it cannot be published.
    """
    links = await _links(here, notebook)
    made: list[tuple[PublicLink, str]] = []
    for kind, on in _wanted(changes).items():
        there = [link.id for link in links if link.kind == kind]
        if there and not on:
            await here.service.public_links.revoke(there, by=await here.person.openbis_user())
        elif on and not there:
            made.append(await _make(here, notebook, kind))
    seen = _seen(await _links(here, notebook))
    told = tuple(_sentence(here, link, key) for link, key in made)
    return Visibility(seen.world_readable, seen.share_key_enabled, made[-1][1] if made else None, told)


async def _make(here: Asking, notebook: Notebook, kind: Kind) -> tuple[PublicLink, str]:
    service, user = here.service, await here.person.openbis_user()
    page_id = await _page(here, notebook)
    new = NewLink(ends_at=service.public_links.longest, kind=kind, fid=notebook.fid)
    link, key = await service.public_links.make(page_id, new, made_by=user, link_id=uuid.uuid4().hex)
    return link, key.reveal()


async def _page(here: Asking, notebook: Notebook) -> str:
    """The page that follows the notebook and shows its code; published if there is none."""
    known = await here.service.database.run(store.of_notebook, notebook.notebook_id)
    for page in known:
        if page.follow == "latest" and page.code == "shown":
            return page.id
    body = PublishBody.model_validate({"notebook": notebook.notebook_id, "follow": "latest", "code": "shown"})
    return (await here.service.publications.publish(here.person, body)).id


async def _links(here: Asking, notebook: Notebook) -> Collection[PublicLink]:
    return (await here.service.public_links.switched_on([notebook.fid]))[notebook.fid]


def _seen(links: Collection[PublicLink]) -> Visibility:
    kinds = {link.kind for link in links}
    return Visibility("world-readable" in kinds, "share-key" in kinds)


def _wanted(changes: Changes) -> dict[Kind, bool]:
    said: dict[Kind, bool | None] = {
        "world-readable": changes.world_readable,
        "share-key": changes.share_key_enabled,
    }
    return {kind: on for kind, on in said.items() if on is not None}


def _require(may: Mapping[Action, Permission], on: bool, link: PublicLink | None, user: str) -> None:
    if on:
        require(may, "publish")
        require(may, "make-link")
    elif link is not None and link.made_by != user:
        require(may, "stop")


def _sentence(here: Asking, link: PublicLink, key: str) -> str:
    address = f"{here.origin}{here.service.place.prefix}public/{key}"
    return (
        f"Whoever has this link reads the notebook without a log-in until {link.ends_at:%Y-%m-%d}: {address}"
    )
