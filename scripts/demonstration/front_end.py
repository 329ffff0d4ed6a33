"""What JupyterLab does when somebody runs a notebook: its cells over the kernel's websocket, the document
saved as it goes. Over the same addresses, with the cookies of a browser."""

from __future__ import annotations

import json
import uuid
from typing import Any
from urllib.parse import quote, urlsplit

import nbformat
import requests
import websocket

__all__ = ["CellFailed", "FrontEnd"]

#: Messages of a kernel that are outputs of a cell.
_OUTPUTS = ("stream", "display_data", "execute_result", "error")


class CellFailed(Exception):
    """A cell raised; the message is what the notebook shows."""


class FrontEnd:
    """One notebook, open in a person's own server.

    Args:
        session: A browser that is logged in at the server: its cookies.
        server: Address of the server, with a slash at the end.
        path: The notebook, below the server's root.
        seconds: Longest wait for one cell.
        ca_bundle: PEM file for https; ``None`` for http.
    """

    def __init__(
        self,
        session: requests.Session,
        server: str,
        path: str,
        *,
        seconds: float = 120.0,
        ca_bundle: str | None = None,
    ) -> None:
        self._session, self._server, self._path = session, server, path
        self._seconds, self._ca_bundle = seconds, ca_bundle
        document = self._call("GET", f"api/contents/{quote(path)}", params={"content": "1"})
        self.notebook = nbformat.from_dict(document["content"])
        kernel = self.notebook.metadata.get("kernelspec", {}).get("name", "python3")
        opened = self._call(
            "POST",
            "api/sessions",
            json={
                "path": path,
                "name": path.rpartition("/")[2],
                "type": "notebook",
                "kernel": {"name": kernel},
            },
        )
        self.kernel_id: str = opened["kernel"]["id"]
        self._socket = self._connect()

    def __enter__(self) -> FrontEnd:
        return self

    def __exit__(self, *_: object) -> None:
        self._socket.close()

    def run_all(self) -> None:
        """Run All Cells, pressing Ctrl+S before each.

        Not after the last one, which saves to openBIS what the file shows until then.

        Raises:
            CellFailed: a cell raised.
        """
        for cell in self.notebook.cells:
            if cell.cell_type == "code" and cell.source.strip():
                self.save_document()
                self.run_cell(cell)

    def run_cell(self, cell: Any) -> None:
        """Run one cell and put what it shows below it.

        Raises:
            CellFailed: it raised.
        """
        cell.outputs = []
        reply = self._execute(cell.source, cell)
        cell.execution_count = reply["execution_count"]
        if reply["status"] == "error":
            shown = [output for output in cell.outputs if output.output_type == "error"]
            text = "\n".join(shown[-1].traceback) if shown else f"{reply['ename']}: {reply['evalue']}"
            raise CellFailed(text)

    def evaluate(self, code: str) -> str:
        """What *code* prints in the kernel; it stands in no cell."""
        cell = nbformat.v4.new_code_cell(code)
        self.run_cell(cell)
        return "".join(output.text for output in cell.outputs if output.output_type == "stream")

    def save_document(self) -> None:
        """Ctrl+S."""
        body = {"type": "notebook", "format": "json", "content": self.notebook}
        self._call("PUT", f"api/contents/{quote(self._path)}", json=body)

    def _execute(self, code: str, cell: Any) -> dict[str, Any]:
        asked = self._send(code, cell.get("id", ""))
        reply: dict[str, Any] | None = None
        idle = False
        while reply is None or not idle:
            message = json.loads(self._socket.recv())
            if message["parent_header"].get("msg_id") != asked:
                continue
            kind, content = message["msg_type"], message["content"]
            if kind == "execute_reply":
                reply = content
            elif kind == "status":
                idle = content["execution_state"] == "idle"
            elif kind in _OUTPUTS:
                cell.outputs.append(nbformat.v4.output_from_msg(message))
        return reply

    def _send(self, code: str, cell_id: str) -> str:
        number = uuid.uuid4().hex
        header = {
            "msg_id": number, "msg_type": "execute_request", "username": "", "session": self._session_id,
            "version": "5.3",
        }  # fmt: skip
        content = {
            "code": code, "silent": False, "store_history": True, "user_expressions": {},
            "allow_stdin": False, "stop_on_error": True,
        }  # fmt: skip
        message = {
            "header": header, "parent_header": {}, "metadata": {"cellId": cell_id}, "content": content,
            "channel": "shell", "buffers": [],
        }  # fmt: skip
        self._socket.send(json.dumps(message))
        return number

    def _connect(self) -> websocket.WebSocket:
        self._session_id = uuid.uuid4().hex
        address = self._server.replace("http", "ws", 1)
        cookies = "; ".join(f"{cookie.name}={cookie.value}" for cookie in self._cookies())
        parts = urlsplit(self._server)
        return websocket.create_connection(
            f"{address}api/kernels/{self.kernel_id}/channels?session_id={self._session_id}",
            cookie=cookies,
            origin=f"{parts.scheme}://{parts.netloc}",
            timeout=self._seconds,
            sslopt={"ca_certs": self._ca_bundle} if self._ca_bundle else None,
        )

    def _cookies(self) -> list[Any]:
        path = urlsplit(self._server).path
        return [cookie for cookie in self._session.cookies if path.startswith(cookie.path)]

    def _call(self, method: str, path: str, **more: Any) -> Any:
        xsrf = [cookie.value for cookie in self._cookies() if cookie.name == "_xsrf"]
        answer = self._session.request(
            method, self._server + path, headers={"X-XSRFToken": xsrf[-1] or ""} if xsrf else {},
            timeout=self._seconds, **more,
        )  # fmt: skip
        if not answer.ok:
            raise CellFailed(f"{method} {path}: {answer.status_code} {answer.text[:300]}")
        return answer.json()
