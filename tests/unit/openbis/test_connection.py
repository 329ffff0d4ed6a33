"""Where a token may go (D16) and which addresses are taken."""

from __future__ import annotations

import pytest

from openbis_nb.errors import ConfigurationProblem, UnexpectedAnswer
from openbis_nb.openbis.connection import Server


@pytest.mark.parametrize(
    ("given", "url"),
    [
        ("https://openbis.example.org", "https://openbis.example.org"),
        ("https://openbis.example.org:8443/", "https://openbis.example.org:8443"),
        ("https://openbis.example.org/openbis/webapp", "https://openbis.example.org"),
        ("http://127.0.0.1:8080", "http://127.0.0.1:8080"),
        ("http://localhost", "http://localhost"),
        ("http://[::1]:80", "http://[::1]:80"),
    ],
)
def test_a_path_is_dropped_and_loopback_may_be_plain(given: str, url: str) -> None:
    assert Server(given).url == url


@pytest.mark.parametrize(
    "url",
    ["", "openbis.example.org", "ftp://h", "https://", "https://alice:pw@h", "http://openbis.example.org"],
)
def test_what_is_no_safe_address_is_refused(url: str) -> None:
    with pytest.raises(ConfigurationProblem):
        Server(url)


def test_plain_http_to_another_machine_has_to_be_allowed() -> None:
    assert Server("http://openbis.example.org", allow_http=True).url == "http://openbis.example.org"


SERVER = Server(
    "https://openbis.example.org", allowed_download_hosts=("store.example.org", "b.example.org:8444")
)


@pytest.mark.parametrize(
    ("announced", "base"),
    [
        ("https://openbis.example.org:8444", "https://openbis.example.org:8444"),
        ("https://OPENBIS.example.org:8444/datastore_server", "https://OPENBIS.example.org:8444"),
        ("https://store.example.org", "https://store.example.org"),
        ("https://b.example.org:8444/", "https://b.example.org:8444"),
    ],
)
def test_data_stores_of_this_openbis_are_taken(announced: str, base: str) -> None:
    assert SERVER.data_store_url(announced) == base


@pytest.mark.parametrize(
    "announced",
    [
        "",
        "https://evil.example.org",
        "https://openbis.example.org.evil.example",
        "https://evil.example/openbis.example.org",
        "https://openbis.example.org@evil.example",
        "https://x@openbis.example.org",
        "http://openbis.example.org",
        "https://b.example.org:9999",
        "file:///etc/passwd",
        "//openbis.example.org",
    ],
)
def test_a_token_goes_to_no_other_host(announced: str) -> None:
    with pytest.raises(UnexpectedAnswer):
        SERVER.data_store_url(announced)


@pytest.mark.parametrize(
    ("announced", "base"),
    [
        ("https://A.example:8444/datastore_server", "https://inside-a:8444"),
        ("https://b.example", "https://inside"),
        ("https://evil.example", "https://inside"),  # nothing that openBIS says leads elsewhere
    ],
)
def test_an_admin_says_where_data_stores_are(announced: str, base: str) -> None:
    urls = {"https://a.example:8444": "https://inside-a:8444", "": "https://inside"}
    server = Server("https://openbis.example.org", data_store_urls=urls)
    assert server.data_store_url(announced) == base
    assert hash(server)


def test_plain_http_to_a_data_store_has_to_be_allowed() -> None:
    urls = {"": "http://inside"}
    with pytest.raises(UnexpectedAnswer):
        Server("https://openbis.example.org", data_store_urls=urls).data_store_url("https://a.example")
