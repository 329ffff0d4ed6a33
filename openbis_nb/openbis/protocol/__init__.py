"""The V3 wire as values: build what is sent, read what comes back. Pure, no I/O.

``ids`` · ``criteria`` · ``fetching`` (what an answer shall hold) · ``changes`` (creations, updates,
deletions) · ``replies`` (answers to models). Section numbers in the docstrings are the contract's.
"""
