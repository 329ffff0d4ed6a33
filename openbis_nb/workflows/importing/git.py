"""``git`` as we call it: with our own settings alone, and nothing of a repository's that could run.

No settings of the system or of the person, no hooks, no filters' programs of theirs, no submodules, no
question at a terminal, no other protocol than the one that was judged. What git is told stands in its
environment: nothing secret is ever an argument.
"""

from __future__ import annotations

import asyncio
import os
import re
import shutil
import signal
import subprocess
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field, replace
from pathlib import Path

from ...errors import ConfigurationProblem, NoSpace, OpenbisNbError

__all__ = ["FULL", "Git", "GitFailed", "Told", "check_version", "here"]

#: One line that git says of its progress, or of what is wrong.
Told = Callable[[str], None]
#: The first git that connects only to the addresses that it is told (``http.curloptResolve``).
_OLDEST = (2, 37)
_QUIET: Mapping[str, str] = {
    "advice.detachedHead": "false",
    "core.askPass": "",
    "core.attributesFile": os.devnull,
    "core.autocrlf": "false",
    # Larger blobs are passed on in pieces: a small pack can hold very large ones.
    "core.bigFileThreshold": "16m",
    "core.excludesFile": os.devnull,
    "core.fsmonitor": "false",
    "core.hooksPath": os.devnull,
    "core.pager": "cat",
    "core.protectHFS": "true",
    "core.protectNTFS": "true",
    "core.sshCommand": "false",
    "core.untrackedCache": "false",
    "credential.helper": "",
    "fetch.recurseSubmodules": "false",
    "gc.auto": "0",
    "maintenance.auto": "false",
    "protocol.allow": "never",
    "submodule.recurse": "false",
}
#: Of what git says, in bytes; the end of it is what counts.
_KEPT = 8192
#: What git says when nothing more can be written.
FULL = ("No space left", "Disk quota exceeded", "File too large", "signal 25")
_PROGRAMS = r"^(filter\..*\.(clean|smudge|process|required)|diff\..*\.(textconv|command))$"
_ENDS = re.compile(rb"[\r\n]")


class GitFailed(Exception):
    """git ended with an error.

    Args:
        said: The end of what it said.
        arguments: What it was asked; never secret.
    """

    def __init__(self, said: str, arguments: Sequence[str]) -> None:
        super().__init__(f"git {' '.join(arguments[:3])} failed: {said[-300:]}")
        self.said = said


@dataclass(frozen=True, slots=True)
class Git:
    """The git of this machine, working on one folder.

    Args:
        folder: With a ``.git`` folder in it, or about to get one; ``None``: none is needed.
        config: Further settings, beside the quiet ones.
        environment: Further variables; here a secret may stand.
        kept_open: A descriptor that git holds as long as it lives.
    """

    folder: Path | None
    config: Mapping[str, str] = field(default_factory=dict)
    environment: Mapping[str, str] = field(default_factory=dict, repr=False)
    kept_open: int | None = None

    def ask(self, *arguments: str, stdin: bytes = b"") -> bytes:
        """What git answers; for quick work on this machine. Blocks.

        Raises:
            GitFailed: it did not work.
            ConfigurationProblem: there is no git.
        """
        done = subprocess.run(  # noqa: S603 (its name is fixed; its arguments are ours)
            [program(), *arguments], env=self.env(), cwd=os.sep, input=stdin, capture_output=True, check=False
        )
        if done.returncode != 0:
            raise GitFailed(done.stderr[-_KEPT:].decode(errors="replace"), arguments)
        return done.stdout

    def line(self, *arguments: str) -> str:
        """As :meth:`ask`: one line of text."""
        return self.ask(*arguments).decode().strip()

    def has(self, *arguments: str) -> str:
        """As :meth:`line`, and empty where git says no."""
        try:
            return self.line(*arguments)
        except GitFailed:
            return ""

    def without_programs(self) -> Git:
        """The same, past the programs that the settings in the folder name (filters, views of differences).

        A notebook that was run there may have written them.
        """
        names = self.has("config", "--local", "--includes", "--name-only", "--get-regexp", _PROGRAMS)
        none = {name: "false" if name.endswith(".required") else "" for name in names.splitlines()}
        return replace(self, config={**self.config, **none})

    def open(self, *arguments: str) -> subprocess.Popen[bytes]:
        """git, to be spoken with: both its ends are pipes.

        Raises:
            ConfigurationProblem: there is no git.
        """
        pipe = subprocess.PIPE
        return subprocess.Popen(  # noqa: S603 (as above)
            [program(), *arguments],
            env=self.env(),
            cwd=os.sep,
            stdin=pipe,
            stdout=pipe,
            stderr=subprocess.DEVNULL,
        )

    async def work(self, *arguments: str, told: Told = lambda _: None, most: int = 2**20) -> bytes:
        """What git answers, for work that may take long; it ends when the caller is cancelled.

        Args:
            arguments: Of git; nothing secret.
            told: Is called with each line that it says on the way.
            most: Largest answer, in bytes.

        Raises:
            GitFailed: it did not work, or answers more than *most*.
            ConfigurationProblem: there is no git.
        """
        process = await asyncio.create_subprocess_exec(
            program(),
            *arguments,
            env=self.env(),
            cwd=os.sep,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            start_new_session=True,
            pass_fds=() if self.kept_open is None else (self.kept_open,),
        )
        assert process.stdout is not None
        assert process.stderr is not None
        try:
            said, answer = await asyncio.gather(
                _listen(process.stderr, told), _read(process.stdout, most, arguments)
            )
            code = await process.wait()
        finally:
            if process.returncode is None:
                with suppress(ProcessLookupError):
                    os.killpg(process.pid, signal.SIGKILL)
                await process.wait()
        if code != 0:
            raise GitFailed(said, arguments)
        return answer

    def env(self) -> dict[str, str]:
        """All that git is told by its environment."""
        config = {**_QUIET, **self.config}
        if self.folder is not None:
            config["safe.directory"] = str(self.folder)
        numbered = {
            name: text
            for number, (key, value) in enumerate(config.items())
            for name, text in ((f"GIT_CONFIG_KEY_{number}", key), (f"GIT_CONFIG_VALUE_{number}", value))
        }
        where = (
            {}
            if self.folder is None
            else {"GIT_DIR": str(self.folder / ".git"), "GIT_WORK_TREE": str(self.folder)}
        )
        return {
            "PATH": os.environ.get("PATH", os.defpath),
            "HOME": os.devnull,
            "LANG": "C",
            "LC_ALL": "C",
            "GIT_ALLOW_PROTOCOL": "",
            "GIT_ATTR_NOSYSTEM": "1",
            "GIT_CONFIG_GLOBAL": os.devnull,
            "GIT_CONFIG_NOSYSTEM": "1",
            "GIT_CONFIG_SYSTEM": os.devnull,
            "GIT_CONFIG_COUNT": str(len(config)),
            "GIT_TERMINAL_PROMPT": "0",
            **numbered,
            **where,
            **self.environment,
        }


@contextmanager
def here(name: str) -> Iterator[None]:
    """What goes wrong with git on this machine, as errors of ours.

    Args:
        name: Of the folder.

    Raises:
        NoSpace: the disk is full.
        OpenbisNbError: git refused.
    """
    try:
        yield
    except GitFailed as error:
        if any(words in error.said for words in FULL):
            raise NoSpace(f"The disk is full: git could not write in {name}.") from error
        raise OpenbisNbError(
            f"git could not do its work in {name}.",
            next_step="Look at it with `git status` in a terminal; your files are as they were.",
            detail=error.said[-500:],
        ) from error


def program() -> str:
    """The path of git.

    Raises:
        ConfigurationProblem: it is not installed.
    """
    found = shutil.which("git")
    if found is None:
        raise ConfigurationProblem(
            "git is not installed here.", next_step="Ask whoever keeps this server to install git."
        )
    return found


async def check_version() -> None:
    """Refuse a git that would look up a host's address itself, after we have judged it.

    Raises:
        ConfigurationProblem: it is older, or not installed.
    """
    said = (await Git(None).work("version")).decode(errors="replace")
    number = re.search(r"(\d+)\.(\d+)", said)
    if number is None or (int(number[1]), int(number[2])) < _OLDEST:
        wanted = ".".join(map(str, _OLDEST))
        raise ConfigurationProblem(
            f"git {wanted} or newer is needed here; this is {said.strip()[:60]!r}.",
            next_step=f"Ask whoever keeps this server to install git {wanted} or newer.",
        )


async def _listen(stream: asyncio.StreamReader, told: Told) -> str:
    """Pass on what comes, line by line; progress ends its lines with a carriage return."""
    rest, end = b"", b""
    while piece := await stream.read(4096):
        *lines, rest = _ENDS.split(rest + piece)
        for line in lines:
            if line.strip():
                told(line.decode(errors="replace"))
                end = (end + line + b"\n")[-_KEPT:]
        rest = rest[-_KEPT:]
    return (end + rest).decode(errors="replace")


async def _read(stream: asyncio.StreamReader, most: int, arguments: Sequence[str]) -> bytes:
    answer = bytearray()
    while piece := await stream.read(65536):
        answer += piece
        if len(answer) > most:
            raise GitFailed(f"it answers more than {most} bytes", arguments)
    return bytes(answer)
