"""From settings and the stored session to a workplace; the edges share it (CLI, cell, lab extension)."""

from __future__ import annotations

import hashlib
import os
from dataclasses import replace
from pathlib import Path

from . import credentials
from . import settings as settings_module
from .account_session import AccountSession
from .at_hub.hub import Hub
from .at_hub.saves import SaveCounter
from .connections import ConnectionBook
from .errors import Forbidden
from .host_credentials import HostCredentials
from .models import Person
from .notebooks.identity import same_server
from .notebooks.library import TemplateLibrary
from .openbis.cache import Cache
from .openbis.client import OpenBIS
from .openbis.connection import Server
from .openbis.mounts import StoreMounts
from .openbis.secrets import Secret
from .session_homes import SessionHomes
from .settings import Settings
from .web.guarded.addresses import check_allowed_hosts
from .web.guarded.rules import GuardRules
from .workflows.evidence import SERVER_RUN, EvidenceBook
from .workflows.importing.git_host import Credential
from .workflows.importing.repositories import Repositories
from .workflows.importing.repository_book import Book
from .workflows.ledger import Ledger
from .workflows.outbox import Outbox
from .workflows.workplace import Limits, Workplace

__all__ = [
    "account_session",
    "connections",
    "guard_rules",
    "homes",
    "host_credentials",
    "ledger",
    "load_settings",
    "outbox",
    "repositories",
    "server",
    "settings_for",
    "workplace",
    "workplace_without_session",
]


def load_settings(url: str | None = None, *, named: str = "") -> Settings:
    """The settings of the openBIS that is meant.

    Args:
        url: Its address, where a person gave it.
        named: An address that a notebook names. It only chooses among the connections that the person has.

    Returns:
        With the address of the settings, else that of the default connection; without one where nobody chose.

    Raises:
        ConfigurationProblem: a value that cannot be right.
    """
    loaded = settings_module.load(url=url)
    if url or (loaded.url and not named):
        return loaded
    chosen = connections(loaded).choose(named)
    return settings_for(loaded, chosen.url) if chosen is not None else loaded


def settings_for(settings: Settings, url: str) -> Settings:
    """The settings for a connection: what they say of their own openBIS holds for no other one."""
    if not settings.url:
        return replace(settings, url=url)
    if same_server(settings.url, url):
        return settings
    stores = {announced: address for announced, address in settings.data_store_urls.items() if announced}
    return replace(
        settings, url=url, public_url="", server_aliases=(), service_url="", data_store_urls=stores
    )


def homes(settings: Settings) -> SessionHomes:
    """Where sessions live on this account."""
    return SessionHomes(settings.state_dir, settings.session_dir)


def connections(settings: Settings) -> ConnectionBook:
    """The openBIS servers that this person works with."""
    return ConnectionBook(homes(settings), settings.url, tuple(_other_addresses(settings)))


def server(settings: Settings) -> Server:
    """The openBIS that the settings name.

    Raises:
        ConfigurationProblem: they name none, or one that may not be spoken to.
    """
    credentials.check_address(settings.url)
    return Server(
        settings.url,
        ca_bundle=settings.ca_bundle,
        request_timeout=settings.request_timeout,
        transfer_timeout=settings.transfer_timeout,
        allow_http=settings.allow_http,
        parallel=settings.parallel_transfers,
        allowed_download_hosts=settings.data_store_hosts,
        data_store_urls=settings.data_store_urls,
    )


async def workplace(settings: Settings, client: OpenBIS, hub: Hub | None = None) -> Workplace:
    """The workplace of the person whose session *client* holds.

    Whose token it is, is asked of openBIS once and remembered under the token's hash, so that a later
    command starts without that call, and a version can go into the right outbox while openBIS is away. Under
    a *hub*, its service counts how saves end.

    Raises:
        NotLoggedIn: there is no session.
        OpenBISFailure: openBIS could not say whose it is, and never has.
    """
    ledger, evidence = _memory(settings, client.server.url)
    person = await _person(ledger, client)
    return _assembled(settings, client, hub, ledger, evidence, person.user_id)


def workplace_without_session(settings: Settings, hub: Hub | None = None) -> Workplace:
    """What can be known and done while nobody is logged in: files, ledger and evidence of this account.

    Raises:
        ConfigurationProblem: the settings name no openBIS.
    """
    client = OpenBIS(server(settings))
    ledger, evidence = _memory(settings, client.server.url)
    return _assembled(settings, client, hub, ledger, evidence, "nobody")


def _assembled(
    settings: Settings, client: OpenBIS, hub: Hub | None, ledger: Ledger, evidence: EvidenceBook, person: str
) -> Workplace:
    return Workplace(
        client=client,
        cache=Cache(settings.cache_dir, server=client.server.host, person=person, limit=settings.cache_size),
        outbox=outbox(settings),
        ledger=ledger,
        evidence=evidence,
        templates=TemplateLibrary(settings.template_dirs),
        limits=Limits(settings.eager_limit, settings.auto_inputs_limit, settings.max_notebook_size),
        mounts=StoreMounts(settings.store_mounts),
        redact_patterns=settings.redact_patterns,
        data_set_type=settings.data_set_type,
        link_url=settings.link_url,
        aliases=tuple(_other_addresses(settings)),
        pages=settings.service_url or (hub.pages if hub is not None else ""),
        count_save=SaveCounter(hub, settings.ca_bundle) if hub is not None else None,
    )


def account_session(settings: Settings, hub: Hub | None) -> AccountSession:
    """Where the session for the openBIS of the settings comes from.

    Args:
        settings: Of this account.
        hub: As ``Hub.from_environment`` finds it.
    """
    return AccountSession(
        url=settings.url,
        homes=homes(settings),
        hub=hub,
        aliases=tuple(_other_addresses(settings)),
        ca_bundle=settings.ca_bundle,
    )


def guard_rules(settings: Settings) -> GuardRules:
    """What may be fetched from addresses that people name.

    Raises:
        Forbidden: the admin switched imports off.
        ConfigurationProblem: the admin allowed what is no host.
    """
    if not settings.imports:
        raise Forbidden(
            "Fetching from a URL is switched off here.",
            next_step="Download the file yourself and upload it, or ask the admin (OPENBIS_NB_IMPORTS).",
        )
    rules = GuardRules(
        allowed_hosts=settings.import_hosts,
        max_bytes=settings.import_max_size,
        timeout=settings.import_timeout,
        ca_bundle=settings.ca_bundle,
    )
    check_allowed_hosts(rules)
    return rules


def host_credentials(settings: Settings) -> HostCredentials:
    """What this account has for hosts of private repositories."""
    return HostCredentials(settings.state_dir / "tokens" / "hosts")


def repositories(settings: Settings, root: Path) -> Repositories:
    """The repositories of this account.

    Args:
        settings: Of this account.
        root: Nothing is written outside this folder.

    Raises:
        Forbidden: the admin switched imports off.
    """
    kept = host_credentials(settings)

    def credential(host: str) -> Credential | None:
        found = kept.get(host)
        return Credential(found.user, found.token) if found is not None and found.token else None

    return Repositories(
        root=root,
        book=Book(settings.state_dir / "state.sqlite3"),
        rules=guard_rules(settings),
        credential=credential,
        max_size=settings.repository_max_size,
        patience=settings.repository_timeout,
    )


def ledger(settings: Settings) -> Ledger:
    """What this machine remembers of notebooks, of every server."""
    return Ledger(settings.state_dir / "state.sqlite3")


def outbox(settings: Settings) -> Outbox:
    """The versions that wait here, of every server and person of this account."""
    renamed = dict.fromkeys(_other_addresses(settings), settings.url)
    return Outbox(settings.state_dir / "outbox", renamed)


def _memory(settings: Settings, server_url: str) -> tuple[Ledger, EvidenceBook]:
    """What this machine remembers, former addresses of the server included."""
    path = settings.state_dir / "state.sqlite3"
    ledger, evidence = Ledger(path), EvidenceBook(path, os.environ.get(SERVER_RUN, ""))
    if others := _other_addresses(settings):
        ledger.adopt(server_url, others)
        evidence.adopt(server_url, others)
    return ledger, evidence


def _other_addresses(settings: Settings) -> list[str]:
    """Addresses by which notebooks may name the openBIS of the settings, besides the one in use."""
    if not settings.url:
        return []
    return [url for url in (settings.public_url, *settings.server_aliases) if url and url != settings.url]


async def _person(ledger: Ledger, client: OpenBIS) -> Person:
    key = _hash(client.token)
    known = ledger.person_of(client.server.url, key)
    if known is not None:
        client.use(client.token, known)
        return known
    person = await client.whoami()
    ledger.remember_person(client.server.url, key, person)
    return person


def _hash(token: Secret) -> str:
    """A token has 128 random bits: its hash says nothing about it."""
    return hashlib.sha256(token.reveal().encode()).hexdigest()
