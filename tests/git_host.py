"""A host of git repositories on loopback: git's own smart HTTP over TLS, and ways in which hosts misbehave.

It also serves plain files (notebooks) below ``/raw/``. ``misbehave`` names what the next requests meet.
"""

from __future__ import annotations

import base64
import os
import ssl
import subprocess
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

import trustme

__all__ = ["GitHost", "Repository", "running_git_host"]

_AUTHOR = {
    "GIT_AUTHOR_NAME": "Somebody",
    "GIT_AUTHOR_EMAIL": "somebody@example.org",
    "GIT_COMMITTER_NAME": "Somebody",
    "GIT_COMMITTER_EMAIL": "somebody@example.org",
    "GIT_CONFIG_GLOBAL": os.devnull,
    "GIT_CONFIG_NOSYSTEM": "1",
}


@dataclass(frozen=True, slots=True)
class Repository:
    """A repository at the host, changed in a working copy beside it."""

    bare: Path
    copy: Path
    url: str

    def git(self, *arguments: str, stdin: bytes = b"") -> str:
        """git in the working copy; what it says."""
        env = {"PATH": os.environ["PATH"], "HOME": str(self.copy), **_AUTHOR}
        done = subprocess.run(
            ["git", "-C", str(self.copy), *arguments], env=env, input=stdin, capture_output=True, check=False
        )
        assert done.returncode == 0, done.stderr.decode()
        return done.stdout.decode(errors="replace").strip()

    def commit(
        self, files: Mapping[str, str | bytes | None], message: str = "More", *, amend: bool = False
    ) -> str:
        """Write, or remove, files, commit and publish them; the new commit."""
        for name, content in files.items():
            path = self.copy / name
            if content is None:
                path.unlink()
                with suppress(OSError):
                    path.parent.rmdir()
                continue
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(content.encode() if isinstance(content, str) else content)
        self.git("add", "--all")
        self.git("commit", "--quiet", "--allow-empty", "-m", message, *(["--amend"] if amend else []))
        return self.publish()

    def publish(self) -> str:
        """All branches and tags to the host; the commit of the present one."""
        self.git("push", "--quiet", "--force", "--all", "origin")
        self.git("push", "--quiet", "--force", "--tags", "origin")
        return self.git("rev-parse", "HEAD")


@dataclass(slots=True)
class GitHost:
    """The host.

    Args:
        folder: Its repositories, and its files below ``raw``.
        port: Where it listens.
        ca: The CA of its certificate, as PEM.
    """

    folder: Path
    port: int
    ca: Path
    #: Repository → the one user and password that it wants.
    private: dict[str, tuple[str, str]] = field(default_factory=dict)
    #: Start of a path → where it is sent to.
    redirects: dict[str, str] = field(default_factory=dict)
    #: ``slow``, ``endless``, ``endless-refs``, ``cut``, ``broken``: how packs (or refs) are sent.
    misbehave: str = ""
    #: Method, path and the credentials of each request.
    seen: list[tuple[str, str, str]] = field(default_factory=list)
    #: A pack stops in the middle and waits for this.
    go_on: threading.Event = field(default_factory=threading.Event)
    #: Set when a pack has stopped in the middle.
    halfway: threading.Event = field(default_factory=threading.Event)

    @property
    def name(self) -> str:
        """Host and port, as an admin allows them."""
        return f"127.0.0.1:{self.port}"

    def url(self, path: str) -> str:
        """An address here."""
        return f"https://{self.name}/{path}"

    def repository(self, name: str, files: Mapping[str, str | bytes | None] | None = None) -> Repository:
        """A new repository with one commit on ``main``."""
        bare, copy = self.folder / f"{name}.git", self.folder / "copies" / name
        copy.mkdir(parents=True)
        made = Repository(bare, copy, self.url(f"{name}.git"))
        made.git("init", "--quiet", "--bare", "-b", "main", str(bare))
        made.git("--git-dir", str(bare), "config", "uploadpack.allowReachableSHA1InWant", "true")
        made.git("init", "--quiet", "-b", "main")
        made.git("remote", "add", "origin", str(bare))
        made.commit(files or {"README.md": "# Hello\n"}, "First")
        return made

    def behave(self) -> None:
        """As a good host again."""
        self.misbehave = ""
        self.private.clear()
        self.redirects.clear()
        self.seen.clear()
        self.go_on.clear()
        self.halfway.clear()


@contextmanager
def running_git_host(folder: Path) -> Iterator[GitHost]:
    """A host for the length of a block."""
    authority = trustme.CA()
    ca = folder / "ca.pem"
    folder.mkdir(parents=True, exist_ok=True)
    authority.cert_pem.write_to_path(str(ca))
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert("127.0.0.1", "localhost").configure_cert(context)

    class Handler(_Handler):
        host: GitHost

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    server.socket = context.wrap_socket(server.socket, server_side=True, do_handshake_on_connect=False)
    Handler.host = GitHost(folder, server.server_address[1], ca)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield Handler.host
    finally:
        Handler.host.go_on.set()
        server.shutdown()
        server.server_close()
        thread.join(10)


class _Handler(BaseHTTPRequestHandler):
    """git's own ``http-backend``, as a web server runs it."""

    host: GitHost
    timeout = 60

    def do_GET(self) -> None:
        self._answer()

    def do_POST(self) -> None:
        self._answer()

    def log_message(self, *_: Any) -> None:
        """Nothing on the terminal of the tests."""

    def _answer(self) -> None:
        said = self.headers.get("Authorization", "")
        self.host.seen.append((self.command, self.path, said))
        path = unquote(urlsplit(self.path).path)
        for start, target in self.host.redirects.items():
            if self.path.startswith(start):
                self.send_response(301)
                self.send_header("Location", target + self.path.removeprefix(start))
                self.send_header("Content-Length", "0")
                self.end_headers()
                return
        if path.startswith("/raw/"):
            self._file(path)
            return
        wanted = self.host.private.get(path.split(".git")[0].lstrip("/"))
        if wanted is not None:
            right = "Basic " + base64.b64encode(":".join(wanted).encode()).decode()
            if said != right:
                self._plain(401, b"who are you?", ("WWW-Authenticate", 'Basic realm="git"'))
                return
        if self.host.misbehave == "endless-refs":
            self._endless(
                b"0032" + b"0" * 40 + b" refs/heads/a\n", "application/x-git-upload-pack-advertisement"
            )
            return
        if self.host.misbehave == "broken":
            self._plain(500, b"oh dear")
            return
        self._git(path)

    def _git(self, path: str) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        if self.headers.get("Transfer-Encoding") == "chunked":
            body = b"".join(self._chunks())
        env = {
            "PATH": os.environ["PATH"],
            "GIT_PROJECT_ROOT": str(self.host.folder),
            "GIT_HTTP_EXPORT_ALL": "1",
            "PATH_INFO": path,
            "QUERY_STRING": urlsplit(self.path).query,
            "REQUEST_METHOD": self.command,
            "CONTENT_TYPE": self.headers.get("Content-Type", ""),
            "HTTP_CONTENT_ENCODING": self.headers.get("Content-Encoding", ""),
            "GIT_PROTOCOL": self.headers.get("Git-Protocol", ""),
            "REMOTE_ADDR": "127.0.0.1",
        }
        done = subprocess.run(["git", "http-backend"], env=env, input=body, capture_output=True, check=False)
        head, _, answer = done.stdout.partition(b"\r\n\r\n")
        headers = [line.decode().split(": ", 1) for line in head.split(b"\r\n") if b": " in line]
        status = next((int(value[:3]) for name, value in headers if name == "Status"), 200)
        self.send_response(status)
        for name, value in headers:
            if name != "Status":
                self.send_header(name, value)
        is_pack = b"PACK" in answer[:4096] or b"packfile" in answer[:4096]
        if is_pack and self.host.misbehave in ("slow", "cut", "endless"):
            self.send_header("Connection", "close")
            self.end_headers()
            self._badly(answer)
            return
        self.send_header("Content-Length", str(len(answer)))
        self.end_headers()
        self.wfile.write(answer)

    def _badly(self, answer: bytes) -> None:
        self.close_connection = True
        self.wfile.write(answer[: len(answer) // 2])
        self.wfile.flush()
        self.host.halfway.set()
        if self.host.misbehave == "slow":
            self.host.go_on.wait(60)
            self.wfile.write(answer[len(answer) // 2 :])
        elif self.host.misbehave == "endless":
            while not self.host.go_on.is_set():
                # Progress of the far side, in packets: it never comes to the pack.
                self.wfile.write(b"0019\x02Counting: 1% (1/99)\r")

    def _endless(self, piece: bytes, kind: str) -> None:
        self.send_response(200)
        self.send_header("Content-Type", kind)
        self.send_header("Connection", "close")
        self.end_headers()
        self.close_connection = True
        self.wfile.write(b"001e# service=git-upload-pack\n0000")
        while not self.host.go_on.is_set():
            self.wfile.write(piece * 100)

    def _file(self, path: str) -> None:
        file = (self.host.folder / path.lstrip("/")).resolve()
        if not file.is_relative_to(self.host.folder / "raw") or not file.is_file():
            self._plain(404, b"no such file")
            return
        self._plain(200, file.read_bytes(), ("Content-Type", "text/plain; charset=utf-8"))

    def _plain(self, status: int, content: bytes, *headers: tuple[str, str]) -> None:
        self.send_response(status)
        for name, value in headers:
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)

    def _chunks(self) -> Iterator[bytes]:
        while size := int(self.rfile.readline(), 16):
            yield self.rfile.read(size)
            self.rfile.readline()
        self.rfile.readline()
