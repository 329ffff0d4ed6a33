"""docs/reference/sandbox.md: what the sandbox supports, from its own tables."""

# ruff: noqa: E501 (a row of a table and a paragraph are one line each)
from __future__ import annotations

from collections.abc import Iterable

from openbis_nb.sandbox import FaultKind
from openbis_nb.sandbox.config import OPENBIS_VERSIONS
from openbis_nb.sandbox.criteria import entities
from openbis_nb.sandbox.methods import application, data_store, data_store_v1, information, query
from openbis_nb.sandbox.people import DEMO_PEOPLE
from openbis_nb.sandbox.rpc import Registry

from .markdown import code, head, table

INTRO = """
    The sandbox is an openBIS look-alike that runs on one machine: for demonstrations, tests and trying
    things out. It speaks the wire of the V3 API, so that unmodified pybis 1.37.5 works with it, keeps its
    data in one folder, and fails on request. What it does not support it refuses in one sentence that
    names the method. It has no web pages: no ELN, no core UI. Everything in it is invented, and it is no
    place for real data.
    """

IN_PYTHON = """
from openbis_nb.sandbox import running_sandbox

with running_sandbox(api_version="3.7") as sandbox:
    openbis = pybis.Openbis(sandbox.url, verify_certificates=str(sandbox.ca_bundle))
    openbis.login("alice", sandbox.users["alice"])
"""

IN_PYTEST = """
def test_my_client(openbis_sandbox):
    token = openbis_sandbox.token("alice")
    openbis_sandbox.faults.add("answer-lost", "createUploadedDataSet")
    ...
"""

AT_THE_ROUTE = """
curl --cacert ca.pem -H 'Content-Type: application/json' \\
     -d '{"kind": "cut", "target": "direct-get", "after_bytes": 1000}' https://127.0.0.1:8443/sandbox/faults
"""

SERVLETS = (
    ("`/openbis/openbis/rmi-application-server-v3.json`", "JSON-RPC, application server"),
    ("`/datastore_server/rmi-data-store-server-v3.json`", "JSON-RPC, data store server"),
    (
        "`/datastore_server/session_workspace_file_upload`",
        "POST; whole files and parts in any order, several at once, empty folders",
    ),
    ("`/datastore_server/session_workspace_file_download`", "GET; a file of one's own workspace"),
    ("`/datastore_server/file-transfer`", "POST; fast download, protocols 1 and 2"),
    (
        "`/datastore_server/<permId>/<path>`",
        "GET; a file or a listing. No `Range`; errors are pages with status 200, as on the real server",
    ),
    (
        "`/sandbox/sso`",
        "single sign-on, imitated: sets the cookie `openbis` and redirects; only for people without a password",
    ),
    ("`/sandbox/faults`", "POST, GET, DELETE; from this machine only"),
)

BEHAVIOUR = (
    (
        "Sessions",
        "12 hours without a call, five for each user, tokens in openBIS' form; memory only, so a restart ends them",
    ),
    (
        "Personal access tokens",
        "create, search, get, delete; 30 days at most; tokens of one name share a session",
    ),
    (
        "Roles",
        "instance, space and project; the minimum role of each operation; invisible things are left out without a word",
    ),
    (
        "Properties",
        "types with assignments, mandatory flags, vocabularies and data types, validated as the server does; validation scripts are not run",
    ),
    ("Trash", "deletion in two steps; revert and confirm; files go when it is confirmed"),
    ("Archive", "archive and unarchive take a delay; archived files cannot be read, their list can"),
    (
        "Data sets",
        "of experiments and objects; containers; linked ones in the demo data; parents without cycles; frozen owners refuse",
    ),
    (
        "Files",
        "CRC32 computed at registration; on disk as in a real store, so that a share can be mounted; sparse files of any size for tests",
    ),
    (
        "Errors",
        "the real server's sentences and Java class names, with the ` (Context: [])` suffix where it belongs",
    ),
    ("Internal properties", "`$NAME`, `$HISTORY_ID`, or with `--plain-names` `NAME`, `HISTORY_ID`"),
    ("Cross-origin requests", "accepted for the origins named with `--trusted-origin`"),
)


def page() -> str:
    """The whole page."""
    return "\n\n".join([head("What the sandbox supports", INTRO), *_use(), *_wire(), *_faults()]) + "\n"


def _use() -> Iterable[str]:
    versions = [[f"`--api-version {api}`", f"openBIS {version}"] for api, version in OPENBIS_VERSIONS.items()]
    people = [
        [
            f"`{one.user_id}`",
            f"{'SPACE' if one.space else 'INSTANCE'}_{one.role}",
            one.space or "",
            _password(one.has_password),
        ]
        for one in DEMO_PEOPLE
    ]
    yield "## Start it"
    yield "`openbis-nb sandbox` ([all options](cli.md#openbis-nb-sandbox)) serves HTTPS on 127.0.0.1 with a certificate authority of its own and prints how to log in. From Python:"
    yield code(IN_PYTHON.strip(), "python")
    yield "In pytest, with this package installed; `openbis_sandbox` is as new for each test, `shared_openbis_sandbox` is one for all tests that only read:"
    yield code(IN_PYTEST.strip(), "python")
    yield table(["Option", "Imitates"], versions)
    yield "## People"
    yield table(["User", "Role", "Space", "Password"], people)
    yield "With `--random-passwords` they are random and shown once; single sign-on then asks for a code."


def _password(has_one: bool) -> str:
    return "the user name" if has_one else "none: single sign-on only"


def _wire() -> Iterable[str]:
    yield "## Methods"
    yield f"Application server, V3: {_names(application)}"
    yield f"Data store server, V3: {_names(data_store)}"
    yield f"Older APIs (v1): {_names(information, query, data_store_v1)}; of the aggregation services `dataset-uploader-api`, by which pybis uploads up to API 3.5."
    yield "Every other method of the V3 interface is refused by name, with HTTP 200 and an error object as for every refusal; a name that no openBIS knows is HTTP 404."
    yield "## Search criteria"
    yield table(["Of", "Criteria on the object itself", "Criteria on what is related"], _criteria())
    yield "Text is compared without case; `*` and `?` are wildcards where a criterion says `useWildcards`. Results are sorted by code, permId, identifier, type, dates or a property, and paged with the total of all visible matches. An unknown criterion, value or sort field is refused by name. Types, people, vocabularies, tags, tokens and role assignments are searched by their own attributes."
    yield "## Addresses"
    yield table(["Path", "What it does"], SERVLETS)
    yield "## Behaviour"
    yield table(["Part", "As far as"], BEHAVIOUR)


def _criteria() -> Iterable[list[str]]:
    for kind, related in entities.RELATIONS.items():
        yield [kind.lower().replace("_", " "), _short(entities.own_criteria(kind)), _short(related)]


def _short(names: Iterable[str]) -> str:
    return ", ".join(sorted(name.removesuffix("SearchCriteria") for name in names))


def _names(*registries: Registry) -> str:
    names = sorted(name for registry in registries for name in registry.methods)
    return ", ".join(f"`{name}`" for name in names)


def _faults() -> Iterable[str]:
    yield "## Faults on request"
    yield "A fault has a kind, a target and a count (`0`: until cleared); `skip` lets so many calls pass first. The target is a JSON-RPC method, `session_workspace_file_upload`, `session_workspace_file_download`, `direct-get`, `file-transfer` or one of its steps (`file-transfer:start`, `:queue`, `:download`, `:finish`), or `*`."
    yield table(["Kind", "What happens"], [[f"`{kind.value}`", kind.meaning] for kind in FaultKind])
    yield code(AT_THE_ROUTE.strip(), "bash")
