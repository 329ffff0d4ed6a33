"""Settings: order of sources, parsing with units, and errors that name the culprit."""

from __future__ import annotations

from pathlib import Path

import pytest

from openbis_nb.errors import ConfigurationProblem
from openbis_nb.setting_values import (
    parse_bool,
    parse_data_stores,
    parse_hub_url,
    parse_list,
    parse_mounts,
    parse_patterns,
    parse_size,
    parse_url,
    parse_urls,
)
from openbis_nb.settings import Settings, config_file, describe, load


def write_config(home: Path, text: str) -> dict[str, str]:
    path = home / "config.toml"
    path.write_text(text, encoding="utf-8")
    return {"OPENBIS_NB_CONFIG": str(path)}


def test_explicit_wins_over_environment_over_file_over_default(tmp_path: Path) -> None:
    env = write_config(tmp_path, 'url = "https://file"\nparallel_transfers = 3\ncache_size = "1G"')
    env |= {"OPENBIS_URL": "https://environment", "OPENBIS_NB_PARALLEL_TRANSFERS": "5"}
    settings = load(env, url="https://explicit")
    assert settings.url == "https://explicit"
    assert settings.parallel_transfers == 5
    assert settings.cache_size == 2**30
    assert settings.data_set_type == "ANALYSIS_NOTEBOOK"


def test_none_and_empty_mean_not_given() -> None:
    assert load({"OPENBIS_URL": ""}, url=None).url == ""


def test_the_users_config_file_is_read(own_environment: Path) -> None:
    path = config_file({})
    assert own_environment in path.parents
    path.parent.mkdir(parents=True)
    path.write_text('url = "openbis.example.org"', encoding="utf-8")
    assert load().url == "https://openbis.example.org"


def test_links_use_the_public_address_where_there_is_one() -> None:
    assert load({}, url="https://inside").link_url == "https://inside"
    assert load({}, url="https://inside", public_url="https://outside").link_url == "https://outside"


@pytest.mark.parametrize(
    ("text", "size"),
    [
        ("1048576", 2**20),
        ("64M", 64 * 2**20),
        ("1.5 GiB", 3 * 2**29),
        ("2gb", 2 * 2**30),
        (7, 7),
        ("0", 0),
        ("3 B", 3),
    ],
)
def test_sizes_have_binary_units(text: str | int, size: int) -> None:
    assert parse_size(text) == size


@pytest.mark.parametrize("text", ["", "big", "-1", "1.5.5M", "1 PB", "1e9", -1, True])
def test_what_is_no_size_is_refused(text: object) -> None:
    with pytest.raises(ValueError, match="is not a size"):
        parse_size(text)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("text", "value"),
    [("true", True), ("YES", True), ("1", True), ("no", False), ("0", False), (False, False)],
)
def test_truth_values(text: str | bool, value: bool) -> None:
    assert parse_bool(text) is value


def test_lists_come_from_toml_or_from_separated_text() -> None:
    assert parse_list(["/a", "/b"]) == ("/a", "/b")
    assert parse_list("/a::/b") == ("/a", "/b")


def test_patterns_are_one_per_line_because_colons_are_common_in_them() -> None:
    assert parse_patterns("(?:secret)\\d+\n\n[a-z]+") == ("(?:secret)\\d+", "[a-z]+")
    assert parse_patterns(["a:b"]) == ("a:b",)


def test_mounts_come_from_toml_or_from_text() -> None:
    expected = {"1": Path("/mnt/one"), "2": Path("/mnt/two")}
    assert parse_mounts("1=/mnt/one, 2=/mnt/two") == expected
    assert parse_mounts({"1": "/mnt/one", "2": "/mnt/two"}) == expected


@pytest.mark.parametrize("text", ["1", "=/mnt/one", "1=relative", "1="])
def test_a_mount_without_share_or_absolute_folder_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="SHARE_ID"):
        parse_mounts(text)


@pytest.mark.parametrize(
    ("text", "url"),
    [
        ("https://openbis.example.org", "https://openbis.example.org"),
        ("https://openbis.example.org/", "https://openbis.example.org"),
        (
            "https://openbis.example.org:8443/openbis/webapp/eln-lims/?x=1#y",
            "https://openbis.example.org:8443",
        ),
        ("openbis.example.org", "https://openbis.example.org"),
        ("http://127.0.0.1:8080", "http://127.0.0.1:8080"),
        ("https://[::1]:8443", "https://[::1]:8443"),
    ],
)
def test_an_address_is_scheme_host_and_port(text: str, url: str) -> None:
    assert parse_url(text) == url


@pytest.mark.parametrize(
    ("text", "url"),
    [
        ("https://hub.example.org", "https://hub.example.org"),
        ("https://hub.example.org/jupyter/", "https://hub.example.org/jupyter"),
        ("https://hub.example.org/jupyter/hub/", "https://hub.example.org/jupyter"),
        ("hub.example.org:8443/hub", "https://hub.example.org:8443"),
    ],
)
def test_the_address_of_a_hub_keeps_its_base_path(text: str, url: str) -> None:
    assert parse_hub_url(text) == url


@pytest.mark.parametrize(
    "text",
    [
        *("ftp://host", "https://", "https://user:secret@host", "https://host:port", "https://host:99999"),
        *("\0", "\ud800", "../../x", "<script>x", "a b", "x" * 300),
    ],
)
def test_what_is_no_address_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="is not an address"):
        parse_url(text)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("OPENBIS_NB_PARALLEL_TRANSFERS", "0"),
        ("OPENBIS_NB_PARALLEL_TRANSFERS", "many"),
        ("OPENBIS_NB_REQUEST_TIMEOUT", "0"),
        ("OPENBIS_NB_REQUEST_TIMEOUT", "nan"),
        ("OPENBIS_NB_ALLOW_HTTP", "perhaps"),
        ("OPENBIS_NB_CACHE_SIZE", "big"),
        ("OPENBIS_NB_CONFIG", "/absent.toml"),
        ("OPENBIS_NB_REDACT_PATTERNS", "(unclosed"),
        ("OPENBIS_URL", "ftp://host"),
    ],
)
def test_a_value_that_cannot_be_right_names_its_variable(name: str, value: str) -> None:
    with pytest.raises(ConfigurationProblem, match=name):
        load({name: value})


def test_a_wrong_address_does_not_show_the_password_in_it() -> None:
    with pytest.raises(ConfigurationProblem) as caught:
        load({"OPENBIS_URL": "https://user:hunter2@host"})
    assert "hunter2" not in str(caught.value)


@pytest.mark.parametrize(
    ("content", "match"),
    [
        ("urll = 'x'", "unknown settings: urll"),
        ("url = ", "cannot be read"),
        ("parallel_transfers = []", "parallel"),
    ],
)
def test_a_wrong_file_is_named(tmp_path: Path, content: str, match: str) -> None:
    with pytest.raises(ConfigurationProblem, match=match):
        load(write_config(tmp_path, content))


def test_a_named_file_that_is_not_there_is_told(tmp_path: Path) -> None:
    with pytest.raises(ConfigurationProblem, match=r"absent\.toml"):
        load({"OPENBIS_NB_CONFIG": str(tmp_path / "absent.toml")})


def test_an_unknown_explicit_setting_is_a_programming_error() -> None:
    with pytest.raises(TypeError, match="urll"):
        load({}, urll="https://x")


def test_each_setting_is_described() -> None:
    described = describe()
    assert [s["name"] for s in described] == list(Settings.__dataclass_fields__)
    assert all(s["help"].endswith(".") for s in described)
    assert all(s["env"].startswith("OPENBIS_") for s in described)
    assert len({s["env"] for s in described}) == len(described)


def test_descriptions_do_not_depend_on_the_machine(own_environment: Path) -> None:
    assert str(own_environment) not in str(describe())


@pytest.mark.parametrize(
    ("text", "urls"),
    [
        ("https://a, b.example.org:8443 ,", ("https://a", "https://b.example.org:8443")),
        (["https://a/openbis"], ("https://a",)),
        ("", ()),
    ],
)
def test_addresses_are_a_list(text: str | list[str], urls: tuple[str, ...]) -> None:
    assert parse_urls(text) == urls


@pytest.mark.parametrize(
    ("text", "stores"),
    [
        ("https://inside:8444", {"": "https://inside:8444"}),
        ("https://a=https://b,https://inside", {"https://a": "https://b", "": "https://inside"}),
        ({"https://a/datastore_server": "b"}, {"https://a": "https://b"}),
    ],
)
def test_data_stores_are_found_elsewhere(text: str | dict[str, str], stores: dict[str, str]) -> None:
    assert parse_data_stores(text) == stores


@pytest.mark.parametrize("text", ["https://a=", "https://x@inside", "ftp://a=https://b"])
def test_a_data_store_needs_an_address(text: str) -> None:
    with pytest.raises(ConfigurationProblem, match="OPENBIS_NB_DATA_STORE_URLS"):
        load({"OPENBIS_NB_DATA_STORE_URLS": text})
