"""Chooses an option of every decision, or says why none can be."""

from datetime import date

from seawall.design.choose.answer import Conflict, Decided
from seawall.design.choose.asked import Asked
from seawall.design.choose.clause import Preference
from seawall.design.choose.conflicts import conflict
from seawall.design.choose.reasons import reasons
from seawall.design.requirements.needs import Requirements


def choose(
    needs: Requirements, as_of: date, kept: tuple[Preference, ...] = ()
) -> Decided | Conflict:
    """Return the best choice that meets every need, or a smallest conflict.

    Args:
        needs: What must hold.
        as_of: The day by which retirements are judged.
        kept: What speaks against giving up what stands already.

    Returns:
        The choices with their reasons; or, if they cannot be, needs of which one must
        be given up, and the nearest that can be had.
    """
    asked = Asked(needs, as_of, kept)
    best = asked.best()
    if best is None:
        return conflict(asked)
    return Decided(best, reasons(asked, best), asked.weight(best))
