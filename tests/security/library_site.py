"""A service with a library at its wire, people with roles of their own, and what somebody stores past it."""

from __future__ import annotations

import asyncio
import json
import uuid
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from openbis_nb.openbis.client import OpenBIS, Server
from openbis_nb.openbis.creation import NewDataSet, create_data_set
from openbis_nb.openbis.secrets import Secret
from openbis_nb.sandbox import Sandbox
from tests.integration.service_library.api import PLACE, ApiClient, notebook

__all__ = ["PLAIN_PROVENANCE", "provenance", "stored"]

PLAIN_PROVENANCE: dict[str, Any] = {
    "schema": 1, "save_id": "s", "notebook_id": "n", "name": "n", "saved_at": "2026-01-01T00:00:00Z",
    "saved_by": "x", "owner": {},
}  # fmt: skip


def provenance(**members: Any) -> bytes:
    """A file of the right form with these members; whatever JSON can say stands in it."""
    return json.dumps(PLAIN_PROVENANCE | members).encode()


def stored(
    openbis: Sandbox,
    who: ApiClient,
    files: Mapping[str, bytes] | None = None,
    *,
    place: str = PLACE,
    parents: tuple[str, ...] = (),
    **properties: str,
) -> str:
    """A data set that anybody may register with openBIS, without any code of the library; its permId."""
    said = {"$NAME": "stored", "$HISTORY_ID": uuid.uuid4().hex} | {
        {"name": "$NAME", "notebook_id": "$HISTORY_ID", "notes": "NOTES"}[name]: value
        for name, value in properties.items()
    }
    server = Server(openbis.url, ca_bundle=Path(str(openbis.ca_bundle)), request_timeout=20)

    async def create() -> str:
        client = OpenBIS(server, Secret(who.auth[1]))
        try:
            owner = await client.entity(place)
            new = NewDataSet(
                type_code="ANALYSIS_NOTEBOOK",
                owner=owner,
                files={"notebook.ipynb": notebook(), **(files or {})},
                properties=said,
                parents=parents,
            )
            return await create_data_set(client, new)
        finally:
            await client.transport.close()

    return asyncio.run(create())
