"""The routes behind tree, search and inputs of the side panel (see ``api_routes`` for all).

All take ``?path=`` (or ``path`` in the body) of the notebook at hand: it says at which openBIS.
"""

from __future__ import annotations

from typing import Any

from tornado import web

from ..errors import InvalidInput
from ..identifiers import is_perm_id
from ..models import EntityKind, Identity
from ..notebooks import identity as identity_block
from ..openbis.together import together
from ..workflows.block_changes import change_inputs, change_place
from ..workflows.browse import entities
from ..workflows.browse.data_sets import DataSets
from ..workflows.browse.level import level
from ..workflows.workplace import Workplace
from . import documents
from .asking import check_names, flag, notebook_path, text, texts
from .handlers import Api

__all__ = ["ROUTES"]

_KINDS: tuple[EntityKind, ...] = ("space", "project", "experiment", "object")
#: Longest name, code or identifier that is asked for, in characters.
_LONGEST = 200
#: Data sets that one request brings back from the archive, or adds to a notebook.
_AT_ONCE = 500


class _Browse(Api):
    async def here(self) -> Workplace:
        """At the openBIS of the notebook at hand, else at the default one."""
        return await self.desk.workplace(path=self.get_query_argument("path", "") or None)

    def asked(self, name: str) -> str:
        """A short text of the query; empty where it is absent.

        Raises:
            InvalidInput: too long.
        """
        value: str = self.get_query_argument(name, "")
        if len(value) > _LONGEST:
            raise InvalidInput(f"{name} has more than {_LONGEST} characters.")
        return value

    def kind(self) -> EntityKind | None:
        """``?kind=``.

        Raises:
            InvalidInput: none of ours.
        """
        return _kind(self.asked("kind"))


class EntitiesRoute(_Browse):
    """``GET entities``: one level of the tree."""

    @web.authenticated
    async def get(self) -> None:
        """``?parent=`` permId (a space's code; absent: the spaces), ``kind=`` of it; ``after=`` of an answer
        for its next page. One round trip."""
        workplace = await self.here()
        found = await level(
            workplace.client, _data_sets(workplace), self.asked("parent"), self.kind(), self.asked("after")
        )
        self.answer(documents.plain(found))


class EntityRoute(_Browse):
    """``GET entity``: one entity for people."""

    @web.authenticated
    async def get(self) -> None:
        """``?id=`` identifier or permId, ``kind=`` where known. Two round trips."""
        if not self.asked("id"):
            raise InvalidInput("id is missing.", next_step="Give an identifier or a permId.")
        workplace = await self.here()
        card = await entities.card(workplace.client, self.asked("id"), self.kind(), workplace.links)
        self.answer(documents.plain(card))


class SearchRoute(_Browse):
    """``GET search``: entities and data sets by name, code, identifier or permId."""

    @web.authenticated
    async def get(self) -> None:
        """``?q=``, with ``kind=`` (several, by commas) only those entities and no data sets. At most
        twenty of a kind. One round trip, two where the server's spelling of names is not known yet."""
        words = self.asked("q").strip()
        if not words:
            raise InvalidInput(
                "There is nothing to search for.", next_step="Give q=, a part of a name or code."
            )
        kinds = [kind for part in self.asked("kind").split(",") if (kind := _kind(part)) is not None]
        workplace = await self.here()
        async with together() as group:
            sections = group.create_task(entities.search(workplace.client, words, kinds))
            data = None if kinds else group.create_task(_data_sets(workplace).named(words))
        found = data.result() if data else None
        self.answer(
            {
                "sections": documents.plain(sections.result()),
                "data_sets": documents.plain(found) if found else None,
            }
        )


class UnarchiveRoute(_Browse):
    """``POST unarchive``: data sets back from the archive; openBIS does it later."""

    @web.authenticated
    async def post(self) -> None:
        """``{"perm_ids": […], "path": notebook}``."""
        body = self.body()
        check_names(body, {"perm_ids", "path"})
        wanted = _perm_ids(body, "perm_ids")
        if not wanted:
            raise InvalidInput("perm_ids is missing.")
        workplace = await self.desk.workplace(path=text(body, "path") or None)
        await workplace.client.unarchive(wanted)
        self.answer({"perm_ids": wanted}, 202)


class InputsRoute(_Browse):
    """``POST inputs``: another list of inputs, as the block that a front end writes into its document."""

    @web.authenticated
    async def post(self) -> None:
        """``{"path", "add": […], "remove": […], "confirm"}`` → ``{"block": {…}|null}``; the file stays as it
        is (design D12)."""
        body = self.body()
        check_names(body, {"path", "add", "remove", "confirm"})
        add, remove = _perm_ids(body, "add"), _perm_ids(body, "remove")
        path = notebook_path(self.desk, text(body, "path"))
        workplace = await self.desk.workplace(path=path)
        identity = await self.identity(workplace, str(path))
        confirmed = flag(body, "confirm") or False
        changed = await change_inputs(workplace, identity, add=add, remove=remove, confirmed=confirmed)
        self.answer({"block": _block(changed)})


class PlaceRoute(_Browse):
    """``POST place``: where a notebook is stored, as the block that a front end writes into its document."""

    @web.authenticated
    async def post(self) -> None:
        """``{"path", "owner", "as_new", "confirm"}`` → ``{"block": {…}}``; the file stays as it is."""
        body = self.body()
        check_names(body, {"path", "owner", "as_new", "confirm"})
        owner = text(body, "owner")
        if not owner:
            raise InvalidInput("owner is missing.", next_step="Name an experiment or object.")
        path = notebook_path(self.desk, text(body, "path"))
        workplace = await self.desk.workplace(path=path)
        identity = await self.identity(workplace, str(path))
        changed = await change_place(
            workplace,
            identity,
            path,
            owner,
            as_new=flag(body, "as_new") or False,
            confirmed=flag(body, "confirm") or False,
        )
        self.answer({"block": _block(changed)})


def _kind(value: str) -> EntityKind | None:
    if not value:
        return None
    for kind in _KINDS:
        if value == kind:
            return kind
    raise InvalidInput(f"kind must be one of: {', '.join(_KINDS)}.")


def _perm_ids(body: dict[str, Any], name: str) -> tuple[str, ...]:
    found = tuple(dict.fromkeys(texts(body, name)))
    if len(found) > _AT_ONCE or not all(is_perm_id(one) for one in found):
        raise InvalidInput(f"{name} must be at most {_AT_ONCE} permIds of data sets.")
    return found


def _data_sets(workplace: Workplace) -> DataSets:
    return DataSets(
        client=workplace.client, links=workplace.links, preselect_limit=workplace.limits.auto_inputs
    )


def _block(identity: Identity | None) -> dict[str, Any] | None:
    return identity_block.to_block(identity) if identity is not None else None


ROUTES = [
    (r"/openbis/api/v1/entities", EntitiesRoute),
    (r"/openbis/api/v1/entity", EntityRoute),
    (r"/openbis/api/v1/search", SearchRoute),
    (r"/openbis/api/v1/unarchive", UnarchiveRoute),
    (r"/openbis/api/v1/inputs", InputsRoute),
    (r"/openbis/api/v1/place", PlaceRoute),
]
