"""Runbooks carried out from scratch in a throw-away root, and what they changed there.

`keeper` is the program that makes the root and looks at it; it imports nothing but Python's own library and what stands beside it,
since it gives its privileges away while it runs.
"""
