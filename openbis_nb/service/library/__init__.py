"""The library: every notebook of the lab, its versions, and what can be done with them.

``catalogue`` finds notebooks for a viewer, ``routes_*`` are ``api/v1/…``, ``shapes`` is what they answer.
Nothing leaves that the viewer's own session has not confirmed (design D13).
"""
