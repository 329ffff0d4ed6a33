"""The log: one JSON object per line on stderr, with the number of the request, without any token."""

from __future__ import annotations

import json
import logging
from contextvars import ContextVar
from datetime import UTC, datetime

from ..errors import ConfigurationProblem
from ..openbis.secrets import scrub

__all__ = ["JsonFormatter", "log_as_json", "request_id"]

#: Number of the request that is being answered; empty outside of one.
request_id: ContextVar[str] = ContextVar("request_id", default="")

#: Further members of a line, given by ``extra=``.
_MEMBERS = ("method", "route", "status", "ms", "code", "launch", "audit")


class JsonFormatter(logging.Formatter):
    """Time, level, logger, message, request id, the members of a request, and a traceback if there is one."""

    def format(self, record: logging.LogRecord) -> str:
        """The line to be written."""
        line = {
            "time": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname,
            "logger": record.name,
            "message": record.getMessage(),
        }
        if number := request_id.get():
            line["request_id"] = number
        line |= {name: getattr(record, name) for name in _MEMBERS if hasattr(record, name)}
        if record.exc_info:
            line["traceback"] = self.formatException(record.exc_info)
        return scrub(json.dumps(line, ensure_ascii=False, default=str))


def log_as_json(level: str) -> None:
    """Let everything of this process be logged like this.

    Args:
        level: Of our own loggers; others speak from WARNING on, but for DEBUG.

    Raises:
        ConfigurationProblem: there is no such level.
    """
    if level.upper() not in ("DEBUG", "INFO", "WARNING", "ERROR"):
        raise ConfigurationProblem(
            f"OPENBIS_NB_SERVICE_LOG_LEVEL {level[:40]!r} is none.",
            next_step="Use DEBUG, INFO, WARNING or ERROR.",
        )
    handler = logging.StreamHandler()
    handler.setFormatter(JsonFormatter())
    logging.basicConfig(
        handlers=[handler], level="DEBUG" if level.upper() == "DEBUG" else "WARNING", force=True
    )
    logging.getLogger("openbis_nb").setLevel(level.upper())
