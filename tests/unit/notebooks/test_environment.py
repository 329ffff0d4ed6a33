"""The environment: enough to build it again, nothing about whose machine it was."""

from __future__ import annotations

import getpass
import json
import platform
import sys
from pathlib import Path

import pytest

from openbis_nb.notebooks.environment import Environment, capture


def test_packages_are_captured_with_their_versions() -> None:
    import nbformat

    environment = capture(kernel="python3")
    assert environment.packages["nbformat"] == nbformat.__version__
    assert environment.python == platform.python_version()
    assert environment.kernel == "python3"


def test_no_path_no_host_and_no_person_is_in_it() -> None:
    environment = capture(env={})
    text = (environment.lock_json() + environment.requirements_txt()).decode()
    for private in (str(Path.home()), sys.prefix, platform.node(), f"/{getpass.getuser()}"):
        assert private not in text


@pytest.mark.parametrize(
    ("env", "image"),
    [
        ({}, None),
        ({"JUPYTER_IMAGE": "quay.io/lab/image:2026-11-01"}, "quay.io/lab/image:2026-11-01"),
        ({"JUPYTER_IMAGE": "b", "JUPYTER_IMAGE_SPEC": "a@sha256:0"}, "a@sha256:0"),
        ({"JUPYTER_IMAGE_SPEC": "ghcr.io/lab/image@sha256:0f"}, "ghcr.io/lab/image@sha256:0f"),
        ({"JUPYTER_IMAGE": "user:password@registry.example.org/image"}, None),
        ({"JUPYTER_IMAGE": "a b"}, None),
    ],
)  # fmt: skip
def test_the_image_is_what_the_spawner_says(env: dict[str, str], image: str | None) -> None:
    assert capture(env=env).image == image


def test_the_files_are_the_same_for_the_same_environment() -> None:
    """O-73, U-23: a lock to build it again."""
    environment = Environment(
        python="3.11.2", implementation="cpython", platform="Linux x86_64", packages={"b": "2", "a": "1"}
    )
    assert environment.requirements_txt() == b"# Python 3.11.2\na==1\nb==2\n"
    assert list(json.loads(environment.lock_json())["packages"]) == ["a", "b"]
    assert environment.summary()["packages"] == 2
