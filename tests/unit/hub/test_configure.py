"""What ``configure()`` sets, and what it refuses (U-24, design D5, D14)."""

from __future__ import annotations

import os
import ssl
import stat
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import certifi
import pytest
import trustme
from traitlets.config import Config

from openbis_nb.errors import ConfigurationProblem
from openbis_nb.hub import certificates
from openbis_nb.hub.configure import configure

OPENBIS = "https://openbis.example.org"
VARIABLES = {
    "OPENBIS_NB_CA_BUNDLE",
    "REQUESTS_CA_BUNDLE",
    "SSL_CERT_FILE",
    "CURL_CA_BUNDLE",
    "GIT_SSL_CAINFO",
}


@pytest.fixture(autouse=True)
def environment_of_its_own(monkeypatch: pytest.MonkeyPatch) -> None:
    """``configure`` sets variables of its process; they are gone after the test."""
    monkeypatch.setattr(os, "environ", os.environ.copy())


@pytest.fixture
def site_ca(tmp_path: Path) -> Path:
    path = tmp_path / "institute.pem"
    trustme.CA().cert_pem.write_to_path(path)
    return path


def configured(folder: Path | None, **settings: Any) -> Config:
    config = Config()
    configure(config, openbis_url=OPENBIS, data_dir=folder, **settings)
    return config


def people(config: Config, base_url: str = "/") -> dict[str, str]:
    """The environment of somebody's server, as a spawner makes it."""
    spawner = SimpleNamespace(hub=SimpleNamespace(base_url=f"{base_url}hub/"))
    given = config.Spawner.environment
    return {name: value(spawner) if callable(value) else value for name, value in given.items()}


def service(config: Config, name: str = "openbis") -> dict[str, Any]:
    [found] = [one for one in config.JupyterHub.services if one["name"] == name]
    return found


# One bundle


def test_one_bundle_holds_the_public_cas_and_the_sites(tmp_path: Path, site_ca: Path) -> None:
    """U-24: a kernel reaches openBIS and the rest of the world with it."""
    config = configured(tmp_path / "data", ca_bundle=site_ca)
    bundle = Path(config.OpenBISKeeper.ca_bundle)
    merged, public = ssl.create_default_context(cafile=bundle), ssl.create_default_context()
    public.load_verify_locations(certifi.where())
    assert (
        len(merged.get_ca_certs())
        == len(ssl.create_default_context(cafile=certifi.where()).get_ca_certs()) + 1
    )
    assert stat.S_IMODE(bundle.stat().st_mode) == 0o644


def test_the_bundle_reaches_hub_service_and_people(tmp_path: Path, site_ca: Path) -> None:
    """U-24: set at one place; requests and pybis, Python's ssl and aiohttp, curl and R, git."""
    config = configured(tmp_path / "data", ca_bundle=site_ca)
    bundle = config.OpenBISKeeper.ca_bundle
    for where in (people(config), service(config)["environment"], os.environ):
        assert {name: where[name] for name in VARIABLES} == dict.fromkeys(VARIABLES, bundle)


def test_without_a_ca_nothing_of_the_kind_is_set(tmp_path: Path) -> None:
    assert VARIABLES & people(configured(tmp_path / "data")).keys() == set()


def test_containers_see_the_bundle_elsewhere(tmp_path: Path, site_ca: Path) -> None:
    config = configured(
        tmp_path / "data",
        ca_bundle=site_ca,
        ca_folder=tmp_path / "shared",
        ca_bundle_in_servers="/etc/ca.pem",
    )
    assert config.OpenBISKeeper.ca_bundle == str(tmp_path / "shared" / certificates.BUNDLE_NAME)
    assert people(config)["REQUESTS_CA_BUNDLE"] == "/etc/ca.pem"
    assert service(config)["environment"]["REQUESTS_CA_BUNDLE"] == config.OpenBISKeeper.ca_bundle


def test_a_renewed_ca_replaces_the_old_one(tmp_path: Path, site_ca: Path) -> None:
    bundle = certificates.merge(site_ca, tmp_path / "shared")
    before = bundle.read_bytes()
    trustme.CA().cert_pem.write_to_path(site_ca)
    assert certificates.merge(site_ca, tmp_path / "shared") == bundle
    assert bundle.read_bytes() != before
    assert [path.name for path in bundle.parent.iterdir()] == [certificates.BUNDLE_NAME]


@pytest.mark.parametrize("content", [b"", b"no certificate", None])
def test_what_is_no_certificate_stops_the_hub(tmp_path: Path, content: bytes | None) -> None:
    path = tmp_path / "institute.pem"
    if content is not None:
        path.write_bytes(content)
    with pytest.raises(ConfigurationProblem, match=r"ca_bundle .*institute\.pem cannot be read"):
        configured(tmp_path / "data", ca_bundle=path)


def test_the_folder_that_hides_the_bundle_is_found(tmp_path: Path) -> None:
    assert certificates.hidden_by(Path("/usr/ca.pem")) is None
    hiding = tmp_path / "data"
    hiding.mkdir(mode=0o700)
    found = certificates.hidden_by(hiding / "certificates" / "ca.pem")
    assert found in (hiding, *hiding.parents)  # pytest's own folders are closed, too


# What outlives a restart


@pytest.mark.parametrize(
    "given", ["postgresql://hub@db/hub", "postgres://hub@db/hub", "postgresql+psycopg://hub@db/hub"]
)
def test_postgresql_is_one_setting_for_hub_and_service(tmp_path: Path, given: str) -> None:
    config = configured(tmp_path / "data", database_url=given)
    assert config.JupyterHub.db_url == "postgresql+psycopg://hub@db/hub"
    assert service(config)["environment"]["OPENBIS_NB_SERVICE_DATABASE_URL"] == config.JupyterHub.db_url


def test_sqlite_lies_in_the_private_folder(tmp_path: Path) -> None:
    config = configured(tmp_path / "data")
    assert config.JupyterHub.db_url == f"sqlite:///{tmp_path}/data/jupyterhub.sqlite"
    assert service(config)["environment"]["OPENBIS_NB_SERVICE_DATABASE_URL"].startswith(
        f"sqlite:///{tmp_path}/data/"
    )


@pytest.mark.parametrize("given", ["mysql://u:secret@db/hub", "sqlite:///hub.sqlite", "db.example.org"])
def test_another_database_is_refused_without_showing_its_password(tmp_path: Path, given: str) -> None:
    with pytest.raises(ConfigurationProblem, match="database_url") as raised:
        configured(tmp_path / "data", database_url=given)
    assert "secret" not in str(raised.value)


def test_a_chart_keeps_database_and_keys(tmp_path: Path) -> None:
    """Without a data_dir, what Zero to JupyterHub has set stays."""
    config = Config()
    config.JupyterHub.db_url = "sqlite:///jupyterhub.sqlite"
    config.JupyterHub.services = [{"name": "theirs"}]
    config.JupyterHub.load_roles.append({"name": "their-role"})
    configure(config, openbis_url=OPENBIS, data_dir=None)
    assert config.JupyterHub.db_url == "sqlite:///jupyterhub.sqlite"
    assert "cookie_secret_file" not in config.JupyterHub
    assert "CryptKeeper" not in config
    assert [one["name"] for one in config.JupyterHub.services] == ["theirs", "openbis"]
    assert [one["name"] for one in config.JupyterHub.load_roles] == ["their-role", "user", "server"]


# Where openBIS and the service are


def test_people_and_service_know_every_address(tmp_path: Path) -> None:
    config = configured(
        tmp_path / "data",
        openbis_public_url="https://eln.example.org",
        server_aliases=["https://old.example.org", ""],
        data_store_urls={"https://eln.example.org": "https://dss.inside", "": "https://other.inside"},
    )
    expected = {
        "OPENBIS_URL": OPENBIS,
        "OPENBIS_NB_PUBLIC_URL": "https://eln.example.org",
        "OPENBIS_NB_SERVER_ALIASES": "https://old.example.org",
        "OPENBIS_NB_DATA_STORE_URLS": "https://eln.example.org=https://dss.inside,https://other.inside",
    }
    for where in (people(config), service(config)["environment"]):
        assert where.items() >= expected.items()


def test_what_may_be_imported_holds_in_peoples_servers_too(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Row 78: the service looks at a repository, and the person's own server fetches it."""
    monkeypatch.setenv("OPENBIS_NB_IMPORT_HOSTS", "git.inside")
    monkeypatch.setenv("OPENBIS_NB_IMPORTS", "on")
    config = configured(tmp_path / "data")
    for where in (people(config), service(config)["environment"]):
        assert where.items() >= {"OPENBIS_NB_IMPORT_HOSTS": "git.inside", "OPENBIS_NB_IMPORTS": "on"}.items()


@pytest.mark.parametrize("base", ["/", "/jupyter/"])
def test_peoples_servers_find_the_service(tmp_path: Path, base: str) -> None:
    found = people(configured(tmp_path / "data", service_url="http://127.0.0.1:9/"), base)
    assert found["OPENBIS_NB_SERVICE_PREFIX"] == f"{base}services/openbis/"
    assert found["OPENBIS_NB_SERVICE_API"] == f"http://127.0.0.1:9{base}services/openbis/"


def test_a_hub_without_the_service(tmp_path: Path) -> None:
    config = configured(tmp_path / "data", service_url="")
    assert config.JupyterHub.get("services", []) == []
    assert [name for name in people(config) if name.startswith("OPENBIS_NB_SERVICE")] == []


def test_a_service_that_something_else_starts(tmp_path: Path) -> None:
    """Kubernetes: it has a pod, an environment and a token of its own."""
    found = service(
        configured(tmp_path / "data", service_token="a token", service_url="http://service:10910")
    )
    assert (found["url"], found["api_token"]) == ("http://service:10910", "a token")
    assert not {"command", "environment"} & found.keys()


def test_a_token_without_a_service_is_a_contradiction(tmp_path: Path) -> None:
    with pytest.raises(ConfigurationProblem, match=r"service_token .* service_url"):
        configured(tmp_path / "data", service_token="a token", service_url="")


# Idle servers


def test_the_culler_may_stop_servers_and_reach_none(tmp_path: Path) -> None:
    config = configured(tmp_path / "data", cull_idle_after=3600, cull_max_age=86400)
    assert service(config, "idle-culler")["command"][-2:] == ["--timeout=3600", "--max-age=86400"]
    [role] = [role for role in config.JupyterHub.load_roles if role["name"] == "idle-culler"]
    assert role["services"] == ["idle-culler"]
    assert set(role["scopes"]) == {"list:users", "read:users:activity", "read:servers", "delete:servers"}


def test_servers_are_not_culled_unless_an_admin_says_so(tmp_path: Path) -> None:
    assert [one["name"] for one in configured(tmp_path / "data").JupyterHub.services] == ["openbis"]


# Contradictions


@pytest.mark.parametrize(
    ("settings", "named"),
    [
        ({"cull_max_age": 60}, ["cull_max_age", "cull_idle_after"]),
        ({"cull_idle_after": 60, "cull_max_age": 30}, ["cull_max_age", "cull_idle_after"]),
        ({"ca_bundle_in_servers": "/etc/ca.pem"}, ["ca_bundle_in_servers", "ca_bundle"]),
    ],
)
def test_contradictions_name_both_settings(
    tmp_path: Path, settings: dict[str, Any], named: list[str]
) -> None:
    with pytest.raises(ConfigurationProblem) as raised:
        configured(tmp_path / "data", **settings)
    assert [name for name in named if name not in str(raised.value)] == []
