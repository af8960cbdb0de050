"""From needs to one option of every decision, with reasons, by a solver.

`rules/` says what goes together, `demands/` what each need asks for, `preferences`
what is better where needs leave it open; `solving` is the only module that knows the
solver. `choose` in `deciding` is what others call.
"""

from seawall.design.choose.deciding import choose

__all__ = ["choose"]
