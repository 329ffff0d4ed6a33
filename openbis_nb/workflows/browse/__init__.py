"""What a person browses openBIS by: tree, search, cards of entities, data sets. The launcher's pages and the
side panel in Jupyter show the same.

Functions here take a client of that person's own session and give frozen shapes. What a person may not see is
absent (contract 3.2): nothing here decides about rights.
"""
