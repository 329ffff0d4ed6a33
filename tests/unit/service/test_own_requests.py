"""Which requests with a cookie are our own pages' (pure)."""

from __future__ import annotations

import pytest
from starlette.datastructures import Headers

from openbis_nb.errors import Forbidden
from openbis_nb.service.own_requests import check_navigation, check_own_page, check_same_origin

PUBLIC = "https://hub.example.org"


@pytest.mark.parametrize(
    ("origin", "host", "public", "own"),
    [
        (PUBLIC, "hub.example.org", PUBLIC, True),
        (PUBLIC, "127.0.0.1:8000", PUBLIC, True),  # nginx in front
        ("https://hub.example.org:443", "hub.example.org", PUBLIC, False),  # no browser writes it
        ("http://hub.example.org", "hub.example.org", PUBLIC, False),
        ("https://hub.example.org.evil.org", "hub.example.org", PUBLIC, False),
        ("http://127.0.0.1:8000", "127.0.0.1:8000", "", True),
        ("http://127.0.0.1:8001", "127.0.0.1:8000", "", False),
        ("null", "127.0.0.1:8000", "", False),
        ("", "", "", False),
        ("https://", "", "", False),
    ],
)
def test_origins(origin: str, host: str, public: str, own: bool) -> None:
    headers = Headers({"Origin": origin, "Host": host, "X-CSRF-Token": "right"})
    if own:
        check_own_page(headers, "right", public)
    else:
        with pytest.raises(Forbidden):
            check_own_page(headers, "right", public)


@pytest.mark.parametrize("sent", ["", "wrong", "righ", "right ", "r\u00efght"])
def test_the_token_of_the_page_must_be_right(sent: str) -> None:
    headers = {"Origin": PUBLIC, "X-CSRF-Token": sent}
    with pytest.raises(Forbidden, match="before the last log-in" if sent else "no X-CSRF-Token"):
        check_own_page(headers, "right", PUBLIC)


@pytest.mark.parametrize("site", ["none", "cross-site", "same-site", "", "SAME-ORIGIN"])
def test_only_the_same_origin_counts(site: str) -> None:
    with pytest.raises(Forbidden):
        check_same_origin({"Sec-Fetch-Site": site, "Origin": PUBLIC}, PUBLIC)


@pytest.mark.parametrize(
    ("headers", "is_shown"),
    [
        ({}, True),  # a browser without Sec-Fetch headers: plain http on another host
        ({"Sec-Fetch-Mode": "navigate", "Sec-Fetch-Dest": "document"}, True),
        ({"Sec-Fetch-Mode": "navigate", "Sec-Fetch-Dest": "iframe"}, False),
        ({"Sec-Fetch-Mode": "navigate", "Sec-Fetch-Dest": "object"}, False),
        ({"Sec-Fetch-Mode": "cors", "Sec-Fetch-Dest": "empty"}, False),
        ({"Sec-Fetch-Mode": "no-cors", "Sec-Fetch-Dest": "image"}, False),
    ],
)
def test_pages_are_for_navigations(headers: dict[str, str], is_shown: bool) -> None:
    if is_shown:
        check_navigation(headers)
    else:
        with pytest.raises(Forbidden):
            check_navigation(headers)
