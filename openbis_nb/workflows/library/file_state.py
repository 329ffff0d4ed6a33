"""What a file on disk would say of itself if it were saved now: to be compared with a version of it."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from ...models import Identity
from ...notebooks import document, parameter_cell
from ...notebooks import identity as identity_block
from ...notebooks.provenance import Provenance
from ...notebooks.redact import Redactor
from ..evidence import keys_of
from ..parents import sort_inputs
from ..workplace import Workplace

if TYPE_CHECKING:
    from nbformat import NotebookNode

__all__ = ["FileState", "file_state"]


@dataclass(frozen=True, slots=True)
class FileState:
    """A file.

    Args:
        content: As it would be stored: without the identity block, and redacted.
        provenance: Inputs, parameters and template, as far as the file and this machine know them; of the
            environment only the kernel knows, so it is that of the version compared with.
        not_attached: Parents of that version which the file still names, and which no kernel was given.
    """

    content: bytes
    provenance: Provenance
    not_attached: tuple[str, ...]


def file_state(
    workplace: Workplace,
    path: Path,
    notebook: NotebookNode,
    identity: Identity | None,
    base: Provenance | None,
) -> FileState:
    """The state of the file at *path*. Blocks; nobody is asked.

    An input that the file names and no kernel was given yet is not called removed: whoever opens a notebook
    has taken nothing from it.

    Args:
        workplace: Whose evidence and patterns.
        path: The file.
        notebook: Its content.
        identity: Which notebook it is.
        base: What the version says that it is compared with.
    """
    session = [workplace.client.token.reveal()] if workplace.client.has_session else []
    redactor = Redactor(session, workplace.redact_patterns)
    clean, _ = redactor.redact_notebook(identity_block.without(notebook))
    language = str(clean.metadata.get("kernelspec", {}).get("language", "python")).lower()
    evidence = workplace.evidence.latest(workplace.server, keys_of(identity, path))
    inputs = sort_inputs(identity.inputs if identity else (), evidence.handed_out, ())
    before = base.parents if base else ()
    waiting = tuple(one for one in inputs.never_attached if one in before)
    template = None
    if identity is not None and identity.template_slug:
        template = {"slug": identity.template_slug, "version": identity.template_version or ""}
    return FileState(
        content=document.dumps(clean),
        provenance=Provenance(
            save_id="",
            notebook_id=identity.notebook_id if identity else "",
            name=identity.name if identity else path.stem,
            saved_at="",
            saved_by="",
            owner={},
            attached=(*inputs.parents, *waiting),
            parameters=parameter_cell.read_values(clean, language),
            template=template,
            environment=base.environment if base else {},
        ),
        not_attached=waiting,
    )
