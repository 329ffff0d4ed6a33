"""The library: a notebook with all its versions, what may be done with it, and doing it.

Each file is one promise: read a notebook, say who may do what, write a further version, trash and bring
back, show where data came from and where it went. Nothing here keeps anything: openBIS is asked with the
session of the person who wants to know (design D13).
"""
