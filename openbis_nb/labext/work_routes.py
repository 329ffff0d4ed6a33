"""The routes that do something at openBIS: save, attach, send, list (see ``api_routes`` for all)."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import asdict
from functools import partial
from pathlib import Path
from typing import Any, cast

from jupyter_server.utils import url_path_join
from tornado import web

from ..errors import InvalidInput
from ..models import Identity
from ..openbis.files import Progress
from ..workflows.attach import Fetch, attach
from ..workflows.claims import check_claims
from ..workflows.evidence import keys_of
from ..workflows.inputs import inputs_of
from ..workflows.save import save
from ..workflows.sending import send
from ..workflows.workplace import Workplace
from . import documents
from .asking import check_names, flag, notebook_path, save_request, text, texts
from .handlers import Api
from .jobs import Job

__all__ = ["ROUTES", "Work", "tell"]

#: How long a request waits for the end of its job, in seconds, unless it says so itself.
_WAIT = 20.0
#: Data sets of one page.
_PAGE = 200


class Work(Api):
    """A route whose work may take long."""

    async def do(
        self,
        kind: str,
        work: Callable[[Workplace, Job], Awaitable[Any]],
        *,
        path: str | Path | None = None,
        server: str = "",
        may_wait: bool = False,
    ) -> None:
        """Start *work*; 200 with its result when that comes in time, else 202 with the job.

        Args:
            kind: Of the job.
            work: What to do, at the workplace.
            path: The notebook that it is about, which says at which openBIS.
            server: The same, for who knows already.
            may_wait: Begin it without a session, too: what cannot be sent waits in the outbox.
        """
        at = self.desk.workplace_or_offline if may_wait else self.desk.workplace
        workplace = await at(path=path, server=server)
        seconds = self.seconds(_WAIT)  # what is wrong with it is said before anything begins
        job = self.desk.jobs.start(kind, partial(work, workplace))
        await self.show(job, seconds)

    async def show(self, job: Job, seconds: float) -> None:
        """The job, after waiting for its end so long at most.

        Raises:
            OpenbisNbError: why it failed.
        """
        await job.wait(seconds)
        if job.error is not None:
            raise job.error
        where = url_path_join(self.base_url, "openbis/api/v1/jobs", job.id)
        self.set_header("Location", where)
        self.answer(documents.job(job) | {"url": where}, 200 if job.state == "done" else 202)


class SaveRoute(Work):
    """``POST save``: the same save as in a cell, for any kernel language."""

    @web.authenticated
    async def post(self) -> None:
        """A version, as ``nb.save()`` makes it.

        Raises:
            NeedsConfirmation: the notebook claims what nobody here wrote: repeat with ``confirm``.
            OpenbisNbError: as ``workflows.save``.
        """
        request = save_request(self.desk, self.body())

        async def work(workplace: Workplace, job: Job) -> dict[str, Any]:
            result = await save(workplace, request, say=lambda message: job.tell(message=message))
            self.desk.standings.forget(result.notebook_id)
            await asyncio.to_thread(self.desk.drafts.drafts.drop_saved, workplace)
            return documents.save_result(result)

        await self.do("save", work, path=request.path, may_wait=True)


class AttachRoute(Work):
    """``POST attach``: inputs to files, as ``nb.attach()``."""

    @web.authenticated
    async def post(self) -> None:
        """``{"path": notebook, "perm_ids": […], "only": […], "fetch": "small"|"all"|"none", "confirm": …}``.

        With a path, what is attached becomes an input of that notebook's next version.
        """
        body = self.body()
        check_names(body, {"path", "perm_ids", "only", "fetch", "confirm"})
        fetch = text(body, "fetch") or "small"
        if fetch not in ("small", "all", "none"):
            raise InvalidInput("fetch must be small, all or none.")
        perm_ids, only = texts(body, "perm_ids"), texts(body, "only")
        confirm = flag(body, "confirm") or False
        path = notebook_path(self.desk, text(body, "path")) if "path" in body or not perm_ids else None

        async def work(workplace: Workplace, job: Job) -> dict[str, Any]:
            identity = None
            if path is not None:
                identity = await self.identity(workplace, str(path))
            wanted = perm_ids or _declared(workplace, identity, confirm)
            found = await attach(
                workplace, wanted, only=only, fetch_what=cast(Fetch, fetch), progress=partial(tell, job)
            )
            if path is not None:
                session = workplace.evidence.begin_served(workplace.server, keys_of(identity, path))
                workplace.evidence.hand_out(session, [item.perm_id for item in found if item.files])
            return {"data_sets": [documents.attached(item) for item in found]}

        await self.do("attach", work, path=path)


class SendRoute(Work):
    """``POST outbox/<id>/send``: one version that waits."""

    @web.authenticated
    async def post(self, save_id: str) -> None:
        """``{"owner": …}`` names another owner, for one that was refused."""
        body = self.body()
        check_names(body, {"owner"})
        owner = text(body, "owner")

        async def work(workplace: Workplace, job: Job) -> dict[str, Any]:
            result = await send(workplace, save_id, owner=owner, say=lambda said: job.tell(message=said))
            await self.desk.note_sent(result)
            return documents.save_result(result)

        server = next((entry.server for entry in await self.waiting() if entry.save_id == save_id), "")
        await self.do("send", work, server=server)


class JobRoute(Work):
    """``GET jobs/<id>``: how far it is; its result, or the problem that ended it."""

    @web.authenticated
    async def get(self, job_id: str) -> None:
        """The job; ``?wait=`` seconds for its end."""
        await self.show(self.desk.jobs.get(job_id), self.seconds(0.0))


class DataSetsRoute(Work):
    """``GET data-sets``: the inputs of a notebook, or what lies in an entity, with state and size."""

    @web.authenticated
    async def get(self) -> None:
        """``?path=`` a notebook; or ``?owner=`` identifier or permId, with ``offset``: 200 at a time."""
        path, owner = self.get_query_argument("path", ""), self.get_query_argument("owner", "")
        if bool(path) == bool(owner):
            raise InvalidInput("Either path or owner must be given.")
        workplace = await self.desk.workplace(path=path or None)
        if path:
            identity = await self.identity(workplace, path)
            found = await inputs_of(workplace, identity, self.desk.path(path))
            foreign = identity is not None and not workplace.is_own_server(identity.server)
            self.answer(
                {
                    "data_sets": [documents.notebook_input(item) for item in found],
                    "total": len(found),
                    "foreign": identity.server if identity is not None and foreign else None,
                }
            )
            return
        offset = self.get_query_argument("offset", "0")
        if not offset.isdecimal() or len(offset) > 9:
            raise InvalidInput("offset must be a whole number.")
        entity = await workplace.client.entity(owner)
        page, total = await workplace.client.search_data_sets(owner=entity, offset=int(offset), limit=_PAGE)
        self.answer({"data_sets": [documents.data_set(one, one.perm_id) for one in page], "total": total})


def _declared(workplace: Workplace, identity: Identity | None, confirm: bool) -> tuple[str, ...]:
    """The inputs that a notebook names, if they are ours or confirmed."""
    if identity is None:
        return ()
    check_claims(workplace, identity, owner_given=True, confirmed=confirm)
    return identity.inputs


def tell(job: Job, progress: Progress) -> None:
    """How far a transfer is, as the progress of its job."""
    job.tell(**asdict(progress))


ROUTES = [
    (r"/openbis/api/v1/save", SaveRoute),
    (r"/openbis/api/v1/attach", AttachRoute),
    (r"/openbis/api/v1/outbox/([^/]+)/send", SendRoute),
    (r"/openbis/api/v1/jobs/([^/]+)", JobRoute),
    (r"/openbis/api/v1/data-sets", DataSetsRoute),
]
