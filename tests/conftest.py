"""What holds for every test: an environment of its own, and no test against a real openBIS by accident."""

from __future__ import annotations

import os
import signal
from pathlib import Path

import hypothesis
import pytest

from tests.security.system_users import can_be_used

# A slow machine is no failure, and CI finds the same today as yesterday.
hypothesis.settings.register_profile("suite", deadline=None, derandomize="CI" in os.environ)
hypothesis.settings.load_profile("suite")

pytest_plugins = ["pytester"]

#: Folders with stories.
_STORIES = {"browser", "hub", "security"}
_FOLDERS = {
    "HOME": ".",
    "XDG_CACHE_HOME": ".cache",
    "XDG_CONFIG_HOME": ".config",
    "XDG_DATA_HOME": ".local/share",
    "XDG_STATE_HOME": ".local/state",
    "XDG_RUNTIME_DIR": ".run",
    "IPYTHONDIR": ".ipython",
}


def pytest_configure() -> None:
    """A shell lets what it starts in the background ignore SIGINT, by which JupyterHub stops its services."""
    if signal.getsignal(signal.SIGINT) == signal.SIG_IGN:
        signal.signal(signal.SIGINT, signal.default_int_handler)


#: Seconds for a story in a browser or at a hub, its fixtures included: longer than a whole wait or two of it.
_STORY = 600


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Tests of a real openBIS are there for those who name one, those of system users where such can be."""
    for item in items:
        if _STORIES.intersection(item.path.parts):
            item.add_marker(pytest.mark.timeout(_STORY))
    absent = set()
    if not os.environ.get("OPENBIS_NB_TEST_URL"):
        absent.add("real_openbis")
    if not can_be_used():
        absent.add("system_users")
    left = [item for item in items if any(item.get_closest_marker(name) for name in absent)]
    if left:
        config.hook.pytest_deselected(items=left)
        items[:] = [item for item in items if item not in left]


@pytest.fixture(autouse=True)
def own_environment(monkeypatch: pytest.MonkeyPatch, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A home of its own (returned) and no setting of the person who runs the tests; undone afterwards."""
    for name in list(os.environ):
        if name.startswith(("OPENBIS_", "JUPYTER", "JPY_")) and not name.startswith("OPENBIS_NB_TEST_"):
            monkeypatch.delenv(name)
    home = tmp_path_factory.mktemp("home")
    for name, folder in _FOLDERS.items():
        (home / folder).mkdir(parents=True, exist_ok=True, mode=0o700)
        monkeypatch.setenv(name, str(home / folder))
    # matplotlib builds its font cache for seconds; it holds nothing of ours, so a worker builds it once.
    monkeypatch.setenv("MPLCONFIGDIR", str(tmp_path_factory.getbasetemp() / "matplotlib"))
    return home
