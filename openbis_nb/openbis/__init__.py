"""The only code that speaks to openBIS (design D1).

``client.OpenBIS`` is the async face, ``blocking.BlockingOpenBIS`` the sync one; ``files`` moves data-set
files both ways; ``checkpoints`` keeps the versions of notebooks. ``protocol`` is pure; ``transport`` is
the one place that opens a connection and the one place that puts a token into a URL (D16).
"""
