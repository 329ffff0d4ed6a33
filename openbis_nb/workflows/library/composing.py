"""The bytes of a version that no kernel ran for: its notebook, and its ``provenance.json``.

Content may be a stranger's (an upload), and so is a base version's provenance: both only describe.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from ...errors import InvalidNotebook
from ...identifiers import safe_file_name
from ...models import DataSet, Entity, Identity
from ...notebooks import digest, document, parameter_cell, web_origin
from ...notebooks import identity as identity_block
from ...notebooks.provenance import Forked, Provenance
from ...notebooks.redact import Redactor, Report
from ..version_digest import content_digest, digest_of
from ..workplace import Workplace

__all__ = ["Base", "Composed", "NewVersion", "compose"]


@dataclass(frozen=True, slots=True)
class Base:
    """The version that is gone on with. ``same_content``: the notebook itself is not changed either."""

    data_set: DataSet
    provenance: Provenance | None
    same_content: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class NewVersion:
    """What a new version is to be.

    Args:
        notebook_id: Under which id.
        owner: Where.
        name: Its name.
        notes: HTML, escaped already.
        type_code: Data-set type.
        content: The notebook's bytes; its identity block decides nothing.
        base: What it goes on with; ``None`` for an upload that is a notebook of its own.
        parents: PermIds that openBIS takes as parents.
        missing: Inputs of the base that it does not take any more.
        confirmed: Inputs that the person confirmed, among *parents*.
        properties: Further ones, in the server's spelling.
        forked_from: Origin.
        co_authors: User ids.
        takeover: A space admin carries the notebook on.
    """

    notebook_id: str
    owner: Entity
    name: str
    notes: str
    type_code: str
    content: bytes
    base: Base | None = None
    parents: tuple[str, ...] = ()
    missing: tuple[str, ...] = ()
    confirmed: tuple[str, ...] = ()
    properties: Mapping[str, str] = field(default_factory=dict)
    forked_from: Forked | None = None
    co_authors: tuple[str, ...] = ()
    takeover: bool = False


@dataclass(frozen=True, slots=True)
class Composed:
    """All but the page: the clean notebook, its file with the identity block, ``provenance.json``."""

    name: str
    notes: str
    notebook: Mapping[str, Any]
    file_name: str
    file: bytes
    provenance: Provenance
    report: Report


def compose(workplace: Workplace, new: NewVersion, *, save_id: str, saved_at: str, person: str) -> Composed:
    """The version's notebook and provenance; the same arguments give the same bytes. Blocks.

    Raises:
        InvalidNotebook: the content is none of format 4.
        TooLarge: over the site's limit.
    """
    what = "The notebook" if new.base is None else "The version"
    read = document.loads(new.content, name=what, max_size=workplace.limits.max_notebook)
    claimed = identity_block.read(read)
    secrets = [workplace.client.token.reveal()] if workplace.client.has_session else []
    redactor = Redactor(secrets, workplace.redact_patterns)
    clean, report = redactor.redact_notebook(identity_block.without(read))
    name, in_name = redactor.redact_text(identity_block.clean_name(new.name), "name")
    notes, in_notes = redactor.redact_text(new.notes, "notes", markup=True)
    report = report + in_name + in_notes
    record = _provenance(new, clean, claimed, name, notes, report, save_id, saved_at, person)
    record = replace(record, imported_from=web_origin.read(read))
    identity = _identity(workplace, new, record)
    return Composed(
        name=name,
        notes=notes,
        notebook=clean,
        file_name=safe_file_name(name[:120], suffix=".ipynb"),
        file=document.dumps(identity_block.write(clean, identity)),
        provenance=record,
        report=report,
    )


def _provenance(
    new: NewVersion,
    clean: Mapping[str, Any],
    claimed: Identity | None,
    name: str,
    notes: str,
    report: Report,
    save_id: str,
    saved_at: str,
    person: str,
) -> Provenance:
    before = new.base.provenance if new.base else None
    same = before if new.base and new.base.same_content else None  # what only this very content can say
    attached = (*(before.attached if before else ()), *new.parents, *new.missing)
    return Provenance(
        save_id=save_id,
        notebook_id=new.notebook_id,
        name=name,
        saved_at=saved_at,
        saved_by=person,
        owner={
            "kind": new.owner.kind,
            "perm_id": new.owner.perm_id,
            "identifier": new.owner.identifier,
        },
        declared=before.declared if before else new.confirmed,
        attached=tuple(dict.fromkeys(attached)),
        unticked=tuple(p for p in before.unticked if p not in new.parents) if before else (),
        observed=same.observed if same else (),
        parameters=same.parameters if same else _parameters(clean),
        template=before.template if before else _template(claimed),
        content_digest=digest_of(
            content=content_digest(digest.content_digest(clean), {}),
            name=name,
            notes=notes,
            type_code=new.type_code,
            properties=new.properties,
            parents=new.parents,
        ),
        code_digest=digest.code_digest(clean),
        environment=before.environment if before else {},
        started_at=same.started_at if same else None,
        forked_from=new.forked_from,
        co_authors=new.co_authors,
        takeover=new.takeover,
        redacted=report.count,
        based_on=new.base.data_set.perm_id if new.base else None,
        missing=new.missing,
    )


def _parameters(clean: Mapping[str, Any]) -> dict[str, Any]:
    language = str(clean["metadata"].get("kernelspec", {}).get("language", "python")).lower()
    try:
        return parameter_cell.read_values(clean, language)
    except InvalidNotebook:
        return {}  # two cells say so: neither is to be believed


def _template(claimed: Identity | None) -> dict[str, str] | None:
    if claimed is None or not claimed.template_slug:
        return None
    return {"slug": claimed.template_slug, "version": claimed.template_version or ""}


def _identity(workplace: Workplace, new: NewVersion, record: Provenance) -> Identity:
    template = record.template or {}
    return Identity(
        server=workplace.server,
        notebook_id=new.notebook_id,
        name=record.name,
        owner_kind=new.owner.kind,
        owner_perm_id=new.owner.perm_id,
        owner_identifier=new.owner.identifier,
        inputs=tuple(dict.fromkeys((*record.declared, *record.attached)))[: identity_block.MAX_INPUTS],
        template_slug=template.get("slug") or None,
        template_version=template.get("version"),
        imported_from=record.imported_from,
    )
