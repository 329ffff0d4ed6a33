"""Throw-away accounts of the operating system, and what a program under one of them tries."""

from __future__ import annotations

import json
import os
import pwd
import secrets
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import openbis_nb

__all__ = ["Account", "accounts", "can_be_used", "processes_of", "try_everything"]

#: Run under an account: what can be read, written or listed of what is somebody else's.
_ATTACKER = r"""
import json, os, sys
task = json.load(sys.stdin)
found = []

def note(what, path, content=b""):
    marks = [mark for mark in task["marks"] if mark.encode() in content]
    found.append([what, path, marks])

def attempt(path):
    try:
        with open(path, "rb") as file:
            note("read", path, file.read(2**24))
    except OSError:
        pass
    try:
        os.close(os.open(path, os.O_WRONLY))
        note("write", path)
    except OSError:
        pass

def enter(folder):
    try:
        names = os.listdir(folder)
        note("list", folder)
    except OSError:
        names = []
    try:
        name = os.path.join(folder, "made-by-somebody-else")
        os.close(os.open(name, os.O_WRONLY | os.O_CREAT | os.O_EXCL))
        os.unlink(name)
        note("make", folder)
    except OSError:
        pass
    for name in names:
        path = os.path.join(folder, name)
        if os.path.islink(path):
            continue
        if os.path.isdir(path):
            enter(path)
        else:
            attempt(path)

for path in task["files"]:  # known by name, although the folders above are closed
    attempt(path)
for folder in task["folders"]:
    enter(folder)
for pid in task["processes"]:
    for name in ("environ", "maps", "mem", "auxv", "io", "stack", "syscall"):
        try:
            with open(f"/proc/{pid}/{name}", "rb") as file:
                if name != "mem":
                    file.read()
            note("process", f"/proc/{pid}/{name}")
        except OSError:
            pass
    try:
        with open(f"/proc/{pid}/cmdline", "rb") as file:
            note("command", f"/proc/{pid}/cmdline", file.read())
    except OSError:
        pass
    for inner in ("fd", "cwd", "root", "map_files"):
        try:
            os.listdir(f"/proc/{pid}/{inner}")
            note("process", f"/proc/{pid}/{inner}")
        except OSError:
            pass
    try:
        os.kill(pid, 0)
        note("signal", str(pid))
    except OSError:
        pass
json.dump(found, sys.stdout)
"""


@dataclass(frozen=True, slots=True)
class Account:
    """An account that goes away again."""

    name: str
    uid: int
    gid: int
    home: Path

    def run(self, program: str, given: object, seconds: float = 40.0) -> Any:
        """Run a Python program as this account; what it writes as JSON, from what it reads as JSON."""
        with self.start(program, json.dumps(given)) as process:
            said, errors = process.communicate(timeout=seconds)
        assert process.returncode == 0, errors[-2000:]
        return json.loads(said)

    @contextmanager
    def start(self, program: str, given: str) -> Iterator[subprocess.Popen[str]]:
        """A Python program that runs as this account, with *given* at its input; ended afterwards."""
        with tempfile.TemporaryFile("w+") as lines:
            lines.write(given)
            lines.seek(0)
            process = subprocess.Popen(
                [sys.executable, "-c", program],
                stdin=lines,
                stdout=subprocess.PIPE,
                stderr=subprocess.PIPE,
                text=True,
                user=self.uid,
                group=self.gid,
                extra_groups=[],
                cwd="/",
                env={"HOME": str(self.home), "PATH": "/usr/bin:/bin"},
            )
        try:
            yield process
        finally:
            if process.poll() is None:
                process.kill()
            process.communicate()


def can_be_used() -> bool:
    """Whether accounts can be made here, and can run this very environment."""
    if os.geteuid() != 0 or not shutil.which("useradd") or not shutil.which("userdel"):
        return False
    used = (Path(sys.executable).resolve(), Path(sys.prefix), Path(openbis_nb.__file__))
    return all(_is_open(path) for path in used)


def _is_open(path: Path) -> bool:
    """Whether everybody may read it and pass through the folders above."""
    return bool(path.stat().st_mode & 0o004) and all(above.stat().st_mode & 0o001 for above in path.parents)


@contextmanager
def accounts(count: int, homes: Path) -> Iterator[list[Account]]:
    """Make *count* accounts with homes of their own below *homes*; removed again, whatever happens."""
    mark, made = secrets.token_hex(3), []
    try:
        for number in range(count):
            name = f"nbt{mark}{number}"
            home = homes / name
            made.append(name)
            command = ["useradd", "--create-home", "--home-dir", str(home), "--key", "HOME_MODE=0700", name]
            subprocess.run(command, check=True, capture_output=True)
        yield [_account(name) for name in made]
    finally:
        for name in made:
            _end_processes(name)
            subprocess.run(["userdel", "--force", "--remove", name], check=False, capture_output=True)


def _account(name: str) -> Account:
    entry = pwd.getpwnam(name)
    return Account(name, entry.pw_uid, entry.pw_gid, Path(entry.pw_dir))


def _end_processes(name: str) -> None:
    try:
        uid = pwd.getpwnam(name).pw_uid
    except KeyError:
        return
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            if folder.stat().st_uid == uid:
                os.kill(int(folder.name), 9)
        except OSError:
            continue


def processes_of(uids: Iterable[int]) -> list[int]:
    """Ids of all processes of these accounts."""
    wanted, found = set(uids), []
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            status = (folder / "status").read_text(encoding="utf-8")
        except OSError:
            continue
        uid = next(line for line in status.splitlines() if line.startswith("Uid:")).split()[1]
        if int(uid) in wanted:
            found.append(int(folder.name))
    return found


def try_everything(
    attacker: Account, *, folders: Iterable[Path], processes: Iterable[int], marks: Iterable[str]
) -> list[tuple[str, str, list[str]]]:
    """What *attacker* achieves: (what, where, which of *marks* stood there).

    Args:
        attacker: Under whose account it is tried.
        folders: Of somebody else; every file in them is tried by its name as well.
        processes: Of somebody else.
        marks: Secrets and what else only its owner may read.
    """
    roots = list(folders)
    files = [str(path) for folder in roots for path in folder.rglob("*") if path.is_file()]
    task = {
        "folders": [str(folder) for folder in roots],
        "files": files,
        "processes": list(processes),
        "marks": list(marks),
    }
    return [(what, where, found) for what, where, found in attacker.run(_ATTACKER, task)]
