"""Published pages: who may do what with them (D-03 to D-06, D-09, D-12)."""
