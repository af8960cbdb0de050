"""What the platform itself must be let through: probes and managers of its devices.

They come from addresses that nobody can start a question from, so they are asked of the
security group of a subnet alone, as packets that arrive there.
"""

from collections.abc import Sequence
from dataclasses import replace
from typing import NamedTuple

from seawall.engine.path.filters.filter import SOURCE, Filters
from seawall.engine.path.ground.atlas import Atlas
from seawall.engine.path.ground.headers import TCP
from seawall.engine.path.ground.space import HOST, PUBLIC, Space
from seawall.engine.path.ground.verdicts import Ruling, Said
from seawall.flowspace import FlowSet
from seawall.model.cluster import NodePool
from seawall.model.filter import ANYWHERE, AddressTerm, SecurityGroup, ServiceTag
from seawall.model.network import Subnet
from seawall.model.packet import PortRange
from seawall.model.policy import Direction
from seawall.model.setting import Setting
from seawall.model.trace import Verdict

PROBES = "AzureLoadBalancer"
MANAGER = "GatewayManager"


class Need(NamedTuple):
    """What a subnet must let in for a device of the platform to work.

    Attributes:
        tag: The service tag of the sender.
        ports: The TCP ports that it comes to.
        why: What it is for, as a clause.
        source: The document that says so.
    """

    tag: str
    ports: PortRange
    why: str
    source: str


class Met(NamedTuple):
    """Whether a need is met: all of it, none of it, or not known."""

    verdict: Verdict
    said: Said


def met(
    atlas: Atlas,
    filters: Filters,
    subnet: Subnet,
    need: Need,
    pool: NodePool | None = None,
    to: Space | None = None,
) -> Met:
    """Return whether the security group of a subnet lets in what a need names.

    Args:
        atlas: What is known of the network.
        filters: Its rules.
        subnet: Where the need is.
        need: What must be let in.
        pool: Of which nodes the groups of interfaces are asked too; for probes only.
        to: Whom it comes to; any address of the subnet, if None.

    Source:
        docs/semantics/path.md, K6; Azure docs, service-tags-overview: a probe comes
        from 168.63.129.16; the addresses of other tags are not given, and only a rule
        for the tag surely holds them all.
    """
    senders = HOST if need.tag == PROBES else PUBLIC
    flows = TCP & FlowSet.box(
        sources=senders.intervals,
        destinations=(to or Space.of(subnet.prefixes)).intervals,
        destination_ports=((need.ports.first, need.ports.last),),
    )
    rulings = _rulings(atlas, filters, subnet, need, pool)
    if not rulings:
        return Met(
            Verdict.ALLOWED, Said("the subnet has no security group", None, SOURCE)
        )
    denied = flows & FlowSet.union_of(each.denied for each in rulings)
    unknown = flows & FlowSet.union_of(each.unknown for each in rulings)
    if denied == flows:
        verdict, part = Verdict.DENIED, denied
    elif denied or unknown:
        verdict, part = Verdict.UNKNOWN, unknown - denied or denied
    else:
        verdict, part = Verdict.ALLOWED, flows
    kind = Verdict.DENIED if part and part == denied else verdict
    return Met(verdict, _deciding(rulings, part, kind).say(part, kind))


def _deciding(rulings: Sequence[Ruling], part: FlowSet, kind: Verdict) -> Ruling:
    """Return the ruling that decides about some headers."""
    for each in rulings:
        hit = each.denied if kind is Verdict.DENIED else each.denied | each.unknown
        if kind is not Verdict.ALLOWED and part & hit:
            return each
    return rulings[-1]


def _rulings(
    atlas: Atlas, filters: Filters, subnet: Subnet, need: Need, pool: NodePool | None
) -> list[Ruling]:
    """Return what decides, admin rules first.

    Source:
        docs/semantics/path.md, K6 and G6: whether admin rules hold probes is not
        documented.
    """
    asked = [_ruling(atlas, filters, subnet.security_group, subnet, need)]
    if pool is not None:
        asked.append(_ruling(atlas, filters, pool.nic_security_group, subnet, need))
    groups = [each for each in asked if each is not None]
    rules = filters.admin
    if need.tag != PROBES:
        rules = rules.of_sender(need.tag)
    admin = rules.at(subnet, direction=Direction.INGRESS, tag="")
    if admin is None:
        return groups
    if need.tag == PROBES:
        admin = admin.possibly
    return [admin.ruling, *map(admin.sparing, groups)]


def _ruling(
    atlas: Atlas, filters: Filters, setting: Setting[str], subnet: Subnet, need: Need
) -> Ruling | None:
    group = atlas.group(setting.value or "") if setting.known else None
    if group is None or need.tag == PROBES:
        return filters.ruling(setting, subnet, direction=Direction.INGRESS, tag="")
    found = _holding(group, need.tag)
    return filters.compiled(found, subnet, direction=Direction.INGRESS, tag="").ruling


def _holding(group: SecurityGroup, tag: str) -> SecurityGroup:
    """Return a group in which the tag of the sender holds whoever may send.

    The senders that are asked about are those of the tag.
    """

    def term(item: AddressTerm) -> AddressTerm:
        named = isinstance(item, ServiceTag) and item.name.lower() == tag.lower()
        return ANYWHERE if named else item

    rules = tuple(
        replace(rule, sources=tuple(map(term, rule.sources))) for rule in group.rules
    )
    return replace(group, id=f"{group.id}#{tag.lower()}", rules=rules)
