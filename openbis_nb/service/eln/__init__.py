"""The calls of an unmodified ELN-LIMS: ``POST …/services/openbis/eln`` (contract 8.4; O-50 to O-53).

``query``      the session leaves the address before anything can log it; what else stands there
``origins``    which pages may call
``answering``  who it is, what is stored, what is answered
``routes``     the address
``preparing``  from the stored notebook to the one that is written
"""

from __future__ import annotations

from .routes import add_to

__all__ = ["add_to"]
