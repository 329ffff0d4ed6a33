"""How much one notebook may take (N-44)."""

from __future__ import annotations

from ...errors import StorageLimit
from ...units import human_size
from ...workflows.library.model import Notebook

__all__ = ["check_room"]


def check_room(limit: int | None, adding: int, notebook: Notebook | None = None) -> None:
    """Let pass what fits.

    Args:
        limit: Bytes of a notebook with all its versions; ``None``: no limit.
        adding: Bytes of what is to be stored.
        notebook: That gets another version; ``None``: it is a new one.

    Raises:
        StorageLimit: it does not fit; with a sentence for notebooks, and one for versions.
    """
    if limit is None:
        return
    if notebook is None:
        if adding > limit:
            raise StorageLimit(
                f"The notebook is {human_size(adding)}; one may take {human_size(limit)} here."
            )
        return
    taken = sum(version.size or 0 for version in notebook.versions)
    if taken + adding > limit:
        raise StorageLimit(
            f"The versions of {notebook.name or 'this notebook'} take {human_size(taken)}; with this one of "
            f"{human_size(adding)} that is more than the {human_size(limit)} which a notebook may take here.",
            next_step="Put superseded versions into the trash, or ask the admin to raise "
            "OPENBIS_NB_SERVICE_NOTEBOOK_LIMIT.",
        )
