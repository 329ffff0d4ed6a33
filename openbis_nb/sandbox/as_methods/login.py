"""Log-in, log-out and what a session says of itself (contract 2.1, 2.5)."""

from __future__ import annotations

from ..authentication import password_user, require_login_allowed
from ..dto.people import persons
from ..dto.reader import Reader
from ..rights import Rights
from ..rpc import Call, application_method
from ..wire import Json


@application_method("login", session=False)
def login(call: Call, user: Json, password: Json) -> Json:
    """A session token, or None for a wrong user or password."""
    found = password_user(call.db, str(user or ""), str(password or ""))
    return call.state.sessions.open(found).token if found else None


@application_method("loginAs", session=False)
def login_as(call: Call, user: Json, password: Json, as_user: Json) -> Json:
    """A session of another person, for an instance admin; None for everybody else."""
    found = password_user(call.db, str(user or ""), str(password or ""))
    if found is None or not Rights.of(call.db, found).is_instance_admin:
        return None
    require_login_allowed(call.db, str(as_user))
    return call.state.sessions.open(str(as_user), creator=found).token


@application_method("logout", session=False)
def logout(call: Call, token: Json) -> Json:
    """End a session; unknown tokens are no error, a personal access token goes on."""
    call.state.sessions.close(token)


@application_method("isSessionActive", session=False)
def is_session_active(call: Call, token: Json) -> Json:
    """Whether a token is good; asking does not keep the session alive."""
    return call.state.sessions.is_active(token)


@application_method("getSessionInformation")
def get_session_information(call: Call) -> Json:
    """Who is logged in, and by which kind of token."""
    session = call.session
    found = persons(Reader(call), {session.user, session.creator}, None)
    return {
        "@type": "as.dto.session.SessionInformation",
        "fetchOptions": None,
        "sessionToken": call.token,
        "userName": session.user,
        "homeGroupCode": None,
        "personalAccessTokenSession": session.pat_name is not None,
        "personalAccessTokenSessionName": session.pat_name,
        "person": found.get(session.user),
        "creatorPerson": found.get(session.creator),
    }
