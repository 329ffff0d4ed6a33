"""Versions and comparisons in frames, and as files: for whom, how they are locked in, and what is kept."""

from __future__ import annotations

import stat
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest

from .shown import Gallery, Reader, gallery, notebook

PICTURE = "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=="
FIRST = notebook(
    r"# Growth of $\mu$",
    {
        "source": "rate = 5",
        "execution_count": 3,
        "outputs": [{"output_type": "display_data", "metadata": {}, "data": {"image/png": PICTURE}}],
    },
)
SECOND = notebook(r"# Growth of $\mu$", {"source": "rate = 6", "execution_count": 4})


@pytest.fixture(scope="module")
def shown(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Gallery]:
    with gallery(tmp_path_factory.mktemp("frames"), confirmed_for="0.001") as found:
        yield found


@pytest.fixture(scope="module")
def versions(shown: Gallery) -> list[str]:
    return shown.save(FIRST, SECOND)


@pytest.fixture(scope="module")
def alice(shown: Gallery) -> Reader:
    return shown.reader("alice")


def test_a_version_shows_all_its_contents(alice: Reader, versions: list[str]) -> None:
    """N-05: code, Markdown with formulas, outputs with pictures, execution counts; code can be hidden."""
    answer = alice.frame(f"frame/version/{versions[0]}")
    assert answer.status_code == 200, answer.text
    for part in ("<h1>Growth of <math", "rate", "[3]", f"data:image/png;base64,{PICTURE}"):
        assert part in answer.text
    assert "<details>" not in answer.text
    folded = alice.frame(f"frame/version/{versions[0]}?code=hidden").text
    assert "<details><summary>Code</summary>" in folded
    assert "data:image/png" in folded


def test_two_versions_stand_side_by_side(alice: Reader, versions: list[str]) -> None:
    """N-09, N-10."""
    answer = alice.frame(f"frame/compare?base={versions[0]}&with={versions[1]}")
    assert answer.status_code == 200, answer.text
    assert "Code cell 2 → 2" in answer.text
    assert '<del><span class="mi">5</span></del>' in answer.text
    assert "[3] → [4]" in answer.text
    assert versions[0] in answer.text


def test_a_frame_has_no_origin_and_no_place_elsewhere(alice: Reader, versions: list[str]) -> None:
    """D9: its policy puts it into a sandbox whatever the page around says; failures, too."""
    for path in (f"frame/version/{versions[0]}", "frame/version/20200101000000000-1"):
        headers = alice.frame(path).headers
        policy = set(headers["Content-Security-Policy"].split("; "))
        assert policy == {
            "sandbox", "default-src 'none'", "img-src data:", "style-src 'unsafe-inline'",
            "form-action 'none'", "base-uri 'none'", "frame-ancestors 'self'",
        }  # fmt: skip
        assert headers["X-Frame-Options"] == "SAMEORIGIN"
        assert headers["X-Content-Type-Options"] == "nosniff"
        assert headers["Cache-Control"] == "no-store"
        assert headers["Content-Type"] == "text/html; charset=utf-8"


@pytest.mark.parametrize(
    "headers",
    [
        {"Sec_Fetch_Dest": "document"},
        {"Sec_Fetch_Dest": "empty", "Sec_Fetch_Mode": "cors"},
        {"Sec_Fetch_Dest": "embed"},
        {"Sec_Fetch_Site": "same-site"},
        {"Sec_Fetch_Site": "cross-site"},
        {"Sec_Fetch_Site": "none"},
        {"Sec_Fetch_Dest": None},
        {"Sec_Fetch_Site": None},
    ],
)
def test_only_a_frame_of_our_own_page_gets_it(
    alice: Reader, versions: list[str], headers: dict[str, str | None]
) -> None:
    """A script of a stranger's notebook on this origin cannot fetch what the visitor may see."""
    answer = alice.frame(f"frame/version/{versions[0]}", **headers)
    assert answer.status_code == 403
    assert "rate" not in answer.text


def test_browsers_that_say_nothing_are_for_plain_http_only(alice: Reader, versions: list[str]) -> None:
    """By plain http a browser does not say what it asks for; by https every browser does."""
    silent = {"Sec_Fetch_Dest": None, "Sec_Fetch_Mode": None, "Sec_Fetch_Site": None}
    assert alice.frame(f"frame/version/{versions[0]}", **silent).status_code == 200


def test_without_a_session_the_frame_says_what_to_do(shown: Gallery, versions: list[str]) -> None:
    """A frame is not sent through the hub: its pages would not show in it."""
    stranger = Reader(shown.service.browser())
    answer = stranger.frame(f"frame/version/{versions[0]}")
    assert answer.status_code == 401
    assert "Load the whole page again" in answer.text
    assert "Location" not in answer.headers
    assert stranger.file(versions[0]).status_code == 302


def test_what_openbis_hides_is_not_there(shown: Gallery, alice: Reader, versions: list[str]) -> None:
    """D13: the same answer as for what does not exist, after the same question, kept or not."""
    bob = shown.reader("bob")
    assert alice.frame(f"frame/version/{versions[0]}").status_code == 200  # so it is kept
    hidden = bob.frame(f"frame/version/{versions[0]}")
    absent = bob.frame("frame/version/20200101000000000-1")
    assert (hidden.status_code, hidden.text) == (absent.status_code, absent.text)
    assert hidden.status_code == 404
    for base, other in (versions, versions[::-1]):
        assert bob.frame(f"frame/compare?base={base}&with={other}").status_code == 404
    assert bob.file(versions[0]).status_code == bob.file("20200101000000000-1").status_code == 404


def test_one_hidden_side_hides_the_comparison(shown: Gallery, alice: Reader, versions: list[str]) -> None:
    absent = "20200101000000000-1"
    assert alice.frame(f"frame/compare?base={versions[0]}&with={absent}").status_code == 404
    assert alice.frame(f"frame/compare?base={absent}&with={versions[0]}").status_code == 404


def test_a_version_that_is_trashed_is_not_shown_any_more(shown: Gallery, alice: Reader) -> None:
    """D13: done outside of our code, and although its page is kept."""
    [perm_id] = shown.save(notebook({"source": "short lived"}))
    assert alice.frame(f"frame/version/{perm_id}").status_code == 200
    import pybis

    witness = pybis.Openbis(shown.openbis.url, verify_certificates=str(shown.openbis.ca_bundle))
    witness.login("admin", shown.openbis.users["admin"])
    witness.get_dataset(perm_id).delete("a test")
    assert alice.frame(f"frame/version/{perm_id}").status_code == 404


def test_the_file_is_a_download(shown: Gallery, alice: Reader) -> None:
    """N-13: the very bytes, as an attachment with a harmless name."""
    content = notebook("as it is")
    [perm_id] = shown.save(content, name='a "b" <c>.ipynb')
    answer = alice.file(perm_id)
    assert answer.status_code == 200
    assert answer.content == content
    assert answer.headers["Content-Disposition"] == "attachment; filename*=UTF-8''a%20_b_%20_c_.ipynb"
    assert answer.headers["Content-Type"] == "application/x-ipynb+json"
    framed = alice.frame(f"file/{perm_id}")
    assert framed.status_code == 403


def test_what_is_made_is_kept_for_nobody_else_to_read(
    shown: Gallery, alice: Reader, versions: list[str]
) -> None:
    """Many who ask at once wait for one; afterwards openBIS is only asked whether it is visible."""
    [perm_id] = shown.save(notebook({"source": "popular = 1"}))
    before = set(shown.kept)
    with ThreadPoolExecutor(8) as pool:
        pages = list(pool.map(lambda _: alice.frame(f"frame/version/{perm_id}"), range(8)))
    assert {(page.status_code, page.text) for page in pages} == {(200, pages[0].text)}
    [kept] = set(shown.kept) - before
    assert stat.S_IMODE(kept.stat().st_mode) == 0o600
    assert stat.S_IMODE(kept.parent.stat().st_mode) == 0o700
    shown.openbis.faults.add("status", "direct-get", count=0)
    shown.openbis.faults.add("status", "file-transfer", count=0)
    try:
        assert alice.frame(f"frame/version/{perm_id}").text == pages[0].text
        failed = alice.frame(f"frame/version/{shown.save(notebook('new'))[0]}")
    finally:
        shown.openbis.faults.clear()
    assert failed.status_code == 502
    assert "<h1>This cannot be shown</h1>" in failed.text


def test_a_failure_that_passes_is_not_kept(shown: Gallery, alice: Reader) -> None:
    [perm_id] = shown.save(notebook({"source": "later = 1"}))
    shown.openbis.faults.add("status", "getDataSets", count=0)
    try:
        assert alice.frame(f"frame/version/{perm_id}").status_code == 502
    finally:
        shown.openbis.faults.clear()
    assert "later" in alice.frame(f"frame/version/{perm_id}").text


@pytest.mark.parametrize(
    ("content", "said"),
    [(b"no notebook", "not JSON"), (b'{"nbformat": 3, "metadata": {}, "worksheets": []}', "format 3")],
)
def test_what_cannot_be_shown_says_why(shown: Gallery, alice: Reader, content: bytes, said: str) -> None:
    """O-24 for the library: a reader is told what to do, and the file can still be had."""
    [perm_id] = shown.save(content)
    before = shown.kept
    for _ in range(2):
        answer = alice.frame(f"frame/version/{perm_id}")
        assert (answer.status_code, said in answer.text) == (422, True), answer.text
    assert shown.kept == before
    assert alice.file(perm_id).content == content


@pytest.mark.parametrize("perm_id", ["..%2F..%2Fetc%2Fpasswd", "a%00b", "x" * 101, "<script>", "a b"])
def test_ids_that_are_none_are_refused(alice: Reader, perm_id: str) -> None:
    answer = alice.frame(f"frame/version/{perm_id}")
    assert answer.status_code in (400, 404)
    assert "<script>" not in answer.text
