"""What a caller sends. All of it is a stranger's input; the person's own server checks the path once more."""

from __future__ import annotations

import json
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, BaseModel, ConfigDict, Field

from ...errors import InvalidInput
from ...models import EntityKind, LaunchRequest
from ...notebook_paths import launch_folder, notebook_file

__all__ = ["MOST_INPUTS", "NO_NUL", "EntityText", "LaunchBody", "Outcome", "PlainJson", "SaveOutcome"]

#: Identifier or permId.
EntityText = Annotated[str, Field(min_length=1, max_length=1000)]
#: PostgreSQL takes no NUL in a text.
NO_NUL = r"^[^\x00]*$"
#: Largest ``profile`` and ``parameters``, as JSON, in bytes.
_MOST_JSON = 64 * 2**10
_DEEPEST = 32
#: Data sets that one launch may name.
MOST_INPUTS = 10_000


def _plain(value: dict[str, Any]) -> dict[str, Any]:
    """It is stored, and handed on: to a notebook, to the hub."""
    if _is_deeper(value, _DEEPEST):
        raise ValueError(f"is nested more than {_DEEPEST} times")
    try:
        size = len(json.dumps(value, ensure_ascii=False, allow_nan=False).encode())
    except ValueError:  # NaN, or half of a pair of surrogates
        raise ValueError("holds a number or a letter that no JSON can hold") from None
    if size > _MOST_JSON:
        raise ValueError(f"is larger than {_MOST_JSON} bytes")
    return value


#: What is stored, and handed on as it is.
PlainJson = Annotated[dict[str, Any], AfterValidator(_plain)]


class LaunchBody(BaseModel):
    """A notebook that is asked for."""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={
            "examples": [
                {
                    "place": "/BIOLAB/GROWTH/GROWTH_CURVES_1",
                    "kind": "experiment",
                    "inputs": ["20261121093000123-31"],
                    "template": "growth-curves",
                    "parameters": {"window_hours": 2.5},
                    "directory": "growth/november",
                    "name": "Growth curves",
                }
            ]
        },
    )

    place: EntityText = Field(description="Identifier or permId of the entity.")
    kind: EntityKind | None = Field(None, description="What `place` is, where known: it saves a question.")
    owner: EntityText | None = Field(
        None, description="Experiment or object that it is stored in, when `place` is a space or project."
    )
    inputs: Annotated[list[EntityText], Field(max_length=MOST_INPUTS)] | None = Field(
        None, description="PermIds of data sets; null: the owner's available ones, up to a size."
    )
    template: str = Field("analysis", min_length=1, max_length=200, description="Slug of a template.")
    parameters: PlainJson = Field({}, description="Values of the template's parameters.")
    directory: str = Field(
        "", max_length=4096, description="Folder below the root of one's server; made if it is not there."
    )
    name: str = Field(
        min_length=1, max_length=255, description="Of the notebook; the file is called so, with .ipynb."
    )
    profile: PlainJson = Field(
        {}, description="`user_options` for the spawner, if the server has to be started."
    )

    @property
    def file_name(self) -> str:
        """The file's name, if it can be one.

        Raises:
            UnsafePath: it cannot.
        """
        return notebook_file(f"{self.name.removesuffix('.ipynb')}.ipynb")

    @property
    def folder(self) -> str:
        """The folder, if it can be one.

        Raises:
            UnsafePath: it cannot.
        """
        return "/".join(launch_folder(self.directory))

    def request(self) -> LaunchRequest:
        """What the workflow takes."""
        return LaunchRequest(
            place=self.place,
            kind=self.kind,
            owner=self.owner,
            inputs=tuple(self.inputs or ()),
            only_inputs=self.inputs is not None,
            template=self.template,
            parameters=self.parameters,
            name=self.name.removesuffix(".ipynb"),
        )


class SaveOutcome(BaseModel):
    """How a save of a person's ended, as their own server, kernel or terminal says."""

    model_config = ConfigDict(extra="forbid", json_schema_extra={"examples": [{"outcome": "saved"}]})

    outcome: Literal["saved", "unchanged", "outbox", "failed"]
    code: str = Field("", max_length=64, description="Of the error, if it failed.")
    notebook: str = Field(
        "",
        max_length=500,
        pattern=NO_NUL,
        description="Notebook id: published pages that follow it show its newest version soon.",
    )


class Outcome(BaseModel):
    """What the person's own server says of a launch."""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={"examples": [{"state": "ready", "path": "growth/november/Growth curves 2.ipynb"}]},
    )

    state: str = Field(pattern="^(writing|ready|failed)$")
    path: str = Field("", max_length=8192, pattern=NO_NUL)
    problem: dict[str, Any] | None = None

    def checked_problem(self) -> dict[str, Any]:
        """The problem, shown to the same person later: text members only, and not much of them.

        Raises:
            InvalidInput: there is none.
        """
        if not self.problem:
            raise InvalidInput("A failed launch needs its problem.")
        said = {name: _text(self.problem.get(name)) for name in _PROBLEM_TEXTS}
        status = self.problem.get("status")
        return {**said, "status": status if isinstance(status, int) and 400 <= status < 600 else 500}


def _is_deeper(value: Any, levels: int) -> bool:
    inner = value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
    return levels < 0 or any(_is_deeper(one, levels - 1) for one in inner)


def _text(value: Any) -> str:
    return str(value or "")[:2000].encode(errors="replace").decode()


_PROBLEM_TEXTS = ("type", "title", "detail", "code", "next_step")
