"""Launches: kept for a day, prepared in the background, fetched by the person's own server (design D3).

``model``      a launch, its states, and what callers are told of it
``tables``, ``store``   the database
``kinds``      how a launch of each kind becomes a notebook; other parts add kinds (the ELN's)
``keeper``     ``Launches``: accept, prepare, hand out, note the outcome
``starting``   the person's server, started in their name
``routes``, ``events``, ``asking``   the API

States: ``checking`` (openBIS is asked) → ``waiting`` (prepared) → ``writing`` → ``ready``, or ``failed``.
What failed for a passing reason (openBIS was away, the disk was full) is tried again when it is opened again.
"""
