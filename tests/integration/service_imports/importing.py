"""What the tests of imports do again and again."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from openbis_nb.sandbox import Sandbox
from tests.foreign_host import ForeignHost, notebook
from tests.integration.service.hub_at_the_wire import FakeHub
from tests.integration.service.running import Client, RunningService

__all__ = ["GROWTH", "imported", "looked", "rows", "started"]

GROWTH = notebook("# Growth", "window = 2", "print(window)")


def started(
    folder: Path, hub: FakeHub, openbis: Sandbox, host: ForeignHost, environment: Mapping[str, str] = {}
) -> RunningService:
    """A service whose admin allows *host*."""
    service = RunningService(folder, hub, openbis)
    service.environment |= host.allowed | dict(environment)
    return service.start()


def looked(person: Client, url: str, **more: Any) -> dict[str, Any]:
    answer = person.post("imports/preview", {"url": url, **more})
    assert answer.status_code == 201, answer.text
    return dict(answer.json())


def imported(person: Client, preview: dict[str, Any], **more: Any) -> dict[str, Any]:
    body = {"preview": preview["id"], "directory": "imported", "name": preview["suggested"]["name"]} | more
    answer = person.post("imports", body)
    assert answer.status_code == 201, answer.text
    return dict(answer.json())


def rows(person: Client) -> list[dict[str, Any]]:
    return list(person.get("imports").json()["imports"])
