"""``scripts/demo``: the whole chain on this machine, each part a process as an admin would run it."""
