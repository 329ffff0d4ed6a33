"""``/v2/jupyter-notebooks/…``: the REST API that Plotly's clients know (P-01 to P-43), on openBIS."""
