"""HTTP to others than openBIS: our own service, the log-in through JupyterHub, addresses that people name.

The latter only by ``guarded``; ``forges`` and ``git_refs`` say what is behind them.
"""
