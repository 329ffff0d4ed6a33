"""A kernel of another language, for tests: it repeats what a cell says."""

from __future__ import annotations

from typing import Any

from ipykernel.kernelapp import IPKernelApp
from ipykernel.kernelbase import Kernel


class PlainKernel(Kernel):  # type: ignore[misc]
    implementation = "plain"
    implementation_version = "1"
    language = "plain"
    language_version = "1"
    language_info = {"name": "plain", "mimetype": "text/plain", "file_extension": ".txt"}  # noqa: RUF012
    banner = "Plain"

    async def do_execute(
        self, code: str, silent: bool, store_history: bool = True, *_: Any, **__: Any
    ) -> dict[str, Any]:
        if not silent:
            text = {"name": "stdout", "text": f"{code}, in plain\n"}
            self.send_response(self.iopub_socket, "stream", text)
        return {
            "status": "ok",
            "execution_count": self.execution_count,
            "payload": [],
            "user_expressions": {},
        }


if __name__ == "__main__":
    IPKernelApp.launch_instance(kernel_class=PlainKernel)
