"""Fetching from addresses that people name, never from an address inside (table row 92).

``rules`` says what an admin allows, ``addresses`` judges addresses and ``hosts`` the hosts in them,
``pinned`` connects to nothing but what was judged, ``body`` reads up to a limit, ``fetching`` is the whole.
"""
