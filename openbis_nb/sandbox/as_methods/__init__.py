"""The methods of the application server; importing this package registers all of them."""

from . import codes, login, master, people, reads, server

__all__ = ["codes", "login", "master", "people", "reads", "server"]
