"""A hub as its admin wants to see it: from outside, and by what it says of itself (U-36)."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from ...errors import OpenbisNbError
from ...openbis.secrets import Secret
from .check import Check, ok, problem, problem_of, skipped, warning
from .hub_client import HubClient
from .hub_facts import SERVICE, is_loopback, judge

__all__ = ["HUB_VERSIONS", "check_hub"]

#: From the oldest JupyterHub that the tests ran with up to, and without, the first that they did not.
HUB_VERSIONS = ((5, 2), (7, 0))
_FOREIGN = "https://not-your-openbis.example.org"
_ADMIN = "Needs an admin's token: make one at {url}hub/token, and set OPENBIS_NB_HUB_TOKEN to it."


async def check_hub(
    url: str, token: Secret, *, openbis_public_url: str = "", ca_bundle: Path | None = None
) -> list[Check]:
    """Everything about one hub; what cannot be looked at is named and skipped.

    Args:
        url: Where people reach the hub.
        token: Of an admin of the hub, or empty.
        openbis_public_url: Where the ELN's pages call from; if empty, what the hub says.
        ca_bundle: PEM file with a further CA to trust.

    Raises:
        ConfigurationProblem: *url* is no address.
    """
    async with HubClient(url, token, ca_bundle) as hub:
        try:
            checks = [await _version(hub), _encryption(hub)]
        except OpenbisNbError as error:
            step = "Is it running, and is this the address that people use?"
            return [problem("hub", error.message, error.next_step or step)]
        facts, told = await _facts(hub)
        checks += [await _service(hub)]
        origin = openbis_public_url or str((facts or {}).get("openbis", {}).get("public_url", ""))
        checks += await _eln(hub, origin)
        checks += [await _websocket(hub), *told]
        if facts is not None:
            checks += judge(facts)
        return [*checks, *_profile(hub)]


async def _version(hub: HubClient) -> Check:
    answer = await hub.ask("hub/api/")
    version = answer.body.get("version") if isinstance(answer.body, dict) else None
    if not version:
        step = "Give the hub's address with its base path, e.g. https://example.org/jupyter"
        return problem("hub", f"{hub.url} does not answer as JupyterHub.", step)
    oldest, beyond = HUB_VERSIONS
    numbers = tuple(int(part) for part in str(version).split(".")[:2] if part.isdigit())
    if not oldest <= numbers < beyond:
        known = f"{'.'.join(map(str, oldest))} up to {beyond[0] - 1}.x"
        return warning(
            "hub", f"JupyterHub {version}; openbis-nb was tested with {known}.", "Use one of these."
        )
    return ok("hub", f"JupyterHub {version} answers at {hub.url}.")


def _encryption(hub: HubClient) -> Check:
    if hub.url.startswith("https://"):
        return ok("TLS", "People come by https, with a certificate that is verified.")
    if is_loopback(hub.url):
        return ok("TLS", "Plain http, on this machine only.")
    text = "Plain http: passwords and sessions can be read on the network."
    return problem("TLS", text, "Put TLS in front, as in hub_config/nginx.conf.")


async def _service(hub: HubClient) -> Check:
    try:
        answer = await hub.ask(f"services/{SERVICE}/health/ready")
    except OpenbisNbError as error:
        return problem_of("service", error)
    if answer.status == 200:
        return ok("service", "Registered and ready: it reaches its database, the hub and openBIS.")
    checks = answer.body.get("checks") if isinstance(answer.body, dict) else None
    if isinstance(checks, dict):
        reasons = [f"{name}: {one.get('reason')}" for name, one in checks.items() if not one.get("ok")]
        return problem("service", " ".join(reasons), "Its log in the hub's says more, by request id.")
    step = "Is it registered (configure(service_url=…)) and running? See the hub's log."
    return problem("service", f"It does not answer (HTTP {answer.status}).", step)


async def _eln(hub: HubClient, origin: str) -> list[Check]:
    if not origin:
        step = "Set OPENBIS_NB_PUBLIC_URL (or OPENBIS_URL), or give an admin's token."
        return [skipped("ELN", "Whether the ELN's pages may call: openBIS' address is not known.", step)]
    try:
        allowed = [await _may_call(hub, one) for one in (origin, _FOREIGN)]
    except OpenbisNbError as error:
        return [problem_of("ELN", error)]
    if allowed == [True, False]:
        return [ok("ELN", f"Pages of {origin} may call the service, and no others.")]
    if allowed[1]:
        step = "Name the origins of openBIS in OPENBIS_NB_SERVICE_ELN_ORIGINS."
        return [problem("ELN", "Pages of any origin may call the service.", step)]
    step = "Set openbis_public_url of configure(), or OPENBIS_NB_SERVICE_ELN_ORIGINS, to what browsers use."
    return [problem("ELN", f"Pages of {origin} may not call the service.", step)]


async def _may_call(hub: HubClient, origin: str) -> bool:
    asked = {"Origin": origin, "Access-Control-Request-Method": "POST"}
    answer = await hub.ask(f"services/{SERVICE}/eln", method="OPTIONS", headers=asked)
    return answer.headers.get("Access-Control-Allow-Origin") in (origin, "*")


async def _websocket(hub: HubClient) -> Check:
    """Kernels need websockets through every proxy; only a running server has one."""
    name = "Whether websockets come through the proxies."
    if not hub.token:
        return skipped("websockets", name, _ADMIN.format(url=hub.url))
    person = await hub.ask("hub/api/user", as_admin=True)
    user = person.body.get("name") if person.status == 200 and isinstance(person.body, dict) else None
    if not user or not person.body.get("server"):
        return skipped("websockets", name, "Start your own server and use a token of yours.")
    if await hub.websocket_opens(f"user/{user}/api/events/subscribe"):
        return ok("websockets", "They come through all proxies.")
    step = "The proxy in front must pass `Upgrade` and `Connection` on: see hub_config/nginx.conf."
    return problem("websockets", "They do not come through, so no kernel can be used.", step)


async def _facts(hub: HubClient) -> tuple[Mapping[str, Any] | None, list[Check]]:
    """What the hub says of itself, and why it does not."""
    name = "auth_state, spawner, roles, openBIS from the hub, clock, CA bundle, culler, public address."
    if not hub.token:
        return None, [skipped("set-up", name, _ADMIN.format(url=hub.url))]
    try:
        answer = await hub.ask("hub/api/openbis/diagnosis", as_admin=True)
    except OpenbisNbError as error:
        return None, [problem_of("set-up", error)]
    if answer.status == 200 and isinstance(answer.body, dict):
        return answer.body, []
    if answer.status in (401, 403):
        return None, [skipped("set-up", f"{name} This token is no admin's.", _ADMIN.format(url=hub.url))]
    step = "Is it set up by openbis_nb.hub.configure?"
    return None, [problem("set-up", f"The hub knows nothing of openBIS (HTTP {answer.status}).", step)]


def _profile(hub: HubClient) -> list[Check]:
    """The two lines of the ELN's settings (contract 8.1), ready to copy."""
    lines = (
        f'this.jupyterIntegrationServerEndpoint = "{hub.url}services/{SERVICE}/eln";',
        f'this.jupyterEndpoint = "{hub.url}";',
    )
    return [ok("InstanceProfile.js", line) for line in lines]
