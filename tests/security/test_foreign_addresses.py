"""No address that a stranger names makes us reach inside (table row 92, design section 6)."""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from contextlib import suppress

import pytest
from aiohttp import web

from openbis_nb.errors import ForbiddenAddress, InvalidInput, OpenbisNbError, UpstreamFailure
from openbis_nb.web.guarded.addresses import target_of
from openbis_nb.web.guarded.fetching import _next, fetch
from openbis_nb.web.guarded.networks import kind_of
from openbis_nb.web.guarded.pinned import _is_own
from openbis_nb.web.guarded.rules import GuardRules

from .foreign_addresses import HOSTILE, LEADING_INSIDE
from .wire import watched

PUBLIC = "93.184.216.34"
NOTEBOOK = b'{"nbformat": 4, "nbformat_minor": 5, "metadata": {}, "cells": []}'


class Inside:
    """A server on both loopback addresses that gives a notebook, or redirects to ``target``."""

    def __init__(self) -> None:
        self.port = 0
        self.target = ""
        self.visits = 0

    async def start(self) -> web.AppRunner:
        application = web.Application()
        application.router.add_get("/redirect", self._redirect)
        application.router.add_get("/{path:.*}", self._answer)
        runner = web.AppRunner(application)
        await runner.setup()
        await web.TCPSite(runner, "127.0.0.1", 0).start()
        self.port = runner.addresses[0][1]
        with suppress(OSError):  # a machine without IPv6 has nothing to be reached there
            await web.TCPSite(runner, "::1", self.port).start()
        return runner

    async def _answer(self, _: web.Request) -> web.Response:
        self.visits += 1
        return web.Response(body=NOTEBOOK, content_type="application/json")

    async def _redirect(self, _: web.Request) -> web.Response:
        return web.Response(status=302, headers={"Location": self.target})


@pytest.fixture
async def inside() -> AsyncIterator[Inside]:
    server = Inside()
    runner = await server.start()
    yield server
    await runner.cleanup()


async def nobody(host: str, port: int) -> Sequence[str]:
    raise AssertionError(f"{host} needs no look-up to be refused")


async def numbers_only(host: str, port: int) -> Sequence[str]:
    """As a resolver answers for what is an IP address already."""
    kind_of(host)
    return [host]


def test_the_table_is_large_enough() -> None:
    assert len(HOSTILE) == len(set(HOSTILE)) >= 150


@pytest.mark.parametrize("url", HOSTILE)
async def test_no_hostile_address_opens_a_connection(url: str, inside: Inside) -> None:
    """B-02: localhost, and all that is like it, in any notation; with the reason, and nothing sent."""
    with watched() as wire, pytest.raises((ForbiddenAddress, InvalidInput)) as refused:
        await fetch(url.format(port=inside.port), GuardRules(), resolver=numbers_only)
    assert (wire.connected, wire.asked, inside.visits) == ([], [], 0)
    assert refused.value.message.endswith(".")
    assert refused.value.next_step


@pytest.mark.parametrize("addresses", LEADING_INSIDE, ids=" ".join)
async def test_no_name_leads_inside(addresses: list[str], inside: Inside) -> None:
    """Every address behind a name is judged; one that is refused spoils all."""

    async def resolver(host: str, port: int) -> Sequence[str]:
        return addresses

    with watched() as wire, pytest.raises(ForbiddenAddress):
        await fetch(f"http://notebooks.example.org:{inside.port}/a.ipynb", GuardRules(), resolver=resolver)
    assert (wire.connected, inside.visits) == ([], 0)


async def test_no_redirect_leads_inside(inside: Inside) -> None:
    """Each redirect is judged as the first address was, also that of a host which an admin allowed."""
    redirector = Inside()
    runner = await redirector.start()
    begins = f"http://127.0.0.1:{redirector.port}/"
    rules = GuardRules(allowed_hosts=(begins.rstrip("/"),))
    let_through = []
    for url in (address.format(port=inside.port) for address in HOSTILE):
        if not (url.isascii() and url.isprintable()):
            continue  # cannot stand in a header
        redirector.target = url
        with watched() as wire:
            try:
                fetched = await fetch(f"{begins}redirect", rules, resolver=numbers_only)
                if not fetched.url.startswith(begins):  # of what has no host, it is a path at the first one
                    let_through.append(url)
            except (ForbiddenAddress, InvalidInput, UpstreamFailure):
                pass
        assert set(wire.connected) == {"127.0.0.1"}, url
    await runner.cleanup()
    assert let_through == []
    assert inside.visits == 0


async def test_what_an_admin_allows_is_that_very_host_port_and_scheme(inside: Inside) -> None:
    other = inside.port + 1 if inside.port < 65_535 else inside.port - 1
    rules = GuardRules(allowed_hosts=(f"http://127.0.0.1:{inside.port}",))
    assert (await fetch(f"http://127.0.0.1:{inside.port}/a.ipynb", rules)).content == NOTEBOOK
    with watched() as wire:
        for url in (
            f"http://127.0.0.1:{other}/",
            f"https://127.0.0.1:{inside.port}/",
            f"http://127.0.0.2:{inside.port}/",
            f"http://localhost:{inside.port}/",
            f"http://[::1]:{inside.port}/",
            f"http://[::ffff:127.0.0.1]:{inside.port}/",
        ):
            with pytest.raises(ForbiddenAddress):
                await fetch(url, rules)
    assert wire.connected == []


def test_no_public_host_sends_anybody_to_an_allowed_one() -> None:
    """A person who names a public address does not mean a host of the own network."""
    rules = GuardRules(allowed_hosts=("https://files.lab.internal:8443", "git.lab.internal"))
    public = target_of("https://example.org/a.ipynb", rules)
    for location in ("https://files.lab.internal:8443/x", "//git.lab.internal/x"):
        with pytest.raises(ForbiddenAddress, match="a host of the own network"):
            _next(public, location, [public.url], rules)
    inside = target_of("https://git.lab.internal/x", rules)
    assert _next(inside, "https://files.lab.internal:8443/x", [inside.url], rules).inside


@pytest.mark.parametrize("address", ["169.254.169.254", "fe80::1", "0.0.0.0", "224.0.0.1", "fd00:ec2::254"])
async def test_also_an_allowed_name_leads_to_no_credentials(address: str) -> None:
    async def resolver(host: str, port: int) -> Sequence[str]:
        return [address]

    rules = GuardRules(allowed_hosts=("git.lab.internal",))
    with watched() as wire, pytest.raises(ForbiddenAddress):
        await fetch("https://git.lab.internal/a.ipynb", rules, resolver=resolver)
    assert wire.connected == []


async def test_an_answer_that_changes_between_look_ups_changes_nothing() -> None:
    """DNS rebinding: there is one look-up, and the connection goes to what it said."""
    answers = [[PUBLIC], ["127.0.0.1"], ["127.0.0.1"]]

    async def resolver(host: str, port: int) -> Sequence[str]:
        return answers.pop(0)

    with watched() as wire, pytest.raises(UpstreamFailure):
        await fetch("http://rebound.example.org:8000/a.ipynb", GuardRules(), resolver=resolver)
    assert set(wire.connected) == {PUBLIC}  # where the test lets nobody through
    assert len(answers) == 2
    assert wire.asked == []


async def test_a_name_is_judged_again_after_a_redirect_to_itself(inside: Inside) -> None:
    answers = [["127.0.0.1"], ["169.254.169.254"]]

    async def resolver(host: str, port: int) -> Sequence[str]:
        return answers.pop(0)

    inside.target = "/a.ipynb"
    rules = GuardRules(allowed_hosts=(f"http://git.lab.internal:{inside.port}",))
    with watched() as wire, pytest.raises(ForbiddenAddress, match=r"leads to 169\.254\.169\.254"):
        await fetch(f"http://git.lab.internal:{inside.port}/redirect", rules, resolver=resolver)
    assert wire.connected == ["127.0.0.1"]
    assert inside.visits == 0


async def test_addresses_of_public_hosts_are_not_refused() -> None:
    """B-04 as it is here: ports, query strings, names of any country; only the connection fails in a test."""

    async def resolver(host: str, port: int) -> Sequence[str]:
        return [PUBLIC, "2606:2800:220:1::1"]

    for url in (
        "https://example.org/a.ipynb",
        "http://example.org:8080/a%20b.ipynb?raw=true&ref=main#cell-3",
        "https://b\u00fccher.example/\u00fcbung.ipynb",
        "https://xn--bcher-kva.example/a.ipynb",
        "HTTPS://Example.ORG./a.ipynb",
        f"https://{PUBLIC}/a.ipynb",
        "https://[2606:2800:220:1::1]:8443/a.ipynb",
        "https://example.org/no/ending?file=a.ipynb",
    ):
        with watched() as wire, pytest.raises(OpenbisNbError) as failed:
            await fetch(url, GuardRules(), resolver=resolver)
        assert type(failed.value) is UpstreamFailure, url
        assert set(wire.connected) <= {PUBLIC, "2606:2800:220:1::1"}
        assert wire.connected


@pytest.mark.parametrize(
    ("address", "kind"),
    [
        (PUBLIC, "public"),
        ("8.8.8.8", "public"),
        ("172.32.0.1", "public"),
        ("2606:2800:220:1::1", "public"),
        ("::ffff:8.8.8.8", "public"),
        ("64:ff9b::8.8.8.8", "public"),
        ("169.254.169.254", "metadata"),
        ("10.0.0.1", "private"),
        ("100.64.0.1", "shared"),
        ("::ffff:10.0.0.1", "private"),
        ("2002:808:808::1", "tunnel"),
        ("::", "unspecified"),
    ],
)
def test_kinds_of_addresses(address: str, kind: str) -> None:
    assert kind_of(address) == kind


def test_a_public_address_of_this_very_machine_would_be_seen() -> None:
    assert _is_own("127.0.0.1", 80)
    assert not _is_own("203.0.113.7", 80)
