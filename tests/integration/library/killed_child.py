"""A process that writes or trashes, to be killed in the middle: ``python -m … FILE``; the file says what.

It writes ``last_try_at`` into that file when the attempt begins to be undecided, as the service does.
"""

from __future__ import annotations

import asyncio
import json
import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from openbis_nb.notebooks.library import TemplateLibrary
from openbis_nb.openbis.cache import Cache
from openbis_nb.openbis.client import OpenBIS, Server
from openbis_nb.workflows.evidence import EvidenceBook
from openbis_nb.workflows.ledger import Ledger
from openbis_nb.workflows.library.reading import read_notebook
from openbis_nb.workflows.library.trashing import restore_from_trash, trash
from openbis_nb.workflows.library.writing import Attempt, restore
from openbis_nb.workflows.outbox import Outbox
from openbis_nb.workflows.workplace import Workplace


async def main(path: Path, job: dict[str, Any]) -> None:
    """Do what *job*, the content of the file, says."""
    server = Server(job["url"], ca_bundle=Path(job["ca_bundle"]))
    home = path.parent / "child"
    async with OpenBIS(server, job["token"]) as client:
        workplace = Workplace(
            client=client,
            cache=Cache(home / "cache", server=server.host, person="alice"),
            outbox=Outbox(home / "outbox"),
            ledger=Ledger(home / "state.sqlite3"),
            evidence=EvidenceBook(home / "state.sqlite3"),
            templates=TemplateLibrary(()),
        )

        def note() -> None:
            path.write_text(json.dumps(job | {"last_try_at": datetime.now(UTC).isoformat()}))

        if job["do"] == "revert":
            await restore_from_trash(client, job["notebook"])
            return
        notebook = await read_notebook(client, job["notebook"])
        if job["do"] == "trash":
            await trash(client, notebook)
            return
        attempt = Attempt(job["save_id"], job["saved_at"])
        await restore(workplace, notebook, job["version"], attempt=attempt, before_register=note)


if __name__ == "__main__":
    file = Path(sys.argv[1])
    asyncio.run(main(file, json.loads(file.read_text())))
