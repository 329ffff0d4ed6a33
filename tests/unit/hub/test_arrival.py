"""Which GETs may log a browser in: the table behind ``/hub/login?token=…``."""

from __future__ import annotations

import pytest

from openbis_nb.hub.arrival import Arrival, Verdict, judge, origin_of

ELN = "https://openbis.example.org"
ORIGINS = (ELN,)
REFUSE, CONFIRM, ADMIT = Verdict.REFUSE, Verdict.CONFIRM, Verdict.ADMIT


@pytest.mark.parametrize(
    ("mode", "destination", "site", "referer", "now", "verdict"),
    [
        ("navigate", "document", "cross-site", ELN, None, ADMIT),
        ("navigate", "document", "same-site", ELN, "alice", ADMIT),
        ("navigate", "document", "none", "", None, ADMIT),
        ("navigate", "document", "same-origin", "https://hub.example.org", None, ADMIT),
        ("navigate", "document", "same-site", "https://other.example.org", None, CONFIRM),
        ("navigate", "document", "cross-site", "https://evil.example", None, CONFIRM),
        ("navigate", "document", "cross-site", "https://evil.example", "alice", CONFIRM),
        ("navigate", "document", "cross-site", "", None, CONFIRM),
        ("navigate", "document", "cross-site", ELN, "bob", CONFIRM),
        ("navigate", "document", "none", "", "bob", CONFIRM),
        ("navigate", "document", "same-origin", "", "bob", CONFIRM),
        ("navigate", "iframe", "cross-site", ELN, None, REFUSE),
        ("no-cors", "image", "cross-site", ELN, None, REFUSE),
        ("cors", "empty", "same-origin", "", None, REFUSE),
        ("same-origin", "empty", "same-origin", "", None, REFUSE),
        ("websocket", "", "", "", None, REFUSE),
        ("", "", "", ELN, None, CONFIRM),
        ("", "", "", "", "alice", CONFIRM),
        ("", "image", "", ELN, None, REFUSE),
        ("", "", "none", "", None, CONFIRM),
    ],
)
def test_how_alice_may_be_logged_in_by_a_link(
    mode: str, destination: str, site: str, referer: str, now: str | None, verdict: Verdict
) -> None:
    arrival = Arrival(mode, destination, site, referer)
    assert judge(arrival, ORIGINS, now=now, then="alice") is verdict


def test_the_headers_are_read() -> None:
    headers = {"Sec-Fetch-Mode": "navigate", "Sec-Fetch-Site": "cross-site", "Referer": f"{ELN}/openbis/?x=1"}
    assert Arrival.of(headers) == Arrival("navigate", "", "cross-site", ELN)


@pytest.mark.parametrize(
    ("url", "origin"),
    [
        ("https://openbis.example.org/openbis/webapp/eln-lims/?x=1", ELN),
        ("https://OpenBIS.example.org:443/", ELN),
        ("http://openbis.example.org:8080", "http://openbis.example.org:8080"),
        ("https://openbis.example.org@evil.example/", "https://evil.example"),
        ("https://openbis.example.org.evil.example/", "https://openbis.example.org.evil.example"),
        ("https://[::1]:8443/x", "https://[::1]:8443"),
        ("https://openbis.example.org:nonsense/", ""),
        ("null", ""),
        ("file:///etc/passwd", ""),
        ("", ""),
    ],
)
def test_the_origin_of_an_address(url: str, origin: str) -> None:
    assert origin_of(url) == origin
