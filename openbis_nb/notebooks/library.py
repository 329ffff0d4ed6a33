"""The templates that can be used, from every place they may come from."""

from __future__ import annotations

import builtins
import logging
import sys
from collections.abc import Iterable, Iterator
from importlib import metadata
from pathlib import Path
from typing import TYPE_CHECKING

from ..errors import InvalidTemplate, NotFound
from .template import YAML_FILE, Template, read_template

if TYPE_CHECKING:
    from .template_check import Finding

__all__ = ["ENTRY_POINT_GROUP", "Template", "TemplateLibrary"]

#: Entry points of this group name a package with templates, or a function that returns folders.
ENTRY_POINT_GROUP = "openbis_nb.templates"

_FOLDER = "notebook_templates"
_log = logging.getLogger(__name__)


class TemplateLibrary:
    """Templates by slug. Of two with the same slug the first place wins:

    the given folders (a setting), entry points of installed packages, the checkout beside the
    package, then ``share/openbis_nb`` of the environment.

    Args:
        folders: Folders whose sub-folders are templates.
    """

    def __init__(self, folders: Iterable[str | Path] = ()) -> None:
        self._folders = tuple(Path(folder).expanduser() for folder in folders)

    def list(self) -> list[Template]:
        """All usable templates, sorted by title. One that does not hold together is logged and left out,
        so that a site's half-written template never takes the others away (``get`` says what is wrong).
        """
        found = []
        for folder in self._template_folders().values():
            try:
                found.append(read_template(folder))
            except InvalidTemplate as error:
                _log.warning("A template is left out: %s", error.message)
        return sorted(found, key=lambda template: (template.title.casefold(), template.slug))

    def get(self, slug: str) -> Template:
        """The template of that slug.

        Raises:
            NotFound: there is none.
            InvalidTemplate: it does not hold together.
        """
        folders = self._template_folders()
        if slug not in folders:
            raise NotFound(
                f"There is no template {slug[:80]!r}.",
                next_step=f"Known are: {', '.join(sorted(folders)) or 'none'}.",
            )
        return read_template(folders[slug])

    def check(self, folder: Path) -> builtins.list[Finding]:
        """Everything that is to be mended in a template folder; empty when it holds together."""
        from .template_check import check_template  # brings nbformat and Jinja, which listing does not need

        return check_template(folder)

    def _template_folders(self) -> dict[str, Path]:
        found: dict[str, Path] = {}
        for place in self._places():
            if not place.is_dir():
                continue
            for folder in sorted(place.iterdir()):
                if (folder / YAML_FILE).is_file():
                    found.setdefault(folder.name, folder)
        return found

    def _places(self) -> Iterator[Path]:
        for folder in self._folders:
            if not folder.is_dir():
                _log.warning("The template folder %s is not there.", folder)
            yield folder
        for point in metadata.entry_points(group=ENTRY_POINT_GROUP):
            try:
                yield from _folders_of(point)
            except InvalidTemplate as error:
                _log.warning("%s", error)
        yield Path(__file__).parents[2] / _FOLDER
        yield Path(sys.prefix) / "share" / "openbis_nb" / _FOLDER


def _folders_of(point: metadata.EntryPoint) -> tuple[Path, ...]:
    try:
        target = point.load()
        folders = target() if callable(target) else target.__path__
        return tuple(Path(f) for f in ([folders] if isinstance(folders, (str, Path)) else folders))
    except Exception as error:  # whatever a stranger's package raises; translated with its cause
        raise InvalidTemplate(
            f"The entry point {point.name!r} of {ENTRY_POINT_GROUP} cannot be used: {error}.",
            next_step="Mend or uninstall that package.",
        ) from error
