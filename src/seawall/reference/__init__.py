"""What a network does, defined one packet at a time: slow, plain and on its own.

Nothing here is shared with `seawall.engine`, so that either can show the other wrong.
The walk of a packet follows `docs/semantics/path.md` letter by letter.
"""
