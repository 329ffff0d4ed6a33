"""Settings that contradict each other or are unsafe stop the hub at start, and are named (design 6)."""

from __future__ import annotations

import stat
import subprocess
import sys
from pathlib import Path
from types import SimpleNamespace

import pytest
from jupyterhub.spawner import LocalProcessSpawner, SimpleLocalProcessSpawner
from traitlets.config import Config

from openbis_nb.errors import ConfigurationProblem
from openbis_nb.hub import deployment
from openbis_nb.hub.authenticator import OpenBISAuthenticator
from openbis_nb.hub.configure import configure

OPENBIS = "https://openbis.example.org"


def authenticator(**settings: object) -> OpenBISAuthenticator:
    config = Config({"OpenBISAuthenticator": {"openbis_url": OPENBIS, **settings}})
    return OpenBISAuthenticator(config=config)


@pytest.mark.parametrize(
    ("settings", "named"),
    [
        ({}, ["allow_all", "allowed_spaces"]),
        ({"allow_all": True, "allowed_spaces": {"/LAB"}}, ["allow_all", "allowed_spaces"]),
        ({"allow_all": True, "auto_login": True}, ["auto_login"]),
        (
            {"allow_all": True, "openbis_url": "http://openbis.example.org"},
            ["openbis.example.org", "http://"],
        ),
        ({"allow_all": True, "openbis_url": ""}, ["address"]),
    ],
)
def test_contradictions_are_named(settings: dict[str, object], named: list[str]) -> None:
    with pytest.raises(ConfigurationProblem) as raised:
        authenticator(**settings)
    assert [name for name in named if name not in str(raised.value)] == []


def test_settings_are_read_in_openbis_spelling() -> None:
    rules = authenticator(allowed_spaces={"lab"}, allowed_projects={"lab/growth"}, allowed_groups={"imaging"})
    assert rules.rule_settings.allowed_spaces == {"/LAB"}
    assert rules.rule_settings.allowed_projects == {"/LAB/GROWTH"}
    assert rules.rule_settings.allowed_groups == {"IMAGING"}


@pytest.mark.parametrize(
    ("given", "origins"),
    [
        ({}, {OPENBIS}),
        ({"openbis_public_url": "https://eln.example.org/"}, {"https://eln.example.org"}),
        ({"allowed_origins": {"https://a.example:443/x", "nonsense"}}, {"https://a.example"}),
    ],
)
def test_whose_pages_may_log_people_in(given: dict[str, object], origins: set[str]) -> None:
    assert authenticator(allow_all=True, **given).origins == origins


@pytest.mark.parametrize(
    ("spawner", "bind_url", "refused"),
    [
        (SimpleLocalProcessSpawner, "http://127.0.0.1:8000", False),
        (SimpleLocalProcessSpawner, "http://[::1]:8000", False),
        (SimpleLocalProcessSpawner, "http://localhost:8000/jupyter/", False),
        (SimpleLocalProcessSpawner, "http://:8000", True),
        (SimpleLocalProcessSpawner, "http://0.0.0.0:8000", True),
        (SimpleLocalProcessSpawner, "https://hub.example.org", True),
        (LocalProcessSpawner, "http://:8000", False),
    ],
)
def test_the_simple_spawner_serves_this_machine_only(spawner: type, bind_url: str, refused: bool) -> None:
    ours = SimpleNamespace(auto_login=False, enable_auth_state=True)
    hub = SimpleNamespace(spawner_class=spawner, bind_url=bind_url, config=Config())
    if refused:
        with pytest.raises(ConfigurationProblem, match=r"spawner_class .* bind_url"):
            deployment.check(ours, hub)
    else:
        deployment.check(ours, hub)


def test_a_session_needs_a_place() -> None:
    ours = SimpleNamespace(auto_login=False, enable_auth_state=False)
    hub = SimpleNamespace(spawner_class=LocalProcessSpawner, bind_url="http://127.0.0.1:8000")
    with pytest.raises(ConfigurationProblem, match="enable_auth_state"):
        deployment.check(ours, hub)


def test_keys_are_made_once_and_kept_to_oneself(tmp_path: Path) -> None:
    first, second = Config(), Config()
    for config in (first, second):
        configure(config, openbis_url=OPENBIS, data_dir=tmp_path / "data")
    assert first.CryptKeeper["keys"] == second.CryptKeeper["keys"]
    assert len(first.CryptKeeper["keys"][0]) == 32
    modes = [
        stat.S_IMODE(path.stat().st_mode) for path in (tmp_path / "data", tmp_path / "data" / "crypt_key")
    ]
    assert modes == [0o700, 0o600]


def test_the_roles_hold_no_more_than_jupyterhubs_own_and_the_session(tmp_path: Path) -> None:
    """Design D3: nothing of ours reaches other people's servers or sessions."""
    config = Config()
    configure(config, openbis_url=OPENBIS, data_dir=tmp_path)
    ours = ["custom:openbis-session", "access:services!service=openbis"]
    scopes = {role["name"]: role["scopes"] for role in config.JupyterHub.load_roles}
    assert scopes == {
        "user": ["self", *ours],
        "server": ["users:activity!user", "access:servers!server", *ours],
    }


def test_a_hub_with_contradictory_settings_does_not_start(tmp_path: Path) -> None:
    config = tmp_path / "config.py"
    config.write_text(
        "from openbis_nb.hub.configure import configure\n"
        f"configure(c, openbis_url={OPENBIS!r}, data_dir={str(tmp_path)!r})\n"
        "c.OpenBISAuthenticator.allow_all = True\n"
        "c.OpenBISAuthenticator.allowed_spaces = {'/LAB'}\n",
        encoding="utf-8",
    )
    command = [sys.executable, "-m", "jupyterhub", "-f", str(config)]
    result = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, timeout=60)
    assert result.returncode != 0
    assert "allow_all admits everybody, so allowed_spaces would have no effect." in result.stderr
