"""``searchFiles``: the file lists of data sets, with sizes and checksums (contract 4.2)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ..criteria.search import search_perm_ids
from ..rpc import Call, data_store_method
from ..wire import Json, Object
from .checksums import signed

if TYPE_CHECKING:
    from .content import StoredFile

_FILE = "dss.dto.datasetfile."


@data_store_method("searchFiles")
def search_files(call: Call, criteria: Object, fetch_options: Object) -> Json:
    """Root, directories and files of all data sets that match, data set by data set, sorted by path."""
    perm_ids = search_perm_ids(call, "DATA_SET", criteria)
    store = data_store_dto(call)
    found = [
        _file_dto(perm_id, file, store)
        for perm_id in perm_ids
        for file in call.state.content.files(call.db, perm_id)
    ]
    options = fetch_options or {}
    first, count = options.get("from") or 0, options.get("count")
    page = found[first : None if count is None else first + count]
    return {"@type": "as.dto.common.search.SearchResult", "objects": page, "totalCount": len(found)}


def data_store_dto(call: Call) -> Json:
    """The data store that all data sets of the sandbox are in."""
    url = call.state.download_url
    return {
        "@type": "as.dto.datastore.DataStore",
        "code": call.state.config.data_store,
        "downloadUrl": url,
        "remoteUrl": url,
    }


def data_set_id(perm_id: str) -> Json:
    """A ``DataSetPermId`` as it is written in answers."""
    return {"@type": "as.dto.dataset.id.DataSetPermId", "permId": perm_id}


def _file_dto(perm_id: str, file: StoredFile, store: Json) -> Json:
    return {
        "@type": _FILE + "DataSetFile",
        "permId": {
            "@type": _FILE + "id.DataSetFilePermId",
            "dataSetId": data_set_id(perm_id),
            "filePath": file.path,
        },
        "dataSetPermId": data_set_id(perm_id),
        "dataStore": store,
        "path": file.path,
        "directory": file.directory,
        "fileLength": file.size,
        "checksumCRC32": signed(file.crc32),
        "checksum": None,
        "checksumType": None,
    }
