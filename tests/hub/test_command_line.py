"""``openbis-nb login --web``: consent at the hub, a code that is good once, and the session for it."""

from __future__ import annotations

import json
import os
import re
import stat
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from urllib.parse import parse_qs, urlencode, urlsplit

import pytest
import requests

from openbis_nb.credentials import token_file
from openbis_nb.sandbox import Sandbox
from openbis_nb.web.grants import challenge_of, new_verifier, short_code
from tests.waiting import until

from .running import Browser, Hub, hidden, path_of

PAGE = "/hub/openbis/command-line"
STATE = "a-state-of-the-program"
Start = Callable[..., subprocess.Popen[str]]
SCRIPT = Path(sys.executable).with_name("openbis-nb")


@pytest.fixture
def alice(hub: Hub) -> Browser:
    browser = hub.browser()
    browser.log_in("alice")
    return browser


def wish(verifier: str, **more: str) -> dict[str, str]:
    return {"challenge": challenge_of(verifier), "state": STATE, **more}


def answer(browser: Browser, fields: dict[str, str], what: str = "allow") -> requests.Response:
    page = browser.go(f"{PAGE}?{urlencode(fields)}")
    return browser.post(PAGE, {**fields, "answer": what, "_xsrf": hidden(page, "_xsrf")})


def exchange(hub: Hub, code: str, verifier: str) -> requests.Response:
    url = f"{hub.url}/hub/api/openbis/command-line"
    return requests.post(url, json={"code": code, "verifier": verifier}, timeout=60)


def code_of(shown: requests.Response) -> str:
    return parse_qs(urlsplit(shown.headers["Location"]).query)["code"][0]


def test_the_page_names_the_account_and_the_code_of_the_terminal(
    alice: Browser, hub_sandbox: Sandbox
) -> None:
    verifier = new_verifier()
    page = alice.go(f"{PAGE}?{urlencode(wish(verifier, port='4711'))}").text
    assert '<dd id="person">alice</dd>' in page
    assert short_code(challenge_of(verifier)) in page
    assert verifier not in page


def test_a_code_is_good_once_and_with_its_verifier(alice: Browser, hub: Hub) -> None:
    verifier = new_verifier()
    sent = answer(alice, wish(verifier, port="4711"))
    assert sent.status_code == 303
    assert sent.headers["Location"].startswith("http://127.0.0.1:4711/?code=")
    assert sent.headers["Location"].endswith(f"&state={STATE}")
    assert "alice" not in sent.headers["Location"]
    got = exchange(hub, code_of(sent), verifier)
    assert got.status_code == 200
    assert got.headers["Cache-Control"] == "no-store"
    session = got.json()
    assert (session["user_id"], session["server"]) == ("alice", hub.sandbox.url)
    assert session["token"].startswith("$pat-alice-")
    again = exchange(hub, code_of(sent), verifier)
    assert again.status_code == 403
    assert "$pat-" not in again.text


def test_another_program_gets_nothing_and_uses_the_code_up(alice: Browser, hub: Hub) -> None:
    verifier = new_verifier()
    code = code_of(answer(alice, wish(verifier, port="4711")))
    assert exchange(hub, code, new_verifier()).status_code == 403
    assert exchange(hub, code, verifier).status_code == 403


@pytest.mark.parametrize("body", ["", "[]", '{"code": 1}', '{"code": "x"}', "null", "nonsense"])
def test_without_a_code_there_is_nothing(hub: Hub, body: str) -> None:
    url = f"{hub.url}/hub/api/openbis/command-line"
    got = requests.post(url, data=body, headers={"Content-Type": "application/json"}, timeout=60)
    assert got.status_code in (400, 403)
    assert "token" not in got.text


def test_it_can_be_refused(alice: Browser) -> None:
    fields = wish(new_verifier(), port="4711")
    assert answer(alice, fields, "refuse").headers["Location"] == (
        f"http://127.0.0.1:4711/?error=access_denied&state={STATE}"
    )
    assert "The command line got nothing." in answer(alice, wish(new_verifier()), "refuse").text


def test_without_a_browser_there_the_code_is_copied(alice: Browser, hub: Hub) -> None:
    verifier = new_verifier()
    page = answer(alice, wish(verifier))
    assert page.status_code == 200
    code = re.search(r'id="code"[^>]*>([^<]+)<', page.text)
    assert code
    assert exchange(hub, code[1], verifier).status_code == 200


@pytest.mark.parametrize(
    "change",
    [
        {"port": "80"},
        {"port": "70000"},
        {"port": "1e4"},
        {"port": "4711@evil.example"},
        {"port": "4711/.evil.example"},
        {"state": ""},
        {"state": "<script>"},
        {"challenge": "short"},
        {"challenge": ""},
    ],
)
def test_a_link_that_cannot_be_right_is_refused(alice: Browser, change: dict[str, str]) -> None:
    """The browser is sent nowhere but to this computer."""
    fields = wish(new_verifier(), port="4711") | change
    assert alice.go(f"{PAGE}?{urlencode(fields)}").status_code == 400
    xsrf = hidden(alice.go(f"{PAGE}?{urlencode(wish(new_verifier()))}"), "_xsrf")
    assert alice.post(PAGE, {**fields, "answer": "allow", "_xsrf": xsrf}).status_code == 400


def test_only_the_page_itself_can_allow_it(alice: Browser, hub: Hub) -> None:
    fields = wish(new_verifier(), port="4711") | {"answer": "allow"}
    assert alice.post(PAGE, fields).status_code == 403
    foreign = {"Sec_Fetch_Site": "cross-site", "Origin": "https://evil.example"}
    assert alice.post(PAGE, fields, **foreign).status_code == 403
    page = alice.go(f"{PAGE}?{urlencode(fields)}")
    assert "frame-ancestors 'none'" in page.headers["Content-Security-Policy"]
    assert page.headers["Referrer-Policy"] == "no-referrer"


def test_the_log_in_comes_first_and_comes_back(hub: Hub, hub_sandbox: Sandbox) -> None:
    """Single sign-on: the hand-over's ``next`` is the page with what the program asks."""
    browser, fields = hub.browser(), urlencode(wish(new_verifier(), port="4711"))
    asked = path_of(browser.go(f"{PAGE}?{fields}"))
    after = parse_qs(urlsplit(asked).query)["next"][0]
    handed = {"token": hub_sandbox.token("alice"), "next": after}
    landing = browser.post("/hub/openbis/handover", handed, Origin=hub_sandbox.url)
    arrived = browser.go(landing.headers["Location"], site="cross-site", referer=hub_sandbox.url)
    assert path_of(arrived) == f"{PAGE}?{fields}"


# The command itself


@pytest.fixture
def home(tmp_path: Path) -> Path:
    """With a browser that only writes down where it is sent."""
    browser = tmp_path / "browser"
    browser.write_text(
        f'#!/bin/sh\nprintf %s "$1" > {tmp_path}/part && mv {tmp_path}/part {tmp_path}/sent-to\n'
    )
    browser.chmod(0o755)
    return tmp_path


@pytest.fixture
def start(home: Path, hub: Hub) -> Iterator[Start]:
    processes: list[subprocess.Popen[str]] = []

    def begin(*words: str, **env: str) -> subprocess.Popen[str]:
        settings = {
            "PATH": os.environ["PATH"],
            "HOME": str(home),
            "BROWSER": f"{home}/browser %s",
            "OPENBIS_NB_STATE_DIR": str(home / "state"),
            "OPENBIS_NB_CACHE_DIR": str(home / "cache"),
            "OPENBIS_NB_CA_BUNDLE": str(hub.sandbox.ca_bundle),
            "OPENBIS_NB_HUB_URL": f"{hub.url}/",
        }
        process = subprocess.Popen(
            [SCRIPT, "login", "--web", *words],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
            env=settings | env, cwd=home,
        )  # fmt: skip
        processes.append(process)
        return process

    yield begin
    for process in processes:
        process.kill()
        process.wait()
        for stream in (process.stdin, process.stdout, process.stderr):
            if stream:
                stream.close()


def sent_to(home: Path) -> str:
    return until(lambda: (home / "sent-to").exists() and (home / "sent-to").read_text(), "the browser opens")


def allow(browser: Browser, address: str) -> requests.Response:
    page = browser.go(address)
    names = ("challenge", "state", "port")
    fields = {name: hidden(page, name) for name in names if f'name="{name}"' in page.text}
    return browser.post(PAGE, {**fields, "answer": "allow", "_xsrf": hidden(page, "_xsrf")})


def test_the_command_logs_in_by_the_browser(hub: Hub, alice: Browser, home: Path, start: Start) -> None:
    process = start("--json")
    address = sent_to(home)
    token = hub.api(alice.api_token(), "/openbis/session").json()["token"]
    arrived = requests.get(allow(alice, address).headers["Location"], timeout=60)
    assert arrived.status_code == 200
    assert "Back to the terminal" in arrived.text
    out, err = process.communicate(timeout=60)
    assert process.returncode == 0, err
    assert json.loads(out)["person"]["user_id"] == "alice"
    stored = token_file(hub.sandbox.url, home / "state")
    assert stored.read_text().strip() == token
    assert stat.S_IMODE(stored.stat().st_mode) == 0o600
    shown = parse_qs(urlsplit(address).query)["challenge"][0]
    assert short_code(shown) in err
    assert [text for text in (out, err, address) if token in text] == []
    done = subprocess.run(
        [SCRIPT, "whoami", "--json"], capture_output=True, text=True, check=True, timeout=60,
        env={"PATH": os.environ["PATH"], "HOME": str(home), "OPENBIS_NB_STATE_DIR": str(home / "state"),
             "OPENBIS_NB_CA_BUNDLE": str(hub.sandbox.ca_bundle)},
    )  # fmt: skip
    assert json.loads(done.stdout)["server"] == hub.sandbox.url


def test_a_visit_that_does_not_know_the_state_does_not_count(
    hub: Hub, alice: Browser, home: Path, start: Start
) -> None:
    process = start()
    address = sent_to(home)
    port = parse_qs(urlsplit(address).query)["port"][0]
    foreign = requests.get(f"http://127.0.0.1:{port}/?code=x&state=y", timeout=60)
    assert foreign.status_code == 400
    requests.get(allow(alice, address).headers["Location"], timeout=60)
    process.communicate(timeout=60)
    assert process.returncode == 0


def test_the_command_is_told_that_it_was_refused(hub: Hub, alice: Browser, home: Path, start: Start) -> None:
    process = start()
    query = parse_qs(urlsplit(sent_to(home)).query)
    url = f"http://127.0.0.1:{query['port'][0]}/?error=access_denied&state={query['state'][0]}"
    assert "Not allowed" in requests.get(url, timeout=60).text
    _, err = process.communicate(timeout=60)
    assert process.returncode == 3
    assert "It was not allowed in the browser." in err
    assert not (home / "state" / "tokens").exists()


def test_without_a_browser_the_code_is_pasted(hub: Hub, alice: Browser, home: Path, start: Start) -> None:
    process = start("--no-browser")
    assert process.stderr
    address = until(lambda: re.search(r"http://\S+", process.stderr.readline()), "the address is said")[0]
    assert "port=" not in address
    page = allow(alice, address)
    code = re.search(r'id="code"[^>]*>([^<]+)<', page.text)
    assert code
    out, err = process.communicate(f"{code[1]}\n", timeout=60)
    assert process.returncode == 0, err
    assert "Logged in to" in out
    assert not (home / "sent-to").exists()


def test_a_hub_of_another_openbis_is_named(hub: Hub, alice: Browser, home: Path, start: Start) -> None:
    """The token goes to no other server than the hub's."""
    process = start("--url", "https://other.example.org")
    requests.get(allow(alice, sent_to(home)).headers["Location"], timeout=60)
    _, err = process.communicate(timeout=60)
    assert process.returncode == 2
    assert f"works with {hub.sandbox.url}, but https://other.example.org is asked for" in " ".join(
        err.split()
    )
    assert not (home / "state" / "tokens").exists()


@pytest.mark.parametrize(
    ("words", "env", "message"),
    [
        (["--user", "alice"], {}, "--web goes with none of"),
        ([], {"OPENBIS_NB_HUB_URL": ""}, "No address of JupyterHub is set."),
        (["--hub", "http://hub.example.org"], {}, "would be reached by http://"),
        (["--hub", "ftp://hub.example.org"], {}, "is not an address"),
    ],
)
def test_what_cannot_work_is_said_at_once(
    start: Start, words: list[str], env: dict[str, str], message: str
) -> None:
    process = start(*words, **env)
    _, err = process.communicate(timeout=60)
    assert process.returncode != 0
    assert message in err


def test_a_place_that_is_no_hub_is_told(home: Path, start: Start, hub: Hub) -> None:
    process = start("--no-browser", "--hub", hub.sandbox.url)
    _, err = process.communicate("code\n", timeout=60)
    assert process.returncode == 8
    assert "with no session" in err
