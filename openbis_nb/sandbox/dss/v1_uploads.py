"""How pybis makes data sets on servers up to API 3.5: the service ``dataset-uploader-api`` (contract 5.8)."""

from __future__ import annotations

import zipfile
from pathlib import Path

from ..failures import ServerFailure, UserFailure
from ..rpc import Call
from ..wire import Json
from .creation import judge_uploaded, register_entry
from .v1 import query

_SERVICE = "dataset-uploader-api"
_FOLDER = "DEFAULT"


@query.method("createReportFromAggregationService", writes=True)
def create_report(call: Call, data_store: str, service: str, parameters: Json) -> Json:
    """Run the one aggregation service that is here; its outcome is a table of one row."""
    if service != _SERVICE or (parameters or {}).get("method") != "insertDataSet":
        raise UserFailure(f"The aggregation service {service} is not supported by the sandbox.")
    call.db.execute("SAVEPOINT insert_data_set")
    try:
        cells = ("OK", "", _insert(call, parameters))
    except (ServerFailure, zipfile.BadZipFile) as error:
        call.db.execute("ROLLBACK TO insert_data_set")
        cells = ("ERROR", error.message if isinstance(error, ServerFailure) else str(error), "")
    return {"rows": [[{"value": cell} for cell in cells]]}


def _insert(call: Call, parameters: Json) -> str:
    new = judge_uploaded(call, _creation(parameters))
    workspaces, session = call.state.workspaces, call.session
    names = [str(name) for name in parameters.get("fileNames") or []]
    if not names:
        raise UserFailure("No files were uploaded.")
    unzip, folder = bool(parameters.get("isZipDirectoryUpload")), parameters.get("folderName")
    gathered = workspaces.gather(session, names, str(folder or _FOLDER), unzip=unzip)
    try:
        single = len(names) == 1 and not unzip and not folder
        return register_entry(call, new, _only_entry(gathered) if single else gathered)
    finally:
        workspaces.remove_upload(session, gathered.parent.name)


def _creation(parameters: Json) -> Json:
    """The older call's parameters in the words of ``createUploadedDataSet``."""
    creation = {
        "typeId": {"permId": parameters.get("dataSetType")},
        "properties": parameters.get("properties"),
        "parentIds": [{"permId": parent} for parent in parameters.get("parentIdentifiers") or []],
    }
    for kind in ("sample", "experiment"):
        identifier = parameters.get(f"{kind}Identifier")
        if identifier:
            name = f"as.dto.{kind}.id.{kind.capitalize()}Identifier"
            creation[f"{kind}Id"] = {"@type": name, "identifier": identifier}
    return creation


def _only_entry(folder: Path) -> Path:
    [entry] = folder.iterdir()
    return entry
