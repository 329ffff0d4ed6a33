"""Logging for ``-v``: our loggers and the HTTP client's, on stderr, without a token."""

from __future__ import annotations

import logging

from ..openbis.secrets import scrub

__all__ = ["ScrubbingFormatter", "log_to_stderr"]

#: Loggers that may see a URL or a request. aiohttp's print whole URLs, and the data store's carry
#: the session (design D16).
LOGGERS = ("openbis_nb", "aiohttp", "asyncio")


class ScrubbingFormatter(logging.Formatter):
    """Formats a record, traceback included, and then takes every token out of the text."""

    def format(self, record: logging.LogRecord) -> str:
        """The line to be written."""
        return scrub(super().format(record))


def log_to_stderr(level: int = logging.DEBUG) -> None:
    """Show the loggers of :data:`LOGGERS` on stderr. A second call changes the level only."""
    for name in LOGGERS:
        logger = logging.getLogger(name)
        logger.setLevel(level)
        if not any(isinstance(handler.formatter, ScrubbingFormatter) for handler in logger.handlers):
            handler = logging.StreamHandler()
            handler.setFormatter(ScrubbingFormatter("%(asctime)s %(levelname)s %(name)s: %(message)s"))
            logger.addHandler(handler)
