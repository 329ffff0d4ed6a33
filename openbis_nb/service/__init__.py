"""The service ``openbis`` at the hub: launches, the ELN's endpoint, the launcher's pages (D3, D4, D8).

One process (``python -m openbis_nb.service``), started by the hub (``openbis_nb.hub.service``). From the
bottom up:

``settings``, ``place``            what an admin sets, and what the hub tells
``hub_api``, ``callers``           the hub; who a token belongs to, and their openBIS session (kept a minute)
``browser_sessions``, ``oauth``    browsers: a cookie here, everything else in memory
``service``                        what all requests share; ``service_of(request)``
``visitors``                       ``Depends(visitor | event_visitor | page_visitor)`` → ``Visitor``
``launches``                       the launches: kept, prepared, fetched by the person's own server
``pages``, ``browse``, ``eln``     routers of the other parts
``app``, ``middleware``, ``problems``, ``logs``, ``metrics``, ``health``
                                   what surrounds every request

A route of any part::

    @router.get("/api/v1/things/{number}")
    async def thing(number: str, person: Annotated[Visitor, Depends(visitor)]) -> Thing:
        async with person.openbis() as client:      # or: person.workplace() for the workflows
            ...

It raises errors of ``openbis_nb.errors``; ``problems`` answers with them. ``person.hub_name`` is at hand,
``await person.openbis_user()`` asks the hub (kept a minute).
"""
