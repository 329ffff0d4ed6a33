"""Search criteria (contract 3.7, 3.8): compiled to SQL for entities, evaluated in Python for small tables."""
