"""Whether packets pass a peering of two virtual networks."""

from seawall.engine.path.ground.atlas import Atlas
from seawall.engine.path.ground.branch import Branch, StartKind
from seawall.engine.path.ground.space import EVERYWHERE
from seawall.engine.path.ground.verdicts import EVERYTHING, NOTHING, Ruling, constant
from seawall.flowspace import FlowSet
from seawall.model.network import Peering, Subnet
from seawall.model.trace import DecidingRule, Layer

SOURCE = "Azure docs, virtual-network-manage-peering"
SUBNET_SOURCE = "Azure docs, how-to-configure-subnet-peering"
GROUP_SOURCE = "Azure docs, concept-connectivity-configuration"


def crossing(atlas: Atlas, branch: Branch, peering: Peering, subnet: Subnet) -> Branch:
    """Pass a peering, from a subnet of its network to the remote one.

    Source:
        Azure docs, virtual-network-manage-peering and virtual-network-peering-overview.
    """
    back = atlas.other_side(peering)
    rule = DecidingRule(peering.name, peering.origin)
    ruling = Ruling(
        NOTHING, NOTHING, constant(f"{peering.name} carries it", SOURCE, rule)
    )
    if not peering.is_sure:
        says = f"whether {peering.name} is in force: {peering.deployed.why}"
        ruling = Ruling.not_known(says, GROUP_SOURCE, rule)
    elif _contradict(peering, back):
        says = (
            f"{peering.name} says that it is connected and its other side that it is "
            "not: one of them is out of date"
        )
        ruling = Ruling.not_known(says, SOURCE, rule)
    elif not peering.connected.is_surely(value=True):
        if peering.connected.is_surely(value=False):
            ruling = Ruling.denying(f"{peering.name} is not connected", SOURCE, rule)
        elif back is None:
            says = f"the other side of {peering.name} is not in the input: "
            says += peering.connected.why
            ruling = Ruling.not_known(says, SOURCE, rule)
        elif back.connected.is_surely(value=False):
            ruling = Ruling.denying(f"{peering.name} is not connected", SOURCE, rule)
    branch = branch.judged(Layer.PEERING, peering.name, ruling)
    if not peering.complete or (back is not None and not back.complete):
        branch = branch.judged(
            Layer.PEERING, peering.name, _between_subnets(atlas, peering, subnet)
        )
    if back is not None and back.allows_forwarded.is_surely(value=False):
        forwarded = _forwarded(atlas, branch, peering)
        if branch.current & forwarded:
            says = (
                f"{back.name} does not take forwarded packets; what it drops is "
                "disputed"
            )
            there = DecidingRule(back.name, back.origin)
            ruling = Ruling(NOTHING, forwarded, constant(says, SOURCE, there))
            branch = branch.judged(Layer.PEERING, back.name, ruling)
    return branch


def _contradict(peering: Peering, back: Peering | None) -> bool:
    """Whether one side is stated connected and the other not, which cannot be."""
    if back is None or not peering.connected.is_surely(value=True):
        return False
    return back.connected.is_surely(value=False)


def _forwarded(atlas: Atlas, branch: Branch, peering: Peering) -> FlowSet:
    """Return the headers that come to a peering from outside its network.

    Source:
        Azure docs, virtual-network-manage-peering: what comes by a gateway needs the
        flags of gateway transit and not this one.
    """
    if branch.firewalls:
        return EVERYTHING
    if branch.sender.kind is StartKind.ON_PREMISES:
        return NOTHING
    return (EVERYWHERE - atlas.space(peering.network)).as_sources()


def _between_subnets(atlas: Atlas, peering: Peering, subnet: Subnet) -> Ruling:
    """Return what passes a peering of some subnets only.

    Source:
        Azure docs, how-to-configure-subnet-peering: only subnets that both sides list
        exchange packets; what becomes of others differs by release.
    """
    rule = DecidingRule(peering.name, peering.origin)
    reached = atlas.peered_subnets(peering)
    back = atlas.other_side(peering)
    mirrored = back is None or (
        not back.complete
        and set(back.local_subnets) == set(peering.remote_subnets)
        and set(back.remote_subnets) == set(peering.local_subnets)
    )
    is_listed = subnet.name.lower() in peering.local_subnets
    if reached is None or not mirrored or not is_listed:
        says = (
            f"{peering.name} peers some subnets only, and {subnet.name} is not listed"
            if reached is not None and mirrored
            else f"which subnets {peering.name} peers is not known from both sides"
        )
        return Ruling.not_known(says, SUBNET_SOURCE, rule)
    says = f"{peering.name} peers {subnet.name} with the subnets that it lists"
    outside = ~reached.as_destinations()
    return Ruling(NOTHING, outside, constant(says, SUBNET_SOURCE, rule))
