"""Writes the reference pages that are made from code: ``python -m scripts.reference [--check]``.

One module per page; each has ``page() -> str``, the whole Markdown text. Nothing in a page depends
on the machine or the day, so that ``--check`` can compare it with the committed one.
"""
