"""Whether a subnet lets in a probe or a manager of the platform, by one packet."""

from dataclasses import replace

from seawall.model.address import Address, AddressRange
from seawall.model.filter import SecurityRule, ServiceTag
from seawall.model.network import Subnet
from seawall.model.packet import Packet, Protocol
from seawall.model.policy import Direction
from seawall.model.snapshot import Snapshot
from seawall.model.trace import Verdict
from seawall.reference.filter import Side, ask, decide
from seawall.reference.place import names_nothing

PROBE = "azureloadbalancer"


def lets_in(
    snapshot: Snapshot,
    subnet: Subnet,
    tag: str,
    sender: Address,
    to: Address,
    port: int,
) -> Verdict:
    """Decide about one TCP packet of what *tag* names, sent by *sender*.

    Source: docs/semantics/path.md, K6.
    """
    packet = Packet(sender, to, Protocol.TCP, 40000, port)
    side = Side(snapshot, subnet, Direction.INGRESS)
    if names_nothing(subnet.security_group) or tag == PROBE:
        return ask(side, subnet.security_group, packet).verdict
    for group in snapshot.fabric.security_groups:
        if subnet.security_group.known and group.id == subnet.security_group.value:
            rules = [_as_sender(rule, tag, sender) for rule in group.rules]
            changed = replace(group, rules=tuple(rules))
            return decide(side, changed, packet).verdict
    return Verdict.UNKNOWN


def _as_sender(rule: SecurityRule, tag: str, sender: Address) -> SecurityRule:
    """Return *rule* with the sender itself in place of its tag."""
    terms = [
        AddressRange.of(sender)
        if isinstance(term, ServiceTag) and term.name.lower() == tag
        else term
        for term in rule.sources
    ]
    return replace(rule, sources=tuple(terms))
