"""Addresses as people copy them, and what they mean."""

from __future__ import annotations

import pytest

from openbis_nb.errors import ForbiddenAddress, InvalidInput
from openbis_nb.web.forges import notebook_source, repository_source
from openbis_nb.web.shown import has_secret, shown_url

RAW = "https://raw.githubusercontent.com/lab/growth"
COMMIT = "0123456789abcdef0123456789abcdef01234567"


@pytest.mark.parametrize(
    ("url", "raw", "clone", "ref_and_path"),
    [
        # GitHub: page, raw, blame, with what the address bar adds
        (
            "https://github.com/lab/growth/blob/main/a.ipynb",
            f"{RAW}/main/a.ipynb",
            "https://github.com/lab/growth.git",
            "main/a.ipynb",
        ),
        (
            "https://www.github.com/lab/growth/blob/main/a.ipynb",
            f"{RAW}/main/a.ipynb",
            "https://github.com/lab/growth.git",
            "main/a.ipynb",
        ),
        (
            "https://github.com/lab/growth/blob/v1.0/deep/er/My%20notebook.ipynb?plain=1#L10",
            f"{RAW}/v1.0/deep/er/My%20notebook.ipynb",
            "https://github.com/lab/growth.git",
            "v1.0/deep/er/My notebook.ipynb",
        ),
        (
            "https://github.com/lab/growth/raw/main/a.ipynb",
            f"{RAW}/main/a.ipynb",
            "https://github.com/lab/growth.git",
            "main/a.ipynb",
        ),
        (
            "https://github.com/lab/growth/tree/main/a.ipynb",
            f"{RAW}/main/a.ipynb",
            "https://github.com/lab/growth.git",
            "main/a.ipynb",
        ),
        (
            f"{RAW}/refs/heads/main/a.ipynb",
            f"{RAW}/refs/heads/main/a.ipynb",
            "https://github.com/lab/growth.git",
            "main/a.ipynb",
        ),
        (
            f"{RAW}/main/a.ipynb?token=GHSAT0AAAAAAB",
            f"{RAW}/main/a.ipynb?token=GHSAT0AAAAAAB",
            "https://github.com/lab/growth.git",
            "main/a.ipynb",
        ),
        (
            "https://github.uni.example.org/lab/growth/blob/main/a.ipynb",
            "https://github.uni.example.org/lab/growth/raw/main/a.ipynb",
            "https://github.uni.example.org/lab/growth.git",
            "main/a.ipynb",
        ),
        # GitLab: anywhere, with subgroups
        (
            "https://gitlab.com/group/sub/growth/-/blob/main/n/a.ipynb?ref_type=heads",
            "https://gitlab.com/group/sub/growth/-/raw/main/n/a.ipynb",
            "https://gitlab.com/group/sub/growth.git",
            "main/n/a.ipynb",
        ),
        (
            "https://git.lab.example.org:8443/g/growth/-/raw/main/a.ipynb?inline=false",
            "https://git.lab.example.org:8443/g/growth/-/raw/main/a.ipynb?inline=false",
            "https://git.lab.example.org:8443/g/growth.git",
            "main/a.ipynb",
        ),
        (
            "https://gitlab.com/group/growth/blob/main/a.ipynb",
            "https://gitlab.com/group/growth/-/raw/main/a.ipynb",
            "https://gitlab.com/group/growth.git",
            "main/a.ipynb",
        ),
        # Bitbucket, Codeberg (Gitea, Forgejo)
        (
            "https://bitbucket.org/lab/growth/src/main/a.ipynb?viewer=nbviewer",
            "https://bitbucket.org/lab/growth/raw/main/a.ipynb",
            "https://bitbucket.org/lab/growth.git",
            "main/a.ipynb",
        ),
        (
            "https://codeberg.org/lab/growth/src/branch/main/a.ipynb",
            "https://codeberg.org/lab/growth/raw/branch/main/a.ipynb",
            "https://codeberg.org/lab/growth.git",
            "main/a.ipynb",
        ),
        # viewers in front
        (
            "https://nbviewer.org/github/lab/growth/blob/main/a.ipynb",
            f"{RAW}/main/a.ipynb",
            "https://github.com/lab/growth.git",
            "main/a.ipynb",
        ),
        (
            "https://colab.research.google.com/github/lab/growth/blob/main/a.ipynb",
            f"{RAW}/main/a.ipynb",
            "https://github.com/lab/growth.git",
            "main/a.ipynb",
        ),
    ],
)
def test_a_page_of_a_notebook_may_be_pasted(url: str, raw: str, clone: str, ref_and_path: str) -> None:
    """B-03, B-34: of GitHub, GitLab and the like, as the browser shows it."""
    source = notebook_source(url)
    assert (source.raw_url, source.clone_url, source.ref_and_path) == (raw, clone, ref_and_path)
    assert source.name == ref_and_path.rsplit("/", 1)[-1].removesuffix(".ipynb")


@pytest.mark.parametrize(
    ("url", "raw"),
    [
        ("https://example.org:8443/get?file=a.ipynb&v=2", None),
        ("http://example.org/some/a.ipynb", None),
        ("https://example.org/blob/main/a.ipynb", None),
        ("https://nbviewer.org/urls/example.org/a.ipynb", "https://example.org/a.ipynb"),
        (
            "https://gist.github.com/somebody/0123456789abcdef0123456789abcdef",
            "https://gist.githubusercontent.com/somebody/0123456789abcdef0123456789abcdef/raw",
        ),
        (
            f"https://gist.github.com/somebody/0123456789abcdef/{COMMIT}",
            f"https://gist.githubusercontent.com/somebody/0123456789abcdef/raw/{COMMIT}",
        ),
    ],
)
def test_what_is_no_page_of_a_repository_is_taken_as_it_is(url: str, raw: str | None) -> None:
    """B-04 as it is here: any port, query string and ending."""
    source = notebook_source(url)
    assert (source.raw_url, source.clone_url) == (raw or url, None)


def test_the_file_of_a_commit() -> None:
    """A branch may have slashes, and move: once its host has told, the commit stands in the address."""
    for page, raw in (
        ("https://github.com/lab/growth/blob/feature/x/n/a%20b.ipynb", f"{RAW}/{COMMIT}/n/a%20b.ipynb"),
        (
            "https://gitlab.com/g/growth/-/blob/feature/x/n/a%20b.ipynb",
            f"https://gitlab.com/g/growth/-/raw/{COMMIT}/n/a%20b.ipynb",
        ),
        (
            "https://codeberg.org/lab/growth/src/branch/feature/x/n/a%20b.ipynb",
            f"https://codeberg.org/lab/growth/raw/commit/{COMMIT}/n/a%20b.ipynb",
        ),
    ):
        source = notebook_source(page)
        assert source.ref_and_path == "feature/x/n/a b.ipynb"
        assert source.at("feature/x", "n/a b.ipynb", COMMIT).raw_url == raw


def test_another_branch_may_be_chosen() -> None:
    source = notebook_source("https://github.com/lab/growth/blob/main/a.ipynb", ref="release/2")
    assert (source.raw_url, source.ref, source.ref_is_chosen) == (
        f"{RAW}/release/2/a.ipynb",
        "release/2",
        True,
    )
    with pytest.raises(InvalidInput):
        notebook_source("https://example.org/a.ipynb", ref="main")


@pytest.mark.parametrize(
    "url",
    [
        "https://github.com/lab/growth",
        "https://github.com/lab/growth/",
        "https://github.com/lab/growth/tree/main/notebooks",
        "https://gitlab.com/g/growth/-/tree/main",
        "https://codeberg.org/lab/growth/src/branch/main",
    ],
)
def test_the_page_of_a_repository_is_no_notebook(url: str) -> None:
    with pytest.raises(InvalidInput, match="of a repository or folder"):
        notebook_source(url)


@pytest.mark.parametrize(
    ("url", "clone", "ref", "name", "path"),
    [
        ("https://github.com/lab/growth", "https://github.com/lab/growth.git", None, "growth", None),
        ("https://github.com/lab/growth.git", "https://github.com/lab/growth.git", None, "growth", None),
        ("https://github.com/lab/growth/", "https://github.com/lab/growth.git", None, "growth", None),
        (
            "https://github.com/lab/growth/tree/dev",
            "https://github.com/lab/growth.git",
            "dev",
            "growth",
            None,
        ),
        (
            "https://github.com/lab/growth/tree/dev/n/deep",
            "https://github.com/lab/growth.git",
            "dev",
            "growth",
            "n/deep",
        ),
        (
            f"https://github.com/lab/growth/commit/{COMMIT}",
            "https://github.com/lab/growth.git",
            COMMIT,
            "growth",
            None,
        ),
        (
            "https://git.example.org/g/s/growth/-/tree/dev",
            "https://git.example.org/g/s/growth.git",
            "dev",
            "growth",
            None,
        ),
        ("https://gitlab.com/g/s/growth", "https://gitlab.com/g/s/growth", None, "growth", None),
        ("https://git.example.org/growth.git", "https://git.example.org/growth.git", None, "growth", None),
        ("http://git.example.org:8080/~me/x/", "http://git.example.org:8080/~me/x", None, "x", None),
        (
            "https://codeberg.org/lab/growth/src/tag/v1/n",
            "https://codeberg.org/lab/growth.git",
            "v1",
            "growth",
            "n",
        ),
    ],
)
def test_a_repository_by_its_page_or_its_address_for_git(
    url: str, clone: str, ref: str | None, name: str, path: str | None
) -> None:
    """B-30, B-34, B-35: ``.git`` is cut, ``/tree/<branch>`` selects the branch."""
    source = repository_source(url)
    assert (source.clone_url, source.ref, source.name, source.path) == (clone, ref, name, path)
    assert repository_source(url, ref="v9").ref == "v9"


@pytest.mark.parametrize(
    "url",
    ["git@github.com:lab/growth.git", "ssh://git@github.com/lab/growth.git", "file:///srv/growth.git", "x"],
)
def test_other_ways_to_a_repository_are_the_wrong_type(url: str) -> None:
    """B-35: only http and https."""
    with pytest.raises(ForbiddenAddress, match="wrong URL type"):
        repository_source(url)


def test_a_password_in_the_address_of_a_repository_is_refused() -> None:
    with pytest.raises(ForbiddenAddress, match="user name or password"):
        repository_source("https://me:secret@github.com/lab/growth")
    with pytest.raises(InvalidInput):
        repository_source("https://git.example.org/")


@pytest.mark.parametrize(
    ("url", "shown"),
    [
        ("https://x.org/a.ipynb?ref=main&inline=false", "https://x.org/a.ipynb?ref=main&inline=false"),
        ("https://x.org/a.ipynb?token=abc&v=2", "https://x.org/a.ipynb?v=2"),
        ("https://x.org/a.ipynb?private_token=abc", "https://x.org/a.ipynb"),
        ("https://x.org/a?X-Amz-Signature=1&X-Amz-Expires=9&n=1", "https://x.org/a?n=1"),
        ("https://x.org/a?sv=1&sig=abc%3D", "https://x.org/a?sv=1"),
        ("https://x.org/a?q=Zm9vYmFyYmF6cXV4MTIzNDU2Nzg5MA", "https://x.org/a"),
        (f"https://x.org/a?at={COMMIT}", f"https://x.org/a?at={COMMIT}"),
        ("https://me:secret@x.org/a.ipynb", "https://x.org/a.ipynb"),
        ("https://x.org/a.ipynb#cell", "https://x.org/a.ipynb"),
        (
            "https://x.org/a?u=alice-261121093000123x0123456789abcdef0123456789ABCDEF",
            "https://x.org/a",
        ),
        (
            "https://x.org/alice-261121093000123x0123456789abcdef0123456789ABCDEF/a",
            "https://x.org/removed/a",
        ),
    ],
)
def test_what_may_be_a_secret_is_not_shown(url: str, shown: str) -> None:
    """Table row 80: the address is kept with the notebook, so nothing secret may stand in it."""
    assert shown_url(url) == shown
    assert has_secret(url) == (shown != url and "#" not in url)
