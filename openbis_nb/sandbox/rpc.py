"""The table of methods and how one of them is run.

A method is a plain function ``(call, *parameters)``, registered by a decorator; the session token is taken
off the parameters before. It runs inside one transaction (``writes=True``: committed when it returns, rolled
back when it raises), so a method either does all of its work or nothing.
"""

from __future__ import annotations

import inspect
import logging
import sqlite3
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING

from . import wire
from .failures import ServerFailure, UserFailure
from .rights import Rights
from .unsupported import V3_METHODS
from .wire import Json, Reply, Request

if TYPE_CHECKING:
    from .sessions import Session
    from .state import SandboxState

_log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Call:
    """What a method may use: the sandbox, the open transaction, and who calls."""

    state: SandboxState
    db: sqlite3.Connection
    _session: Session | None
    #: The token as it was sent: of a session, or a personal access token. Empty without a session.
    token: str = field(default="", repr=False)

    @property
    def session(self) -> Session:
        """The caller's session; only methods registered with ``session=True`` have one."""
        if self._session is None:
            raise RuntimeError("this method was registered without a session")
        return self._session

    @property
    def user(self) -> str:
        """The caller's user id."""
        return self.session.user

    @cached_property
    def rights(self) -> Rights:
        """The caller's roles, read once per call."""
        return Rights.of(self.db, self.user)

    @cached_property
    def now(self) -> int:
        """Milliseconds since the epoch, the same for the whole call."""
        return int(self.state.clock.now() * 1000)


@dataclass(frozen=True)
class Method:
    """One entry of the table."""

    name: str
    function: Callable[..., Json]
    shapes: tuple[str, ...]
    session: bool
    writes: bool

    def arguments(self, request: Request) -> tuple[Json, list[Json]]:
        """Token (None without a session) and parameters, each in the shape it is annotated with.

        Raises WireFault where number or shape do not fit.
        """
        values = list(request.params)
        if len(values) != len(self.shapes) + self.session:
            raise wire.wrong_parameters(request)
        token = values.pop(0) if self.session else None
        return token, [
            _SHAPES.get(shape, _as_it_is)(request, value)
            for shape, value in zip(self.shapes, values, strict=True)
        ]


def _as_it_is(request: Request, value: Json) -> Json:
    return value


#: Annotation of a parameter → how its shape is checked.
_SHAPES: dict[str, Callable[[Request, Json], Json]] = {"Object": wire.as_object, "Objects": wire.as_objects}


class Registry:
    """The methods of one endpoint. ``context`` says whether errors get the `` (Context: [])`` suffix."""

    def __init__(self, name: str, *, context: bool) -> None:
        self.name = name
        self.methods: dict[str, Method] = {}
        self.context = context

    def method(
        self, name: str, *, session: bool = True, writes: bool = False
    ) -> Callable[[Callable[..., Json]], Callable[..., Json]]:
        """Register a function under ``name``; its signature gives number and shapes of the parameters."""

        def register(function: Callable[..., Json]) -> Callable[..., Json]:
            if name in self.methods:
                raise RuntimeError(f"{self.name} method {name} is registered twice")
            _, *parameters = inspect.signature(function).parameters.values()
            shapes = tuple(str(one.annotation) for one in parameters)
            self.methods[name] = Method(name, function, shapes, session, writes)
            return function

        return register

    def execute(self, state: SandboxState, request: Request) -> Reply:
        """Run a parsed call. A fault of the sandbox itself is logged and answered as a server error."""
        try:
            result = self._run(state, request)
        except wire.WireFault as fault:
            return fault.reply()
        except ServerFailure as fault:
            return wire.failure(request, fault, context=self.context)
        except Exception as fault:
            _log.exception("%s method %s failed inside the sandbox", self.name, request.method)
            wrapped = UserFailure(f"The sandbox failed in {request.method}: {type(fault).__name__}.")
            return wire.failure(request, wrapped, context=self.context)
        return wire.success(request, result)

    def _run(self, state: SandboxState, request: Request) -> Json:
        method = self.methods.get(request.method)
        if method is None:
            if request.method in V3_METHODS:
                raise UserFailure(f"The method {request.method} is not supported by the sandbox.")
            raise wire.method_not_found(request)
        token, arguments = method.arguments(request)
        session = state.sessions.require(token) if method.session else None
        transaction = state.store.write if method.writes else state.store.read
        with transaction() as db:
            return method.function(Call(state, db, session, str(token or "")), *arguments)


#: The application server's V3 API.
application = Registry("application server", context=True)
#: The data store server's V3 API.
data_store = Registry("data store server", context=False)

application_method = application.method
data_store_method = data_store.method
