"""What becomes of packets that routes lead to one firewall a second time."""

from seawall.engine.path.ground.branch import Branch
from seawall.engine.path.ground.verdicts import Ruling
from seawall.engine.path.routes.route import SOURCE as ROUTE_SOURCE
from seawall.model.firewall import Firewall


def comes_again(branch: Branch, firewall: Firewall) -> Ruling:
    """Return what becomes of packets that come to a firewall once more.

    With the destination that they left it with they come back for ever, whatever its
    rules say: its routes look at nothing else.

    Source:
        Azure docs, virtual-networks-udr-overview: routes are chosen by destination.
    """
    since = branch.left_at[branch.firewalls.index(firewall.id)]
    if any(item.destinations is not None for item in branch.rewrites[since:]):
        says = f"it comes to {firewall.name} twice, translated in between"
        return Ruling.not_known(says, ROUTE_SOURCE)
    says = f"the routes lead in a loop: it comes back to {firewall.name} for ever"
    return Ruling.denying(says, ROUTE_SOURCE)
