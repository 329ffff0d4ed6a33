"""docs/reference/errors.md: every error class, with code, status, exit code and next step."""

from __future__ import annotations

from openbis_nb import errors

from .markdown import first_paragraph, head, table


def page() -> str:
    """The whole page."""
    classes: list[type[errors.OpenbisNbError]] = [
        thing for name in errors.__all__ if isinstance(thing := getattr(errors, name), type)
    ]
    rows = [
        [
            f"`{cls.code}`",
            f"`{cls.__name__}`",
            str(cls.status),
            str(cls.exit_code),
            first_paragraph(cls.__doc__),
            "names the extra to install" if cls is errors.MissingExtra else cls.default_next_step,
        ]
        for cls in sorted(classes, key=lambda cls: (cls.status, cls.code))
    ]
    intro = """
        Every error says what happened and what to do next. In a cell and on the command line you see both
        sentences; over HTTP they come as problem JSON (RFC 9457) with `code`, `status`, `detail` and
        `next_step`.

        All are subclasses of `openbis_nb.errors.OpenbisNbError`. `UserMistake` and what stands below it
        can be mended by the caller; `OpenBISFailure` and what stands below it is about openBIS or the way
        to it.
        """
    columns = ["Code", "Class", "HTTP status", "Exit code", "Meaning", "Usual next step"]
    return head("Errors", intro) + "\n\n" + table(columns, rows) + "\n"
