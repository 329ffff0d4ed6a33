"""Modules that tests put before the real ones (see each of them)."""
