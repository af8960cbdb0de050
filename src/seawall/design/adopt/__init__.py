"""From a running configuration to a design: what stays, what changes, in which order.

`standing` reads what was chosen once, `operations` knows what can be changed and how,
`order` finds steps between which nothing that is needed is given up. `adopt` is asked.
"""

from seawall.design.adopt.adopting import adopt

__all__ = ["adopt"]
