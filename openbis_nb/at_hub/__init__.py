"""The hub as a person's own server and kernels see it: its address, its session for them, launches."""
