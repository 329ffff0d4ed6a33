"""The older API, as far as pybis and the ELN need it here (contract 4.5); the rest is refused by name."""

from __future__ import annotations

from typing import TYPE_CHECKING

from .. import wire
from ..failures import UserFailure
from ..rpc import Call, Registry
from ..wire import Json
from .checksums import signed
from .data_access import require_available

if TYPE_CHECKING:
    from ..state import SandboxState
    from .content import StoredFile


class V1Registry(Registry):
    """Methods of a v1 endpoint. Any name may be asked for: the full list is the real server's."""

    def execute(self, state: SandboxState, request: wire.Request) -> wire.Reply:
        """Run a parsed call, or say that the sandbox does not support it."""
        if request.method in self.methods:
            return super().execute(state, request)
        refusal = UserFailure(f"The v1 method {request.method} is not supported by the sandbox.")
        return wire.failure(request, refusal, context=False)


information = V1Registry("general information v1", context=False)
query = V1Registry("query v1", context=False)
data_store_v1 = V1Registry("data store v1", context=False)


@data_store_v1.method("listFilesForDataSet")
def list_files_for_data_set(call: Call, perm_id: str, start: str, recursive: bool) -> Json:
    """The entries of a folder, or all below it; sizes are texts."""
    require_available(call.db, call.rights, perm_id)
    folder = (start or "").strip("/")
    prefix = f"{folder}/" if folder else ""
    listed = call.state.content.files(call.db, perm_id)
    if not any(entry.path == folder for entry in listed):
        raise UserFailure(f"Resource '{start}' does not exist.")
    below = [entry for entry in listed if entry.path and entry.path.startswith(prefix)]
    return [_entry(one, prefix) for one in below if recursive or "/" not in one.path[len(prefix) :]]


def _entry(file: StoredFile, prefix: str) -> Json:
    return {
        "@type": "FileInfoDssDTO",
        "pathInDataSet": file.path,
        "pathInListing": file.path[len(prefix) :],
        "fileSize": str(file.size),
        "isDirectory": file.directory,
        "crc32Checksum": signed(file.crc32),
    }
