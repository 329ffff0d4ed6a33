"""Published pages: snapshots of versions, shown to people who need no server of their own (design D13).

What openBIS has no place for stands in our database and in a folder of bytes: ``tables``, ``blobs``. All
rights are openBIS' own, asked with the session of whoever does something: ``rights``.
"""
