"""The complete tables of methods: whoever takes them from here has every family registered."""

from __future__ import annotations

from . import as_methods
from .dss import archiving, creation, file_search, file_transfer, v1_uploads
from .dss.v1 import data_store_v1, information, query
from .rpc import application, data_store

FAMILIES = (archiving, as_methods, creation, file_search, file_transfer, v1_uploads)

__all__ = ["FAMILIES", "application", "data_store", "data_store_v1", "information", "query"]
