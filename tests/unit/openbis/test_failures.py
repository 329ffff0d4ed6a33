"""openBIS' words and the network's faults become errors of the tree (contract 1.3, 2.3, 4.3, 9.4)."""

from __future__ import annotations

import ssl

import aiohttp
import pytest
from yarl import URL

from openbis_nb.errors import (
    CertificateProblem,
    EntityFrozen,
    Forbidden,
    NotFound,
    NotLoggedIn,
    OpenBISRefused,
    OpenBISTimeout,
    OpenBISUnreachable,
    UnexpectedAnswer,
)
from openbis_nb.openbis import failures

TOKEN = "alice-261121030405678x0123456789ABCDEF0123456789ABCDEF"


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        # the session (2.3)
        (f"Session token '{TOKEN}' is invalid: user is not logged in.", NotLoggedIn),
        ("Session no longer available. Please login again.", NotLoggedIn),
        ("Personal access token is no longer valid.", NotLoggedIn),
        ("Personal access token is not yet valid.", NotLoggedIn),
        ("Personal access token session does not exist.", NotLoggedIn),
        ("<html>Download session expired.</html>", NotLoggedIn),
        # rights (2.3, 9.4)
        ("User 'x' has no role assignments and thus is not permitted to login.", Forbidden),
        ("User 'x' has been deactivated by admin", Forbidden),
        (
            "Authorization failure: ERROR: \"User 'x' does not have enough privileges.\". (Context: [])",
            Forbidden,
        ),
        ("Access denied to object with DataSetPermId = [20230926143214123-101].", Forbidden),
        ("No role assignments could be found for user 'x'.", Forbidden),
        ("Data set '1-1' is not accessible.", Forbidden),
        # things (4.3, 5.6, 9.4)
        ("Object with DataSetPermId = [X] has not been found. (Context: [verifying])", NotFound),
        ("Resource 'a' does not exist in data set '1-1'.", NotFound),
        ("Operation SET DATA_SET is not allowed because EXPERIMENT E is frozen.", EntityFrozen),
        # everything else is the server's own reason
        ("Value of mandatory property 'X' not specified. (Context: [a, b])", OpenBISRefused),
        ("", OpenBISRefused),
    ],
)
def test_what_the_server_says_decides_the_error(text: str, kind: type[Exception]) -> None:
    error = failures.from_server_text(text)
    assert type(error) is kind
    assert "Context" not in error.message
    assert TOKEN not in f"{error} {error.detail}"


def test_the_servers_reason_is_shown_without_its_wrapping() -> None:
    text = "Authorization failure: ERROR: \"User 'x' does not have enough privileges.\". (Context: [])"
    assert failures.from_server_text(text).message.endswith("User 'x' does not have enough privileges.")


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("ch.systemsx.cisd.common.exceptions.InvalidSessionException", NotLoggedIn),
        ("ch.systemsx.cisd.common.exceptions.AuthorizationFailureException", Forbidden),
        ("ch.ethz.sis.openbis.generic.asapi.v3.exceptions.ObjectNotFoundException", NotFound),
    ],
)
def test_the_exceptions_name_helps_where_the_text_is_new(name: str, kind: type[Exception]) -> None:
    error = {"code": 0, "message": "a text of a later release", "data": {"exceptionTypeName": name}}
    assert type(failures.from_error_object(error, doing="getSpaces")) is kind


def test_the_data_stores_plain_error_text_is_read_too() -> None:
    """Contract 4.4: the fast-download servlet sends a string where JSON-RPC has an object."""
    assert type(failures.from_error_object("Invalid download session id: 7", doing="x")) is OpenBISRefused


URL_WITH_TOKEN = URL(f"https://h/datastore_server/1-1/a.csv?sessionID={TOKEN}")


@pytest.mark.parametrize(
    ("error", "kind", "arrived"),
    [
        (aiohttp.ServerTimeoutError("Timeout on reading"), OpenBISTimeout, True),
        (
            aiohttp.ConnectionTimeoutError(f"Connection timeout to host {URL_WITH_TOKEN}"),
            OpenBISUnreachable,
            False,
        ),
        (TimeoutError(), OpenBISTimeout, True),
        (aiohttp.ServerDisconnectedError(), OpenBISUnreachable, True),
        (aiohttp.ClientPayloadError("not enough data"), OpenBISUnreachable, True),
        (ConnectionResetError(104, "reset"), OpenBISUnreachable, True),
        (aiohttp.InvalidURL(URL_WITH_TOKEN), OpenBISUnreachable, True),
        (ssl.SSLError("record layer failure"), OpenBISUnreachable, True),
    ],
)
def test_network_faults_say_whether_the_request_may_have_arrived(
    error: BaseException, kind: type[Exception], arrived: bool
) -> None:
    problem, cause = failures.from_network(error, "h", timeout=5)
    assert isinstance(problem, kind)
    assert failures.never_arrived(problem) is not arrived
    assert TOKEN not in f"{problem} {problem.detail} {cause!r}"


@pytest.mark.parametrize(
    ("status", "kind", "arrived"),
    [
        (503, OpenBISUnreachable, False),
        (502, OpenBISUnreachable, True),
        (504, OpenBISUnreachable, True),
        (302, UnexpectedAnswer, True),
        (403, Forbidden, True),
        (500, UnexpectedAnswer, True),
    ],
)
def test_http_statuses_are_told_apart(status: int, kind: type[Exception], arrived: bool) -> None:
    error = failures.from_status(status, "h", f"see sessionID={TOKEN}")
    assert isinstance(error, kind)
    assert failures.never_arrived(error) is not arrived
    assert TOKEN not in f"{error} {error.detail}"


def test_a_certificate_problem_is_its_own_error() -> None:
    key = aiohttp.client_reqrep.ConnectionKey("h", 443, True, True, None, None, None)
    wrong = aiohttp.ClientConnectorCertificateError(key, ssl.SSLCertVerificationError("self-signed"))
    assert type(failures.from_network(wrong, "h", timeout=5)[0]) is CertificateProblem


@pytest.mark.parametrize(
    ("page", "kind"),
    [
        (f"<html><pre>Session token '{TOKEN}' is invalid: user is not logged in.</pre>", NotLoggedIn),
        ("<html><pre>java.io.IOException: No space left on device</pre>", UnexpectedAnswer),
    ],
)
def test_an_error_page_of_the_upload_servlet_is_read(page: str, kind: type[Exception]) -> None:
    """Contract 5.2: every fault there is HTTP 500."""
    error = failures.from_status(500, "h", page)
    assert type(error) is kind
    assert TOKEN not in f"{error} {error.detail}"
    assert "<" not in error.message
