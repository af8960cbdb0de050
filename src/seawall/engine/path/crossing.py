"""Whether packets pass a peering of two virtual networks."""

from seawall.engine.path.atlas import Atlas
from seawall.engine.path.branch import Branch
from seawall.engine.path.space import EVERYWHERE
from seawall.engine.path.verdicts import EVERYTHING, NOTHING, Ruling, constant
from seawall.model.network import Peering
from seawall.model.trace import DecidingRule, Layer

SOURCE = "Azure docs, virtual-network-manage-peering"


def crossing(atlas: Atlas, branch: Branch, peering: Peering) -> Branch:
    """Pass a peering, from the network that owns *peering* to the remote one.

    Source:
        Azure docs, virtual-network-manage-peering and virtual-network-peering-overview.
    """
    back = atlas.other_side(peering)
    rule = DecidingRule(peering.name, peering.origin)
    ruling = Ruling(
        NOTHING, NOTHING, constant(f"{peering.name} carries it", SOURCE, rule)
    )
    if not peering.connected.is_surely(value=True):
        if peering.connected.is_surely(value=False):
            ruling = Ruling.denying(f"{peering.name} is not connected", SOURCE, rule)
        elif back is None:
            says = f"the other side of {peering.name} is not in the input"
            ruling = Ruling.not_known(says, SOURCE, rule)
        elif back.connected.is_surely(value=False):
            ruling = Ruling.denying(f"{peering.name} is not connected", SOURCE, rule)
    branch = branch.judged(Layer.PEERING, peering.name, ruling)
    if not peering.complete or (back is not None and not back.complete):
        says = f"which subnets {peering.name} peers is not modelled"
        branch = branch.judged(
            Layer.PEERING, peering.name, Ruling.not_known(says, SOURCE, rule)
        )
    if back is not None and back.allows_forwarded.is_surely(value=False):
        adjacent = atlas.space(peering.network)
        foreign = (EVERYWHERE - adjacent).as_sources()
        forwarded = EVERYTHING if branch.firewalls else foreign
        says = f"{back.name} does not take forwarded packets; what it drops is disputed"
        there = DecidingRule(back.name, back.origin)
        branch = branch.judged(
            Layer.PEERING,
            back.name,
            Ruling(NOTHING, forwarded, constant(says, SOURCE, there)),
        )
    return branch
