"""What a link may write into ``next``: a table for the pure function and for a running hub.

``{id}`` is the person's id in openBIS, ``{name}`` their name at the hub.
"""

from __future__ import annotations

import re
from urllib.parse import unquote, urljoin, urlsplit

#: These are no targets: the person lands at the root of their own server.
REFUSED = (
    # nothing, or not a path
    "",
    " ",
    "lab",
    "user/{id}/lab",
    "?next=/user/{id}/lab",
    "#/user/{id}/lab",
    "*",
    # other hosts, written in every way that a browser takes
    "//evil.example/user/{id}/lab",
    "///evil.example/",
    "////evil.example/user/{id}/lab",
    "/\\evil.example/",
    "\\\\evil.example\\",
    "\\/evil.example/",
    "/\t/evil.example/",
    "/\n/evil.example/",
    "\t//evil.example/",
    "https://evil.example/user/{id}/lab",
    "HTTPS://evil.example/",
    "https:evil.example",
    "https:/evil.example",
    "https:\\\\evil.example",
    "http://127.0.0.1@evil.example/user/{id}/",
    "//127.0.0.1:80@evil.example/",
    "/%2f/evil.example/",
    "/%5cevil.example/",
    "//",
    "/.//evil.example",
    # other schemes
    "javascript:alert(1)",
    " javascript:alert(1)",
    "java\nscript:alert(1)",
    "data:text/html,x",
    "file:///etc/passwd",
    "blob:https://x/y",
    "view-source:/user/{id}/lab",
    # other people's servers, also by a detour
    "/user/bob",
    "/user/bob/lab",
    "/user/bob/openbis/launch/x",
    "/user/{id}/../bob/lab",
    "/user/{id}/%2e%2e/bob/lab",
    "/user/{id}/%2E%2E/bob/lab",
    "/user/{id}/.%2e/bob/lab",
    "/user/{id}/%252e%252e/bob/lab",
    "/user/{id}/..%2fbob/lab",
    "/user/{id}/..%5cbob/lab",
    "/user/{id}/..\\bob/lab",
    "/user/{id}/lab/../../bob/lab",
    "/user/{id}/lab/..;/..;/bob/../../bob",
    "/user/{id}/./lab",
    "/user/{id}//bob",
    "/user/{id}x/lab",
    "/user/{id}%00/lab",
    "/user/{id}%20/lab",
    "/user//{id}/lab",
    "/user",
    "/user/",
    "/USER/{id}/lab",
    "/./user/{id}/lab",
    "/x/../user/{id}/lab",
    "/user-redirect/lab",
    # control characters, which split headers or hide in logs
    "/user/{id}/a\nb",
    "/user/{id}/a\r\nSet-Cookie: x=y",
    "/user/{id}/a%0d%0aSet-Cookie:%20x=y",
    "/user/{id}/a\x00b",
    "/user/{id}/a%00b",
    "/user/{id}/\x7f",
    "/user/{id}/\u0085x",
    "/user/{id}/" + "a" * 8192,
    # what does something by a GET at the hub
    "/",
    "/hub",
    "/hub/",
    "/hub/home",
    "/hub/admin",
    "/hub/token",
    "/hub/logout",
    "/hub/%6cogout",
    "/hub/login?token=x",
    "/hub/login?ticket=x",
    "/hub/spawn/bob",
    "/hub/spawn?next=https://evil.example/",
    "/hub/user-redirect/../bob/lab",
    "/hub/user-redirect/%2e%2e/bob/lab",
    "/hub/user-redirect//evil.example",
    "/hub/user/{id}/../bob/lab",
    "/hub/spawn?next=/hub/logout",
    "/hub/spawn?next=//evil.example/",
    "/hub/spawn/{name}?next=/user/bob/lab",
    "/hub/spawn-pending/bob?next=/user/{id}/lab",
    "/hub/spawn" + "?next=/hub/spawn" * 500,
    "/hub/user/bob/",
    "/hub/openbis/confirm",
    "/hub/accept-share?code=x",
    "/hub/api/users",
    "/hub/api/openbis/session",
    "/hub/api/oauth2/authorize",
    "/hub/api/oauth2/authorize?client_id=jupyterhub-user-bob&redirect_uri=https://evil.example/",
    "/hub/api/oauth2/authorize?client_id=service-other",
    "/hub/api/oauth2/authorize?client_id=service-openbis&client_id=service-other",
    # other services, and what only looks like ours
    "/services",
    "/services/",
    "/services/other/",
    "/services/openbis2/",
    "/services/openbis/../other/",
    "/services/openbis/%2e%2e/other/",
    "/services/openbis//evil.example",
    "/services/Openbis/",
)

#: Odd, but in one's own place whatever reads it.
HARMLESS = (
    "/user/{id}/lab/tree/．．/bob.ipynb",  # noqa: RUF001 (full-width dots)
    "/user/{id}/lab/tree/․․/bob.ipynb",  # noqa: RUF001 (one-dot leaders)
    "/user/{id}/lab/tree/a b/ä ö.ipynb",
    "/user/{id}/lab/tree/100% sure.ipynb",
    "/user/{id}/lab/tree/...",
    "/user/{id}/lab/tree/..a/b..",
    "/user/{id}/lab/tree/<script>alert(1)</script>.ipynb",
    "/user/{id}/lab/tree/'\"><img src=x>.ipynb",
    "/user/{id}/notebooks/growth/https:evil.example.ipynb",
    "/user/{id}/openbis/launch/x?next=https://evil.example/",
    "/user/{id}/lab#//evil.example",
    "/user/{id}/lab?reset&x=//evil.example",
    "/services/openbis/new?place=//evil.example&kind=object",
    "/services/openbis/launch/x#@evil.example",
    "/services/openbis",
    "/hub/user-redirect/lab?x=//evil.example",
    "/hub/spawn?next=/user/{id}/lab",
    "/hub/user/{id}/lab/tree/a.ipynb",
)


def fill(next_url: str, user_id: str, name: str) -> str:
    return next_url.replace("{id}", user_id).replace("{name}", name)


def places(location: str, here: str) -> set[str]:
    """Every reading of an answer's ``Location`` by something between server and page: host and path."""
    seen = set()
    for text in (location, location.replace("\\", "/"), re.sub(r"[\t\r\n]", "", location)):
        parts = urlsplit(urljoin(f"{here}/hub/login", text))
        for path in (parts.path, unquote(parts.path), unquote(unquote(parts.path))):
            resolved = urlsplit(urljoin(f"{here}/", path.replace("\\", "/"))) if path else parts
            if path.startswith("/") and not path.startswith("//"):
                resolved = urlsplit(urljoin(here, path.replace("\\", "/")))
            seen.add(f"{parts.scheme}://{parts.netloc}{resolved.path}")
    return seen
