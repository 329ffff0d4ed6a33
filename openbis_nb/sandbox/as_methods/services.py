"""Custom services of the application server (contract 8.12): the ELN's own one, which answers null."""

from __future__ import annotations

from ..criteria.plain import matching
from ..failures import UserFailure
from ..rpc import Call, application_method
from ..wire import Json, Object
from .answers import search_result

_ELN = "as-eln-lims-api"


@application_method("executeCustomASService")
def execute_custom_as_service(call: Call, service_id: Object, options: Object) -> Json:
    """Run a custom service; the sandbox has no script behind the ELN's and answers None."""
    call.rights.require("read")
    code = str((service_id or {}).get("permId"))
    if code != _ELN:
        raise UserFailure(f"The custom service {code} is not supported by the sandbox.")


@application_method("searchCustomASServices")
def search_custom_as_services(call: Call, criteria: Object, fetch: Object) -> Json:
    """The ELN's service."""
    dto = {
        "@type": "as.dto.service.CustomASService",
        "fetchOptions": {"@type": "as.dto.service.fetchoptions.CustomASServiceFetchOptions"},
        "code": {"@type": "as.dto.service.id.CustomASServiceCode", "permId": _ELN},
        "label": _ELN,
        "description": "",
    }
    found = matching({_ELN: {"code": _ELN, "name": _ELN}}, criteria)
    return search_result([dto for _ in found], len(found))
