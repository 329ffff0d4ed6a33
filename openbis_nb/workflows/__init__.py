"""One file per promise to a user: launch, attach, save, run, bring in, keep for later.

A workflow joins :mod:`openbis_nb.openbis` (speaking to openBIS) with :mod:`openbis_nb.notebooks`
(everything about ``.ipynb``). It knows nothing of HTTP servers, terminals or kernels: the edges hand
it a :class:`~openbis_nb.workflows.workplace.Workplace` and get values back.
"""
