"""Whether a subnet lets in a probe or a manager of the platform, by one packet."""

from dataclasses import replace
from typing import TypeVar

from seawall.model.address import Address, AddressRange
from seawall.model.admin import AdminRule
from seawall.model.filter import SecurityRule, ServiceTag
from seawall.model.network import Subnet
from seawall.model.packet import Packet, Protocol
from seawall.model.policy import Direction
from seawall.model.setting import Setting
from seawall.model.snapshot import Snapshot
from seawall.model.trace import Verdict
from seawall.reference.admin import Fate, fates, perhaps
from seawall.reference.filter import Side, ask
from seawall.reference.match import agreed

PROBE = "azureloadbalancer"
NO_GROUP: Setting[str] = Setting.stated(None)


def lets_in(  # noqa: PLR0913  # a packet has so many sides
    snapshot: Snapshot,
    subnet: Subnet,
    tag: str,
    sender: Address,
    to: Address,
    port: int,
    *,
    interface: Setting[str] = NO_GROUP,
) -> Verdict:
    """Decide about one TCP packet of what *tag* names, sent by *sender*.

    Source: docs/semantics/path.md, K6; with the group of an *interface*, B14.
    """
    packet = Packet(sender, to, Protocol.TCP, 40000, port)
    if tag == PROBE:
        side = Side(snapshot, subnet, Direction.INGRESS)
        found = perhaps(fates(side, packet))
    else:
        side = Side(_as_sent(snapshot, tag, sender), subnet, Direction.INGRESS)
        found = fates(side, packet)
    outer = ask(side, subnet.security_group, packet).verdict
    by_group = outer.then(ask(side, interface, packet).verdict)
    verdicts = {Fate.DENIED: Verdict.DENIED, Fate.SPARED: Verdict.ALLOWED}
    return agreed(verdicts.get(fate, by_group) for fate in found)


def _as_sent(snapshot: Snapshot, tag: str, sender: Address) -> Snapshot:
    """Return the input with *sender* in place of its tag, in every rule."""
    fabric = snapshot.fabric
    groups = [
        replace(group, rules=tuple(_as_sender(it, tag, sender) for it in group.rules))
        for group in fabric.security_groups
    ]
    admin = [
        replace(item, rules=tuple(_as_sender(it, tag, sender) for it in item.rules))
        for item in fabric.admin_rules
    ]
    changed = replace(fabric, security_groups=tuple(groups), admin_rules=tuple(admin))
    return replace(snapshot, fabric=changed)


R = TypeVar("R", SecurityRule, AdminRule)


def _as_sender(rule: R, tag: str, sender: Address) -> R:
    """Return *rule* with the sender itself in place of its tag."""
    terms = [
        AddressRange.of(sender)
        if isinstance(term, ServiceTag) and term.name.lower() == tag
        else term
        for term in rule.sources
    ]
    return replace(rule, sources=tuple(terms))
