"""A link's key is nowhere but with who has it: of a real process, with everything logged."""

from __future__ import annotations

import re
import uuid
from pathlib import Path

import requests

from openbis_nb.sandbox import Sandbox
from tests.integration.service.hub_at_the_wire import FakeHub
from tests.integration.service_library.api import running_site
from tests.security.token_search import search_tree

ENDS = "2099-01-01T00:00:00Z"


def test_no_key_is_written_or_told_to_anybody_else(api_openbis: Sandbox, tmp_path: Path) -> None:
    """Section 6 of the design: not in the database, the log at DEBUG, a metric or a list; also
    not when it is sent to places where it opens nothing."""
    hub = FakeHub(api_openbis.url)
    try:
        with running_site(
            tmp_path,
            api_openbis,
            hub,
            public_links="on",
            link_life=str(100 * 365 * 86400.0),
            link_addresses="on",
        ) as site:
            alice, admin = site.who("alice"), site.who("admin")
            stored = alice.store(name="Growth curves")
            wish = {"notebook": stored["notebook"]["id"], "follow": "latest", "code": "shown"}
            page = alice.made("POST", "pages", json=wish)
            again = {"Idempotency-Key": uuid.uuid4().hex}
            body = {"ends_at": ENDS, "sites": ["*"], "note": "n"}
            first, second = (
                alice.made("POST", f"pages/{page['id']}/links", json=body, headers=again) for _ in range(2)
            )
            # The same link, and another key: what nobody got opens nothing.
            assert first["id"] == second["id"]
            assert requests.get(first["url"], timeout=60).status_code == 404
            assert requests.get(second["url"], timeout=60).status_code == 200
            v2 = site.service.url + "v2/jupyter-notebooks/"
            fid = stored["notebook"]["fid"]
            client = {"Plotly-Client-Platform": "test"}
            on = requests.patch(
                v2 + fid, auth=alice.auth, headers=client, json={"share_key_enabled": True}, timeout=60
            )
            assert on.status_code == 200, on.text
            keys = {
                "a link": second["url"].rpartition("/")[2],
                "one that was replaced": first["url"].rpartition("/")[2],
                "a share key": on.json()["share_key"],
            }
            for key in keys.values():
                assert re.fullmatch(r"nbp_[0-9A-Za-z_-]{43}", key)
                for path in (
                    f"public/{key}", f"public/{key}/embed", f"public/{key}/", f"public/x/{key}",
                    f"public/{key}?{key}",
                    f"static/{key}/{key}", f"v2/jupyter-notebooks/{fid}?share_key={key}", f"{key}",
                    f"v2/jupyter-notebooks/{fid}/html?share_key={key}", f"v2/jupyter-notebooks/{key}",
                    f"api/v1/pages/{key}/links", f"published/{key}",
                ):  # fmt: skip
                    for method in ("GET", "POST", "HEAD"):
                        requests.request(
                            method, site.service.url + path, data=key, allow_redirects=False, timeout=60,
                            headers={"Referer": f"https://example.org/{key}", "X-Request-ID": "a" * 16},
                        )  # fmt: skip
            told = [
                str(admin.get("published/links")), str(admin.get("published/audit")),
                str(alice.get(f"pages/{page['id']}/links")), str(alice.get(f"pages/{page['id']}")),
                requests.get(v2 + fid, auth=alice.auth, headers=client, timeout=60).text,
                requests.get(f"{site.service.url}metrics", timeout=60).text,
            ]  # fmt: skip
        assert '"level": "DEBUG"' in site.service.log
        assert "/public/{key}/embed" in told[-1]
        for name, key in keys.items():
            assert [text for text in told if key[4:] in text] == [], name
        assert search_tree(tmp_path, {name: key[4:] for name, key in keys.items()}) == set()
        # What the admin wanted to know is there.
        assert "127.0.0.1" in told[1]
    finally:
        hub.stop()
