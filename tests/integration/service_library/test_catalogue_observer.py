"""The optional account that sees all: it fills the index, and shows nobody anything (design D13)."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path

import pytest

from openbis_nb.errors import ConfigurationProblem
from openbis_nb.openbis.client import OpenBIS, Server
from openbis_nb.sandbox import Sandbox
from openbis_nb.service.library import selecting
from openbis_nb.service.library.catalogue import Catalogue
from openbis_nb.service.library.observer import Observer
from openbis_nb.service.library.query import Query
from openbis_nb.service.settings import ServiceSettings

from .conftest import GROWTH, TITRATION, Clock, Guest, running_service, set_roles
from .test_catalogue import provenance
from .test_catalogue_rights import names

Person = Callable[..., Awaitable[Guest]]


@pytest.fixture
async def token_file(sandbox: Sandbox, tmp_path: Path) -> AsyncIterator[Path]:
    """With a personal access token of somebody who has the one role."""
    set_roles(sandbox, "olga", ("OBSERVER", "*"))
    async with OpenBIS(Server(sandbox.url, ca_bundle=Path(str(sandbox.ca_bundle)))) as client:
        await client.login("olga", sandbox.users["olga"])
        made = await client.create_personal_access_token("observer")
        file = tmp_path / "token"
        file.write_text(made.token.reveal() + "\n")
        file.chmod(0o600)
        yield file


async def test_it_fills_the_index_and_viewers_are_still_confirmed(
    catalogue: Catalogue, person: Person, token_file: Path, clock: Clock
) -> None:
    """N-25: all is there at everybody's first look, and each sees their own only; what is trashed outside is
    found without anybody looking."""
    alice, bob, olga = [await person(user) for user in ("alice", "bob", "olga")]
    for number in range(3):
        files = provenance("x", template={"slug": "analysis", "version": "1.0.0"})
        _, last = await alice.save(GROWTH, f"Growth {number}", files=files)
    await bob.save(TITRATION, "Titration")
    observer = Observer(
        token_file, lambda token: OpenBIS(olga.client.server, token, transport=olga.client.transport)
    )
    await catalogue.keep_up(observer)
    for who, seen in [(alice, {"Growth 0", "Growth 1", "Growth 2"}), (bob, {"Titration"})]:
        page = await catalogue.page(who, Query())
        assert (names(page), page.total, page.complete) == (seen, len(seen), True)
        assert len(page.authors) == 1
        assert page.templates == (("analysis",) if who is alice else ())
    await alice.client.delete_data_sets([last], "a test")
    clock.now += 31
    await catalogue.keep_up(observer)
    bob.new_calls()
    page = await catalogue.page(alice, Query())
    assert (len(page.rows), page.total, page.complete) == (2, 2, True)


async def test_the_service_runs_it_where_the_setting_names_a_file(
    person: Person, sandbox: Sandbox, token_file: Path, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    """Nobody has to look. Without the setting nothing is read until somebody does; the token is logged
    nowhere."""
    bob = await person("bob")
    await bob.save(TITRATION, "Titration")
    address, token = f"sqlite:///{tmp_path / 'observed.sqlite'}", token_file.read_text().strip()  # noqa: ASYNC240
    for file in (None, token_file):
        settings = ServiceSettings(database_url=address, observer_token_file=file)
        async with running_service(sandbox, settings) as service, asyncio.timeout(90):
            while await service.database.run(selecting.is_empty) and file is not None:  # noqa: ASYNC110
                await asyncio.sleep(0.01)
            assert await service.database.run(selecting.is_empty) == (file is None)
    assert token not in caplog.text


@pytest.mark.parametrize(
    ("mode", "content"),
    [(0o640, "token"), (0o604, "token"), (0o600, ""), (0o600, "a b"), (0o600, "x" * 2000)],
)
def test_a_file_that_others_can_read_or_that_holds_no_token_is_refused(
    tmp_path: Path, mode: int, content: str
) -> None:
    file = tmp_path / "token"
    file.write_text(content)
    file.chmod(mode)
    with pytest.raises(ConfigurationProblem) as refused:
        Observer(file, lambda _: pytest.fail("nothing is asked"))
    assert "token with" not in refused.value.message
    assert refused.value.next_step


def test_a_file_that_is_not_there_is_said(tmp_path: Path) -> None:
    with pytest.raises(ConfigurationProblem, match="No such file"):
        Observer(tmp_path / "none", lambda _: pytest.fail("nothing is asked"))
