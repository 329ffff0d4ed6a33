"""One notebook from a URL: fetched with suspicion and looked at (B-01, B-03, B-09; table rows 74, 75, 80)."""

from __future__ import annotations

import asyncio
import hashlib
import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any
from urllib.parse import urlsplit

from ...errors import NothingSuitable, TooLarge, UpstreamFailure, UpstreamTimeout
from ...models import WebOrigin
from ...notebooks import limited_child
from ...notebooks.identity import clean_name
from ...web.forges import Source, notebook_source
from ...web.git_refs import Refs, refs
from ...web.guarded.addresses import target_of
from ...web.guarded.fetching import Fetched, Progress, Resolver, fetch
from ...web.guarded.rules import GuardRules
from ...web.shown import has_secret

__all__ = ["ForeignNotebook", "look_at"]

_COMMIT = re.compile(r"[0-9a-f]{40}|[0-9a-f]{64}")


@dataclass(frozen=True, slots=True)
class ForeignNotebook:
    """A notebook that was fetched and looked at; nothing of it is believed, nothing was written.

    Args:
        source: What the address means. Its ``raw_url`` may hold a secret.
        url: The address for people and for the notebook's origin, secrets in it removed.
        commit: The commit that the file is of, where the host told.
        sha256: Of the bytes as they came: 64 hexadecimal digits.
        size: Of the bytes as they came.
        fetched_at: When.
        name: What it can be called: as the file, without ``.ipynb``.
        notebook: JSON of nbformat 4.5 with no foreign openBIS block and no trust in it.
        kernel: Name of the kernel that it asks for; empty without one.
        language: Of its code; empty where it says none.
        cells: How many.
        outputs: How many code cells came with outputs.
        warnings: Sentences for the person.
        http: It came unencrypted: somebody on the way may have changed it.
    """

    source: Source = field(repr=False)
    url: str
    commit: str | None
    sha256: str
    size: int
    fetched_at: datetime
    name: str
    notebook: bytes = field(repr=False)
    kernel: str
    language: str
    cells: int
    outputs: int
    warnings: tuple[str, ...]
    http: bool

    @property
    def origin(self) -> WebOrigin:
        """What the notebook remembers of where it comes from (table row 80)."""
        moment = self.fetched_at.astimezone(UTC).isoformat(timespec="seconds").replace("+00:00", "Z")
        return WebOrigin(self.url, self.sha256, moment, self.commit)


async def look_at(
    url: str,
    rules: GuardRules,
    *,
    ref: str | None = None,
    progress: Progress | None = None,
    resolver: Resolver | None = None,
) -> ForeignNotebook:
    """Fetch the notebook at *url* and look at it (B-09); no token goes there, nothing is written.

    Where the host is one of git repositories, it is asked for the commit first, and the file of just that
    commit is fetched: what is recorded is what came.

    Args:
        url: Of the file, or of its page at GitHub, GitLab and the like.
        rules: What may be fetched.
        ref: Another branch, tag or commit than the one in the address.
        progress: Is told how far the fetch is.
        resolver: Another way to ask for the addresses of a name.

    Raises:
        InvalidInput: the address has no scheme, or is that of a repository or folder.
        InvalidNotebook: what came is no notebook; the message says what it is.
        ForbiddenAddress, NothingSuitable, TooLarge, CertificateProblem, UpstreamFailure: as
            ``web.guarded.fetching.fetch``.
    """
    asked = target_of(url, rules)
    source = notebook_source(asked.url, ref=ref)  # as it is sent: plain ASCII, without a fragment
    try:
        async with asyncio.timeout(rules.timeout):
            source, commit = await _at_a_commit(source, rules, resolver)
            fetched = await fetch(source.raw_url, rules, progress=progress, resolver=resolver)
    except TimeoutError as error:
        raise UpstreamTimeout(
            f"{asked.netloc} did not send everything in time ({rules.timeout:g} seconds at most)."
        ) from error
    facts, notebook = await _taken(fetched.content)
    http = any(one.startswith("http://") for one in (fetched.url, *fetched.redirects))
    return ForeignNotebook(
        source=source,
        url=source.page_url,
        commit=commit,
        sha256=hashlib.sha256(fetched.content).hexdigest(),
        size=len(fetched.content),
        fetched_at=datetime.now(UTC),
        name=clean_name(source.name),
        notebook=notebook,
        kernel=facts["kernel"],
        language=facts["language"],
        cells=facts["cells"],
        outputs=facts["outputs"],
        warnings=tuple(_warnings(url, fetched, facts, http)),
        http=http,
    )


async def _at_a_commit(
    source: Source, rules: GuardRules, resolver: Resolver | None
) -> tuple[Source, str | None]:
    """The source at the commit that its branch or tag is at now, where the host tells."""
    said = source.ref if source.ref and _COMMIT.fullmatch(source.ref) else None
    if source.clone_url is None or said:
        return source, said
    try:
        known = await refs(source.clone_url, rules, resolver=resolver)
    except (NothingSuitable, TooLarge, UpstreamFailure):
        return source, None  # the file may be there all the same; if not, its own fetch says why
    found = _found(source, known)
    if found is None:
        if source.ref_is_chosen:
            raise NothingSuitable(
                f"{source.repo} has no branch, tag or commit {source.ref}.",
                next_step="Check its spelling at the repository's page.",
            )
        return source, None
    ref, path = found
    commit = known.resolve(ref)
    return (source.at(ref, path, commit), commit) if commit else (source, None)


def _found(source: Source, known: Refs) -> tuple[str, str] | None:
    """Ref and path, as the host tells them apart."""
    if source.ref_is_chosen:
        return (source.ref or "", source.path) if known.resolve(source.ref) else None
    return known.split(source.ref_and_path)


async def _taken(content: bytes) -> tuple[Mapping[str, Any], bytes]:
    """What the limited process says of the bytes, and the notebook that it made of them."""
    told = await asyncio.to_thread(limited_child.run, "take", [content], {})
    facts, _, notebook = told.partition(b"\n")
    return json.loads(facts), notebook


def _warnings(url: str, fetched: Fetched, facts: Mapping[str, Any], http: bool) -> Iterator[str]:
    if http:
        yield "It came without encryption: somebody on the way could have changed it."
    first, last = urlsplit(fetched.asked).hostname, urlsplit(fetched.url).hostname
    if first != last:
        yield f"The address led to another host, {last}."
    if facts["upgraded"] is not None:
        yield f"It was of the old notebook format {facts['upgraded']} and has been brought to format 4."
    if facts["foreign_block"]:
        yield "It said where in an openBIS it belongs. That is a stranger's word, and has been taken out."
    if has_secret(url):
        yield "The address has parameters that may be secret; they are not kept with the notebook."
