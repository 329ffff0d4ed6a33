"""The client of our service against a server on a socket that answers as it is told, also badly."""

from __future__ import annotations

import asyncio
import logging
import os
import ssl
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
import trustme
from aiohttp import web

from openbis_nb.errors import (
    CertificateProblem,
    ConfigurationProblem,
    Conflict,
    HubFailure,
    HubTimeout,
    NotFound,
    NotLoggedIn,
    OpenbisNbError,
    SaveUndecided,
    TooLarge,
    TooMany,
    TransferFailed,
)
from openbis_nb.openbis.secrets import Secret
from openbis_nb.web import service_client
from openbis_nb.web.access import Access, HubToken, OpenBISLogIn
from openbis_nb.web.new_file import write_stream
from openbis_nb.web.repeating import pause
from openbis_nb.web.service_client import ServiceClient

TOKEN = "a-token-that-nobody-may-see"


@dataclass
class Answering:
    """A server: each request takes the next answer, the last one stays; ``seen`` are the requests."""

    url: str
    seen: list[web.Request] = field(default_factory=list)
    bodies: list[bytes] = field(default_factory=list)
    answers: list[Callable[[web.Request], Awaitable[web.StreamResponse]]] = field(default_factory=list)

    def then(self, status: int = 200, body: Any = None, text: str | None = None, **headers: str) -> Answering:
        async def answer(_: web.Request) -> web.StreamResponse:
            shown = {name.replace("_", "-"): value for name, value in headers.items()}
            if text is not None:
                return web.Response(status=status, text=text, headers=shown)
            return web.json_response(body if body is not None else {}, status=status, headers=shown)

        self.answers.append(answer)
        return self

    def fail(self, error: OpenbisNbError, **headers: str) -> Answering:
        return self.then(error.status, error.problem(), **headers)

    def client(self, **changes: Any) -> ServiceClient:
        known: dict[str, Any] = {"url": self.url, "who": HubToken(Secret(TOKEN)), "silence": 2.0} | changes
        return ServiceClient(Access(**known))


@asynccontextmanager
async def serving(tls: ssl.SSLContext | None = None) -> AsyncIterator[Answering]:
    async def handle(request: web.Request) -> web.StreamResponse:
        server.seen.append(request)
        server.bodies.append(await request.read())
        answer = server.answers.pop(0) if len(server.answers) > 1 else server.answers[0]
        return await answer(request)

    app = web.Application()
    app.router.add_route("*", "/{path:.*}", handle)
    runner = web.AppRunner(app, shutdown_timeout=0.1)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0, ssl_context=tls)
    await site.start()
    port = runner.addresses[0][1]
    server = Answering(f"{'https' if tls else 'http'}://127.0.0.1:{port}/services/openbis/")
    try:
        yield server
    finally:
        await runner.cleanup()


@pytest.fixture
async def server() -> AsyncIterator[Answering]:
    async with serving() as server:
        yield server


@pytest.fixture
def quick(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """Pauses of the client are noted, not slept; those of everybody else in this process are slept."""
    paused: list[float] = []

    async def sleep(seconds: float) -> None:
        paused.append(seconds)

    of_the_client = SimpleNamespace(sleep=sleep, to_thread=asyncio.to_thread)
    monkeypatch.setattr(service_client, "asyncio", of_the_client)
    return paused


async def test_who_asks_is_in_a_header_and_nowhere_else(server: Answering) -> None:
    """P-31: a hub token, or a user name with an openBIS token as HTTP basic."""
    server.then(body={"a": 1}, ETag='"7"')
    async with server.client() as client:
        assert await client.get_with_etag("things", text="ä & b", many=["1", "2"], newer=True, none=None) == (
            {"a": 1}, '"7"',
        )  # fmt: skip
    async with server.client(who=OpenBISLogIn("alice", Secret("t-1"))) as client:
        await client.get("things")
    first, second = server.seen
    assert first.headers["Authorization"] == f"token {TOKEN}"
    assert second.headers["Authorization"] == "Basic YWxpY2U6dC0x"
    assert list(first.query.items()) == [("text", "ä & b"), ("many", "1"), ("many", "2"), ("newer", "true")]
    assert TOKEN not in repr(client.access)
    assert TOKEN not in str(first.rel_url)


async def test_errors_come_back_as_what_they_were(server: Answering) -> None:
    told = NotFound("There is no such notebook.", next_step="Look again.", extra={"hint": 1})
    server.fail(told)
    async with server.client() as client:
        with pytest.raises(NotFound) as caught:
            await client.get("notebooks/1")
    assert caught.value.problem() == told.problem()
    assert len(server.seen) == 1


@pytest.mark.parametrize(
    ("status", "text", "kind"),
    [
        (401, "<html>log in</html>", NotLoggedIn),
        (200, "<html>Welcome</html>", ConfigurationProblem),
        (404, "<html>404 : Not Found</html>", ConfigurationProblem),
        (302, "", ConfigurationProblem),
        (500, "oops", HubFailure),
        (400, '["no", "problem"]', ConfigurationProblem),
    ],
)
async def test_what_is_no_answer_of_the_service(
    server: Answering, quick: list[float], status: int, text: str, kind: type[OpenbisNbError]
) -> None:
    """A proxy's page, or another service at that address; redirects are not followed with a token."""
    server.then(status, text=text, Location="http://127.0.0.1:9/")
    async with server.client(retry_for=1.0) as client:
        with pytest.raises(kind) as caught:
            await client.get("notebooks")
    assert caught.value.next_step
    assert TOKEN not in str(caught.value)
    assert quick == ([1.0] if status == 500 else [])


async def test_what_reads_is_repeated_while_the_service_is_away(
    server: Answering, quick: list[float]
) -> None:
    """P-40: from 1 s, doubled; and as long as Retry-After says."""
    told: list[str] = []
    server.then(502, text="bad gateway").then(503, text="", Retry_After="7").then(504, text="").then(
        body={"a": 1}
    )
    async with ServiceClient(server.client().access, told.append) as client:
        assert await client.get("notebooks") == {"a": 1}
    assert quick == [1.0, 7.0, 4.0]
    assert len(told) == 3
    assert [pause(tries, None) for tries in range(1, 7)] == [1, 2, 4, 8, 16, 16]


async def test_a_limit_is_waited_for_only_when_it_says_how_long(
    server: Answering, quick: list[float]
) -> None:
    """P-40."""
    server.fail(TooMany("Too many."), Retry_After="3").then(body={"a": 1})
    async with server.client() as client:
        assert await client.get("notebooks") == {"a": 1}
        server.answers.clear()
        server.fail(TooMany("Too many wait."))
        with pytest.raises(TooMany):
            await client.get("notebooks")
        server.answers.clear()
        server.fail(TooMany("Tomorrow."), Retry_After="86400")
        with pytest.raises(TooMany):
            await client.get("notebooks")
    assert quick == [3.0]


async def test_a_write_that_is_under_way_is_waited_for(server: Answering, quick: list[float]) -> None:
    """N-43: the answer to the first try was lost, and the service is still at it; then it cannot say."""
    busy = Conflict("The first one is still being done.", extra={"retry_after": 1})
    server.fail(busy).fail(SaveUndecided("Whether openBIS took it is not known.")).then(201, {"id": "1"})
    async with server.client() as client:
        assert await client.change("POST", "notebooks/1/fork", {}) == {"id": "1"}
    assert quick == [1.0, 2.0]


async def test_a_write_is_one_write_however_often_it_is_sent(
    server: Answering, quick: list[float], tmp_path: Path
) -> None:
    """N-43: every try carries the same idempotency key, and all of the file."""
    file = tmp_path / "a.ipynb"
    file.write_bytes(b"x" * 200_000)
    server.then(502, text="").then(201, {"id": "1"})
    async with server.client() as client:
        assert await client.send_file("notebooks", file, {"name": "A"}) == {"id": "1"}
        assert await client.change("PATCH", "notebooks/1", {"name": "B"}, etag='"1"') == {"id": "1"}
    first, second, third = server.seen
    keys = [request.headers["Idempotency-Key"] for request in server.seen]
    assert keys[0] == keys[1] != keys[2]
    assert server.bodies == [file.read_bytes(), file.read_bytes(), b'{"name": "B"}']
    assert (second.query["name"], third.headers["If-Match"]) == ("A", '"1"')
    assert first.headers["Content-Length"] == "200000"


async def test_a_mistake_is_not_repeated(server: Answering, quick: list[float]) -> None:
    server.fail(Conflict("Somebody else was faster.")).fail(
        CertificateProblem("openBIS' certificate is over.")
    )
    async with server.client() as client:
        with pytest.raises(Conflict):
            await client.change("DELETE", "notebooks/1")
        with pytest.raises(CertificateProblem):
            await client.get("notebooks/1")
    assert quick == []


async def test_lists_are_followed_page_by_page(server: Answering) -> None:
    """N-65: no page more than is needed."""
    server.then(body={"entries": [{"id": 1}, {"id": 2}], "cursor": "b", "matchingItemCount": 5})
    server.then(body={"entries": [{"id": 3}, {"id": 4}], "cursor": "c", "matchingItemCount": 5})
    async with server.client() as client:
        found = [[one["id"] for one in page["entries"]] async for page in client.pages("x", most=3, text="t")]
    assert found == [[1, 2], [3]]
    assert [dict(request.query) for request in server.seen] == [
        {"text": "t", "limit": "3"}, {"text": "t", "cursor": "b", "limit": "1"},
    ]  # fmt: skip


async def test_silence_and_a_closed_door_end_in_time(server: Answering) -> None:
    async def silent(request: web.Request) -> web.StreamResponse:
        response = web.StreamResponse()
        await response.prepare(request)
        await response.write(b"{")
        await asyncio.Event().wait()
        return response

    server.answers.append(silent)
    async with server.client(silence=0.2, retry_for=0.0) as client:
        with pytest.raises(HubTimeout):
            await client.get("notebooks")
    async with server.client(url="http://127.0.0.1:1/services/openbis/", retry_for=0.0) as client:
        with pytest.raises(HubFailure) as caught:
            await client.get("notebooks")
    assert "OPENBIS_NB_SERVICE_URL" in caught.value.next_step


async def test_a_stranger_with_another_certificate_gets_no_token(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    authority = trustme.CA()
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert("127.0.0.1").configure_cert(context)
    bundle = tmp_path / "ca.pem"
    authority.cert_pem.write_to_path(str(bundle))
    async with serving(context) as server:
        server.then(body={"a": 1})
        async with server.client() as client:
            with pytest.raises(CertificateProblem):
                await client.get("notebooks")
        assert server.seen == []
        async with server.client(ca_bundle=bundle) as client:
            assert await client.get("notebooks") == {"a": 1}
    assert TOKEN not in caplog.text


async def test_a_download_is_a_new_file_or_none(server: Answering, tmp_path: Path) -> None:
    """N-47: whole, beside what is there; N-13."""
    content = b"0123456789" * 30_000
    server.then(text=content.decode())

    async def fetch(most: int = 10**6) -> Path:
        async with (
            server.client(retry_for=0.0) as client,
            client.open("versions/1/content") as (pieces, size),
        ):
            return await write_stream(tmp_path, "A/look", ".ipynb", pieces, size=size, most=most)

    assert [(await fetch()).name for _ in range(2)] == ["A_look.ipynb", "A_look 2.ipynb"]
    with pytest.raises(TooLarge):
        await fetch(most=1000)

    async def cut(request: web.Request) -> web.StreamResponse:
        response = web.StreamResponse(headers={"Content-Length": "1000"})
        await response.prepare(request)
        await response.write(b"x" * 500)
        assert request.transport is not None
        request.transport.abort()
        return response

    server.answers[:] = [cut]
    with pytest.raises(HubFailure):
        await fetch()
    assert sorted(os.listdir(tmp_path)) == ["A_look 2.ipynb", "A_look.ipynb"]
    assert (tmp_path / "A_look 2.ipynb").read_bytes() == content


async def test_fewer_bytes_than_announced_are_no_file(tmp_path: Path) -> None:
    async def pieces() -> AsyncIterator[bytes]:
        yield b"half"

    with pytest.raises(TransferFailed):
        await write_stream(tmp_path, "a", ".ipynb", pieces(), size=8, most=100)
    assert os.listdir(tmp_path) == []
