"""What tiles and paper hold, at the wire: for whom, how it is locked in; what is hostile stays inert."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

import pytest
import requests

from tests.integration.service.running import PREFIX, Browser
from tests.integration.service_library.shown import IFRAME, Gallery, gallery, notebook

HOSTILE = "</main></section></style><script>alert(1)</script><img src=x onerror=alert(2)>"
CONTENT = notebook(
    f"# Growth {HOSTILE}",
    {
        "id": "fit",
        "source": f"secret_recipe()  # </pre></div>{HOSTILE}",
        "execution_count": 3,
        "outputs": [
            {
                "output_type": "display_data",
                "metadata": {},
                "data": {"text/html": f'<p class="nb-code">rate = 0.31</p>{HOSTILE}<b>after</b>'},
            }
        ],
    },
)


@dataclass
class Board:
    """A dashboard with the whole page and its one output."""

    shown: Gallery
    page: str
    id: str
    _browsers: dict[str, Browser] = field(default_factory=dict)

    def frame(self, user: str, path: str, **headers: str) -> requests.Response:
        sent = {name.replace("-", "_"): value for name, value in (IFRAME | headers).items()}
        return self._browser(user).go(f"{PREFIX}dashboards/frame/{path}", **sent)

    def paper(self, user: str, path: str) -> requests.Response:
        return self._browser(user).go(f"{PREFIX}{path}")

    def _browser(self, user: str) -> Browser:
        if user not in self._browsers:
            self._browsers[user] = self.shown.reader(user).browser
        return self._browsers[user]


@pytest.fixture(scope="module")
def board(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Board]:
    with gallery(tmp_path_factory.mktemp("tiles"), confirmed_for="0.001") as shown:
        [version] = shown.save(CONTENT)
        alice = shown.service.person("alice")
        page = alice.post("pages", {"version": version, "title": f"Growth {HOSTILE}", "code": "shown"})
        assert page.status_code == 201, page.text
        tiles = [
            {"page_id": page.json()["id"], "x": 0, "y": 0, "w": 6, "h": 5, "code": False},
            {
                "page_id": page.json()["id"],
                "x": 6,
                "y": 0,
                "w": 6,
                "h": 5,
                "title": HOSTILE,
                "output": {"cell_id": "fit", "index": 0},
            },
        ]
        body = {"name": HOSTILE, "stored_in": "/BIOLAB/GROWTH", "tiles": tiles}
        made = alice.post("dashboards", body)
        assert made.status_code == 201, made.text
        yield Board(shown, page.json()["id"], made.json()["dashboard"]["id"])


def check_inert(answer: requests.Response) -> None:
    policy = answer.headers["Content-Security-Policy"]
    assert policy.startswith("sandbox; default-src 'none'; img-src data:; style-src 'unsafe-inline'")
    assert not re.search(r"<script|<img src=.?x|onerror=[^\s&]*alert\(2\)>", answer.text)
    assert answer.text.count("<main>") == answer.text.count("</main>") == 1
    assert answer.text.count("</style>") == 1


def test_a_tile_is_inert_and_holds_no_more_than_it_shows(board: Board) -> None:
    """D-10: code that is hidden is not in its bytes, and of a single output nothing but that."""
    whole = board.frame("olga", board.page)
    assert whole.status_code == 200, whole.text
    check_inert(whole)
    assert "secret_recipe" in whole.text
    hidden = board.frame("olga", f"{board.page}?code=hidden")
    check_inert(hidden)
    assert "secret_recipe" not in hidden.text
    assert "nb-count" not in hidden.text.partition("<body>")[2]
    assert "rate = 0.31" in hidden.text
    assert "after" in hidden.text
    single = board.frame("olga", f"{board.page}?cell=fit&output=0")
    check_inert(single)
    assert "rate = 0.31" in single.text
    assert "secret_recipe" not in single.text
    assert "Growth" not in single.text
    assert board.frame("olga", f"{board.page}?cell=fit&output=1").status_code == 404


def test_a_tile_is_for_whom_openbis_shows_the_version(board: Board) -> None:
    """D-04, D-09: not for others, and only to a frame of a page of ours."""
    hidden, unknown = board.frame("bob", board.page), board.frame("bob", "0" * 32)
    assert (hidden.status_code, unknown.status_code) == (404, 404)
    assert hidden.text == unknown.text
    script = board.frame("olga", board.page, **{"Sec-Fetch-Dest": "empty", "Sec-Fetch-Mode": "cors"})
    elsewhere = board.frame("olga", board.page, **{"Sec-Fetch-Site": "cross-site"})
    assert (script.status_code, elsewhere.status_code) == (403, 403)
    sent = {name.replace("-", "_"): value for name, value in IFRAME.items()}
    nobody = board.shown.service.browser().go(f"{PREFIX}dashboards/frame/{board.page}", **sent)
    assert nobody.status_code == 401


def test_paper_is_one_inert_page_of_all_tiles(board: Board) -> None:
    """D-21: what strangers wrote stays in its place, whatever it says."""
    answer = board.paper("olga", f"dashboards/{board.id}/print")
    assert answer.status_code == 200, answer.text
    check_inert(answer)
    assert "frame-ancestors 'none'" in answer.headers["Content-Security-Policy"]
    assert "secret_recipe" not in answer.text  # the whole page's tile hides it, the output never had it
    sheets = re.findall(r'<section class="sheet[^"]*">', answer.text)
    assert sheets == ['<section class="sheet">', '<section class="sheet single">']
    assert answer.text.count("rate = 0.31") == 2
    assert board.paper("bob", f"dashboards/{board.id}/print").status_code == 404
    alone = board.paper("olga", f"published/{board.page}/print")
    check_inert(alone)
    assert "secret_recipe" in alone.text
    assert board.paper("bob", f"published/{board.page}/print").status_code == 404
