"""JupyterHub: log-in by openBIS, and the openBIS session for a person's own servers.

``configure.configure`` is what a ``jupyterhub_config.py`` calls. The parts: ``authenticator`` (who may come
in), ``sessions`` (what of openBIS the hub keeps for them), ``login_page`` and ``handover`` (the pages),
``session_api`` (what a running server asks), and, without any web in them, ``rules``, ``next_target``,
``arrival`` and ``tickets``.
"""
