"""``GET standing``: how a notebook file stands towards openBIS, for the button of a front end."""

from __future__ import annotations

from typing import Any

from tornado import web

from ..errors import NotLoggedIn, OpenBISFailure, OpenbisNbError
from ..models import Checkpoint, Entity, Identity
from ..notebooks.context import eln_link, eln_link_to_data_set
from ..workflows.file_standing import FileStanding, OnDisk, judge_file
from ..workflows.workplace import Workplace
from .asking import notebook_path
from .handlers import Api

__all__ = ["ROUTES"]


class StandingRoute(Api):
    """The state behind the button: ``nowhere``, ``nothing``, ``changed``, ``newer`` or ``unknown``."""

    @web.authenticated
    async def get(self) -> None:
        """``?path=``; ``&fresh=1`` asks openBIS in any case.

        That openBIS or the session is away is no failure of this route: ``unknown``, with the reason, and
        what this machine knows.
        """
        path = notebook_path(self.desk, self.get_query_argument("path", ""))
        fresh = self.get_query_argument("fresh", "") not in ("", "0")
        away: OpenbisNbError | None = None
        try:
            workplace = await self.desk.workplace(path=path)
        except (NotLoggedIn, OpenBISFailure) as error:
            workplace, away = await self.desk.offline(path=path), error
        seen = await self.desk.standings.on_disk(workplace, path)
        if away is None:
            try:
                found = await self._judged(workplace, seen, fresh)
            except (NotLoggedIn, OpenBISFailure) as error:
                away = error
        if away is not None:
            found = FileStanding("unknown" if seen.identity else "nowhere", changed=seen.changed)
        self.answer(_document(workplace, seen, found, away))

    async def _judged(self, workplace: Workplace, seen: OnDisk, fresh: bool) -> FileStanding:
        if seen.identity is None:
            return await judge_file(workplace, seen, ())
        versions = await self.desk.standings.versions(workplace, seen.identity, fresh=fresh)
        return await judge_file(workplace, seen, versions)


def _document(
    workplace: Workplace, seen: OnDisk, found: FileStanding, away: OpenbisNbError | None
) -> dict[str, Any]:
    identity = seen.identity
    owner = _owner(identity) if identity else None
    version = identity.checkpoint_id if identity else None
    saved = identity is not None and (version is not None or found.newest is not None)
    link = None
    if version is not None:
        link = eln_link_to_data_set(workplace.links, version)
    elif owner is not None:
        link = eln_link(workplace.links, owner)
    return {
        "standing": found.standing,
        "changed": found.changed,
        "notebook_id": identity.notebook_id if identity else None,
        "name": seen.name,
        "owner": owner and {"kind": owner.kind, "perm_id": owner.perm_id, "identifier": owner.identifier},
        "version": version,
        "newest": found.newest and _stub(found.newest),
        "page": workplace.library_page(identity.notebook_id) if identity and saved else None,
        "eln_link": link,
        "message": away.message if away else None,
        "next_step": away.next_step if away else None,
    }


def _owner(identity: Identity) -> Entity:
    code = identity.owner_identifier.rsplit("/", 1)[-1]
    return Entity(identity.owner_kind, identity.owner_perm_id, identity.owner_identifier, code)


def _stub(version: Checkpoint) -> dict[str, Any]:
    return {
        "perm_id": version.perm_id,
        "name": version.name,
        "saved_at": version.registered_at.isoformat() if version.registered_at else None,
        "saved_by": version.registrator,
    }


ROUTES = [(r"/openbis/api/v1/standing", StandingRoute)]
