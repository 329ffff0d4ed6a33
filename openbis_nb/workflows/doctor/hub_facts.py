"""What a hub says of its own set-up, judged (pure). The facts come from ``openbis_nb.hub.diagnosis``."""

from __future__ import annotations

import ipaddress
from collections.abc import Iterator, Mapping
from typing import Any
from urllib.parse import urlsplit

from .check import Check, ok, problem, warning

__all__ = ["judge"]

SERVICE = "openbis"
#: What people and their servers need; JupyterHub's own scopes are theirs, too.
_NEEDED = ("custom:openbis-session", "access:services!service=openbis")
#: With one of these a service would reach other people's servers or sessions (design D3).
_TOO_MUCH = ("admin", "access:servers", "admin:auth_state", "users", "tokens", "servers")
#: Seconds that clocks may differ; tokens and tickets live for 30 of them and more.
_SKEW = 10


def judge(facts: Mapping[str, Any]) -> list[Check]:
    """Every check that the facts allow."""
    return [
        *_state(facts),
        *_people(facts),
        *_roles(facts),
        *_service(facts),
        *_openbis(facts),
        *_certificates(facts),
        *_culler(facts),
        *_public(facts),
    ]


def _state(facts: Mapping[str, Any]) -> Iterator[Check]:
    if not facts["auth_state"]:
        yield problem(
            "auth_state",
            "It is off: sessions are kept nowhere.",
            "Set c.Authenticator.enable_auth_state = True.",
        )
    elif not facts["crypt_keys"]:
        step = "Set JUPYTERHUB_CRYPT_KEY, or data_dir of configure(), and keep the key."
        yield problem("auth_state", "There is no key to encrypt it with.", step)
    else:
        yield ok(
            "auth_state", f"On, encrypted; {facts['crypt_keys']} key(s). The database is {facts['database']}."
        )


def _people(facts: Mapping[str, Any]) -> Iterator[Check]:
    spawner, loopback = facts["spawner"], is_loopback(facts["bind_url"])
    if spawner["separates_users"]:
        yield ok("spawner", f"{spawner['class']} separates people's servers.")
    elif loopback:
        text = f"{spawner['class']} runs all servers as one account, who can read everybody's files."
        yield warning("spawner", text, "Use it on this machine only; hub_config/ has variants for more.")
    else:
        text = f"{spawner['class']} runs all servers as one account, and other machines reach the hub."
        yield problem("spawner", text, "Use a spawner that separates people's servers.")
    by_root = [one for one in facts["services"] if one["name"] == SERVICE and one["started_by_hub"]]
    if facts["is_root"] and by_root and not by_root[0]["user"]:
        step = "Set service_user of configure() to an account without rights."
        yield warning("account", "The hub is root, and so is the service.", step)


def _roles(facts: Mapping[str, Any]) -> Iterator[Check]:
    for role, scopes in facts["roles"].items():
        missing = [scope for scope in _NEEDED if scope not in scopes]
        if missing:
            step = "Let configure() make the roles; a later c.JupyterHub.load_roles must add to the list."
            yield problem("roles", f"The role {role} lacks {', '.join(missing)}.", step)
        else:
            yield ok("roles", f"The role {role} has its own session and the service.")
    for service in facts["services"]:
        much = [scope for scope in service["scopes"] if _reaches_others(scope)]
        if not much:
            continue
        text = f"The service {service['name']} holds {', '.join(much)}: it reaches what is other people's."
        if service["name"] == SERVICE:
            yield problem("roles", text, "Take the role away from it: it acts with people's own tokens.")
        else:
            yield warning(
                "roles", text, "Keep its token as safe as an admin's password, or take the role away."
            )


def _reaches_others(scope: str) -> bool:
    name, _, limit = scope.partition("!")
    return not limit and (name in _TOO_MUCH or name.startswith("admin:"))


def _service(facts: Mapping[str, Any]) -> Iterator[Check]:
    found = [one for one in facts["services"] if one["name"] == SERVICE]
    if not found:
        yield problem(
            "service",
            "No service `openbis` is registered.",
            "Give configure() a service_url, and start again.",
        )
    elif facts["spawner"]["in_containers"] and is_loopback(found[0]["url"]):
        text = f"People's containers cannot reach it at {found[0]['url']}."
        yield problem("service", text, "Set service_url of configure() to the hub's name in their network.")


def _openbis(facts: Mapping[str, Any]) -> Iterator[Check]:
    here, people = facts["openbis"], facts["people"]
    if here["reason"]:
        yield problem("openBIS", f"From the hub: {here['reason']}", here["next_step"])
    else:
        yield ok("openBIS", f"The hub reaches it at {here['url']}.")
        ahead = here["seconds_ahead"]
        if ahead is not None and abs(ahead) > _SKEW:
            text = f"openBIS' clock differs from the hub's by {abs(ahead):.0f} seconds."
            yield warning("clock", text, "Let both machines take their time from one place (NTP).")
        elif ahead is not None:
            yield ok("clock", "openBIS and the hub have the same time.")
    url = people.get("OPENBIS_URL", "")
    if not url:
        step = "Let configure() set it; a later c.Spawner.environment must add to it."
        yield problem("people's servers", "They are not told where openBIS is.", step)
    elif facts["spawner"]["in_containers"] and is_loopback(url):
        text = f"They are told that openBIS is at {url}, which is the container itself."
        yield problem("people's servers", text, "Use openBIS' name in openbis_url.")
    else:
        text = f"They look for openBIS at {url}. `openbis-nb doctor` in a terminal there tests the way."
        yield ok("people's servers", text)


def _certificates(facts: Mapping[str, Any]) -> Iterator[Check]:
    here, people = facts["openbis"], facts["people"]
    if not here["ca_bundle"]:
        yield ok("CA bundle", "None: openBIS' certificate is signed by a public CA.")
        return
    if not here["ca_bundle_is_there"]:
        yield problem("CA bundle", f"{here['ca_bundle']} is not there.", "Name the right file in ca_bundle.")
    names = (
        "OPENBIS_NB_CA_BUNDLE",
        "REQUESTS_CA_BUNDLE",
        "SSL_CERT_FILE",
        "CURL_CA_BUNDLE",
        "GIT_SSL_CAINFO",
    )
    missing = [name for name in names if not people.get(name)]
    if missing:
        step = "Let configure() set them; a later c.Spawner.environment must add to it."
        yield problem("CA bundle", f"People's servers lack {', '.join(missing)}.", step)
    else:
        yield ok("CA bundle", f"People's servers trust {people['SSL_CERT_FILE']}.")


def _culler(facts: Mapping[str, Any]) -> Iterator[Check]:
    found = [one["culler"] for one in facts["services"] if "culler" in one]
    if not found:
        step = "Set cull_idle_after of configure(), or watch the memory yourself."
        yield warning("culler", "Servers that nobody uses run for ever.", step)
        return
    limit = f", and at the age of {found[0]['max_age']} s" if found[0]["max_age"] not in ("", "0") else ""
    yield ok("culler", f"Servers are stopped after {found[0]['timeout'] or '600'} s without use{limit}.")


def _public(facts: Mapping[str, Any]) -> Iterator[Check]:
    url = facts["public_url"]
    if url.startswith("https://") or is_loopback(url or facts["bind_url"]):
        yield ok("public address", url or "This machine only.")
    elif url:
        text = f"public_url is {url}: passwords and sessions cross the network in plain text."
        yield problem(
            "public address", text, "Put TLS in front (hub_config/nginx.conf) and name the https address."
        )
    else:
        text = "public_url is not set, so cookies are not kept to https."
        yield problem("public address", text, "Set c.JupyterHub.public_url to the address that people use.")


def is_loopback(url: str) -> bool:
    """Whether an address is this machine's own."""
    host = urlsplit(url).hostname or ""
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost" or host.endswith(".localhost")
