"""-v logs, and never a token (design D16)."""

from __future__ import annotations

import logging
from collections.abc import Iterator

import pytest

from openbis_nb.cli.logs import LOGGERS, ScrubbingFormatter, log_to_stderr

TOKEN = "alice-261121093000123x0123456789ABCDEF0123456789ABCDEF"


@pytest.fixture(autouse=True)
def _loggers_as_before() -> Iterator[None]:
    before = {
        name: (list(logging.getLogger(name).handlers), logging.getLogger(name).level) for name in LOGGERS
    }
    yield
    for name, (handlers, level) in before.items():
        logging.getLogger(name).handlers[:] = handlers
        logging.getLogger(name).setLevel(level)


@pytest.mark.parametrize("name", LOGGERS)
def test_a_url_with_the_session_is_logged_without_it(name: str, capsys: pytest.CaptureFixture[str]) -> None:
    log_to_stderr()
    logging.getLogger(f"{name}.client").debug("GET %s", f"https://h/d/1?sessionID={TOKEN}")
    shown = capsys.readouterr().err
    assert "GET https://h/d/1?sessionID=" in shown
    assert TOKEN not in shown


def test_a_traceback_is_scrubbed_too(capsys: pytest.CaptureFixture[str]) -> None:
    log_to_stderr()
    try:
        raise ValueError(f"Session token '{TOKEN}' is invalid")
    except ValueError:
        logging.getLogger("openbis_nb").debug("failed", exc_info=True)
    shown = capsys.readouterr().err
    assert "ValueError" in shown
    assert TOKEN not in shown


def test_asking_twice_does_not_log_twice() -> None:
    log_to_stderr()
    log_to_stderr()
    handlers = logging.getLogger("openbis_nb").handlers
    assert sum(isinstance(handler.formatter, ScrubbingFormatter) for handler in handlers) == 1
