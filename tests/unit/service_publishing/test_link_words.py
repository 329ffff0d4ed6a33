"""Keys of links, who may embed a page, when a link opens, and how often an address may ask (pure)."""

from __future__ import annotations

import hashlib
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from html.parser import HTMLParser
from typing import Any

import pytest

from openbis_nb.errors import ConfigurationProblem, InvalidInput, TooFast
from openbis_nb.openbis.secrets import scrub
from openbis_nb.service.publishing.embedding import ancestors, code, embedders
from openbis_nb.service.publishing.link_keys import hash_of, new_key
from openbis_nb.service.publishing.link_model import PublicLink, standing
from openbis_nb.service.publishing.view_limits import ViewLimits
from openbis_nb.service.settings import load

NOW = datetime(2026, 11, 21, 12, tzinfo=UTC)
LINK = PublicLink(
    id="a" * 32, page_id="p", kind="page", fid="", note="", sites=(), names_author=False, made_by="alice",
    made_at=NOW, ends_at=NOW + timedelta(days=30), revoked_by="", revoked_at=None, views=0, viewed_at=None,
    page_title="Growth", page_state="live", page_ends_at=None, page_confirmed_at=NOW,
)  # fmt: skip


def test_a_key_has_256_bits_of_chance_and_never_prints() -> None:
    """P-35: unguessable, at least 128 bits."""
    keys = {new_key().reveal() for _ in range(200)}
    assert len(keys) == 200
    assert {len(key) for key in keys} == {4 + 43}
    assert "nbp_" not in repr(new_key())


def test_only_a_hash_is_kept_and_what_is_no_key_hashes_like_none() -> None:
    key = new_key().reveal()
    assert hash_of(key) == hashlib.sha256(key.encode()).hexdigest()
    nothing = hash_of("")
    for wrong in ("x", key[:-1], key + "x", key.upper(), f" {key}", "nbp_" + "é" * 43, "nbp_" + "a" * 10**6):
        assert hash_of(wrong) == nothing
    assert nothing not in {hash_of(key), hash_of(new_key().reveal())}


@pytest.mark.parametrize(
    "line",
    [
        "GET /services/openbis/public/{key} 503",
        "/hub/error/503?url=%2Fservices%2Fopenbis%2Fpublic%2F{key}%2Fembed",
        '{{"path": "/public/{key}"}}',
        "?share_key={key}&x=1",
    ],
)
def test_keys_are_taken_out_of_every_log(line: str) -> None:
    """Of the hub's own loggers, too, which see addresses of what fails."""
    key = new_key().reveal()
    told = scrub(line.format(key=key))
    assert key[4:] not in told
    assert "removed" in told


@pytest.mark.parametrize(
    ("said", "sites", "policy"),
    [
        ([], (), "'self'"),
        (["*"], ("*",), "*"),
        (["https://www.example.org"], ("https://www.example.org",), "'self' https://www.example.org"),
        (["HTTPS://WWW.Example.org:443/"], ("https://www.example.org",), "'self' https://www.example.org"),
        (["http://127.0.0.1:8080"] * 2, ("http://127.0.0.1:8080",), "'self' http://127.0.0.1:8080"),
        (["https://[2001:db8::1]"], ("https://[2001:db8::1]",), "'self' https://[2001:db8::1]"),
    ],
)
def test_who_may_embed_a_page(said: list[str], sites: tuple[str, ...], policy: str) -> None:
    assert embedders(said) == sites
    assert ancestors(sites) == policy


@pytest.mark.parametrize(
    "wrong",
    [
        "", " ", "example.org", "ftp://example.org", "https://", "https://example.org/path",
        "javascript:alert(1)",
        "https://example.org?x", "https://example.org#x", "https://*.example.org", "https://a b.org", "data:",
        "https://a;script-src *", "https://a\r\nSet-Cookie: x", "https://user@example.org", "https://exämple.org",
        "https://example.org:99999", "'none'", "https://a,https://b",
    ],
)  # fmt: skip
def test_what_is_no_origin_never_comes_into_a_header(wrong: str) -> None:
    with pytest.raises(InvalidInput) as caught:
        embedders([wrong])
    assert "origins" in caught.value.next_step
    with pytest.raises(InvalidInput):
        embedders(["*", "https://example.org"])
    with pytest.raises(InvalidInput, match="more than 20"):
        embedders([f"https://{number}.example.org" for number in range(21)])


def test_the_code_to_embed_is_one_inert_frame_whatever_the_title_is() -> None:
    class Seen(HTMLParser):
        tags: list[tuple[str, dict[str, str | None]]]

        def handle_starttag(self, tag: str, attrs: Any) -> None:
            self.tags = [*getattr(self, "tags", []), (tag, dict(attrs))]

    seen = Seen()
    title = "\"><script>alert(1)</script>'&"
    seen.feed(code("https://hub.example.org/services/openbis/public/nbp_x/embed", title))
    [(tag, attributes)] = seen.tags
    assert tag == "iframe"
    assert attributes["title"] == title
    assert attributes["sandbox"] == ""
    assert attributes["referrerpolicy"] == "no-referrer"
    assert str(attributes["src"]).endswith("/embed")


@pytest.mark.parametrize(
    ("changed", "state"),
    [
        ({}, "live"),
        ({"revoked_at": NOW}, "revoked"),
        ({"ends_at": NOW}, "ended"),
        ({"ends_at": NOW + timedelta(seconds=1)}, "live"),
        ({"page_state": "stopped"}, "page-over"),
        ({"page_state": "gone"}, "page-over"),
        ({"page_ends_at": NOW}, "page-over"),
        ({"page_ends_at": NOW + timedelta(seconds=1)}, "live"),
        ({"page_confirmed_at": NOW - timedelta(days=7)}, "paused"),
        ({"page_confirmed_at": NOW - timedelta(days=6)}, "live"),
        ({"page_confirmed_at": NOW - timedelta(days=7), "revoked_at": NOW}, "revoked"),
    ],
)
def test_when_a_link_opens(changed: dict[str, Any], state: str) -> None:
    """Section 4.1, rule 5: paused when nobody who may publish confirmed within the time."""
    link, confirmed_for = replace(LINK, **changed), timedelta(days=7)
    assert standing(link, NOW, enabled=True, confirmed_for=confirmed_for) == state
    off = standing(link, NOW, enabled=False, confirmed_for=confirmed_for)
    assert off == ("off" if state in ("live", "paused") else state)


class Clock:
    now = 0.0

    def __call__(self) -> float:
        return self.now


def test_an_address_that_misses_too_often_is_answered_nothing_for_a_while() -> None:
    clock = Clock()
    limits = ViewLimits(views=5, misses=2, clock=clock)
    for _ in range(2):
        limits.take("192.0.2.1")
        limits.missed("192.0.2.1")
    with pytest.raises(TooFast) as caught:
        limits.take("192.0.2.1")
    assert caught.value.extra["retry_after"] == 30
    limits.take("192.0.2.2")  # everybody else may go on
    clock.now = 60
    limits.take("192.0.2.1")


def test_an_address_that_asks_too_often_waits() -> None:
    limits = ViewLimits(views=3, misses=2, clock=Clock())
    for _ in range(3):
        limits.take("192.0.2.1")
    with pytest.raises(TooFast):
        limits.take("192.0.2.1")


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("2001:db8:1:2::1", "2001:db8:1:2:ffff::9", True),  # one customer of a provider
        ("2001:db8:1:2::1", "2001:db8:1:3::1", False),
        ("192.0.2.1", "::ffff:192.0.2.1", True),
        ("192.0.2.1", "192.0.2.2", False),
        ("", "no address", True),
    ],
)
def test_whose_bucket_an_address_takes_from(one: str, other: str, same: bool) -> None:
    limits = ViewLimits(views=1, misses=1, clock=Clock())
    limits.take(one)
    if same:
        with pytest.raises(TooFast):
            limits.take(other)
    else:
        limits.take(other)


def test_no_flood_of_addresses_fills_the_memory(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("openbis_nb.service.publishing.view_limits._MOST", 3)
    limits = ViewLimits(views=2, misses=1, clock=Clock())
    for number in range(3):
        limits.take(f"192.0.2.{number}")
    limits.take("198.51.100.1")
    limits.take("198.51.100.2")
    with pytest.raises(TooFast):  # all that are new share one
        limits.take("198.51.100.3")
    limits.take("192.0.2.1")


def test_which_proxies_are_believed_is_checked_at_the_start() -> None:
    assert load({}).proxies == ("127.0.0.1", "::1")
    given = load({"OPENBIS_NB_SERVICE_PROXIES": "10.0.0.0/8, 192.0.2.7"})
    assert given.proxies == ("10.0.0.0/8", "192.0.2.7")
    for wrong in ("*", "proxy.example.org", "10.0.0.0/99"):
        with pytest.raises(ConfigurationProblem, match="PROXIES"):
            load({"OPENBIS_NB_SERVICE_PROXIES": wrong})


def test_links_for_the_world_are_off_as_shipped() -> None:
    settings = load({})
    assert (settings.public_links, settings.public_fids, settings.link_addresses) == (False, False, False)
    assert (settings.link_life, settings.link_confirmed_for) == (90 * 86400, 7 * 86400)
