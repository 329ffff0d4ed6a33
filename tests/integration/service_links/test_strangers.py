"""A walk over every route with a key that opens: exactly these answer somebody without a log-in."""

from __future__ import annotations

import requests

from tests.integration.service.running import PREFIX
from tests.security.routes import service_routes

from .site import LinkSite
from .test_v2 import V2

#: As ``tests.security.routes`` fills parameters in.
SAMPLE = "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"
_METHODS = ("GET", "HEAD", "POST", "DELETE", "OPTIONS")
KEY, FID = "{key}", "{fid}"
#: Method, and path below the service → why it answers.
OPEN = {
    ("GET", f"public/{KEY}"): "a published page for who has its link",
    ("GET", f"public/{KEY}/embed"): "what stands in its frame",
    ("GET", f"v2/jupyter-notebooks/{FID}"): "a notebook for who has its share key",
    ("HEAD", f"v2/jupyter-notebooks/{FID}"): "the same",
    ("GET", f"v2/jupyter-notebooks/{FID}/html"): "its rendering",
    ("HEAD", f"v2/jupyter-notebooks/{FID}/html"): "the same",
}
#: Open on any service, whatever is published: see ``tests/security/test_routes.py``.
ALWAYS = ("health/live", "health/ready", "metrics", "badge.svg")


def test_nothing_but_links_opens_to_who_has_a_key(linked: LinkSite) -> None:
    """Section 6 of the design: with a good link and a good share key wherever something may stand."""
    page = linked.publish()
    key = linked.link(page)["url"].rpartition("/")[2]
    v2 = V2(linked)
    fid = v2.upload()["fid"]
    share_key = v2.patch("alice", fid, share_key_enabled=True)["share_key"]
    values = {KEY: key, FID: fid, "{page}": page["id"], "{version}": page["version"]["perm_id"]}
    paths = sorted({path.removeprefix(PREFIX) for _, path in service_routes()})
    assert f"public/{SAMPLE}/embed" in paths
    answered = set()
    with requests.Session() as browser:
        for path in paths:
            shapes = {path.replace(SAMPLE, name) for name in values} if SAMPLE in path else {path}
            for shape in shapes - set(ALWAYS):
                address = shape
                for name, value in values.items():
                    address = address.replace(name, value)
                for method in _METHODS:
                    answer = browser.request(
                        method,
                        f"{linked.url}{address}",
                        params={"share_key": share_key},
                        headers={"Accept": "text/html"},
                        allow_redirects=False,
                        timeout=60,
                    )
                    assert not browser.cookies or "public/" not in address
                    if answer.ok and answer.status_code < 300 and (answer.content or method == "HEAD"):
                        answered.add((method, shape))
                    browser.cookies.clear()
    assert answered == set(OPEN)
