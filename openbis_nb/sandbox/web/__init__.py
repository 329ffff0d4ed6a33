"""The sandbox on a socket: the server, its routes, what faults do to them, and who may call from where."""
