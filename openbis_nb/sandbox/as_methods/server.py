"""What the server says of itself (contract 2.1, 2.7)."""

from __future__ import annotations

from ..rpc import Call, application_method
from ..wire import Json


@application_method("getServerInformation")
def get_server_information(call: Call) -> Json:
    """A map of strings; ``api-version`` decides which paths pybis takes (contract 2.8)."""
    config = call.state.config
    return _public(call) | {
        "api-version": config.api_version,
        "openbis-version": config.openbis_version,
        "project-samples-enabled": "true",
        "archiving-configured": "true",
        "enabled-technologies": "eln-lims, dataset-uploader",
        "create-continuous-sample-codes": "false",
        "personal-access-tokens-enabled": str(config.pat_enabled).lower(),
        "personal-access-tokens-max-validity-period": str(config.pat_max_validity),
        "personal-access-tokens-validity-warning-period": str(config.pat_validity_warning),
    }


@application_method("getServerPublicInformation", session=False)
def get_server_public_information(call: Call) -> Json:
    """What a log-in page may know before anybody has logged in."""
    return _public(call)


def _public(call: Call) -> dict[str, str]:
    return {
        "authentication-service": "file-authentication-service",
        "authentication-service.switch-aai.link": f"{call.state.url}/sandbox/sso",
        "authentication-service.switch-aai.label": "Single sign-on of the sandbox",
        "openbis.support.email": call.state.config.support_email,
    }
