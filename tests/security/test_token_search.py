"""After a full run with everything at DEBUG no secret is anywhere but in its two homes: the encrypted
auth_state, and the person's own file of mode 0600 (design 6, D16, O-65)."""

from __future__ import annotations

import stat
from collections.abc import Iterator
from pathlib import Path

import pytest

from openbis_nb.sandbox import running_sandbox

from .actors import SecuredHub
from .conftest import FOR_TESTS
from .full_run import FullRun
from .token_search import Found, search_bytes, search_tree

#: With debug on, which it is not as shipped, the proxy writes down for which address it asks the hub for the
#: page that a part is down. Nothing of ours can change that line.
_OF_THE_PROXY = b"Requesting custom error page:"


@pytest.fixture(scope="module")
def done(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[FullRun, Path]]:
    """The run, with the hub stopped so that all is on the disk; and where openBIS keeps its files."""
    with running_sandbox(http=True, random_passwords=True) as sandbox:
        folder = tmp_path_factory.mktemp("searched")
        (folder / "tmp").mkdir()
        more = FOR_TESTS + f"c.Spawner.environment['TMPDIR'] = {str(folder / 'tmp')!r}\n"
        hub = SecuredHub(folder, sandbox, more, environment={"TMPDIR": str(folder / "tmp")})
        run = FullRun(hub)
        try:
            hub.wait_until_ready()
            run.everything()
        finally:
            hub.stop()
        yield run, sandbox.store_folder


def homes_of_sessions(run: FullRun) -> set[Path]:
    """The files where a session may stand."""
    return {path for path in run.hub.homes.rglob("*.token") if path.is_file()}


def written_by_jupyter(run: FullRun) -> set[Path]:
    """Jupyter notes its server's own token, which is that of the hub for it, in a folder of mode 0700."""
    return {path for path in run.hub.homes.rglob("jupyter/runtime/jpserver-*") if path.is_file()}


def is_of_the_hub(name: str) -> bool:
    return name.startswith(("JUPYTERHUB_API_TOKEN", "CONFIGPROXY", "token of"))


def test_the_run_was_a_full_one(done: tuple[FullRun, Path]) -> None:
    run, store = done
    assert len(run.secrets) >= 14
    assert len({value for name, value in run.secrets.items() if name.startswith("personal")}) >= 1
    log = run.hub.log
    assert "[D " in log
    assert "[ConfigProxy]" in log
    assert "openbis_nb.service" in log
    started = [file.read_text(errors="replace") for file in run.hub.logs.iterdir()]
    assert [text for text in started if "ipykernel" in text]
    assert [text for text in started if "jupyterhub-singleuser" in text]
    shown = run.pages["the notebook as it is shown"]
    assert shown.count('"output_type": "error"') >= 5
    saved = [path for path in store.rglob("Ours.ipynb") if '"output_type": "error"' in path.read_text()]
    assert saved  # with what the failing cells showed


def test_no_file_of_the_hub_holds_a_secret(done: tuple[FullRun, Path]) -> None:
    """Logs of all processes, both databases with what was deleted, homes, run-time files, temporary files."""
    run, _ = done
    names = {path.name for path in run.hub.folder.rglob("*")}
    assert {"jupyterhub.sqlite", "hub.log"} <= names
    log = run.hub.log_file
    own = written_by_jupyter(run)
    found = search_tree(run.hub.folder, run.secrets, frozenset({*homes_of_sessions(run), *own, log}))
    of_openbis = {name: value for name, value in run.secrets.items() if not is_of_the_hub(name)}
    for path in own:
        assert stat.S_IMODE(path.parent.stat().st_mode) & 0o077 == 0, path
        found |= search_bytes(str(path), path.read_bytes(), of_openbis)
    lines = [line for line in log.read_bytes().splitlines() if _OF_THE_PROXY not in line]
    found |= search_bytes(str(log), b"\n".join(lines), run.secrets)
    assert found == set()


def test_the_file_of_the_session_is_its_owners(done: tuple[FullRun, Path]) -> None:
    run, _ = done
    files = homes_of_sessions(run)
    assert files
    for path in files:
        assert stat.S_IMODE(path.stat().st_mode) == 0o600, path
        assert stat.S_IMODE(path.parent.stat().st_mode) == 0o700, path
        others = {name: value for name, value in run.secrets.items() if not name.startswith("personal")}
        assert search_bytes(str(path), path.read_bytes(), others) == set()


def test_nothing_that_was_shown_holds_a_secret(done: tuple[FullRun, Path]) -> None:
    """Pages, answers of the API with their headers, the notebook in its front end, command lines."""
    run, _ = done
    found: set[Found] = set()
    for where, text in run.pages.items():
        found |= search_bytes(where, text.encode(), run.secrets)
    assert found == set()


def test_no_saved_data_set_holds_a_secret(done: tuple[FullRun, Path]) -> None:
    """O-24: what others read in openBIS for years."""
    run, store = done
    assert search_tree(store, run.secrets) == set()
