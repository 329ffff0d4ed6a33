"""The roots of the tree: what every error has, and what the caller can mend."""

from __future__ import annotations

from typing import Any, ClassVar

__all__ = [
    "OpenbisNbError",
    "UserMistake",
]


class OpenbisNbError(Exception):
    """The root. Catch it to catch everything that this package raises on purpose.

    Args:
        message: One or two sentences for a person; never a secret.
        next_step: What to do now; the class has a default.
        detail: For logs only.
        extra: Further members of the problem JSON (JSON values), e.g. ``{"parameter": "window"}``.
    """

    code: ClassVar[str] = "error"
    status: ClassVar[int] = 500
    exit_code: ClassVar[int] = 1
    default_next_step: ClassVar[str] = "Try again; if it happens again, run `openbis-nb doctor`."

    def __init__(
        self,
        message: str,
        *,
        next_step: str | None = None,
        detail: str | None = None,
        extra: dict[str, Any] | None = None,
    ) -> None:
        super().__init__(message)
        self.message = message
        self.next_step = self.default_next_step if next_step is None else next_step
        self.detail = detail
        self.extra = dict(extra or {})

    def problem(self) -> dict[str, Any]:
        """This error as problem JSON (RFC 9457): type, title, status, detail, code, next_step."""
        return {
            **self.extra,
            "type": f"urn:openbis-nb:error:{self.code}",
            "title": type(self).__name__,
            "status": self.status,
            "detail": self.message,
            "code": self.code,
            "next_step": self.next_step,
        }

    def __reduce__(self) -> tuple[Any, ...]:
        # Keyword-only arguments get lost by the default pickling; errors cross process borders.
        return (_rebuild, (type(self), self.message, self.next_step, self.detail, self.extra))

    def __str__(self) -> str:
        return f"{self.message} {self.next_step}".rstrip()

    def _render_traceback_(self) -> list[str]:
        """What IPython shows instead of a traceback: a scientist needs the sentence, not our frames."""
        return [f"{type(self).__name__}: {self.message}", f"→ {self.next_step}"]


def _rebuild(
    cls: type[OpenbisNbError], message: str, next_step: str, detail: str | None, extra: dict[str, Any]
) -> OpenbisNbError:
    return cls(message, next_step=next_step, detail=detail, extra=extra)


class UserMistake(OpenbisNbError):
    """The caller can mend it."""

    code = "user-mistake"
    status = 400
    exit_code = 2
    default_next_step = "Correct the request and repeat it."
