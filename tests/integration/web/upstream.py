"""A server on loopback that notebooks are fetched from, and which does all that hosts may do."""

from __future__ import annotations

import asyncio
import gzip
import os
import ssl
import zlib
from collections import defaultdict
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from urllib.parse import unquote

from aiohttp import web

__all__ = ["NOTEBOOK", "Repository", "Upstream", "running"]

NOTEBOOK = (
    b'{"nbformat": 4, "nbformat_minor": 5, "metadata": {"kernelspec": {"name": "python3", '
    b'"display_name": "Python 3"}}, "cells": [{"cell_type": "code", "id": "one", "metadata": {}, '
    b'"source": "1 + 1", "execution_count": null, "outputs": []}]}'
)
_GIT = {
    "PATH": os.environ["PATH"],
    "GIT_CONFIG_GLOBAL": os.devnull,
    "GIT_CONFIG_NOSYSTEM": "1",
    "GIT_AUTHOR_NAME": "Somebody",
    "GIT_AUTHOR_EMAIL": "somebody@example.org",
    "GIT_COMMITTER_NAME": "Somebody",
    "GIT_COMMITTER_EMAIL": "somebody@example.org",
}


@dataclass(frozen=True, slots=True)
class Repository:
    """A git repository in a folder, changed in place; its ``.git`` is what the host serves."""

    folder: Path

    async def git(self, *arguments: str) -> str:
        """git in the folder; what it says."""
        process = await asyncio.create_subprocess_exec(
            "git", "-C", str(self.folder), *arguments,
            env=_GIT | {"HOME": str(self.folder)}, stdout=asyncio.subprocess.PIPE,
        )  # fmt: skip
        said, _ = await process.communicate()
        assert process.returncode == 0
        return said.decode().strip()

    async def commit(self, path: str, content: bytes) -> str:
        """Write and commit a file; the commit."""
        file = self.folder / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(content)
        await self.git("add", "--all")
        await self.git("commit", "--quiet", "-m", f"{path} anew")
        return await self.git("rev-parse", "HEAD")


@dataclass
class Upstream:
    """The server; ``seen`` are its requests."""

    url: str = ""
    repositories: Path | None = None
    seen: list[web.Request] = field(default_factory=list)
    ended: dict[str, asyncio.Event] = field(default_factory=lambda: defaultdict(asyncio.Event))

    @property
    def host(self) -> str:
        """What an admin writes to allow it."""
        return self.url.rstrip("/")

    def application(self) -> web.Application:
        application = web.Application(middlewares=[self._notes])
        give = application.router.add_get
        give("/a.ipynb", self._notebook)
        give("/as", self._as)
        give("/to/{target:.*}", self._to)
        give("/circle/{at}", self._circle)
        give("/status/{status}", self._status)
        give("/endless", self._endless)
        give("/slow", self._slow)
        give("/silent", self._silent)
        give("/announced", self._announced)
        give("/bomb", self._bomb)
        give("/packed", self._packed)
        give("/packed/{how}", self._packed)
        give("/cut", self._cut)
        give("/lost", self._lost)
        give("/nowhere", self._nowhere)
        give("/signed", self._signed)
        give("/cookie", self._cookie)
        give("/empty", self._empty)
        give("/any/{path:.*}", self._notebook)
        give("/lab/{repo}.git/info/refs", self._refs)
        give("/lab/{repo}/-/raw/{commit}/{path:.*}", self._raw)
        return application

    @web.middleware
    async def _notes(self, request: web.Request, handler: object) -> web.StreamResponse:
        self.seen.append(request)
        try:
            return await handler(request)  # type: ignore[operator, no-any-return]
        finally:
            self.ended[request.path].set()

    async def _notebook(self, _: web.Request) -> web.Response:
        return web.Response(body=NOTEBOOK, content_type="application/json")

    async def _as(self, request: web.Request) -> web.Response:
        return web.Response(body=NOTEBOOK, headers={"Content-Type": request.query["type"]})

    async def _to(self, request: web.Request) -> web.Response:
        target = unquote(request.match_info["target"])
        return web.Response(status=302, headers={"Location": target if "://" in target else f"/{target}"})

    async def _circle(self, request: web.Request) -> web.Response:
        at = int(request.match_info["at"])
        return web.Response(status=307, headers={"Location": f"/circle/{at + 1 if at < 3 else 0}"})

    async def _status(self, request: web.Request) -> web.Response:
        return web.Response(status=int(request.match_info["status"]), text="no")

    async def _endless(self, request: web.Request) -> web.StreamResponse:
        response = await _begun(request)
        while True:
            await response.write(b" " * 2**16)

    async def _slow(self, request: web.Request) -> web.StreamResponse:
        """A byte now and then: never silent for long, never done."""
        response = await _begun(request)
        while True:
            await response.write(b" ")
            await asyncio.sleep(0.05)

    async def _silent(self, _: web.Request) -> web.StreamResponse:
        await asyncio.Event().wait()
        raise AssertionError

    async def _announced(self, request: web.Request) -> web.StreamResponse:
        response = web.StreamResponse(
            headers={"Content-Type": "application/json", "Content-Length": str(2**40)}
        )
        await response.prepare(request)
        await asyncio.Event().wait()
        return response

    async def _bomb(self, _: web.Request) -> web.Response:
        return web.Response(
            body=_bomb(), headers={"Content-Type": "application/json", "Content-Encoding": "gzip"}
        )

    async def _packed(self, request: web.Request) -> web.Response:
        how = request.match_info.get("how", "gzip")
        body = gzip.compress(NOTEBOOK)
        body = {"cut": body[:-20], "garbage": b"no gzip at all"}.get(how, body)
        coding = how if how in ("br", "zstd", "gzip, gzip") else "gzip"
        return web.Response(body=body, headers={"Content-Type": "text/plain", "Content-Encoding": coding})

    async def _cut(self, request: web.Request) -> web.StreamResponse:
        response = web.StreamResponse(headers={"Content-Type": "text/plain", "Content-Length": "100000"})
        await response.prepare(request)
        await response.write(NOTEBOOK)
        assert request.transport is not None
        request.transport.abort()
        return response

    async def _lost(self, request: web.Request) -> web.Response:
        assert request.transport is not None
        request.transport.abort()
        return web.Response()

    async def _signed(self, _: web.Request) -> web.Response:
        return web.Response(status=302, headers={"Location": f"/a.ipynb?sig={'s' * 3000}"})

    async def _nowhere(self, _: web.Request) -> web.Response:
        return web.Response(status=301)

    async def _cookie(self, _: web.Request) -> web.Response:
        return web.Response(status=302, headers={"Location": "/a.ipynb", "Set-Cookie": "who=you; Path=/"})

    async def _empty(self, _: web.Request) -> web.Response:
        return web.Response(text="\n", content_type="text/plain")

    async def _refs(self, request: web.Request) -> web.Response:
        """git's own ``http-backend``, as a web server runs it."""
        assert self.repositories is not None
        environment = {
            "GIT_PROJECT_ROOT": str(self.repositories),
            "GIT_HTTP_EXPORT_ALL": "1",
            "PATH_INFO": f"/{request.match_info['repo']}/.git/info/refs",
            "QUERY_STRING": request.query_string,
            "REQUEST_METHOD": "GET",
        }
        process = await asyncio.create_subprocess_exec(
            "git", "http-backend", env=_GIT | environment, stdout=asyncio.subprocess.PIPE
        )
        said, _ = await process.communicate()
        head, _, body = said.partition(b"\r\n\r\n")
        headers = dict(line.decode().split(": ", 1) for line in head.split(b"\r\n"))
        status = int(headers.pop("Status", "200")[:3])
        return web.Response(status=status, body=body, headers=headers)

    async def _raw(self, request: web.Request) -> web.Response:
        assert self.repositories is not None
        repository = Repository(self.repositories / request.match_info["repo"])
        named = f"{request.match_info['commit']}:{request.match_info['path']}"
        return web.Response(text=await repository.git("show", named), content_type="text/plain")


@cache
def _bomb() -> bytes:
    """256 MB in 256 kB."""
    packer = zlib.compressobj(9, zlib.DEFLATED, zlib.MAX_WBITS | 16)
    return b"".join(packer.compress(bytes(2**20)) for _ in range(256)) + packer.flush()


async def _begun(request: web.Request) -> web.StreamResponse:
    response = web.StreamResponse(headers={"Content-Type": "application/json"})
    await response.prepare(request)
    return response


@asynccontextmanager
async def running(
    tls: ssl.SSLContext | None = None, repositories: Path | None = None
) -> AsyncIterator[Upstream]:
    """The server for the length of a block."""
    upstream = Upstream(repositories=repositories)
    runner = web.AppRunner(upstream.application(), handler_cancellation=True, shutdown_timeout=1.0)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0, ssl_context=tls).start()
    upstream.url = f"{'https' if tls else 'http'}://127.0.0.1:{runner.addresses[0][1]}/"
    try:
        yield upstream
    finally:
        await runner.cleanup()
