"""A host on the web, on loopback: files, answers as bad as one wishes, and repositories for git."""

from __future__ import annotations

import contextlib
import os
import subprocess
import threading
from collections.abc import Mapping
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import unquote

import nbformat

__all__ = ["ForeignHost", "notebook"]

_GIT = ["git", "-c", "user.name=Test", "-c", "user.email=test@example.org", "-c", "init.defaultBranch=trunk"]


def notebook(*sources: str, kernel: str = "python3", **metadata: Any) -> bytes:
    """A notebook: markdown where a source begins with ``#``, else code."""
    cells = [
        nbformat.v4.new_markdown_cell(source)
        if source.startswith("# ")
        else nbformat.v4.new_code_cell(source)
        for source in sources
    ]
    spec = {"name": kernel, "display_name": kernel, "language": "python"}
    made = nbformat.v4.new_notebook(cells=cells, metadata={"kernelspec": spec, **metadata})
    return nbformat.writes(made).encode()


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    block_on_close = False


class ForeignHost:
    """The host.

    Args:
        folder: For its repositories.

    ``files``: path → content, type and headers; ``asked``: method, path and headers of every request;
    ``go_on`` is cleared to let answers hang.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.files: dict[str, tuple[int, bytes, dict[str, str]]] = {}
        self.asked: list[tuple[str, str, dict[str, str]]] = []
        self.go_on = threading.Event()
        self.go_on.set()
        self._server = _Server(("127.0.0.1", 0), self._handler())
        threading.Thread(target=self._server.serve_forever, args=(0.05,), daemon=True).start()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self._server.server_port}"

    @property
    def allowed(self) -> dict[str, str]:
        """What an admin sets, so that it is fetched from although it is inside."""
        return {"OPENBIS_NB_IMPORT_HOSTS": self.url}

    @property
    def paths(self) -> list[str]:
        return [path for _, path, _ in self.asked]

    def put(
        self,
        path: str,
        content: bytes = b"",
        kind: str = "text/plain; charset=utf-8",
        status: int = 200,
        **headers: str,
    ) -> str:
        """Serve *content* at *path*; its address."""
        more = {name.replace("_", "-"): value for name, value in headers.items()}
        self.files[path] = (status, content, {"Content-Type": kind, **more})
        return self.url + path

    def repository(self, name: str, files: Mapping[str, bytes], *, branch: str = "trunk") -> str:
        """A repository with one commit on *branch*; further ones by :meth:`commit`. Its address for git."""
        work = self.folder / "work" / name
        work.mkdir(parents=True)
        self._git(work, "init", "-q", "-b", branch)
        self.commit(name, files)
        bare = self.folder / "git" / f"{name}.git"
        self._git(work, "clone", "-q", "--bare", str(work), str(bare))
        return f"{self.url}/{name}.git"

    def commit(
        self, name: str, files: Mapping[str, bytes], *, branch: str | None = None, tag: str | None = None
    ) -> str:
        """Change files of a repository; the commit."""
        work = self.folder / "work" / name
        if branch is not None:
            self._git(work, "checkout", "-q", "-B", branch)
        for path, content in files.items():
            (work / path).parent.mkdir(parents=True, exist_ok=True)
            (work / path).write_bytes(content)
        self._git(work, "add", "-A")
        self._git(work, "commit", "-q", "-m", "Changed")
        if tag is not None:
            self._git(work, "tag", tag)
        bare = self.folder / "git" / f"{name}.git"
        if bare.exists():
            self._git(work, "push", "-q", "--all", str(bare))
            self._git(work, "push", "-q", "--tags", str(bare))
        return self._git(work, "rev-parse", "HEAD").strip()

    def stop(self) -> None:
        self.go_on.set()
        self._server.shutdown()
        self._server.server_close()

    @staticmethod
    def _git(folder: Path, *command: str) -> str:
        return subprocess.run(
            [*_GIT, *command], cwd=folder, check=True, capture_output=True, text=True, timeout=60
        ).stdout

    def answer(self, method: str, path: str, headers: Mapping[str, str], body: bytes) -> Any:
        """Status, content and headers."""
        plain = unquote(path.partition("?")[0])
        if plain in self.files or path in self.files:
            return self.files[path if path in self.files else plain]
        if ".git/" in plain:
            return self._by_git(method, plain, path.partition("?")[2], headers, body)
        return 404, b"<h1>Not here</h1>", {"Content-Type": "text/html"}

    def _by_git(
        self, method: str, path: str, query: str, headers: Mapping[str, str], body: bytes
    ) -> tuple[int, bytes, dict[str, str]]:
        """Git's own server, as a CGI program."""
        environment = {
            "PATH": os.environ["PATH"],
            "GIT_PROJECT_ROOT": str(self.folder / "git"),
            "GIT_HTTP_EXPORT_ALL": "1",
            "REQUEST_METHOD": method,
            "PATH_INFO": path,
            "QUERY_STRING": query,
            "CONTENT_TYPE": headers.get("Content-Type", ""),
            "CONTENT_LENGTH": str(len(body)),
            "HTTP_CONTENT_ENCODING": headers.get("Content-Encoding", ""),
            "GIT_PROTOCOL": headers.get("Git-Protocol", ""),
        }
        done = subprocess.run(
            ["git", "http-backend"], env=environment, input=body, capture_output=True, timeout=60, check=True
        ).stdout
        head, _, content = done.partition(b"\r\n\r\n")
        told = dict(line.split(": ", 1) for line in head.decode().split("\r\n"))
        return int(told.pop("Status", "200").split()[0]), content, told

    def _handler(self) -> type[BaseHTTPRequestHandler]:
        host = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_GET(self) -> None:
                host.asked.append((self.command, self.path, dict(self.headers)))
                body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
                host.go_on.wait(60)
                status, content, headers = host.answer(self.command, self.path, dict(self.headers), body)
                with contextlib.suppress(ConnectionError):  # whoever asked has given up
                    self.send_response(status)
                    for name, value in headers.items():
                        self.send_header(name, value)
                    self.send_header("Content-Length", str(len(content)))
                    self.end_headers()
                    self.wfile.write(content)

            do_POST = do_GET

            def log_message(self, format: str, *args: Any) -> None:
                pass

        return Handler
