"""Changes that open a flow that is denied, each proved by asking again.

`search` finds them from the blockers, one module for each kind of thing that blocks;
`effects` says what else they open or close; `document` writes them.
"""
