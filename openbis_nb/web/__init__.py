"""HTTP to others than openBIS: the client of our own service, and the log-in through JupyterHub."""
