"""Tokens that never print, and the removal of tokens from any text (contract 2.2, 2.3; design D16)."""

from __future__ import annotations

import hmac
import logging
import re

__all__ = ["WEB_SERVER_LOGGERS", "Secret", "scrub", "scrub_loggers"]

REMOVED = "[secret removed]"
#: What a Tornado application logs with, beside its own logger; a failed request is logged with its address.
WEB_SERVER_LOGGERS = ("tornado.access", "tornado.application", "tornado.general")

# Order matters: a personal access token contains the form of a session token. The last one is the key of a
# link for the world, which the service makes (``service.publishing.link_keys``) and the hub may see pass by.
_TOKENS = re.compile(
    r"(?:\$|%24)pat-[^\s'\"&<>,;)\]}\\]+"
    r"|[^\s'\"/=&?<>\[({,;:]+-[0-9]{15}x[0-9A-Fa-f]{32}"
    r"|nbp_[0-9A-Za-z_-]{40,}"
)
_SESSION_PARAMETER = re.compile(r"(?i)\b(sessionID|sessionToken|userSessionId)(=|%3D)[^&\s'\"<>]+")


class Secret:
    """A session token, personal access token or password; :meth:`reveal` is the only way to read it."""

    __slots__ = ("_value",)

    def __init__(self, value: str) -> None:
        self._value = value

    def reveal(self) -> str:
        """The text itself. Call it only where it leaves for openBIS or its 0600 file."""
        return self._value

    @property
    def is_personal_access_token(self) -> bool:
        """Whether it has the form of a PAT, which outlives the log-in session (contract 2.6)."""
        return self._value.startswith("$pat-")

    def __repr__(self) -> str:
        return "Secret('***')"

    __str__ = __repr__

    def __format__(self, spec: str) -> str:
        return repr(self)

    def __bool__(self) -> bool:
        return bool(self._value)

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Secret):
            return NotImplemented
        return hmac.compare_digest(self._value.encode(), other._value.encode())

    def __hash__(self) -> int:
        return hash((Secret, self._value))

    def __reduce__(self) -> str | tuple[object, ...]:
        raise TypeError("A Secret is not pickled: that would write it down.")


def scrub(text: str, *known: Secret) -> str:
    """*text* without anything that looks like a token, and without the *known* secrets.

    openBIS' own "user is not logged in" text contains the token (contract 2.3), and the data store's
    URLs carry it as ``sessionID`` (4.3), so every text from there passes here before it is shown or logged.
    """
    for secret in known:
        if secret:
            text = text.replace(secret.reveal(), REMOVED)
    return _TOKENS.sub(REMOVED, _SESSION_PARAMETER.sub(rf"\1\2{REMOVED}", text))


class _ScrubFilter(logging.Filter):
    """Takes tokens out of the records of the logger that it is put on."""

    def filter(self, record: logging.LogRecord) -> bool:
        record.msg, record.args = scrub(record.getMessage()), None
        return True


_FILTER = _ScrubFilter()


def scrub_loggers(*names: str) -> None:
    """Keep tokens out of what these loggers say, whatever level an application sets; twice is as once.

    Args:
        names: Of the very loggers that are written to: a filter does not hold for those below it.
    """
    for name in names:
        logging.getLogger(name).addFilter(_FILTER)
