"""Personal access tokens (contract 2.6)."""

from __future__ import annotations

import json
from collections.abc import Iterable

from ..criteria import small
from ..dto.fetch import asked, echo, paged
from ..dto.kinds import reference
from ..dto.people import persons
from ..dto.reader import Reader
from ..failures import AuthorizationFailure, ObjectNotFound, UserFailure
from ..rpc import Call, application_method
from ..sessions import PAT_PREFIX, new_token
from ..wire import Json, Object, Objects
from .answers import search_result

_OPTIONS = "as.dto.pat.fetchoptions.PersonalAccessTokenFetchOptions"


def _require_manager(call: Call) -> None:
    if not call.state.config.pat_enabled:
        raise UserFailure("Personal access tokens are disabled")
    if call.session.pat_name is not None:
        raise AuthorizationFailure("Personal access tokens cannot be used to manage personal access tokens.")


@application_method("createPersonalAccessTokens", writes=True)
def create_tokens(call: Call, creations: Objects) -> Json:
    """New tokens of the caller; a validity that is too long is silently shortened."""
    _require_manager(call)
    return [_create(call, creation) for creation in creations]


def _create(call: Call, creation: Json) -> Json:
    name, start, end = (creation.get(key) for key in ("sessionName", "validFromDate", "validToDate"))
    if not name or not str(name).strip():
        raise UserFailure("Session name cannot be empty.")
    if start is None:
        raise UserFailure("Valid from date cannot be null.")
    if end is None:
        raise UserFailure("Valid to date cannot be null.")
    if not all(isinstance(date, (int, float)) for date in (start, end)):
        raise UserFailure("Valid from and valid to have to be milliseconds since 1970.")
    if end < call.now:
        raise UserFailure("Valid to date cannot be in the past.")
    if end <= start:
        raise UserFailure("Valid to date has to be after valid from date.")
    longest = int(start) + call.state.config.pat_max_validity * 1000
    token = PAT_PREFIX + new_token(call.state.clock, call.user)
    call.db.execute(
        "INSERT INTO personal_access_tokens VALUES (?, ?, ?, ?, ?, NULL, ?, ?)",
        (token, call.user, name, int(start), min(int(end), longest), call.now, call.now),
    )
    return reference("pat.id.PersonalAccessTokenPermId", permId=token)


@application_method("getPersonalAccessTokens")
def get_tokens(call: Call, ids: Objects, fetch: Object) -> Json:
    """A map from tokens to their description; other people's only for an instance admin."""
    mine = set(small.tokens(call, None))
    wanted = [str(one.get("permId")) for one in ids]
    return {dto["hash"]: dto for dto in _tokens(call, [one for one in wanted if one in mine], fetch)}


@application_method("searchPersonalAccessTokens")
def search_tokens(call: Call, criteria: Object, fetch: Object) -> Json:
    """A page of the tokens that match."""
    dtos = _tokens(call, small.tokens(call, criteria), fetch)
    return search_result(paged(dtos, fetch), len(dtos))


@application_method("updatePersonalAccessTokens", writes=True)
def update_tokens(call: Call, updates: Objects) -> Json:
    """Only the date of the last access can be changed."""
    for update in updates:
        token = _own(call, update.get("personalAccessTokenId"))
        value = (update.get("accessDate") or {}).get("value")
        call.db.execute("UPDATE personal_access_tokens SET accessed_at = ? WHERE token = ?", (value, token))


@application_method("deletePersonalAccessTokens", writes=True)
def delete_tokens(call: Call, ids: Objects, options: Object) -> Json:
    """Revoke tokens; unknown ones are passed over."""
    _require_manager(call)
    if not (options or {}).get("reason"):
        raise UserFailure("Deletion reason cannot be null.")
    mine = set(small.tokens(call, None))
    for one in ids:
        if one.get("permId") in mine:
            call.db.execute("DELETE FROM personal_access_tokens WHERE token = ?", (one["permId"],))


def _own(call: Call, object_id: Json) -> str:
    token = str((object_id or {}).get("permId"))
    if token not in small.tokens(call, None):
        raise ObjectNotFound(object_id)
    return token


def _tokens(call: Call, tokens: Iterable[str], fetch: Json) -> list[Json]:
    rows = call.db.execute(
        "SELECT * FROM personal_access_tokens WHERE token IN (SELECT value FROM json_each(?))"
        " ORDER BY registered_at, token",
        (json.dumps(list(tokens)),),
    ).fetchall()
    dtos = []
    for row in rows:
        people = {}
        for name in ("owner", "registrator", "modifier"):
            sub = asked(fetch, name)
            found = persons(Reader(call), [row["owner"]], sub) if sub is not None else {}
            people[name] = found.get(row["owner"])
        dtos.append(
            {
                "@type": "as.dto.pat.PersonalAccessToken",
                "fetchOptions": echo(fetch, _OPTIONS),
                "permId": reference("pat.id.PersonalAccessTokenPermId", permId=row["token"]),
                "hash": row["token"],
                "sessionName": row["session_name"],
                "validFromDate": row["valid_from"],
                "validToDate": row["valid_to"],
                "accessDate": row["accessed_at"],
                "registrationDate": row["registered_at"],
                "modificationDate": row["modified_at"],
                **people,
            }
        )
    return dtos
