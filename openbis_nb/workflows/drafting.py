"""A version as far as this machine alone can make it: redacted, digested, with its results and evidence."""

from __future__ import annotations

import html
import re
import uuid
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from ..identifiers import free_name, safe_file_name
from ..models import Identity
from ..notebooks import digest, document, parameter_cell, web_origin
from ..notebooks import identity as identity_block
from ..notebooks.environment import Environment
from ..notebooks.redact import Redactor, Report
from ..notebooks.stored_form import as_stored
from . import result_files
from .evidence import Evidence, keys_of
from .outbox_entry import OutboxEntry
from .parents import sort_inputs
from .save_request import SaveRequest
from .version_digest import content_digest, core_digest, version_digest
from .workplace import Workplace

if TYPE_CHECKING:
    from nbformat import NotebookNode

__all__ = ["Draft", "make_draft", "notes_as_html"]


@dataclass(frozen=True, slots=True)
class Draft:
    """A version that openBIS has not been asked about.

    ``contents``: relative path → bytes, or a file that stays where it is; redacted copies of result
    files lie in the folder that the caller gave.
    """

    notebook: NotebookNode
    entry: OutboxEntry
    contents: dict[str, bytes | Path]


def make_draft(
    workplace: Workplace,
    request: SaveRequest,
    notebook: NotebookNode,
    identity: Identity | None,
    told: tuple[str, ...],
    folder: Path,
) -> Draft:
    """Make the version as far as this machine alone can.

    Args:
        workplace: Whose server, limits and patterns.
        request: What the person asked for.
        notebook: The file's content.
        identity: Whose notebook it says it is, or the ledger knows it to be.
        told: Sentences for the person so far.
        folder: For redacted copies of result files; of the caller, who removes it.

    Raises:
        InvalidInput: *unused* names a stranger.
        NotFound: a result file is not there.
    """
    session = [workplace.client.token.reveal()] if workplace.client.has_session else []
    redactor = Redactor(session, workplace.redact_patterns)
    clean, report = redactor.redact_notebook(as_stored(identity_block.without(notebook)))
    files, in_files = _results(redactor, request, folder)
    name, in_name = redactor.redact_text(_name(request, identity), "name")
    notes, in_notes = redactor.redact_text(request.notes, "notes")
    type_code, wanted = _as_before(workplace, request, identity)
    properties, in_properties = redactor.redact_value(wanted, "properties")
    owner_perm_id, owner_identifier, owner_kind = _owner(request, identity)
    evidence = _evidence(workplace, request, identity)
    environment = _environment(workplace, request, identity)
    inputs = sort_inputs(identity.inputs if identity else (), evidence.handed_out, request.unused)
    made = digest.content_digest(clean)
    entry = OutboxEntry(
        save_id=str(uuid.uuid4()),
        server=workplace.server,
        name=name,
        notes=notes_as_html(notes),
        created_at=_now(),
        notebook_file=safe_file_name(name[:120], suffix=".ipynb"),
        owner_perm_id=owner_perm_id,
        owner_identifier=owner_identifier,
        owner_kind=owner_kind,
        block=identity_block.to_block(identity) if identity else None,
        data_set_type=type_code,
        properties=properties,
        as_new=bool(request.as_new),
        confirmed=request.confirm,
        takeover=request.takeover,
        declared=inputs.declared,
        attached=inputs.attached,
        unused=inputs.unused,
        content=content_digest(made, files),
        digest="",
        facts=_facts(request, clean, identity, evidence, environment) | _imported_from(redactor, notebook),
        redactions=_findings(report + in_files + in_name + in_notes + in_properties),
        source=str(request.path.resolve()),
        source_block=_id_in(notebook),
        person=person.user_id if (person := workplace.client.known_person) else "",
        told=tuple(redactor.redact_text(sentence)[0] for sentence in told),  # it may quote a name
    )
    contents: dict[str, bytes | Path] = {entry.notebook_file: document.dumps(clean), **files}
    if environment is not None:
        contents["environment.lock.json"] = environment.lock_json()
        contents["requirements.txt"] = environment.requirements_txt()
    entry = replace(entry, digest=version_digest(entry), core=core_digest(made, entry))
    return Draft(clean, entry, contents)


def _name(request: SaveRequest, identity: Identity | None) -> str:
    return request.name or (identity.name if identity else request.path.stem)


def _as_before(
    workplace: Workplace, request: SaveRequest, identity: Identity | None
) -> tuple[str, dict[str, str]]:
    """Data-set type and properties: who names a type says all of it, else the last version goes on (F-08)."""
    given = dict(request.properties)
    if request.data_set_type is not None or identity is None:
        return request.data_set_type or workplace.data_set_type, given
    last = workplace.ledger.stored_as(workplace.server, identity.notebook_id, identity.checkpoint_id)
    return (last.type_code, {**last.properties, **given}) if last else (workplace.data_set_type, given)


def _owner(request: SaveRequest, identity: Identity | None) -> tuple[str, str, str]:
    """PermId, identifier and kind; of an owner that the person names, openBIS will say the rest."""
    if request.owner or identity is None:
        return "", request.owner or "", ""
    return identity.owner_perm_id, identity.owner_identifier, identity.owner_kind


def _results(redactor: Redactor, request: SaveRequest, folder: Path) -> tuple[dict[str, Path], Report]:
    report = Report()
    files: dict[str, Path] = {}
    chosen = result_files.collect(request.files, request.path.parent)
    for number, (wanted, path) in enumerate(chosen.items()):
        name, in_name = redactor.redact_text(wanted, "the name of a result file")
        clean = folder / str(number)
        found = redactor.redact_file(path, clean)
        files[free_name(name, files)] = clean if found else path
        report += in_name + found
    return files, report


def _evidence(workplace: Workplace, request: SaveRequest, identity: Identity | None) -> Evidence:
    if request.evidence is not None:
        return request.evidence
    return workplace.evidence.latest(workplace.server, keys_of(identity, request.path))


def _environment(workplace: Workplace, request: SaveRequest, identity: Identity | None) -> Environment | None:
    """Of the kernel that saves, else of the one that ran the notebook last, as far as it was ours (F-08)."""
    if request.environment is not None:
        return request.environment
    noted = workplace.evidence.environment(workplace.server, keys_of(identity, request.path))
    return Environment(**noted) if noted is not None else None


def _facts(
    request: SaveRequest,
    clean: NotebookNode,
    identity: Identity | None,
    evidence: Evidence,
    environment: Environment | None,
) -> dict[str, Any]:
    language = str(clean.metadata.get("kernelspec", {}).get("language", "python")).lower()
    template = None
    if identity is not None and identity.template_slug:
        template = {"slug": identity.template_slug, "version": identity.template_version or ""}
    return {
        "code_digest": digest.code_digest(clean),
        "parameters": parameter_cell.read_values(clean, language),
        "template": template,
        "environment": environment.summary() if environment is not None else {},
        "started_at": request.started_at,
        "co_authors": list(request.co_authors),
        "observed": [
            {"data_set": o.data_set, "path": o.path, "size": o.size, "crc32": o.crc32, "at": o.at}
            for o in evidence.observed
        ],
    }


def _imported_from(redactor: Redactor, notebook: NotebookNode) -> dict[str, Any]:
    """Where on the web it came from; of an address in which the site's patterns find a secret, the host."""
    origin = web_origin.read(notebook)
    if origin is None:
        return {}
    if redactor.redact_text(origin.url)[0] != origin.url:
        parts = urlsplit(origin.url)
        origin = replace(origin, url=f"{parts.scheme}://{parts.netloc}/")
    return {"imported_from": web_origin.to_origin(origin)}


def _id_in(notebook: NotebookNode) -> str:
    block = identity_block.read(notebook)
    return block.notebook_id if block else ""


def _findings(report: Report) -> tuple[str, ...]:
    return tuple(f"{item.count} x {item.kind} in {item.place}" for item in report.removed)


def notes_as_html(notes: str) -> str:
    """Plain text as the ELN keeps notes, escaped. An empty line parts paragraphs, so that who reads the text
    back and stores it again changes nothing."""
    paragraphs = re.split(r"\n(?:[ \t]*\n)+", "\n".join(notes.splitlines()).strip("\n"))
    lines = (paragraph.split("\n") for paragraph in paragraphs if paragraph)
    return "".join(f"<p>{'<br>'.join(html.escape(line) for line in some)}</p>" for some in lines)


def _now() -> str:
    return datetime.now(UTC).isoformat(timespec="seconds").replace("+00:00", "Z")
