"""A repository at its host: what is asked of it and fetched from it, over the addresses that were judged.

The credential of a person goes to exactly this host, over https, and only when it asks for one. It reaches
git by a variable of that one process. A redirect is never followed by git: where a host has moved a public
repository, the new address is judged like the first one, and used from then on.
"""

from __future__ import annotations

import asyncio
import re
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

from ...errors import (
    CertificateProblem,
    CredentialsNeeded,
    NoSpace,
    NothingSuitable,
    OpenbisNbError,
    UpstreamFailure,
    UpstreamTimeout,
)
from ...openbis.secrets import Secret
from ...web.git_refs import Refs
from .git import FULL, Git, GitFailed, Told

__all__ = ["Credential", "Host", "Moved", "parse_refs"]

#: Largest list of branches and tags, in bytes.
_MOST_REFS = 16 * 2**20
#: git asks nobody: this prints what stands in its environment, for exactly one address.
_HELPER = (
    '!f() { test "$1" = get && printf "username=%s\\npassword=%s\\n" '
    '"$OPENBIS_NB_GIT_USER" "$OPENBIS_NB_GIT_TOKEN"; }; f'
)
#: What git's check of objects finds in old repositories, and what does no harm.
_HARMLESS = (
    *("badDateOverflow", "badEmail", "badTimezone", "badName", "missingEmail", "missingSpaceBeforeDate"),
    *("missingSpaceBeforeEmail", "missingNameBeforeEmail", "zeroPaddedDate", "zeroPaddedFilemode"),
    *("badFilemode", "nullSha1", "gitignoreSymlink", "gitattributesSymlink", "missingTaggerEntry"),
)


@dataclass(frozen=True, slots=True)
class Credential:
    """What a host wants to know of a person.

    Args:
        user: Name of the account; many hosts take any.
        token: A token, or a password.
    """

    user: str
    token: Secret


class Moved(Exception):
    """The host answers with a redirect."""


@dataclass(frozen=True, slots=True)
class Host:
    """Where a repository is, judged.

    Args:
        url: For git, without user and password.
        name: Host, with its port where that is not the usual one.
        pin: ``host:port:address,…``: git connects to nothing else. Empty where *url* holds an IPv6 address.
        ca_file: All CAs that are trusted, as PEM; ``None``: those of git.
        credential: Of the person for this host.
        silence: The host may say nothing for so long, in seconds.
        patience: Nothing takes longer, in seconds.
    """

    url: str
    name: str
    pin: str
    ca_file: Path | None = None
    credential: Credential | None = None
    silence: float = 60.0
    patience: float = 1800.0

    def git(self, folder: Path | None, kept_open: int | None = None) -> Git:
        """git, as it may speak with this host and no other."""
        scheme, rest = self.url.split("://", 1)
        web = {
            "cookieFile": "",
            "curloptResolve": self.pin,
            "extraHeader": "",
            "followRedirects": "false",
            "lowSpeedLimit": "1",
            "lowSpeedTime": str(max(1, round(self.silence))),
            "proxy": "",
            "sslVerify": "true",
        }
        if self.ca_file is not None:
            web["sslCAInfo"] = str(self.ca_file)
        config = {
            f"protocol.{scheme}.allow": "always",
            "fetch.unpackLimit": "1",
            # The longest match wins: whatever the settings in a folder say, the address stays what it is,
            # and so does the way to it.
            f"url.{self.url}.insteadOf": self.url,
            f"remote.{self.url}.proxy": "",
            **{f"http.{self.url}.{name}": value for name, value in web.items()},
            "transfer.fsckObjects": "true",
            **{f"fetch.fsck.{name}": "ignore" for name in _HARMLESS},
        }
        environment = {"GIT_ALLOW_PROTOCOL": scheme, "GIT_HTTP_USER_AGENT": "git/openbis-nb"}
        if self.credential is not None and scheme == "https":
            config[f"credential.https://{rest.split('/', 1)[0]}.helper"] = _HELPER
            environment["OPENBIS_NB_GIT_USER"] = self.credential.user
            environment["OPENBIS_NB_GIT_TOKEN"] = self.credential.token.reveal()
        return Git(folder, config, environment, kept_open)

    async def refs(self) -> Refs:
        """Its branches and tags, and the default branch (U-17).

        Raises:
            Moved: the repository is elsewhere.
            OpenbisNbError: as :meth:`translated`.
        """
        async with self.translated():
            said = await self.git(None).work("ls-remote", "--symref", "--", self.url, most=_MOST_REFS)
        return parse_refs(said)

    async def fetch(self, git: Git, wanted: str, *, whole: bool, told: Told) -> None:
        """Fetch a branch, tag or commit as ``refs/openbis-nb/next``, as shallow as the host can.

        Args:
            git: As :meth:`git` gives it, with the folder.
            wanted: ``refs/heads/…``, ``refs/tags/…`` or a commit.
            whole: With all of its history.
            told: Is called with what git says.

        Raises:
            Moved: the repository is elsewhere.
            OpenbisNbError: as :meth:`translated`.
        """
        options = ("--progress", "--no-tags", "--no-recurse-submodules", "--no-write-fetch-head")
        spec = f"+{wanted}:refs/openbis-nb/next"
        depth = () if whole else ("--depth=1",)
        async with self.translated():
            try:
                await git.work("fetch", *options, *depth, "--", self.url, spec, told=told)
            except GitFailed as error:
                if whole or "shallow" not in error.said:
                    raise
                await git.work("fetch", *options, "--", self.url, spec, told=told)

    @asynccontextmanager
    async def translated(self) -> AsyncIterator[None]:
        """What git says, as errors of ours.

        Raises:
            Moved: the repository is elsewhere.
            CredentialsNeeded: the host wants a log-in, or another one.
            NothingSuitable: there is no repository.
            CertificateProblem: TLS could not be verified.
            UpstreamTimeout: not done in time.
            UpstreamFailure: the host fails, or cannot be reached.
            NoSpace: the disk is full.
        """
        try:
            async with asyncio.timeout(self.patience):
                yield
        except TimeoutError as error:
            raise UpstreamTimeout(
                f"{self.name} did not send everything in {self.patience:g} seconds."
            ) from error
        except GitFailed as error:
            raise self._problem(error.said) from error

    def _problem(self, said: str) -> OpenbisNbError | Moved:
        if re.search(r"returned error: 30[0-9]|unable to update url base from redirection", said):
            return Moved(self.url)
        for words, problem in _PROBLEMS.items():
            if any(word in said for word in words):
                found = problem(self)
                found.detail = said[-500:]
                return found
        return UpstreamFailure(f"{self.name} did not give the repository.", detail=said[-500:])


def _no_credential(host: Host) -> OpenbisNbError:
    known = host.credential is not None
    return CredentialsNeeded(
        f"{host.name} refuses your token: it is wrong, over, or not good for this repository."
        if known
        else f"{host.name} wants a log-in: the repository is private, or is not there.",
        extra={"host": host.name},
    )


_Problems = Mapping[tuple[str, ...], Callable[[Host], OpenbisNbError]]
_PROBLEMS: _Problems = {
    FULL: lambda _: NoSpace(
        "The repository does not fit on the disk; nothing was kept.",
        next_step="Free some space, then fetch it again.",
    ),
    ("could not read Username", "could not read Password", "Authentication failed"): _no_credential,
    ("returned error: 401", "returned error: 403"): _no_credential,
    ("returned error: 404", "not found", "not a git repository"): lambda host: NothingSuitable(
        f"{host.name} has no such repository.",
        next_step="Check the address; for a private repository, give a token for this host.",
    ),
    ("couldn't find remote ref", "not our ref", "no such remote ref"): lambda host: NothingSuitable(
        f"{host.name} does not have this branch, tag or commit.", next_step="Choose one that is there."
    ),
    ("certificate", "SSL"): lambda host: CertificateProblem(
        f"The certificate of {host.name} could not be verified."
    ),
    ("Operation too slow", "timed out"): lambda host: UpstreamTimeout(f"{host.name} sends nothing more."),
    ("Could not resolve host", "Failed to connect", "Connection refused"): lambda host: UpstreamFailure(
        f"{host.name} cannot be reached."
    ),
    ("fsck error", "error in tree", "hasDot", "object corrupt"): lambda host: NothingSuitable(
        "The repository holds what git refuses as damaged or dangerous; nothing of it was kept.",
        next_step="Tell whoever keeps the repository; `git fsck` there says what it is.",
    ),
}


def parse_refs(said: bytes) -> Refs:
    """What ``git ls-remote --symref`` answers."""
    default, head = "", ""
    found: dict[str, dict[str, str]] = {"refs/heads/": {}, "refs/tags/": {}}
    for line in said.decode(errors="replace").splitlines():
        what, _, name = line.partition("\t")
        if name == "HEAD" and what.startswith("ref: refs/heads/"):
            default = what.removeprefix("ref: refs/heads/")
        elif name == "HEAD":
            head = what
        for prefix, names in found.items():
            if name.startswith(prefix):
                # What an annotated tag names stands after it, with ^{} at its end.
                names[name.removeprefix(prefix).removesuffix("^{}")] = what
    return Refs(default_branch=default, head=head, branches=found["refs/heads/"], tags=found["refs/tags/"])
