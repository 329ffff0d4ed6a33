"""What a real openBIS has at its address and the sandbox does not: refused in one sentence, by name."""

from __future__ import annotations

from aiohttp import web

_WEB_PAGES = "The sandbox has no web pages: {path} is not supported by the sandbox."
_SERVLET = "{path} is not supported by the sandbox."


async def refuse(request: web.Request) -> web.Response:
    """404 with the path in the sentence."""
    pages = request.path.startswith("/openbis/") and request.method == "GET"
    text = (_WEB_PAGES if pages else _SERVLET).format(path=request.path)
    return web.Response(status=404, text=text + "\n")


async def greet(request: web.Request) -> web.Response:
    """The root: say what this is, to somebody who opened it in a browser."""
    return web.Response(
        text="This is the openBIS sandbox of openbis-nb. It speaks the V3 API and has no web pages.\n"
    )


ROUTES = [
    web.get("/", greet, allow_head=False),
    web.get("/openbis/{path:.*}", refuse, allow_head=False),
    web.post("/openbis/{path:.*}", refuse),
    web.post("/datastore_server/{path:.*}", refuse),
]
