"""Where a setting comes from, for `doctor`."""

from __future__ import annotations

from pathlib import Path

import pytest

from openbis_nb.errors import ConfigurationProblem
from openbis_nb.settings import sources


def test_the_place_that_wins_is_named(tmp_path: Path) -> None:
    file = tmp_path / "config.toml"
    file.write_text('url = "https://file.example.org"\ncache_size = "1G"\neager_limit = "1M"')
    env = {"OPENBIS_NB_CONFIG": str(file), "OPENBIS_NB_CACHE_SIZE": "2G"}
    assert sources(env, url="https://explicit.example.org") == {
        "url": "url=",
        "cache_size": "OPENBIS_NB_CACHE_SIZE",
        "eager_limit": "eager_limit in config.toml",
    }


def test_defaults_are_not_listed() -> None:
    assert sources({}) == {}


def test_what_is_empty_is_not_set() -> None:
    assert sources({"OPENBIS_URL": ""}, url=None) == {}


def test_an_unknown_name_in_the_file_is_told(tmp_path: Path) -> None:
    file = tmp_path / "config.toml"
    file.write_text("nope = 1")
    with pytest.raises(ConfigurationProblem, match="nope"):
        sources({"OPENBIS_NB_CONFIG": str(file)})
