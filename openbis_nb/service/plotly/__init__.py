"""``/v2/jupyter-notebooks/…``: the REST API that Plotly's clients know (P-01 to P-43), on openBIS.

``said``, ``writable``        what a client says: headers, query, JSON
``parents``, ``addresses``    a parent is the owner in openBIS; where notebooks are found
``titles``, ``times``, ``resource``    how a notebook looks in Plotly's words
``finding``, ``listing``, ``lookup``, ``changing``    from openBIS to that
``asking``, ``answering``, ``errors``, ``repeats``, ``slashes``    around every request
``routes_reading``, ``routes_writing``, ``routes_trash``, and ``routes`` with all of them

Where the seed's rules are silent, docs/decisions/0026 says what was chosen.
"""
