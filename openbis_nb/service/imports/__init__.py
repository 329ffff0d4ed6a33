"""Import and run: what somebody else has put on the web becomes a notebook of one's own (rows 74 to 80).

``looking``    an address is looked at when a person says so, never by a link alone; what came is kept
``previews``   … for a while and for that person, so that what is launched is what was shown, byte for byte
``launching``  the launch of kind "import", and the hand-over of a repository to the person's own server
``tables``, ``store``   previews and the list of imports in the database
``badges``     the code that leads from a README to the import page
``routes``, ``routes_frames``   the API, and what the page's frame holds
"""
