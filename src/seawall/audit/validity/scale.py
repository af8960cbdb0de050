"""How far a cluster may grow."""

from seawall.audit.validity.site import Site
from seawall.audit.validity.term import Term, fact, missing


def more_nodes(site: Site, most: int) -> tuple[Term, str]:
    """Return whether the pools may grow beyond a number, and how it is said."""
    nodes = site.all_nodes()
    if nodes is None:
        return missing("the number of nodes of each pool is not known"), ""
    return fact(nodes > most), f"its pools may grow to {nodes} nodes"
