"""Stands before the real one in the import path of hubs and servers in tests, and is "not there".

The real one builds 38 parsers for addresses with foreign letters, a second of CPU at each start of a hub or
of a Jupyter server (see :mod:`openbis_nb.notebooks.quick_import`). jsonschema copes without it, and no schema
of Jupyter's asks for such addresses. ``scripts/demo``, which is tested, too, has the real one.
"""

raise ImportError("left out in tests")
