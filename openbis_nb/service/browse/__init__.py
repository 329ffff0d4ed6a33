"""The JSON that the launcher page shows: tree, search, cards, data sets, templates, profiles.

Functions here take a client of the visitor's own session and give frozen shapes; ``routes`` puts them on the
web. What a person may not see is absent (contract 3.2): nothing here decides about rights.
"""

from .routes import router

__all__ = ["router"]
