"""Where a log-in by link may lead: a table of what is taken, and of what is not."""

from __future__ import annotations

from urllib.parse import unquote, urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as st

from openbis_nb.hub.next_target import Own, next_target

EVE = Own("-45ve-2e-4f-2d-4eeill", "Eve.O-Neill")
HOME = "/user/-45ve-2e-4f-2d-4eeill/"


@pytest.mark.parametrize(
    ("next_url", "target"),
    [
        ("/user/Eve.O-Neill/notebooks/growth/a.ipynb", f"{HOME}openbis/open/growth/a.ipynb"),
        ("/user/Eve.O-Neill/notebooks/my work/a b.ipynb", f"{HOME}openbis/open/my%20work/a%20b.ipynb"),
        ("/user/Eve.O-Neill/notebooks/g/ä.ipynb", f"{HOME}openbis/open/g/%C3%A4.ipynb"),
        ("/user/Eve.O-Neill/notebooks/100% sure/a.ipynb", f"{HOME}openbis/open/100%25%20sure/a.ipynb"),
        (f"{HOME}openbis/launch/x1", f"{HOME}openbis/launch/x1"),
        (f"{HOME}lab?reset", f"{HOME}lab?reset"),
        (f"{HOME}lab#top", f"{HOME}lab"),
        ("/user/Eve.O-Neill", HOME),
        ("/user/Eve.O-Neill/", HOME),
        (f"/hub{HOME}lab/tree/a.ipynb", f"{HOME}lab/tree/a.ipynb"),
        ("/hub/user-redirect/lab/tree/a.ipynb?x=1", f"{HOME}lab/tree/a.ipynb?x=1"),
        ("/hub/user-redirect", HOME),
        ("/hub/spawn", HOME),
        (
            f"/hub/spawn/{EVE.hub_name}?next=%2Fuser%2FEve.O-Neill%2Flab%2Ftree%2Fa%2520b.ipynb",
            f"{HOME}lab/tree/a%20b.ipynb",
        ),
        (
            f"/hub/spawn-pending/{EVE.hub_name}?next=%2Fservices%2Fopenbis%2Fnew%3Fplace%3D%2FS",
            "/services/openbis/new?place=/S",
        ),
        ("/services/openbis", "/services/openbis/"),
        ("/hub/openbis/account", "/hub/openbis/account"),
        ("/hub/openbis/command-line?state=a&port=1234", "/hub/openbis/command-line?state=a&port=1234"),
        ("/services/openbis/notebooks/7?x=1", "/services/openbis/notebooks/7?x=1"),
        (
            "/services/openbis/new?place=/LAB/GROWTH/EXP1&kind=experiment&input=20261121093000123-4",
            "/services/openbis/new?place=/LAB/GROWTH/EXP1&kind=experiment&input=20261121093000123-4",
        ),
        (
            "/services/openbis/new?place=%2FLAB%2F%C3%84%26B&kind=object",
            "/services/openbis/new?place=%2FLAB%2F%C3%84%26B&kind=object",
        ),
    ],
)
def test_a_persons_own_pages_are_taken(next_url: str, target: str) -> None:
    """O-94, U-19; contract 8.6."""
    assert next_target(next_url, EVE) == target


@pytest.mark.parametrize(
    "next_url",
    [
        "",
        "lab",
        "/",
        "/user",
        "/user/bob/lab",
        "/user/eve.o-neill/lab",
        "/user/Eve.O-Neill/../bob/lab",
        "/user/Eve.O-Neill/./lab",
        "/user/Eve.O-Neill//lab",
        "/user/Eve.O-Neill/%2e%2e/bob/lab",
        "/user/Eve.O-Neill/%252e%252e/bob",
        "/user/Eve.O-Neill/a%2fb",
        "/user/Eve.O-Neill/a%5cb",
        "/user/Eve.O-Neill/a\\b",
        "/user/Eve.O-Neill/a\nb",
        "/user/Eve.O-Neill/a%0d%0ab",
        "/user/Eve.O-Neill/a\x00b",
        "//evil.example/user/Eve.O-Neill/lab",
        "///evil.example",
        "/\\evil.example",
        "https://evil.example/",
        "https:/evil.example",
        "javascript:alert(1)",
        "/hub/logout",
        "/hub/openbis/link",
        "/hub/openbis/confirm",
        "/hub/openbis/account/x",
        "/hub/home",
        "/hub/admin",
        "/hub/spawn/bob",
        "/hub/spawn/bob?next=/user/Eve.O-Neill/lab",
        "/hub/spawn?next=/user/bob/lab",
        "/hub/spawn?next=https://evil.example/",
        "/hub/spawn?next=/hub/logout",
        "/hub/user/bob/lab",
        "/hub/user-redirect/../logout",
        "/hub/user-redirect//evil.example",
        "/hub/login?token=x",
        "/services/other/",
        "/services",
        "/hub/api/oauth2/authorize?client_id=jupyterhub-user-bob",
        "/hub/api/oauth2/authorize?client_id=service-other",
        "/hub/api/oauth2/authorize?client_id=service-openbis&client_id=jupyterhub-user-bob",
        "/hub/api/oauth2/authorize",
        "/hub/api/users",
        "/user/Eve.O-Neill/" + "a" * 8192,
    ],
)
def test_everything_else_is_no_target(next_url: str) -> None:
    assert next_target(next_url, EVE) is None


@pytest.mark.parametrize("client", [f"jupyterhub-user-{EVE.hub_name}", "service-openbis"])
def test_the_log_in_that_an_own_server_asked_for_goes_on(client: str) -> None:
    url = (
        f"/hub/api/oauth2/authorize?client_id={client}&redirect_uri=%2Fuser%2Fx%2Foauth_callback&state=a%2Bb"
    )
    assert next_target(url, EVE) == url


def test_below_a_base_url() -> None:
    own = Own("alice", "alice", base_url="/jupyter/", notebook_landing="openbis/eln")
    assert (
        next_target("/jupyter/user/alice/notebooks/f/a.ipynb", own)
        == "/jupyter/user/alice/openbis/eln/f/a.ipynb"
    )
    assert next_target("/user/alice/notebooks/f/a.ipynb", own) == "/jupyter/user/alice/openbis/eln/f/a.ipynb"
    assert next_target("/jupyter/services/openbis", own) == "/jupyter/services/openbis/"
    for elsewhere in (
        "/user/bob/lab",
        "/services/openbis/",
        "/jupyter",
        "/jupyterx/user/alice/lab",
        "/jupyter//user/x",
    ):
        assert next_target(elsewhere, own) is None


@given(st.text("/ue.%\\:?#2f5c\n", max_size=40).map(lambda text: "/user/alice/" + text))
def test_no_target_ever_leaves_the_own_server(next_url: str) -> None:
    target = next_target(next_url, Own("alice", "alice"))
    if target is not None:
        parts = urlsplit(target)
        assert (parts.scheme, parts.netloc, parts.fragment) == ("", "", "")
        assert parts.path.startswith("/user/alice/")
        assert ".." not in unquote(unquote(parts.path)).split("/")
