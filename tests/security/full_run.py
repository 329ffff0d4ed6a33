"""Everything that people do in a day at a hub, well and badly, with every secret noted that goes by."""

from __future__ import annotations

import contextlib
import json
import os
import signal
from dataclasses import dataclass, field
from urllib.parse import quote

import requests

from scripts.demonstration.eln_notebook import Asked, generated
from scripts.demonstration.front_end import CellFailed, FrontEnd
from tests.hub.running import hidden, path_of
from tests.waiting import until

from .actors import Person, SecuredHub, environments, processes
from .hostile_notebooks import NO_NOTEBOOKS, PLAIN

__all__ = ["FullRun"]

PLACE = "/BIOLAB/GROWTH/GROWTH_CURVES_1"
OWN = "token of her own"
#: Cells of a person, the last of which fail.
CELLS = (
    "from pybis import Openbis\no = Openbis()\nprint(o.is_session_active())",
    "import logging\nlogging.getLogger().debug('%s', vars(o).keys())",
    "print(nb.openbis.get_experiments(project='/BIOLAB/GROWTH'))",
    "nb.openbis.get_experiment('/NO/SUCH/THING')",
    "nb.attach('20260101000000000-999999')",
    "raise RuntimeError(str(o))",
)
#: While openBIS answers with errors: pybis prints the request of such a call.
FAULTY_CELLS = (
    "o.get_experiments(project='/BIOLAB/GROWTH')",
    "nb.openbis.get_experiments(project='/BIOLAB/GROWTH')",
    "nb.openbis.new_object('UNKNOWN', experiment='/BIOLAB/GROWTH/GROWTH_CURVES_1').save()",
    "nb.attach('20260101000000000-999998')",
    "nb.save()",
)


@dataclass
class FullRun:
    """One hub, from the first log-in to the last log-out.

    ``secrets`` maps a name to each secret that was used; ``pages`` holds what a browser was shown.
    """

    hub: SecuredHub
    secrets: dict[str, str] = field(default_factory=dict)
    pages: dict[str, str] = field(default_factory=dict)

    def everything(self) -> None:
        self.log_ins()
        alice = self.at_work()
        self.failures(alice)
        self.service_is_down()
        self.note_processes()
        alice.browser.go("/hub/logout", site="same-origin")

    def session(self, name: str, user: str = "alice") -> str:
        self.secrets[name] = token = self.hub.sandbox.token(user)
        return token

    def note_tokens(self) -> None:
        """Personal access tokens that openBIS has now; each log-in makes one and revokes the one before."""
        with self.hub.sandbox.state.store.read() as db:
            for (token,) in db.execute("SELECT token FROM personal_access_tokens").fetchall():
                self.secrets.setdefault(f"personal access token {len(self.secrets)}", token)

    def log_ins(self) -> None:
        """By every way."""
        hub, openbis = self.hub, f"{self.hub.sandbox.url}/openbis/"
        for user in ("alice", "bob"):
            self.secrets[f"password of {user}"] = hub.sandbox.users[user]
        self.note(
            hub.browser().go(f"/hub/login?token={self.session('ELN')}&next=/user/alice/lab", referer=openbis)
        )
        self.note_tokens()
        browser = hub.browser()
        asked = browser.go(
            f"/hub/login?token={self.session('asked about')}",
            site="cross-site",
            referer="http://evil.example/",
        )
        self.note(page := browser.follow(asked))
        browser.confirm(page)
        self.note_tokens()
        form = {"token": self.session("handed over"), "next": "/user/alice/lab"}
        landing = path_of(hub.browser().post("/hub/openbis/handover", form, Origin=hub.sandbox.url))
        self.secrets["ticket"] = landing.partition("ticket=")[2]
        hub.browser().go(landing, site="cross-site", referer=openbis)
        self.note_tokens()
        kept = next(value for name, value in self.secrets.items() if name.startswith("personal"))
        for token in (self.session("typed"), kept):
            browser = hub.browser()
            page = browser.go("/hub/login")
            self.note(browser.post("/hub/login", {"token": token, "_xsrf": hidden(page, "_xsrf")}))
            self.note_tokens()

    def at_work(self) -> Person:
        """Launch both ways, run, fail, save."""
        alice = Person(self.hub, "alice").with_server()
        self.note_tokens()
        self.secrets["token of the server"] = alice.server_token
        self.secrets[OWN] = alice.browser.api_token()
        alice.opened_launcher()
        self.eln_launch("growth", "From the ELN", generated(Asked(owner=PLACE, inputs=())))
        opened = alice.browser.go(
            "/user/alice/openbis/open/growth/From%20the%20ELN.ipynb", site="same-origin"
        )
        assert opened.status_code == 302, opened.text
        body = {"place": PLACE, "kind": "experiment", "inputs": [], "name": "Ours", "directory": "ours"}
        launched = self.call("launches", body)
        landed = alice.browser.go(launched.json()["url"], site="same-origin")
        assert landed.status_code == 302, landed.text
        self.note(
            requests.get(f"{self.hub.url}{launched.json()['events']}", headers=self.headers(), timeout=60)
        )
        self.call("downloads", body)
        self.run(alice, "ours/Ours.ipynb")
        return alice

    def run(self, alice: Person, path: str) -> None:
        """All cells, then some that fail, then a save with what they showed."""
        server = f"{self.hub.url}{alice.base}"
        with FrontEnd(alice.browser.session, server, path, seconds=60) as opened:
            cells = opened.notebook.cells
            template = [cell for cell in cells if cell.cell_type == "code" and cell.source.strip()]
            for cell in template:
                opened.save_document()
                opened.run_cell(cell)
            saving = template[-1]
            tried = [*CELLS, *FAULTY_CELLS]
            more = [
                json.loads(json.dumps(saving)) | {"source": source, "id": f"more{n}"}
                for n, source in enumerate(tried)
            ]
            at = cells.index(saving)
            cells[at:at] = [type(saving)(one) for one in more]
            for cell in cells[at : at + len(CELLS)]:
                with contextlib.suppress(CellFailed):
                    opened.run_cell(cell)
            with self.trouble():
                for cell in cells[at + len(CELLS) : at + len(tried)]:
                    with contextlib.suppress(CellFailed):
                        opened.run_cell(cell)
            opened.save_document()
            opened.run_cell(saving)
            self.pages["the notebook as it is shown"] = json.dumps(opened.notebook)

    @contextlib.contextmanager
    def trouble(self):  # type: ignore[no-untyped-def]
        """openBIS fails, in a way that its own client quotes the request."""
        from openbis_nb.sandbox.faults import FaultKind

        for method in (
            "searchExperiments",
            "getExperiments",
            "getDataSets",
            "createSamples",
            "searchDataSets",
        ):
            self.hub.sandbox.faults.add(FaultKind.STATUS, method, count=0)
        try:
            yield
        finally:
            self.hub.sandbox.faults.clear()

    def failures(self, alice: Person) -> None:
        """What goes wrong in a day."""
        hub = self.hub
        dead = self.session("dead")
        hub.sandbox.state.sessions.close(dead)
        good = self.session("used in vain")
        self.secrets["wrong password"] = "not-the-password-of-alice-7731"
        self.note(hub.browser().log_in("alice", self.secrets["wrong password"]))
        eln = {"site": "cross-site", "referer": f"{hub.sandbox.url}/"}
        for query in (f"token={dead}", f"token={good}&token={dead}", f"ticket={self.secrets['ticket']}"):
            self.note(hub.browser().go(f"/hub/login?{query}", **eln))
        # JupyterHub sends such addresses on as they are: only what is written down counts.
        for path in ("/hub/login/", "/hub/home", "/eln", "/user/bob/lab"):
            hub.browser().go(f"{path}?token={good}", **eln)
            hub.browser().post(f"{path}?token={good}", {"x": "y"})
        for token in (good, dead):
            for body in (PLAIN, NO_NOTEBOOKS["text"], json.dumps({"token": token}).encode()):
                for folder in ("a", "../a"):
                    self.note(self.eln_call(token, folder, "x", body))
            self.note(self.eln_call(token, "a", "x", PLAIN, origin="http://evil.example"))
            self.call("launches", {"place": PLACE, "name": "x", "unknown": token})
            self.call("launches", {"place": PLACE, "name": "x", "inputs": {"token": token}})
            self.note(
                requests.get(
                    f"{hub.url}/services/openbis/api/v1/tree?token={token}",
                    headers=self.headers(),
                    timeout=60,
                )
            )
        with self.trouble():
            launched = self.call("launches", {"place": PLACE, "name": "In trouble"})
            self.note(alice.browser.go(launched.json()["url"], site="same-origin"))
            self.note(hub.browser().go(f"/hub/login?token={good}"))

    def service_is_down(self) -> None:
        """Killed; the hub starts it again after some seconds. Meanwhile somebody presses the button."""
        for pid, _, environment in processes(self.hub):
            if environment.get("JUPYTERHUB_SERVICE_NAME") == "openbis":
                os.kill(pid, signal.SIGKILL)
        token = self.session("while the service was down")
        self.note(answer := self.eln_call(token, "a", "x", PLAIN))
        assert answer.status_code in (500, 503)
        until(lambda: self.eln_call(token, "a", "x", PLAIN).ok, "the service is up again")

    def note_processes(self) -> None:
        """Tokens that processes of the hub have; and what their command lines show to everybody."""
        self.note_tokens()
        for environment in environments(self.hub):
            for name in ("JUPYTERHUB_API_TOKEN", "CONFIGPROXY_AUTH_TOKEN"):
                if value := environment.get(name):
                    self.secrets.setdefault(f"{name} {len(self.secrets)}", value)
        for pid, _, environment in processes(self.hub):
            with contextlib.suppress(OSError), open(f"/proc/{pid}/cmdline", "rb") as command:
                self.pages[f"command line of {pid}"] = command.read().decode(errors="replace")
            own = {name: value for name, value in environment.items() if "TOKEN" not in name}
            self.pages[f"environment of {pid}"] = json.dumps(own)

    def eln_launch(self, folder: str, name: str, notebook: object) -> None:
        answer = self.eln_call(self.secrets["ELN"], folder, name, json.dumps(notebook).encode())
        assert answer.ok, answer.text

    def eln_call(
        self, token: str, folder: str, name: str, body: bytes, origin: str = ""
    ) -> requests.Response:
        query = f"token={quote(token)}&folder={quote(folder)}&filename={quote(name)}.ipynb&test=False"
        headers = {"Origin": origin or self.hub.sandbox.url}
        return requests.post(
            f"{self.hub.url}/services/openbis/eln?{query}", data=body, headers=headers, timeout=30
        )

    def headers(self) -> dict[str, str]:
        return {"Authorization": f"token {self.secrets[OWN]}"}

    def call(self, route: str, body: object) -> requests.Response:
        address = f"{self.hub.url}/services/openbis/api/v1/{route}"
        answer = requests.post(address, json=body, headers=self.headers(), timeout=60)
        self.note(answer)
        return answer

    def note(self, answer: requests.Response) -> None:
        """An answer is what a browser shows, and its headers are what is kept of it."""
        self.pages[f"answer {len(self.pages)}: {answer.status_code}"] = f"{answer.headers}\n{answer.text}"
