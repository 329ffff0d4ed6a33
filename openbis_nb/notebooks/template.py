"""A template: a folder with ``template.yaml`` and a ``notebook.ipynb`` that opens and runs (design D7)."""

from __future__ import annotations

import keyword
import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import yaml

from ..errors import InvalidParameter, InvalidTemplate
from ..models import EntityKind
from .literals import LANGUAGES
from .parameters import TYPES, Parameter, check_value

if TYPE_CHECKING:
    from nbformat import NotebookNode

__all__ = ["NOTEBOOK_FILE", "YAML_FILE", "Template", "read_template"]

YAML_FILE = "template.yaml"
NOTEBOOK_FILE = "notebook.ipynb"

_SLUG = re.compile(r"[a-z0-9][a-z0-9-]{0,63}")
_VERSION = re.compile(r"[0-9]+\.[0-9]+\.[0-9]+")
_NAME = re.compile(r"[A-Za-z][A-Za-z0-9_]{0,63}")
_RAM = re.compile(r"([0-9]+(?:\.[0-9]+)?)\s*([KMGT])(?:i?B)?", re.IGNORECASE)
_KINDS: tuple[EntityKind, ...] = ("space", "project", "experiment", "object")
_MAX_YAML = 256 * 2**10  # bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class Template:
    """What ``template.yaml`` says. Empty ``entity_kinds`` or ``data_set_types`` mean: any.

    ``image``, ``cpu`` (cores) and ``ram`` (bytes) are wishes to the spawner, never demands.
    """

    slug: str
    title: str
    description: str
    version: str
    language: str
    kernel: str
    folder: Path
    entity_kinds: tuple[EntityKind, ...] = ()
    data_set_types: tuple[str, ...] = ()
    parameters: tuple[Parameter, ...] = ()
    image: str | None = None
    cpu: float | None = None
    ram: int | None = None

    def parameter(self, name: str) -> Parameter:
        """The parameter of that name.

        Raises:
            InvalidParameter: there is none.
        """
        for parameter in self.parameters:
            if parameter.name == name:
                return parameter
        known = ", ".join(parameter.name for parameter in self.parameters) or "none"
        raise InvalidParameter(f"The template {self.slug!r} has no parameter {name[:60]!r}; it has: {known}.")

    def load(self) -> NotebookNode:
        """The template's notebook.

        Raises:
            InvalidTemplate: it is missing or damaged.
        """
        from ..errors import InvalidNotebook, NotFound, TooLarge
        from . import document  # nbformat is slow to import, and listing templates does not need it

        try:
            return document.read(self.folder / NOTEBOOK_FILE)
        except (InvalidNotebook, NotFound, TooLarge) as error:
            raise InvalidTemplate(f"Template {self.slug!r}: {error.message}") from error


def read_template(folder: Path) -> Template:
    """The template in *folder*; its name is the slug. Strict: an unknown key is an error.

    Raises:
        InvalidTemplate: names the file and the key.
    """
    reader = _Reader(folder)
    reader.known_keys(
        {"title", "description", "version", "language", "kernel", "entity_kinds", "data_set_types",
         "parameters", "image", "cpu", "ram"}
    )  # fmt: skip
    language = reader.text("language")
    if language not in LANGUAGES:
        reader.fail("language", f"must be one of {', '.join(LANGUAGES)}")
    version = reader.text("version")
    if not _VERSION.fullmatch(version):
        reader.fail("version", "must have the form 1.2.3")
    return Template(
        slug=reader.slug,
        title=reader.text("title"),
        description=reader.text("description"),
        version=version,
        language=language,
        kernel=reader.text("kernel"),
        folder=folder,
        entity_kinds=reader.kinds(),
        data_set_types=reader.texts("data_set_types"),
        parameters=reader.parameters(),
        image=reader.text("image", optional=True) or None,
        cpu=reader.cpu(),
        ram=reader.ram(),
    )


class _StrictLoader(yaml.SafeLoader):
    """YAML where a key that stands twice is an error, not a silent loss of the first."""


def _mapping(loader: _StrictLoader, node: yaml.MappingNode) -> dict[Any, Any]:
    keys = [loader.construct_object(key) for key, _ in node.value]
    twice = next((key for key in keys if keys.count(key) > 1), None)
    if twice is not None:
        raise yaml.constructor.ConstructorError(
            None, None, f"the key {twice!r} stands twice", node.start_mark
        )
    return loader.construct_mapping(node, deep=True)


_StrictLoader.add_constructor(yaml.resolver.BaseResolver.DEFAULT_MAPPING_TAG, _mapping)


class _Reader:
    """The content of one ``template.yaml``, with errors that name file and key."""

    def __init__(self, folder: Path) -> None:
        self.slug = folder.name
        self.content: dict[str, Any] = {}
        if not _SLUG.fullmatch(self.slug):
            raise InvalidTemplate(
                f"{self.slug[:80]!r} cannot be the name of a template: use small letters, digits and '-'."
            )
        self.content = self._load(folder / YAML_FILE)

    def fail(self, key: str, what: str) -> None:
        raise InvalidTemplate(
            f"{self.slug}/{YAML_FILE}: {key} {what}.", extra={"file": YAML_FILE, "key": key}
        )

    def _load(self, path: Path) -> dict[str, Any]:
        try:
            with path.open("rb") as file:
                raw = file.read(_MAX_YAML + 1)
            content = yaml.load(raw.decode("utf-8"), _StrictLoader)  # noqa: S506 (a SafeLoader)
        except FileNotFoundError as error:
            raise InvalidTemplate(f"{self.slug} has no {YAML_FILE}.") from error
        except (OSError, UnicodeDecodeError, yaml.YAMLError, RecursionError, TypeError) as error:
            raise InvalidTemplate(f"{self.slug}/{YAML_FILE} cannot be read: {error}.") from error
        if len(raw) > _MAX_YAML or not isinstance(content, dict):
            self.fail("the file", "is not a small YAML mapping")
        return {str(key): value for key, value in content.items()}

    def known_keys(self, known: set[str]) -> None:
        unknown = sorted(set(self.content) - known)
        if unknown:
            self.fail(", ".join(unknown), f"is unknown; known are {', '.join(sorted(known))}")

    def text(self, key: str, *, optional: bool = False) -> str:
        value = self.content.get(key)
        if value is None and optional:
            return ""
        if not isinstance(value, str) or not value.strip():
            self.fail(key, "must be a text that is not empty (put numbers in quotes)")
        return " ".join(str(value).split())

    def texts(self, key: str) -> tuple[str, ...]:
        value = self.content.get(key) or []
        if not isinstance(value, list) or not all(isinstance(item, str) and item for item in value):
            self.fail(key, "must be a list of texts")
        return tuple(value)

    def kinds(self) -> tuple[EntityKind, ...]:
        named = self.texts("entity_kinds")
        if set(named) - set(_KINDS):
            self.fail("entity_kinds", f"may hold {', '.join(_KINDS)}")
        return tuple(kind for kind in _KINDS if kind in named)

    def cpu(self) -> float | None:
        value = self.content.get("cpu")
        if value is None:
            return None
        if isinstance(value, bool) or not isinstance(value, (int, float)) or not 0 < value <= 4096:
            self.fail("cpu", "must be a number of cores")
        return float(value)

    def ram(self) -> int | None:
        value = self.content.get("ram")
        if value is None:
            return None
        match = _RAM.fullmatch(str(value))
        if match is None:
            self.fail("ram", "must be a size such as 512M or 4G")
        assert match is not None
        return int(float(match[1]) * 2 ** (10 * (1 + "KMGT".index(match[2].upper()))))

    def parameters(self) -> tuple[Parameter, ...]:
        value = self.content.get("parameters") or []
        if not isinstance(value, list) or not all(isinstance(item, dict) for item in value):
            self.fail("parameters", "must be a list of mappings")
        found = tuple(self._parameter(number, item) for number, item in enumerate(value))
        names = [parameter.name for parameter in found]
        if len(set(names)) != len(names):
            self.fail("parameters", "has a name twice")
        return found

    def _parameter(self, number: int, item: Mapping[str, Any]) -> Parameter:
        key = f"parameters[{number}]"
        unknown = sorted(str(k) for k in set(item) - set(Parameter.__dataclass_fields__))
        if unknown:
            self.fail(f"{key}.{unknown[0]}", "is unknown")
        name, kind = item.get("name"), item.get("type")
        if not isinstance(name, str) or not _NAME.fullmatch(name) or keyword.iskeyword(name):
            self.fail(f"{key}.name", "must be a variable name")
        if kind not in TYPES:
            self.fail(f"{key}.type", f"must be one of {', '.join(TYPES)}")
        if "default" not in item:
            self.fail(f"{key}.default", "is missing: a template runs as it is")
        self._check_limits(key, item)
        parameter = Parameter(**{**item, "choices": tuple(item.get("choices") or ())})
        try:
            return _with_default(parameter)
        except InvalidParameter as error:
            raise InvalidTemplate(
                f"{self.slug}/{YAML_FILE}: {key}.default: {error.message}",
                extra={"file": YAML_FILE, "key": f"{key}.default"},
            ) from error

    def _check_limits(self, key: str, item: Mapping[str, Any]) -> None:
        for limit in ("minimum", "maximum"):
            value = item.get(limit)
            if value is not None and (isinstance(value, bool) or not isinstance(value, (int, float))):
                self.fail(f"{key}.{limit}", "must be a number")
        low, high = item.get("minimum"), item.get("maximum")
        if low is not None and high is not None and low > high:
            self.fail(f"{key}.minimum", "is larger than the maximum")
        for text in ("unit", "help"):
            if not isinstance(item.get(text, ""), str):
                self.fail(f"{key}.{text}", "must be a text")
        choices = item.get("choices")
        if choices is not None and (
            not isinstance(choices, list) or not all(isinstance(c, (str, int, float)) for c in choices)
        ):
            self.fail(f"{key}.choices", "must be a list of plain values")
        if item.get("type") == "choice" and not choices:
            self.fail(f"{key}.choices", "is missing")


def _with_default(parameter: Parameter) -> Parameter:
    default = check_value(parameter, parameter.default)
    fields = {name: getattr(parameter, name) for name in Parameter.__dataclass_fields__}
    return Parameter(**{**fields, "default": default})
