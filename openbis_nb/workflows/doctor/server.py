"""openBIS as the doctor sees it: connection, certificate, session, versions, data stores, types, rights."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime, timedelta

from ...errors import NotFound, OpenbisNbError, OpenBISRefused
from ...models import DataSet, DataSetType, Entity
from ...openbis.client import OpenBIS
from ...openbis.health import certificate_end, public_information
from ...openbis.protocol.types import spelling
from .check import Check, ok, problem, problem_of, warning

__all__ = ["check_server"]

#: API versions that our contract was traced or read with (contract 2.8).
_KNOWN_API = ("3.5", "3.6", "3.7")
_CERTIFICATE_WARNING = timedelta(days=21)
#: Properties of a version: what each is for, and whether a save needs it.
_PROPERTIES = (("HISTORY_ID", "by it the versions of a notebook are found", True),
               ("NAME", "the name of a version", False),
               ("NOTES", "the notes of a version", False))  # fmt: skip
#: Projects in which the right to save is asked for.
_PROJECTS = 30


async def check_server(client: OpenBIS, *, data_set_type: str, project: str | None = None) -> list[Check]:
    """Everything that can be asked of openBIS; what depends on a failed check is left out.

    Args:
        client: With the stored session, or without any.
        data_set_type: Code of the type of saved notebooks.
        project: Identifier of the project to save to; default: all visible ones, up to thirty.
    """
    connection = await _connection(client)
    if connection.status == "problem":
        return [connection]
    checks = [connection, await _certificate(client), await _session(client)]
    if checks[-1].status == "problem":
        return checks
    answers = await asyncio.gather(
        _versions(client), _data_stores(client), _type(client, data_set_type), _rights(client, project)
    )
    return [*checks, *(check for answer in answers for check in answer)]


async def _connection(client: OpenBIS) -> Check:
    try:
        await public_information(client)
    except OpenBISRefused:  # an old server that lacks the method has answered all the same
        pass
    except OpenbisNbError as error:
        return problem_of("connection", error)
    return ok("connection", f"{client.server.url} answers as openBIS.")


async def _certificate(client: OpenBIS) -> Check:
    try:
        end = await certificate_end(client.server)
    except OpenbisNbError as error:
        return problem_of("certificate", error)
    if end is None:
        return warning("certificate", "The connection is plain http.", "Use it on this machine only.")
    if end - datetime.now(UTC) < _CERTIFICATE_WARNING:
        return warning("certificate", f"It runs out on {end:%Y-%m-%d}.", "Tell the admin of openBIS.")
    return ok("certificate", f"Verified, good until {end:%Y-%m-%d}.")


async def _session(client: OpenBIS) -> Check:
    try:
        if not await client.is_session_active():
            return problem(
                "session", "You are not logged in.", f"Run: openbis-nb login --url {client.server.url}"
            )
        person = await client.whoami()
        kind = "a personal access token" if client.token.is_personal_access_token else "a log-in session"
    except OpenbisNbError as error:
        return problem_of("session", error)
    return ok("session", f"{person.display_name} ({person.user_id}), by {kind}.")


async def _versions(client: OpenBIS) -> list[Check]:
    try:
        found = await client.server_information()
    except OpenbisNbError as error:
        return [problem_of("versions", error)]
    text = f"openBIS {found.openbis_version or 'of unknown version'}, API {found.api_version}."
    if found.api_version not in _KNOWN_API:
        tried = ", ".join(_KNOWN_API)
        return [
            warning("versions", f"{text} Known are API {tried}.", "Run `openbis-nb doctor --acceptance`.")
        ]
    return [ok("versions", text)]


async def _data_stores(client: OpenBIS) -> list[Check]:
    try:
        stores = await client.data_stores()
        await client.files_of(["20000101000000000-1"])  # holds nothing; every store must answer
    except OpenbisNbError as error:
        return [problem_of("data store", error)]
    return [ok("data store", f"{store.code} at {store.url} answers.") for store in stores]


async def _type(client: OpenBIS, code: str) -> list[Check]:
    try:
        known = await client.data_set_type(code)
    except NotFound:
        step = "An instance admin makes it: `openbis-nb doctor --fix` shows how."
        return [problem("data-set type", f"openBIS has no data-set type {code}.", step)]
    except OpenbisNbError as error:
        return [problem_of("data-set type", error)]
    return [ok("data-set type", f"{code} is there."), *_properties(known), *_mandatory(known)]


def _properties(known: DataSetType) -> list[Check]:
    checks = []
    for code, purpose, needed in _PROPERTIES:
        spelled = spelling(known, code)
        if spelled is not None:
            checks.append(ok("property", f"{known.code} has {spelled}: {purpose}."))
            continue
        message = f"{known.code} has no {code}: {purpose}."
        step = (
            "An instance admin assigns it: `openbis-nb doctor --fix`."
            if code == "NOTES"
            else f"An instance admin assigns openBIS' own property ${code} (or {code}) to the type."
        )
        checks.append((problem if needed else warning)("property", message, step))
    return checks


def _mandatory(known: DataSetType) -> list[Check]:
    ours = {spelling(known, code) for code, _, _ in _PROPERTIES}
    wanted = [d.code for d in known.properties.values() if d.mandatory and d.code not in ours]
    if not wanted:
        return []
    options = " ".join(f"--property {code}=…" for code in wanted)
    return [
        warning(
            "property",
            f"{known.code} asks for {', '.join(wanted)} at every save.",
            f"Give `{options}`, or set OPENBIS_NB_DATA_SET_TYPE to another type.",
        )
    ]


async def _rights(client: OpenBIS, project: str | None) -> list[Check]:
    try:
        places = [await client.entity(project, "project")] if project else await _projects(client)
        allowed = await asyncio.gather(*(client.can_create_data_set(_any_in(place)) for place in places))
    except OpenbisNbError as error:
        return [problem_of("rights", error)]
    yes = [place.identifier for place, may in zip(places, allowed, strict=True) if may]
    no = [place.identifier for place, may in zip(places, allowed, strict=True) if not may]
    step = "Ask an admin of the space for the role USER."
    if not yes:
        seen = ", ".join(no) or "no project at all"
        return [problem("rights", f"You may save nowhere; you see {seen}.", step)]
    text = f"You may save to {', '.join(yes)}."
    return [
        warning("rights", f"{text} You may only look at {', '.join(no)}.", step) if no else ok("rights", text)
    ]


async def _projects(client: OpenBIS) -> list[Entity]:
    found: list[Entity] = []
    async for space in client.children(None):
        if isinstance(space, DataSet):
            continue
        async for child in client.children(space):
            if isinstance(child, Entity) and child.kind == "project":
                found.append(child)
            if len(found) == _PROJECTS:
                return found
    return found


def _any_in(project: Entity) -> Entity:
    """An experiment that need not be there: the right to create asks for its project only (contract 9.3)."""
    return Entity("experiment", "", f"{project.identifier}/ANY", "ANY")
