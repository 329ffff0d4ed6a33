"""The command line: each command is a few lines over a workflow.

Commands are loaded when they are called, so that ``openbis-nb --help`` answers at once.
"""

from __future__ import annotations

import click

from .failures import exit_code_lines
from .group import CommandGroup, Lazy

__all__ = ["main"]

main = CommandGroup(
    name="openbis-nb",
    help="Jupyter notebooks for openBIS: make them from templates, attach data, save every version.",
    epilog="\b\nExit codes:\n" + "\n".join(f"  {line}" for line in exit_code_lines()),
    lazy={
        "login": Lazy("login:login", "Log in to openBIS and keep the session for this computer account."),
        "logout": Lazy("session:logout", "End the session and forget it."),
        "whoami": Lazy("session:whoami", "Say who is logged in, and where."),
        "tree": Lazy("tree:tree", "List spaces, projects, experiments, objects and data sets."),
        "new": Lazy("new:new", "Make a notebook for an experiment or object from a template."),
        "import": Lazy("import_url:import_url", "Fetch a notebook from a URL into a new file."),
        "attach": Lazy("attach:attach", "Fetch the inputs of a notebook into the cache, verified."),
        "save": Lazy("save:save", "Save a notebook as a new version in openBIS."),
        "run": Lazy("run:run", "Run a notebook without a browser and save the result."),
        "versions": Lazy("versions:versions", "List the saved versions of a notebook."),
        "download": Lazy("versions:download", "Fetch one saved version; never overwrites a file."),
        "library": Lazy("library:library", "Every notebook of the lab that you may see, and its versions."),
        "publish": Lazy("publish:publish", "Make notebooks pages for people who do not code."),
        "page": Lazy("page:page", "List, change and stop published pages."),
        "notebook": Lazy("notebook:notebook", "Keep a notebook file and its notebook in openBIS together."),
        "repository": Lazy(
            "repository:repository", "Repositories as folders that are kept up to date without losing edits."
        ),
        "service": Lazy("service:service", "Take published pages along, for admins of a hub."),
        "templates": Lazy("templates:templates", "List, show and check notebook templates."),
        "cache": Lazy("cache:cache", "List or clear the files fetched from openBIS."),
        "outbox": Lazy("outbox:outbox", "Versions that wait to be sent to openBIS."),
        "doctor": Lazy("doctor:doctor", "Check connection, session, types, rights and settings."),
        "sandbox": Lazy(
            "sandbox:sandbox_command", "Run the embedded openBIS look-alike until Ctrl-C or SIGTERM."
        ),
    },
)
click.version_option(package_name="openbis-nb", message="%(package)s %(version)s")(main)
