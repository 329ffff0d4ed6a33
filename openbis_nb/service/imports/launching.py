"""A launch of what was looked at: the notebook as it was shown, or a repository for the person's own server.

An import is prepared as any other launch (``launches.keeper``): in the background, with the session of the
person who is there; after a restart of the service by whoever opens it next. The bytes are in the launch
itself, so nothing is fetched a second time, and nothing can have changed since it was shown.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from pydantic import BaseModel

from ...errors import InvalidInput
from ...workflows.importing.taking import imported
from ...workflows.workplace import Workplace
from ..launches.kinds import PREPARERS, REPOSITORY, Made, RepositoryBody
from ..launches.model import Launch, NewLaunch, of_hub_user
from .asking import ImportBody
from .looking import origin_of
from .model import Preview

if TYPE_CHECKING:
    from ..service import Service
    from ..visitors import Visitor

__all__ = ["IMPORT", "launch_import"]

#: Kind of launches of notebooks: the body is an ``_Asked`` as JSON in one line, then the notebook.
IMPORT = "import"


class _Asked(BaseModel):
    """What is kept of it until it is prepared."""

    facts: dict[str, Any]
    name: str
    owner: str | None
    inputs: list[str]


async def launch_import(service: Service, visitor: Visitor, body: ImportBody) -> Launch:
    """Accept the import of what *body* names, and prepare it in the background.

    Raises:
        NotFound: what was looked at is kept no longer, or is somebody else's.
        InvalidInput: owner, inputs or directory of a repository, or a branch of a notebook.
        UnsafePath: folder or name.
        TooMany, TooLarge: the person has too much waiting already.
    """
    preview = await service.imports.preview(body.preview, visitor)
    new = await _NEW[preview.kind](service, visitor, body, preview)
    launch = await service.imports.accept(new, preview)
    service.launches.prepare(launch, visitor)
    return launch


async def _new_notebook(service: Service, visitor: Visitor, body: ImportBody, preview: Preview) -> NewLaunch:
    if body.ref is not None:
        raise InvalidInput("A notebook was looked at: its branch is chosen.", next_step="Leave `ref` out.")
    if body.inputs and body.owner is None:
        raise InvalidInput(
            "Inputs belong to a notebook that is stored somewhere.",
            next_step="Choose the experiment or object, too, or attach the data in the notebook.",
            extra={"field": "owner"},
        )
    asked = _Asked(
        facts=preview.facts,
        name=body.file_name.removesuffix(".ipynb"),
        owner=body.owner,
        inputs=list(dict.fromkeys(body.inputs)),
    )
    return NewLaunch(
        owner=of_hub_user(visitor.hub_name),
        kind=IMPORT,
        directory=body.folder,
        file_name=body.file_name,
        body=asked.model_dump_json().encode() + b"\n" + await service.imports.content(preview),
        options=body.profile,
    )


async def _new_repository(_: Service, visitor: Visitor, body: ImportBody, preview: Preview) -> NewLaunch:
    if body.owner is not None or body.inputs:
        raise InvalidInput(
            "A repository is stored nowhere in openBIS.", next_step="Leave `owner` and `inputs` out."
        )
    if body.folder:
        raise InvalidInput("A repository's folder lies at the top.", next_step="Leave `directory` out.")
    facts = preview.facts["repository"]
    asked = RepositoryBody(
        clone_url=facts["clone_url"],
        ref=body.ref or facts["ref"] or None,
        folder=body.folder_name,
        open=facts["path"] or None,
    )
    return NewLaunch(
        owner=of_hub_user(visitor.hub_name),
        kind=REPOSITORY,
        directory="",
        file_name=body.folder_name,
        body=asked.model_dump_json().encode(),
        options=body.profile,
    )


_NEW = {"notebook": _new_notebook, "repository": _new_repository}


async def _prepare_import(workplace: Workplace, body: bytes, _: str) -> Made:
    head, _newline, content = body.partition(b"\n")
    asked = _Asked.model_validate_json(head)
    made = await imported(
        workplace,
        content,
        origin_of(asked.facts),
        name=asked.name,
        owner=asked.owner,
        inputs=asked.inputs,
    )
    return Made(made.notebook, made.remember, any_kernel=True)


PREPARERS[IMPORT] = _prepare_import
