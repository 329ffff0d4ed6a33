"""Everything about ``.ipynb`` files: templates, rendering, identity, digests, redaction, export.

Nothing here speaks HTTP. Import the submodules by name: some need ``nbformat`` (slow to import),
others are plain text work.
"""
