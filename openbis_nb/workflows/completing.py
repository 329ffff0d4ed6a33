"""The last two files of a version: the identity block in the notebook, and ``provenance.json``.

They are made when openBIS has answered, because whose notebook a version belongs to, and where its owner
is now, is known only then. They are kept with the version, so that a repeat after a lost answer looks
for exactly these bytes.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

from ..models import EntityKind, Identity, WebOrigin
from ..notebooks import document, provenance, web_origin
from ..notebooks import identity as identity_block
from ..notebooks.provenance import Forked, Observed, Provenance, ResultFile
from .checking import Checked
from .outbox_entry import OutboxEntry
from .result_files import FOLDER
from .workplace import Workplace

__all__ = ["complete"]


def complete(workplace: Workplace, entry: OutboxEntry, checked: Checked) -> OutboxEntry:
    """Write identity block and provenance for what the checks found.

    Raises:
        NoSpace: the disk is full; the version is as it was.
    """
    notebook = document.read(entry.path_of(entry.notebook_file), max_size=workplace.limits.max_notebook * 2)
    standing, owner = checked.standing, checked.owner
    completed = replace(
        entry,
        person=checked.person.user_id,
        notebook_id=standing.notebook_id,
        fork_of=standing.fork_of,
        owner_perm_id=owner.perm_id,
        owner_identifier=owner.identifier,
        owner_kind=owner.kind,
        told=tuple(dict.fromkeys((*entry.told, *checked.told, *standing.told))),
    )
    identity = _identity(workplace, completed, owner.kind)
    contents = {
        entry.notebook_file: document.dumps(identity_block.write(notebook, identity)),
        provenance.FILE_NAME: _provenance(workplace, completed, checked).to_json(),
    }
    return workplace.outbox.update(completed, contents)


def _identity(workplace: Workplace, entry: OutboxEntry, owner_kind: EntityKind) -> Identity:
    template = entry.facts.get("template") or {}
    return Identity(
        server=workplace.server,
        notebook_id=entry.notebook_id,
        name=entry.name,
        owner_kind=owner_kind,
        owner_perm_id=entry.owner_perm_id,
        owner_identifier=entry.owner_identifier,
        inputs=tuple(dict.fromkeys((*entry.declared, *entry.attached))),
        template_slug=template.get("slug"),
        template_version=template.get("version"),
        imported_from=_imported_from(entry),
    )


def _provenance(workplace: Workplace, entry: OutboxEntry, checked: Checked) -> Provenance:
    facts = entry.facts
    results = [file for file in entry.files if file.path.startswith(f"{FOLDER}/")]
    return Provenance(
        save_id=entry.save_id,
        notebook_id=entry.notebook_id,
        name=entry.name,
        saved_at=datetime.now(UTC).isoformat(timespec="seconds").replace("+00:00", "Z"),
        saved_by=entry.person,
        owner={
            "kind": entry.owner_kind,
            "perm_id": entry.owner_perm_id,
            "identifier": entry.owner_identifier,
        },
        declared=entry.declared,
        attached=entry.attached,
        unticked=entry.unused,
        observed=tuple(Observed(**item) for item in facts.get("observed", ())),
        parameters=facts.get("parameters", {}),
        template=facts.get("template"),
        content_digest=entry.digest,
        code_digest=facts.get("code_digest", ""),
        environment=facts.get("environment", {}),
        started_at=facts.get("started_at"),
        forked_from=_origin(workplace, entry, checked),
        co_authors=_co_authors(entry, checked),
        takeover=checked.standing.takeover,
        results=tuple(ResultFile(file.path, file.size, file.sha256) for file in results),
        redacted=len(entry.redactions),
        imported_from=_imported_from(entry),
    )


def _imported_from(entry: OutboxEntry) -> WebOrigin | None:
    return web_origin.from_origin(entry.facts.get("imported_from") or {})


def _co_authors(entry: OutboxEntry, checked: Checked) -> tuple[str, ...]:
    """Who takes a notebook over names themselves, so that their later versions need not declare it again."""
    named = tuple(entry.facts.get("co_authors", ()))
    return tuple(dict.fromkeys((*named, entry.person))) if checked.standing.takeover else named


def _origin(workplace: Workplace, entry: OutboxEntry, checked: Checked) -> Forked | None:
    """Of a fork the version it comes from; of the first version of a notebook what it was made from
    (U-26)."""
    standing = checked.standing
    if standing.fork_of is not None:
        origin = next(v for v in checked.versions if v.perm_id == standing.fork_of)
        return Forked(origin.notebook_id, origin.perm_id, origin.registrator)
    block = identity_block.read({"metadata": {"openbis": entry.block}}) if entry.block else None
    if standing.newest is not None or block is None or not workplace.is_own_server(block.server):
        return None
    if block.origin_notebook is None:
        return None
    return Forked(block.origin_notebook, block.origin_id)
