"""``openbis-nb sandbox``: the embedded openBIS, until it is stopped."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from ..errors import InvalidInput, MissingExtra
from .command import examples_epilog

if TYPE_CHECKING:
    from ..sandbox import Sandbox

__all__ = ["sandbox_command"]

_EXAMPLES = (
    "openbis-nb sandbox",
    "openbis-nb sandbox --data ~/sandbox --port 8443",
    "openbis-nb sandbox --api-version 3.7 --seed scale:10000",
    "openbis-nb sandbox --http --port 0 --json",
)
_LOOPBACK = ("127.0.0.1", "::1", "localhost")
_ALLOW_HTTP = "allow_http_but_do_not_use_this_in_production_and_only_within_safe_networks=True"


@click.command("sandbox", epilog=examples_epilog(_EXAMPLES))
@click.option("--http", is_flag=True, help="Plain http, for tests; pybis then needs its long flag.")
@click.option("--host", default="127.0.0.1", show_default=True, help="Address to listen on.")
@click.option("--port", type=click.IntRange(0, 65535), default=8443, show_default=True, help="0: a free one.")
@click.option("--public-url", default="", metavar="URL", help="Address clients use, if not the one above.")
@click.option(
    "--api-version",
    type=click.Choice(["3.5", "3.6", "3.7"]),
    default="3.6",
    show_default=True,
    help="What to imitate: 3.5 and 3.6 are openBIS 20.10, 3.7 is openBIS 7.",
)
@click.option(
    "--data",
    type=click.Path(file_okay=False, path_type=Path, resolve_path=True),  # scripts change their folder
    help="Keep everything in this folder over restarts; else it is gone at the end.",
)
@click.option(
    "--seed",
    default="demo",
    show_default=True,
    metavar="demo|empty|scale:N",
    help="What is in it at first: the demo laboratory, nothing, or N notebook versions.",
)
@click.option(
    "--random-passwords", is_flag=True, help="Not user name = password; shown once, at first start."
)
@click.option("--plain-names", is_flag=True, help="Internal properties are NAME, HISTORY_ID: without $.")
@click.option("--trusted-origin", multiple=True, metavar="ORIGIN", help="Allow web pages of this origin.")
@click.option("--json", "as_json", is_flag=True, help="Print one line of JSON when ready, for scripts.")
def sandbox_command(as_json: bool, **options: Any) -> None:
    """Run the embedded openBIS look-alike until Ctrl-C or SIGTERM.

    It listens on this machine only, over HTTPS with a certificate of its own, and says how to log in with
    pybis when it is ready. Everything in it is invented; it is no place for real data.
    """
    if options["host"] not in _LOOPBACK and not options["random_passwords"]:
        raise InvalidInput(
            f"On {options['host']} others can log in with the well-known passwords.",
            next_step="Add --random-passwords, or listen on 127.0.0.1.",
        )
    sandbox = _prepare(options)
    try:
        sandbox.server.run(
            lambda: click.echo(_ready_line(sandbox) if as_json else "\n".join(_greeting(sandbox)))
        )
    except OSError as error:
        address = f"{options['host']}:{options['port']}"
        raise InvalidInput(
            f"The sandbox cannot listen on {address}: {error.strerror or error}.",
            next_step="Choose another port; --port 0 takes a free one.",
        ) from error
    finally:
        sandbox.stop()


def _prepare(options: dict[str, Any]) -> Sandbox:
    from ..sandbox import MissingExtraError, Sandbox, SandboxConfig

    plain = options.pop("plain_names")
    try:
        config = SandboxConfig(
            internal_prefix="" if plain else "$",
            trusted_origins=tuple(options.pop("trusted_origin")),
            **options,
        )
        return Sandbox.prepare(config)
    except ValueError as error:
        raise InvalidInput(f"{error}.") from error
    except MissingExtraError as error:
        raise MissingExtra("trustme, which makes the certificates,", "sandbox") from error


def _ready_line(sandbox: Sandbox) -> str:
    return json.dumps(
        {
            "url": sandbox.url,
            "ca_bundle": str(sandbox.ca_bundle) if sandbox.ca_bundle else None,
            "users": sandbox.users,
            "sso_code": sandbox.sso_code,
            "api_version": sandbox.config.api_version,
            "data": str(sandbox.config.data) if sandbox.config.data else None,
            "pid": os.getpid(),
        }
    )


def _greeting(sandbox: Sandbox) -> Iterator[str]:
    config = sandbox.config
    version = f"openBIS {config.openbis_version}, API {config.api_version}"
    yield f"The sandbox ({version}) is ready: {sandbox.url}"
    yield from _people(sandbox)
    user = next((name for name in ("alice", "admin") if name in sandbox.users), "admin")
    trust = f'verify_certificates="{sandbox.ca_bundle}"' if sandbox.ca_bundle else _ALLOW_HTTP
    yield "Log in with pybis:"
    yield "    from pybis import Openbis"
    yield f'    o = Openbis("{sandbox.url}", {trust})'
    yield f'    o.login("{user}", "{sandbox.users.get(user, "<password>")}")'
    yield "Stop with Ctrl-C."


def _people(sandbox: Sandbox) -> Iterator[str]:
    if not sandbox.users:
        yield "Users and passwords: as given out when this folder was first used."
    elif sandbox.config.random_passwords:
        yield "Users and passwords, shown this once:"
        yield from (f"    {user}  {password}" for user, password in sandbox.users.items())
    else:
        yield f"Users (the password is the user name): {', '.join(sandbox.users)}"
    if sandbox.sso_code:
        yield f"Code of the single sign-on page: {sandbox.sso_code}"
