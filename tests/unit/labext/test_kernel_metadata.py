"""A launched notebook opens as unchanged: it says of its kernel what JupyterLab would write."""

from __future__ import annotations

import sys

from ipykernel.ipkernel import IPythonKernel
from nbformat import v4

from openbis_nb.labext.kernel_metadata import as_opened

OWN = {
    "argv": ["python", "-m", "ipykernel_launcher"],
    "display_name": "Python 3 (ipykernel)",
    "language": "python",
}
R = {"argv": ["R", "--slave"], "display_name": "R", "language": "R"}


def notebook(name: str = "python3") -> v4.NotebookNode:
    spec = {"name": name, "display_name": "as the template says"}
    return v4.new_notebook(
        metadata={"kernelspec": spec, "language_info": {"name": "mine"}, "openbis": {"a": 1}}
    )


def test_it_is_what_the_kernel_itself_says() -> None:
    for program in ("python", "python3", sys.executable):
        spec = OWN | {"argv": [program, *OWN["argv"][1:]]}
        made = as_opened(notebook(), {"python3": spec}).metadata
        assert made["language_info"] == IPythonKernel.language_info
        expected = {"name": "python3", "display_name": "Python 3 (ipykernel)", "language": "python"}
        assert made["kernelspec"] == expected
        assert made["openbis"] == {"a": 1}


def test_what_is_not_known_stays() -> None:
    made = as_opened(notebook("ir"), {"ir": R}).metadata
    assert made["kernelspec"] == {"name": "ir", "display_name": "R", "language": "R"}
    assert made["language_info"] == {"name": "mine"}
    other = OWN | {"argv": ["/elsewhere/bin/python", *OWN["argv"][1:]]}
    assert as_opened(notebook(), {"python3": other}).metadata["language_info"] == {"name": "mine"}
    assert as_opened(notebook("x"), {"python3": OWN}) == notebook("x")
    assert as_opened(v4.new_notebook(), {"python3": OWN}).metadata == {}
