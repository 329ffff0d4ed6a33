"""Ctrl-C: exit code 130, one sentence, nothing half-written, nothing left running."""

from __future__ import annotations

import json
import os
import pty
import signal
import subprocess
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from openbis_nb.sandbox import DEMO_EXPERIMENT

from .conftest import SCRIPT, Cli


@pytest.fixture
def alice(cli: Cli) -> Cli:
    return cli.login()


def heed_interrupts() -> None:
    """As at a terminal: what a shell starts in the background begins with SIGINT ignored."""
    signal.signal(signal.SIGINT, signal.SIG_DFL)


def interrupted(cli: Cli, *words: object, when: Callable[[], bool], **env: str) -> tuple[int, str, str]:
    """Run the script, press Ctrl-C once *when* holds; exit code, stdout and stderr."""
    process = subprocess.Popen(
        [SCRIPT, *map(str, words)],
        stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
        cwd=cli.work, env=os.environ | cli.settings() | env, preexec_fn=heed_interrupts,
    )  # fmt: skip
    end = time.monotonic() + 90
    while not when() and process.poll() is None and time.monotonic() < end:
        time.sleep(0.02)
    process.send_signal(signal.SIGINT)
    stdout, stderr = process.communicate(timeout=60)
    return process.returncode, stdout, stderr


def struck(cli: Cli) -> Callable[[], bool]:
    return lambda: bool(cli.sandbox.faults.struck())


def test_while_openbis_is_silent(alice: Cli) -> None:
    alice.sandbox.faults.add("silence", "getSessionInformation")
    code, stdout, stderr = interrupted(alice, "whoami", when=struck(alice))
    assert (code, stdout) == (130, "")
    assert stderr.splitlines()[-2:] == ["Error: Stopped.", "→ Nothing is half-written; run it again."]


def test_during_a_fetch_only_whole_files_are_left(alice: Cli) -> None:
    notebook = alice.json("new", "--owner", DEMO_EXPERIMENT)["path"]
    alice.sandbox.faults.add("silence", "direct-get", skip=2, count=0)
    code, stdout, _ = interrupted(alice, "attach", notebook, when=struck(alice))
    assert (code, stdout) == (130, "")
    alice.sandbox.faults.clear()
    whole = {path: path.read_bytes() for path in alice.cache_dir.rglob("*.csv")}
    assert len(alice.script("attach", notebook).stdout.splitlines()) == 6
    assert all(path.read_bytes() == content for path, content in whole.items())


def test_during_an_upload_the_version_is_kept_and_sent_once(alice: Cli) -> None:
    notebook = alice.json("new", "--owner", DEMO_EXPERIMENT)["path"]
    alice.sandbox.faults.add("silence", "session_workspace_file_upload")
    assert interrupted(alice, "save", notebook, when=struck(alice))[0] == 130
    [sent] = alice.json("outbox", "send")["sent"]
    assert [version["perm_id"] for version in alice.json("versions", sent["notebook_id"])] == [
        sent["perm_id"]
    ]


def test_during_the_registration_it_is_kept_until_openbis_can_be_believed(alice: Cli) -> None:
    """Nobody knows whether openBIS took it: it is looked for, and never sent twice."""
    notebook = alice.json("new", "--owner", DEMO_EXPERIMENT)["path"]
    alice.sandbox.faults.add("silence", "createUploadedDataSet")
    assert interrupted(alice, "save", notebook, when=struck(alice))[0] == 130
    result = alice("outbox", "send", "--json")
    assert result.exit_code == 8
    assert [entry["state"] for entry in json.loads(result.stdout)["left"]] == ["undecided"]


def test_a_run_leaves_no_kernel_behind(alice: Cli) -> None:
    path = Path(alice.json("new", "--owner", DEMO_EXPERIMENT)["path"])
    content = json.loads(path.read_text())
    source = "import os, time\nopen('pid', 'w').write(str(os.getpid()))\ntime.sleep(600)"
    content["cells"] = [
        {
            "cell_type": "code",
            "id": "long",
            "metadata": {},
            "source": source,
            "outputs": [],
            "execution_count": None,
        }
    ]
    path.write_text(json.dumps(content))
    pid_file = alice.work / "pid"
    code, _, stderr = interrupted(
        alice, "run", path, when=lambda: pid_file.exists() and bool(pid_file.read_text())
    )
    assert code == 130, stderr
    with pytest.raises(ProcessLookupError):
        os.kill(int(pid_file.read_text()), 0)


def test_while_the_kernel_starts(alice: Cli) -> None:
    """nbclient handles the signal itself then, so that asyncio sees no Ctrl-C; once a traceback was shown."""
    spec = alice.work / "jupyter" / "kernels" / "silent"
    spec.mkdir(parents=True)
    argv = ["python3", "-c", "import time; open('begun', 'w').close(); time.sleep(600)", "{connection_file}"]
    (spec / "kernel.json").write_text(
        json.dumps({"argv": argv, "display_name": "silent", "language": "python"})
    )
    notebook = alice.json("new", "--owner", DEMO_EXPERIMENT)["path"]
    code, _, stderr = interrupted(
        alice, "run", notebook, "--kernel", "silent",
        when=(alice.work / "begun").exists, JUPYTER_PATH=str(spec.parents[1]),
    )  # fmt: skip
    assert code == 130, stderr
    assert stderr.splitlines()[-2:] == ["Error: Stopped.", "→ Nothing is half-written; run it again."]


def test_while_a_password_is_asked_for(cli: Cli) -> None:
    master, slave = pty.openpty()
    process = subprocess.Popen(
        [SCRIPT, "login", "--user", "alice"], stdin=slave, stdout=slave, stderr=slave,
        start_new_session=True, env=os.environ | cli.settings(), preexec_fn=heed_interrupts,
    )  # fmt: skip
    os.close(slave)
    shown = os.read(master, 1000)
    while b"Password" not in shown:
        shown += os.read(master, 1000)
    time.sleep(0.2)  # the prompt is written just before the read begins
    process.send_signal(signal.SIGINT)
    assert process.wait(timeout=60) == 130
    os.close(master)
