"""The JSON that the launcher page shows: tree, search, cards, data sets (``workflows.browse``), and templates
and profiles of the service.
"""

from .routes import router

__all__ = ["router"]
