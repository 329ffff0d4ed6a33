"""``openbis/api/v1/…``: openBIS for front ends, and for kernels of any language.

========================== ========================================================================
``GET session``            who is logged in, how long; never the token
``connections…``           the openBIS servers of this person, log-in and log-out (``connection_routes``)
``GET state``              version of this package, number of versions that wait, what front end is there
``POST state``             a front end says that it is there for a kernel (good for two minutes)
``GET standing``           ``?path=`` how a file stands: nowhere, nothing, changed, newer, unknown
``POST save-plan``         what a save would do, for the save dialog
``GET data-set-types``     those that can hold a version; ``?code=`` the properties of one
``GET vocabulary-terms``   ``?code=&q=`` of a long vocabulary
``POST save``              the save of a cell: ``path``, ``name``, ``notes``, ``owner``, ``files`` …
``POST attach``            ``path`` and/or ``perm_ids`` → files in the cache, as ``nb.attach()``
``POST snippet``           code that reads a data set, for a new cell
``GET jobs/<id>``          how far a save, an attach or a sending is; its result
``GET data-sets``          ``?path=`` the inputs of a notebook, ``?owner=`` what lies in an entity
``POST unarchive``         data sets back from the archive
``POST inputs``            another list of inputs, as the block that the front end writes
``POST place``             another place to be stored in, likewise
``GET entities``           the tree, level by level
``GET entity``             one entity with its properties
``GET search``             entities and data sets
``GET versions``           the versions of a notebook; ``versions/<permId>/view`` shows one
``POST compare``           two versions, or a file and a version
``POST restore``           a version as a new file; ``POST download`` into a folder
``GET notebooks``          what the person may read, by project and name; ``GET projects``
``POST imports/look``      what is at an address: a notebook with its page, or a repository
``POST imports``           that notebook as a new file, which remembers its origin
``GET repositories``       those that were fetched; ``?ask=1`` what is new at their hosts
``POST repositories``      one more, into a new folder; ``POST repositories/update`` brings one up to date
``GET credentials``        hosts that a token is kept for; ``POST``, ``DELETE``; no token is ever answered
``publish…``               a saved version for people who do not code (``publish_routes``)
``GET outbox``             versions that openBIS does not have yet
``POST outbox/<id>/send``  send one of them
``POST save-answers/<n>``  a front end says what it saved for a waiting cell (design D12)
``GET save-answers/<n>``   the cell waits for it; 204 when nothing came in time
========================== ========================================================================

Jupyter's own log-in and XSRF check stand before all of them. What may take long answers 202 with a job;
``?wait=`` (seconds, at most 60) says how long the request itself waits for the end.
"""

from __future__ import annotations

from importlib.metadata import version

from tornado import web

from ..errors import ConfigurationProblem, InvalidInput
from . import documents
from .asking import check_names, text
from .handlers import Api, own_kernels_too
from .session_document import nothing_chosen, session_document

__all__ = ["ROUTES"]

_ANSWER_WAIT = 30.0


class SessionRoute(Api):
    """Who is logged in to openBIS here."""

    @web.authenticated
    async def get(self) -> None:
        """``?path=`` of the notebook that it is about; else that of the default connection.

        ``state`` is ``live``, ``over`` (log in by ``login_url`` or ``next_step``), ``none`` (nobody has
        logged in yet) or ``unknown``.
        """
        path = self.get_query_argument("path", "")
        try:
            live = await self.desk.connection(path=path or None)
        except ConfigurationProblem as error:
            self.answer(nothing_chosen(error, under_hub=self.desk.hub is not None))
            return
        several = len(self.desk.connections.all()) > 1
        document = await session_document(live, self.desk.keeper) | {"several": several}
        if document["state"] == "live":
            self.desk.courier.poke()
        self.answer(document)


class StateRoute(Api):
    """What is there: for front ends, and for a cell that wants to know whether one would save for it."""

    @own_kernels_too
    async def get(self) -> None:
        """``?kernel=``: whether a front end has said that it is there for this kernel."""
        kernel = self.get_query_argument("kernel", "")
        self.answer(
            {
                "version": version("openbis-nb"),
                "front_end": self.desk.front_ends.is_there(kernel) if kernel else None,
                "waiting": len(await self.waiting()),
            }
        )

    @web.authenticated
    async def post(self) -> None:
        """``{"kernel": id}``: a front end is there for it, and will save when a comm asks."""
        body = self.body()
        check_names(body, {"kernel"})
        self.desk.front_ends.announce(text(body, "kernel") or "")
        self.answer({}, 201)


class OutboxRoute(Api):
    """Versions that openBIS does not have yet, of this account."""

    @web.authenticated
    async def get(self) -> None:
        """Oldest first."""
        self.answer({"entries": [documents.waiting(entry) for entry in await self.waiting()]})


class SaveAnswerRoute(Api):
    """Where the answer of a front end waits for its cell."""

    @own_kernels_too
    async def get(self, nonce: str) -> None:
        """The answer; 204 when none came in time."""
        answer = await self.desk.save_answers.take(nonce, self.seconds(_ANSWER_WAIT))
        if answer is None:
            self.set_status(204)
            self.finish()
        else:
            self.answer(answer)

    @web.authenticated
    async def post(self, nonce: str) -> None:
        """``{"path": …, "sha256": …}`` of what was saved, or ``{"error": …}`` why it was not."""
        body = self.body()
        check_names(body, {"path", "sha256", "error"})
        if not (text(body, "error") or (text(body, "path") and text(body, "sha256"))):
            raise InvalidInput("Either path and sha256, or error, must be given.")
        self.desk.save_answers.give(nonce, body)
        self.answer({}, 201)


ROUTES = [
    (r"/openbis/api/v1/session", SessionRoute),
    (r"/openbis/api/v1/state", StateRoute),
    (r"/openbis/api/v1/outbox", OutboxRoute),
    (r"/openbis/api/v1/save-answers/([^/]+)", SaveAnswerRoute),
]
