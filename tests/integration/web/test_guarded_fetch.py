"""Fetching from hosts that behave, and from those that do not; each failure says what to do."""

from __future__ import annotations

import asyncio
import ssl
import tracemalloc
from collections.abc import AsyncIterator, Sequence
from contextlib import suppress
from dataclasses import replace
from pathlib import Path

import pytest
import trustme

from openbis_nb import assemble
from openbis_nb.errors import (
    CertificateProblem,
    ConfigurationProblem,
    Forbidden,
    ForbiddenAddress,
    InvalidInput,
    NothingSuitable,
    OpenbisNbError,
    TooLarge,
    UpstreamFailure,
    UpstreamTimeout,
)
from openbis_nb.settings import load
from openbis_nb.web.guarded.fetching import fetch
from openbis_nb.web.guarded.rules import GuardRules

from .upstream import NOTEBOOK, Upstream, running


@pytest.fixture
async def upstream() -> AsyncIterator[Upstream]:
    async with running() as server:
        yield server


@pytest.fixture
def rules(upstream: Upstream) -> GuardRules:
    return GuardRules(allowed_hosts=(upstream.host,), max_bytes=2**20, timeout=30.0)


async def test_a_notebook_comes_with_its_facts_and_nothing_went_along(
    upstream: Upstream, rules: GuardRules, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """Table row 75, 92: no cookie, no token, no proxy of the environment, no netrc, no referrer."""
    netrc = tmp_path / "netrc"
    netrc.write_text("machine 127.0.0.1 login me password hidden\n", encoding="utf-8")
    monkeypatch.setenv("NETRC", str(netrc))
    for name in ("http_proxy", "HTTP_PROXY", "all_proxy"):
        monkeypatch.setenv(name, "http://127.0.0.1:9/")
    told: list[tuple[int, int]] = []
    fetched = await fetch(
        f"{upstream.url}cookie?x=1#cell", rules, progress=lambda done, total: told.append((done, total))
    )
    assert fetched.content == NOTEBOOK
    assert fetched.content_type == "application/json"
    assert fetched.url == f"{upstream.url}a.ipynb"
    assert fetched.redirects == (f"{upstream.url}cookie?x=1",)
    assert told[-1] == (len(NOTEBOOK), len(NOTEBOOK))
    for request in upstream.seen:
        assert set(request.headers) == {"Host", "User-Agent", "Accept", "Accept-Encoding", "Connection"}
        assert request.headers["User-Agent"] == "openbis-nb"


@pytest.mark.parametrize(
    "kind",
    ["application/json", "text/plain; charset=utf-8", "application/octet-stream", "application/x-ipynb+json"],
)
async def test_types_in_which_hosts_give_notebooks(upstream: Upstream, rules: GuardRules, kind: str) -> None:
    assert (await fetch(f"{upstream.url}as?type={kind.replace('+', '%2B')}", rules)).content == NOTEBOOK


async def test_what_is_packed_is_unpacked(upstream: Upstream, rules: GuardRules) -> None:
    assert (await fetch(f"{upstream.url}packed", rules)).content == NOTEBOOK


@pytest.mark.parametrize(
    ("path", "kind", "said"),
    [
        ("status/404", NothingSuitable, "nothing at this address"),
        ("status/410", NothingSuitable, "nothing at this address"),
        ("status/401", NothingSuitable, "not logged in"),
        ("status/403", NothingSuitable, "not logged in"),
        ("status/418", NothingSuitable, "HTTP 418"),
        ("status/204", NothingSuitable, "HTTP 204"),
        ("status/429", UpstreamFailure, "asks for a pause"),
        ("status/500", UpstreamFailure, "HTTP 500"),
        ("status/503", UpstreamFailure, "HTTP 503"),
        ("as?type=text/html", NothingSuitable, "a web page, not the file itself"),
        ("as?type=image/png", NothingSuitable, "something else: image/png"),
        ("as?type=application/zip", NothingSuitable, "something else"),
        ("circle/0", UpstreamFailure, "in a circle"),
        ("nowhere", UpstreamFailure, "without saying where to"),
        ("to/to/to/to/to/to/to/to/a.ipynb", UpstreamFailure, "more than 5 times"),
        ("to/file:%2F%2F%2Fetc/passwd", ForbiddenAddress, "redirects to an address that is refused"),
        ("to/http:%2F%2F10.0.0.1%2Fa.ipynb", ForbiddenAddress, "private network"),
        ("to/http:%2F%2F%5B::1%5D%2Fa.ipynb", ForbiddenAddress, "this machine"),
        ("endless", TooLarge, "larger than 1"),
        ("announced", TooLarge, "larger than 1"),
        ("bomb", TooLarge, "larger than 1"),
        ("packed/cut", UpstreamFailure, "cut off"),
        ("packed/garbage", UpstreamFailure, "cannot be unpacked"),
        ("packed/br", NothingSuitable, "not asked for"),
        ("packed/gzip, gzip", NothingSuitable, "not asked for"),
        ("cut", UpstreamFailure, "stopped in the middle"),
        ("lost", UpstreamFailure, "cannot be reached"),
    ],
)
async def test_each_failure_is_ours_and_says_what_to_do(
    upstream: Upstream, rules: GuardRules, path: str, kind: type[OpenbisNbError], said: str
) -> None:
    """B-09: the address is fetched first; a failure says that nothing suitable is there, and why."""
    with pytest.raises(kind) as failed:
        await fetch(f"{upstream.url}{path}", rules)
    assert type(failed.value) is kind
    assert said in failed.value.message
    assert failed.value.next_step


@pytest.mark.parametrize("path", ["slow", "silent", "to/silent"])
async def test_nothing_takes_longer_than_the_whole_time(
    upstream: Upstream, rules: GuardRules, path: str
) -> None:
    with pytest.raises(UpstreamTimeout, match=r"in time \(0.5 seconds at most\)"):
        await fetch(f"{upstream.url}{path}", replace(rules, timeout=0.5))


_ENDLESS = {
    "headers": (b"HTTP/1.1 200 OK\r\n", b"X-A: " + b"a" * 4000 + b"\r\n", UpstreamFailure),
    "one header": (b"HTTP/1.1 200 OK\r\nX-A: ", b"a" * 4000, UpstreamFailure),
    "a status line": (b"HTTP/1.1 200 ", b"a" * 4000, UpstreamFailure),
    "promises": (b"", b"HTTP/1.1 100 Continue\r\n\r\n", UpstreamTimeout),
    "no http": (b"", b"\0\1\2", UpstreamFailure),
    "a trailer": (
        b"HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n",
        b"X: " + b"x" * 4000 + b"\r\n",
        UpstreamFailure,
    ),
}


@pytest.mark.parametrize("what", _ENDLESS)
async def test_what_has_no_end_before_the_content_ends(what: str) -> None:
    begin, again, kind = _ENDLESS[what]

    async def answer(_: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with suppress(ConnectionError):
            writer.write(begin)
            while True:
                writer.write(again)
                await writer.drain()

    server = await asyncio.start_server(answer, "127.0.0.1", 0)
    url = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"
    timeout = 0.5 if kind is UpstreamTimeout else 30.0
    with pytest.raises(kind):
        await fetch(f"{url}/a.ipynb", GuardRules(allowed_hosts=(url,), timeout=timeout))
    server.close()


async def test_a_resolver_that_does_not_answer_is_not_waited_for(rules: GuardRules) -> None:
    async def resolver(host: str, port: int) -> Sequence[str]:
        await asyncio.Event().wait()
        return []

    with pytest.raises(UpstreamTimeout):
        await fetch("https://example.org/", replace(rules, timeout=0.2), resolver=resolver)


async def test_a_bomb_never_is_in_memory(upstream: Upstream, rules: GuardRules) -> None:
    """256 MB in 256 kB: at most the limit, and what one piece of the wire holds."""
    await fetch(f"{upstream.url}a.ipynb", rules)
    small = replace(rules, max_bytes=2 * 2**20)
    with pytest.raises(TooLarge):
        await fetch(f"{upstream.url}bomb", small)  # the server's own share is made now
    tracemalloc.start()
    try:
        with pytest.raises(TooLarge):
            await fetch(f"{upstream.url}bomb", small)
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert peak < 32 * 2**20


@pytest.mark.parametrize(
    "url", ["example.org/a.ipynb", "a.ipynb", "my notebook", "https://example.org/" + "a" * 2030]
)
async def test_what_is_no_whole_address_is_said(rules: GuardRules, url: str) -> None:
    with pytest.raises(InvalidInput) as refused:
        await fetch(url, rules)
    assert refused.value.status == 400


@pytest.mark.parametrize(
    "url", ["git@git.example.org:lab/repo.git", "ssh://git@git.example.org/lab/repo.git"]
)
async def test_an_address_for_ssh_is_said_as_one_for_https(rules: GuardRules, url: str) -> None:
    """It is what many copy first: they are told what to give in its place."""
    with pytest.raises(ForbiddenAddress, match="by ssh") as refused:
        await fetch(url, rules)
    assert "https://git.example.org/lab/repo.git" in refused.value.next_step


def test_what_an_admin_allows_must_be_hosts() -> None:
    good = assemble.guard_rules(load({"OPENBIS_NB_IMPORT_HOSTS": "git.lab.internal, http://127.0.0.1:8080"}))
    assert good.allowed_hosts == ("git.lab.internal", "http://127.0.0.1:8080")
    for wrong in ("127.1", "0x7f000001", "a..b"):
        with pytest.raises(ConfigurationProblem, match="is no host"):
            assemble.guard_rules(load({"OPENBIS_NB_IMPORT_HOSTS": wrong}))
    with pytest.raises(ConfigurationProblem):
        load({"OPENBIS_NB_IMPORT_HOSTS": "*.lab.internal"})
    with pytest.raises(Forbidden, match="switched off"):
        assemble.guard_rules(load({"OPENBIS_NB_IMPORTS": "no"}))


async def test_a_signed_address_may_be_long_but_what_a_person_gives_may_not(
    upstream: Upstream, rules: GuardRules
) -> None:
    """B-04: 2048 characters, as they are sent."""
    signature = "s" * 3000
    fetched = await fetch(f"{upstream.url}signed", rules)
    assert fetched.url == f"{upstream.url}a.ipynb?sig={signature}"
    with pytest.raises(InvalidInput, match="longer than 2048"):
        await fetch(upstream.url + "\u00fc" * 400, rules)


async def test_a_host_that_is_not_there(rules: GuardRules) -> None:
    async def resolver(host: str, port: int) -> Sequence[str]:
        raise OSError("no such name")

    with pytest.raises(NothingSuitable, match=r"no host nobody\.example\.org"):
        await fetch("https://nobody.example.org/a.ipynb", rules, resolver=resolver)


async def test_tls_is_verified_with_the_bundle_of_the_site(tmp_path: Path) -> None:
    ca, other = trustme.CA(), trustme.CA()
    bundle, wrong = tmp_path / "ca.pem", tmp_path / "other.pem"
    ca.cert_pem.write_to_path(str(bundle))
    other.cert_pem.write_to_path(str(wrong))
    async with (
        running(_tls(ca, "127.0.0.1")) as server,
        running(_tls(ca, "elsewhere.example.org")) as misnamed,
    ):
        rules = GuardRules(allowed_hosts=(server.host, misnamed.host), timeout=30.0)
        trusting = replace(rules, ca_bundle=bundle)
        assert (await fetch(f"{server.url}a.ipynb", trusting)).content == NOTEBOOK
        for url, judged in (
            (server.url, rules),
            (server.url, replace(rules, ca_bundle=wrong)),
            (misnamed.url, trusting),
        ):
            with pytest.raises(CertificateProblem):
                await fetch(f"{url}a.ipynb", judged)
        assert misnamed.seen == []
        with pytest.raises(ForbiddenAddress, match="without encryption"):
            await fetch(f"{server.url}to/http:%2F%2Fexample.org%2Fa.ipynb", trusting)


async def test_the_host_is_left_as_soon_as_it_is_refused(upstream: Upstream, rules: GuardRules) -> None:
    with pytest.raises(TooLarge):
        await fetch(f"{upstream.url}endless", rules)
    async with asyncio.timeout(30):
        await upstream.ended["/endless"].wait()


def _tls(ca: trustme.CA, name: str) -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    ca.issue_cert(name).configure_cert(context)
    return context
