"""Use cases: what the web, the bots and the command line ask for.

Every function takes a Session and plain values and flushes at most: whoever calls it owns the transaction. What
can't be done is a ``Refusal``, worded by the caller.
"""
