"""Unmodified pybis, which is not ours: it logs in as the ELN does, and says what openBIS holds in the end."""

from __future__ import annotations

import contextlib
from pathlib import Path
from typing import Any

__all__ = ["Witness"]


class Witness:
    """One person, by pybis.

    Args:
        url: Of openBIS.
        ca_bundle: PEM file with its CA.
        user: Their id.
        password: Theirs.
    """

    def __init__(self, url: str, ca_bundle: str, user: str, password: str) -> None:
        from pybis import Openbis

        self._openbis = Openbis(url, verify_certificates=ca_bundle)
        self.token: str = self._openbis.login(user, password, save_token=False)

    def measurements_of(self, experiment: str) -> list[str]:
        """permIds of the data sets that the ELN's dialog would offer: all that are no notebooks."""
        found = self._openbis.get_experiment(experiment).get_datasets()
        return [data_set.permId for data_set in found if data_set.type.code != "ANALYSIS_NOTEBOOK"]

    def saved_notebook(self, experiment: str) -> str:
        """permId of the notebook that was saved for an experiment last.

        Raises:
            SystemExit: none was.
        """
        found = self._openbis.get_datasets(experiment=experiment, type="ANALYSIS_NOTEBOOK")
        saved = max(found, key=lambda data_set: data_set.registrationDate, default=None)
        if saved is None:
            raise SystemExit(f"No notebook was saved for {experiment}.")
        return str(saved.permId)

    def read(self, perm_id: str, folder: Path) -> dict[str, Any]:
        """A data set: its type, name, owner, parents, and files, fetched into *folder*."""
        data_set = self._openbis.get_dataset(perm_id)
        with contextlib.redirect_stdout(None):
            data_set.download(destination=str(folder))
        files = sorted(path for path in (folder / perm_id).rglob("*") if path.is_file())
        properties = {key.upper().lstrip("$"): value for key, value in data_set.props.all().items()}
        return {
            "perm_id": perm_id,
            "type": data_set.type.code,
            "name": properties.get("NAME"),
            "owner": data_set.data["experiment"]["identifier"]["identifier"],
            "parents": sorted(parent["code"] for parent in data_set.data["parents"]),
            "files": [path.name for path in files],
            "html": next(path for path in files if path.suffix == ".html"),
        }
