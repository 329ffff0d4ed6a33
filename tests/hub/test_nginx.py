"""The shipped nginx example, run: no session in its logs, and the hub works behind it (O-65, design D16)."""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
import requests
import trustme

from openbis_nb.sandbox import Sandbox
from tests.ports import free_port
from tests.waiting import until

from .running import ROOT, Hub

#: Of the example.
NAME = "jupyterhub.example.org"
KEY = f"nbp_{'k' * 43}"  # of a link for the world
SESSION = "alice-230926143214123x0123456789ABCDEF0123456789ABCDEF"


class Nginx:
    """The example with its address, certificate, logs and upstream changed, and nothing else."""

    def __init__(self, folder: Path, upstream: str, port: int = 0) -> None:
        self.folder, port = folder, port or free_port()
        self.url = f"https://127.0.0.1:{port}"
        authority = trustme.CA()
        authority.cert_pem.write_to_path(folder / "ca.pem")
        certificate = authority.issue_cert("127.0.0.1", NAME)
        certificate.private_key_and_cert_chain_pem.write_to_path(folder / "hub.pem")
        text = (ROOT / "hub_config" / "nginx.conf").read_text(encoding="utf-8")
        for old, new in (
            ("listen 443 ssl", f"listen 127.0.0.1:{port} ssl"),
            ("/etc/ssl/certs/jupyterhub.pem", f"{folder}/hub.pem"),
            ("/etc/ssl/private/jupyterhub.key", f"{folder}/hub.pem"),
            ("/var/log/nginx/", f"{folder}/"),
            ("http://127.0.0.1:8000", upstream),
        ):
            assert old in text
            text = text.replace(old, new)
        config = folder / "nginx.conf"
        config.write_text(f"daemon off; pid {folder}/pid; events {{}} http {{ {text} }}", encoding="utf-8")
        program = shutil.which("nginx", path="/usr/sbin:/usr/local/sbin:/usr/bin:/usr/local/bin")
        assert program, "The test of the nginx example needs nginx: run scripts/test, which installs it."
        command = [program, "-c", str(config), "-p", str(folder), "-e", str(folder / "start.log")]
        self.process = subprocess.Popen(command)

    def get(self, path: str, **headers: str) -> requests.Response:
        ca = str(self.folder / "ca.pem")
        return requests.get(self.url + path, headers=headers, verify=ca, allow_redirects=False, timeout=60)

    def answers(self) -> bool:
        try:
            self.get("/")
        except requests.ConnectionError:
            return False
        return True


@pytest.fixture
def start(tmp_path: Path) -> Iterator[Callable[[str], Nginx]]:
    """Starts nginx in front of an address; stopped at the end."""
    started: list[Nginx] = []

    def start(upstream: str) -> Nginx:
        started.append(Nginx(tmp_path, upstream))
        until(started[-1].answers, "nginx answers")
        return started[-1]

    yield start
    for nginx in started:
        nginx.process.terminate()
        nginx.process.wait(60)


@pytest.mark.parametrize("hub_is_up", [True, False])
def test_no_session_is_in_a_log_of_nginx(start: Callable[[str], Nginx], hub: Hub, hub_is_up: bool) -> None:
    """Without a hub nginx has errors to tell of, with whole addresses."""
    nginx = start(hub.url if hub_is_up else f"http://127.0.0.1:{free_port()}")
    nginx.get(f"/hub/login?token={SESSION}&next=/user/alice/lab")
    nginx.get(f"/hub/login?next=/user/alice/lab&token={SESSION}")
    nginx.get(f"/hub/login?next=%2Fx&%74oken={SESSION}")
    nginx.get(f"/datastore_server/1-2/a.html?sessionID={SESSION}")
    for path in (
        f"public/{KEY}",
        f"public/{KEY}/embed",
        f"v2/jupyter-notebooks/a:1?share_key={KEY}",
        "public/odd",
    ):
        nginx.get(f"/services/openbis/{path}", Referer=f"https://hub.example.org/public/{KEY}")
    nginx.get("/hub/home", Referer=f"https://openbis.example.org/x?sessionID={SESSION}")
    access = nginx.folder / "jupyterhub.log"  # a line is written after its answer
    until(lambda: '"https://openbis.example.org"' in access.read_text(), "the last line is written")
    logs = {path.name: path.read_text() for path in nginx.folder.glob("*.log")}
    assert '"GET /hub/login?[removed]"' in logs["jupyterhub.log"]
    assert "[a link for the world]" in logs["jupyterhub.log"]
    assert [name for name, text in logs.items() if SESSION in text or KEY in text] == []


def test_the_hub_knows_that_it_is_reached_by_https(
    start: Callable[[str], Nginx], hub_sandbox: Sandbox, tmp_path: Path
) -> None:
    """Its own proxy stands in between and says http: the public address has to be set."""
    (tmp_path / "hub").mkdir()
    own = Hub(tmp_path / "hub", hub_sandbox, "c.JupyterHub.public_url = 'https://127.0.0.1/'")
    navigation = {"Sec-Fetch-Mode": "navigate", "Sec-Fetch-Dest": "document", "Sec-Fetch-Site": "none"}
    try:
        own.wait_until_ready()
        answer = start(own.url).get(f"/hub/login?token={hub_sandbox.token('alice')}", **navigation)
    finally:
        own.stop()
    assert answer.headers["Location"].startswith("/hub/spawn/alice")
    cookies = [c for c in answer.raw.headers.getlist("Set-Cookie") if c.startswith("jupyterhub-hub-login")]
    assert ["Secure" in cookie for cookie in cookies] == [True]
