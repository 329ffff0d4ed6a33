"""The smallest client that speaks the wire: requests, and nothing of the package under test."""

from __future__ import annotations

import json
import time
from typing import Any

import requests

from openbis_nb.sandbox import DEMO_EXPERIMENT, Sandbox

AS = "/openbis/openbis/rmi-application-server-v3.json"
DSS = "/datastore_server/rmi-data-store-server-v3.json"
UPLOAD = "/datastore_server/session_workspace_file_upload"
TRANSFER = "/datastore_server/file-transfer"
SECONDS = 20


class RpcError(Exception):
    """The `error` object of a JSON-RPC answer."""


class WireClient:
    """One person's session with a sandbox."""

    def __init__(self, sandbox: Sandbox, user: str = "ursula") -> None:
        self.url, self.token = sandbox.url, sandbox.token(user)
        self.http = requests.Session()
        self.http.trust_env = False
        self.http.verify = str(sandbox.ca_bundle)

    def close(self) -> None:
        self.http.close()

    def post(self, path: str, **settings: Any) -> requests.Response:
        return self.http.post(self.url + path, timeout=SECONDS, **settings)

    def call(self, path: str, method: str, *params: Any) -> Any:
        envelope = {"method": method, "params": params, "id": "2", "jsonrpc": "2.0"}
        answer = self.post(path, data=json.dumps(envelope)).json()
        if "error" in answer:
            raise RpcError(answer["error"]["message"])
        return answer["result"]

    def application(self, method: str, *params: Any) -> Any:
        return self.call(AS, method, self.token, *params)

    def data_store(self, method: str, *params: Any) -> Any:
        return self.call(DSS, method, self.token, *params)

    def upload(self, name: str, data: bytes = b"", **query: Any) -> requests.Response:
        start = query.pop("startByte", 0)
        values = {"filename": name, "id": 1, "startByte": start, "endByte": start + len(data)}
        values |= {"emptyFolder": "False", "sessionID": self.token} | query
        return self.post(UPLOAD, params=values, data=data)

    def create(self, upload_id: str, owner: str = DEMO_EXPERIMENT, **creation: Any) -> str:
        answer = self.data_store("createUploadedDataSet", uploaded(upload_id, owner) | creation)
        return str(answer["permId"])

    def data_set(self, files: dict[str, bytes], owner: str = DEMO_EXPERIMENT, **creation: Any) -> str:
        """A new data set of these files (path below `original/` → bytes)."""
        for path, data in files.items():
            self.upload(f"an-upload/{path}", data).raise_for_status()
        return self.create("an-upload", owner, **creation)

    def get(self, perm_id: str, path: str, token: str | None = None, **settings: Any) -> requests.Response:
        params = {"sessionID": self.token if token is None else token} | settings.pop("params", {})
        address = f"{self.url}/datastore_server/{perm_id}/{path}"
        return self.http.get(address, params=params, timeout=SECONDS, **settings)

    def files(self, *perm_ids: str) -> list[dict[str, Any]]:
        criteria = {
            "@type": "dss.dto.datasetfile.search.DataSetFileSearchCriteria",
            "criteria": [data_sets_with_codes(*perm_ids)],
        }
        options = {"@type": "dss.dto.datasetfile.fetchoptions.DataSetFileFetchOptions"}
        return list(self.data_store("searchFiles", criteria, options)["objects"])

    def data_sets_of(self, experiment: str) -> list[str]:
        identifier = {
            "@type": "as.dto.common.search.IdentifierSearchCriteria",
            "fieldValue": {"@type": "as.dto.common.search.StringEqualToValue", "value": experiment},
        }
        owner = {"@type": "as.dto.experiment.search.ExperimentSearchCriteria", "criteria": [identifier]}
        criteria = {"@type": "as.dto.dataset.search.DataSetSearchCriteria", "criteria": [owner]}
        found = self.application("searchDataSets", criteria, {"@type": FETCH})
        return [one["permId"]["permId"] for one in found["objects"]]

    def status(self, perm_id: str) -> str:
        options = {
            "@type": FETCH,
            "physicalData": {"@type": "as.dto.dataset.fetchoptions.PhysicalDataFetchOptions"},
        }
        found = self.application("getDataSets", [data_set_id(perm_id)], options)
        return str(found[perm_id]["physicalData"]["status"])

    def personal_access_token(self, session_name: str = "jupyter") -> str:
        now = int(time.time() * 1000)
        validity = {"sessionName": session_name, "validFromDate": now - 1000, "validToDate": now + 86_400_000}
        return str(self.application("createPersonalAccessTokens", validity)[0]["permId"])

    def transfer(self, method: str, **values: Any) -> requests.Response:
        body = {"method": [method]} | {name: [str(value)] for name, value in values.items()}
        return self.post(TRANSFER, data=json.dumps(body))


FETCH = "as.dto.dataset.fetchoptions.DataSetFetchOptions"


def data_set_id(perm_id: str) -> dict[str, str]:
    return {"@type": "as.dto.dataset.id.DataSetPermId", "permId": perm_id}


def data_sets_with_codes(*perm_ids: str) -> dict[str, Any]:
    codes = [
        {
            "@type": "as.dto.common.search.CodeSearchCriteria",
            "fieldValue": {"@type": "as.dto.common.search.StringEqualToValue", "value": perm_id},
        }
        for perm_id in perm_ids
    ]
    return {"@type": "as.dto.dataset.search.DataSetSearchCriteria", "operator": "OR", "criteria": codes}


def uploaded(upload_id: str, experiment: str) -> dict[str, Any]:
    """A creation as pybis sends it, owned by an experiment."""
    return {
        "@type": "dss.dto.dataset.create.UploadedDataSetCreation",
        "typeId": {
            "@type": "as.dto.entitytype.id.EntityTypePermId",
            "permId": "ANALYSIS_NOTEBOOK",
            "entityKind": "DATA_SET",
        },
        "properties": {"$name": "N1"},
        "parentIds": [],
        "uploadId": upload_id,
        "experimentId": {"@type": "as.dto.experiment.id.ExperimentIdentifier", "identifier": experiment},
    }
