"""Notebooks from anywhere on the web (B-01 to B-11, P-14): looked at first, then made the person's own."""
