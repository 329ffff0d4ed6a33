"""The library's API at its wire: a real service process, a sandbox of its own, people with openBIS tokens."""

from __future__ import annotations

import itertools
import json
import uuid
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pybis
import pytest
import requests

from openbis_nb.sandbox import Sandbox, running_sandbox
from tests.integration.service.hub_at_the_wire import FakeHub
from tests.integration.service.running import RunningService, running

PROJECT = "/BIOLAB/GROWTH"
#: Where tests store notebooks, unless they say otherwise; and a second place.
PLACE, OTHER_PLACE = f"{PROJECT}/API", f"{PROJECT}/API_OTHER"
PAGE = "application/x-ipynb+json"
_numbers = itertools.count(1)


@dataclass
class Site:
    """A service and its sandbox."""

    service: RunningService
    openbis: Sandbox

    def who(self, user: str, token: str | None = None) -> ApiClient:
        """Somebody who sends their user name and a session of openBIS (P-31)."""
        return ApiClient(f"{self.service.url}api/v1/", (user, token or self.openbis.token(user)))

    def pybis(self, user: str) -> pybis.Openbis:
        """Somebody at openBIS itself, with nothing of ours."""
        found = pybis.Openbis(self.openbis.url, verify_certificates=str(self.openbis.ca_bundle))
        found.login(user, self.openbis.users[user])
        return found

    def versions_of(self, notebook_id: str) -> list[str]:
        """PermIds of its data sets, as pybis finds them."""
        found = self.pybis("admin").get_datasets(where={"$history_id": notebook_id})
        return sorted(str(perm_id) for perm_id in found.df["permId"])


@dataclass
class ApiClient:
    """One person; paths are below ``api/v1/``."""

    root: str
    auth: tuple[str, str]

    def ask(self, verb: str, path: str, **more: Any) -> requests.Response:
        return requests.request(verb, self.root + path, auth=self.auth, timeout=120, **more)

    def get(self, path: str, /, headers: Mapping[str, str] | None = None, **params: Any) -> Any:
        """The JSON of an answer that must be 200."""
        answer = self.ask("GET", path, params=params, headers=dict(headers or {}))
        assert answer.status_code == 200, answer.text
        return answer.json()

    def refused(self, verb: str, path: str, status: int, code: str, **more: Any) -> dict[str, Any]:
        """The problem JSON of an answer that must be this one (RFC 9457)."""
        answer = self.ask(verb, path, **more)
        assert answer.status_code == status, (answer.status_code, answer.text)
        assert answer.headers["Content-Type"] == "application/problem+json"
        problem: dict[str, Any] = answer.json()
        assert (problem["status"], problem["code"]) == (status, code), problem
        assert problem["detail"]
        assert problem["next_step"]
        return problem

    def made(self, verb: str, path: str, status: int = 201, **more: Any) -> dict[str, Any]:
        answer = self.ask(verb, path, **more)
        assert answer.status_code == status, answer.text
        return dict(answer.json())

    def store(
        self, content: bytes | None = None, place: str = PLACE, /, key: str = "", **params: Any
    ) -> dict[str, Any]:
        """A new notebook; its detail."""
        params.setdefault("name", f"Notebook {next(_numbers)}")
        return self.made(
            "POST",
            "notebooks",
            data=notebook() if content is None else content,
            params={"storedIn": place, **params},
            headers={"Content-Type": PAGE, **keyed(key)},
        )

    def add(self, notebook_id: str, content: bytes, /, key: str = "", **params: Any) -> dict[str, Any]:
        """A further version."""
        headers = {"Content-Type": PAGE, **keyed(key)}
        return self.made(
            "POST", f"notebooks/{notebook_id}/versions", data=content, params=params, headers=headers
        )


def keyed(key: str) -> dict[str, str]:
    return {"Idempotency-Key": key} if key else {}


def new_key() -> str:
    return uuid.uuid4().hex


def notebook(*sources: str, metadata: Mapping[str, Any] | None = None) -> bytes:
    """An ``.ipynb`` with a code cell for each source, and an output."""
    cells = [
        {
            "cell_type": "code",
            "id": f"c{number}",
            "metadata": {},
            "source": source,
            "execution_count": number + 1,
            "outputs": [{"output_type": "stream", "name": "stdout", "text": f"out {number}\n"}],
        }
        for number, source in enumerate(sources or ("1 + 1",))
    ]
    content = {"nbformat": 4, "nbformat_minor": 5, "metadata": dict(metadata or {}), "cells": cells}
    return json.dumps(content).encode()


@contextmanager
def running_site(folder: Path, openbis: Sandbox, hub: FakeHub, **settings: str) -> Iterator[Site]:
    limits = {"reads_per_minute": "100000", "writes_per_minute": "100000", "max_body": "3M"}
    with running(folder, hub, openbis, **(limits | settings)) as service:
        yield Site(service, openbis)


@pytest.fixture(scope="session")
def api_openbis() -> Iterator[Sandbox]:
    with running_sandbox() as sandbox:
        admin = pybis.Openbis(sandbox.url, verify_certificates=str(sandbox.ca_bundle))
        admin.login("admin", sandbox.users["admin"])
        for code in ("API", "API_OTHER"):
            admin.new_experiment(code=code, type="DEFAULT_EXPERIMENT", project=PROJECT).save()
        yield sandbox


@pytest.fixture(scope="session")
def api_hub(api_openbis: Sandbox) -> Iterator[FakeHub]:
    hub = FakeHub(api_openbis.url)
    try:
        yield hub
    finally:
        hub.stop()


@pytest.fixture(scope="session")
def site(api_openbis: Sandbox, api_hub: FakeHub, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    with running_site(tmp_path_factory.mktemp("api"), api_openbis, api_hub) as site:
        yield site


@pytest.fixture(scope="session")
def hasty(api_openbis: Sandbox, api_hub: FakeHub, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """For an openBIS that is silent: it is given up soon. So may be whatever else is asked."""
    folder = tmp_path_factory.mktemp("hasty")
    with running_site(folder, api_openbis, api_hub, openbis_timeout="2", confirmed_for="0.001") as site:
        yield site


@pytest.fixture
def ursula(site: Site) -> ApiClient:
    """A user: may add versions, but neither change nor trash what is stored."""
    return site.who("ursula")


@pytest.fixture
def alice(site: Site) -> ApiClient:
    """A power user of the same space."""
    return site.who("alice")


@pytest.fixture
def olga(site: Site) -> ApiClient:
    """An observer."""
    return site.who("olga")


@pytest.fixture
def bob(site: Site) -> ApiClient:
    """Of another space."""
    return site.who("bob")


@pytest.fixture
def admin(site: Site) -> ApiClient:
    return site.who("admin")
