"""The query that the ELN writes: taken apart although nothing in it is encoded, and hidden from others."""

from __future__ import annotations

from typing import Any

import pytest
from starlette.requests import Request

from openbis_nb.errors import Forbidden, InvalidInput
from openbis_nb.openbis.secrets import Secret
from openbis_nb.origins import parse_origins
from openbis_nb.service.eln.origins import check_origin, headers_for
from openbis_nb.service.eln.query import HIDDEN, Call, HiddenQuery, read_call

TOKEN = "Eve.O-Neill-261121093000123x0123456789ABCDEF0123456789ABCDEF"


def query(folder: str, name: str, test: str = "True") -> Secret:
    return Secret(f"token={TOKEN}&folder={folder}&filename={name}&test={test}")


@pytest.mark.parametrize(
    ("sent", "folder", "name"),
    [
        (("growth", "a.ipynb"), "growth", "a.ipynb"),
        (("a/b", "Growth%20curves.ipynb"), "a/b", "Growth curves.ipynb"),
        (("S&P", "x&y&z.ipynb"), "S&P", "x&y&z.ipynb"),
        (("a+b", "1+1=2.ipynb"), "a+b", "1+1=2.ipynb"),
        (("50%%20done", "100%.ipynb"), "50% done", "100%.ipynb"),
        (("Gr%C3%B6%C3%9Fe", "%C3%A4.ipynb"), "Größe", "ä.ipynb"),
        (("", "a.ipynb"), "", "a.ipynb"),
    ],
)
def test_what_a_browser_makes_of_the_elns_names(sent: tuple[str, str], folder: str, name: str) -> None:
    """O-94: the ELN encodes nothing; a browser escapes blanks and letters beyond ASCII only."""
    assert read_call(query(*sent), browser=True) == Call(Secret(TOKEN), folder, name, dry=True)
    assert not read_call(query(*sent, "False"), browser=True).dry


def test_a_script_encodes_as_forms_do() -> None:
    call = read_call(Secret(f"filename=a+b%2B.ipynb&folder=x+y&test=False&token={TOKEN}"), browser=False)
    assert (call.folder, call.file_name, call.dry) == ("x y", "a b+.ipynb", False)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "no token and no folder and no filename and no test"),
        (f"token={TOKEN}&folder=a", "no filename and no test"),
        (f"token={TOKEN}&folder=a&filename=b", "no test"),
        (f"token={TOKEN}&folder=a&filename=b&test=true", "neither True nor False"),
        (f"token={TOKEN}&token=x&folder=a&filename=b&test=True", "no token"),
        ("&".join(f"a{n}={TOKEN}" for n in range(50)), "too many"),
        (f"token={TOKEN}&folder=%FF&filename=b&test=True", "not UTF-8"),
    ],
)
@pytest.mark.parametrize("browser", [True, False])
def test_what_is_missing_is_named_and_nothing_quoted(text: str, said: str, browser: bool) -> None:
    """O-51: a name with ``#`` cuts the address short; the message says so."""
    with pytest.raises(InvalidInput, match=said) as raised:
        read_call(Secret(text), browser=browser)
    assert TOKEN not in str(raised.value) + str(raised.value.detail)
    assert "#" in raised.value.next_step or "UTF-8" in raised.value.next_step


@pytest.mark.parametrize("path", ["/services/openbis/eln", "/services/openbis/eln/"])
async def test_nobody_behind_it_sees_the_query(path: str) -> None:
    """O-52, O-65."""
    seen: list[Request] = []

    async def app(scope: Any, receive: Any, send: Any) -> None:
        seen.append(Request(scope))

    scope = {"type": "http", "path": path, "query_string": f"token={TOKEN}".encode(), "headers": []}
    scope |= {"server": ("127.0.0.1", 80), "scheme": "http"}
    await HiddenQuery(app, "/services/openbis/eln")(scope, None, None)  # type: ignore[arg-type]
    assert TOKEN not in str(seen[0].url)
    assert TOKEN not in repr(seen[0].scope)
    assert getattr(seen[0].state, HIDDEN).reveal() == f"token={TOKEN}"


async def test_other_addresses_keep_theirs() -> None:
    async def app(scope: Any, receive: Any, send: Any) -> None:
        assert scope["query_string"] == b"place=x"

    scope = {"type": "http", "path": "/services/openbis/elna", "query_string": b"place=x"}
    await HiddenQuery(app, "/services/openbis/eln")(scope, None, None)  # type: ignore[arg-type]


ELN = "https://openbis.example.org"


def test_origins_are_a_list_and_never_a_star() -> None:
    """O-52."""
    listed = parse_origins("https://OpenBIS.example.org:443, http://127.0.0.1:8080 ")
    assert listed == (ELN, "http://127.0.0.1:8080")
    assert headers_for(ELN, listed)["Access-Control-Allow-Origin"] == ELN
    check_origin(ELN, listed)
    check_origin(None, listed)
    for foreign in ("https://evil.example", "null", ELN + ".evil.example", "http://openbis.example.org", ""):
        assert "Access-Control-Allow-Origin" not in headers_for(foreign, listed)
        with pytest.raises(Forbidden):
            check_origin(foreign, listed)


@pytest.mark.parametrize("text", ["*", "openbis.example.org", f"{ELN} *", "null"])
def test_what_is_no_origin_stops_the_service(text: str) -> None:
    with pytest.raises(ValueError, match="is not a list of origins"):
        parse_origins(text)
