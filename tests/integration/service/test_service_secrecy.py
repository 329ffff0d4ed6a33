"""No token in the service's log at DEBUG, in its database, or in what it answers (design, section 6)."""

from __future__ import annotations

from pathlib import Path

from openbis_nb.sandbox import Sandbox
from tests.postgres import Postgres

from .hub_at_the_wire import FakeHub
from .running import PREFIX, SERVICE_TOKEN, RunningService, request, running


def a_full_run(service: RunningService) -> tuple[list[str], str]:
    """Everything that a person does, and what goes wrong; the secrets, and all that was answered."""
    sandbox, answers = service.sandbox, []
    alice = service.person("alice")
    browser = service.browser()
    sent = browser.go(PREFIX)
    back = browser.return_path(sent, alice.token)
    answers += [sent, browser.go(back), browser.go(PREFIX), browser.go(back)]
    launch = alice.launch()
    answers += [
        alice.get(f"launches/{launch['id']}/content"),
        alice.get("launches"),
        alice.get("openapi.json"),
    ]
    outcome = {"state": "ready", "path": "growth/A look.ipynb"}
    answers += [alice.post(f"launches/{launch['id']}/outcome", outcome), alice.post("downloads", request())]
    for kind in ("status", "html", "error", "cut", "expired-session"):
        sandbox.faults.add(kind, "*", count=0)
        failed = alice.launch()
        answers.append(alice.get(f"launches/{failed['id']}/content"))
        sandbox.faults.clear()
    answers += [alice.get("launches", params={"directory": "x", "token": alice.token})]
    session = service.hub.people[alice.token].session
    assert session
    cookie = next(c.value for c in browser.session.cookies if c.name == "openbis-nb-session")
    code = back.split("code=")[1].split("&")[0]
    text = "".join(f"{answer.headers}{answer.text}" for answer in answers).replace(str(cookie), "")
    return [session, alice.token, SERVICE_TOKEN, code, str(cookie)], text


def test_no_secret_is_written_or_shown(openbis: Sandbox, hub: FakeHub, tmp_path: Path) -> None:
    with running(tmp_path, hub, openbis) as service:
        secrets, answered = a_full_run(service)
        database = service.database
    assert '"level": "DEBUG"' in service.log
    for secret in secrets:
        assert secret not in service.log
        assert secret.encode() not in database
        assert secret not in answered
    assert "?" not in "".join(line.get("route", "") for line in service.log_lines)
    assert (tmp_path / "service.sqlite").stat().st_mode & 0o077 == 0


def test_it_runs_on_postgres(openbis: Sandbox, hub: FakeHub, tmp_path: Path, postgres: Postgres) -> None:
    """By one setting; the same run."""
    with running(tmp_path, hub, openbis, database_url=postgres.url("service")) as service:
        a_full_run(service)
        alice = service.person("alice")
        launch = alice.launch()
        alice.until_state(launch, "waiting")
        service.stop()
        service.start()
        assert alice.get(f"launches/{launch['id']}/content").status_code == 200
        assert not (tmp_path / "service.sqlite").exists()
