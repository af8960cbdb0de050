"""The filters on a way, in their order: admin rules, then the security groups."""

from collections.abc import Iterable, Iterator

from seawall.engine.path.filters.filter import Filters
from seawall.engine.path.ground.branch import Branch
from seawall.engine.path.ground.space import Space, at
from seawall.engine.path.ground.verdicts import Ruling
from seawall.flowspace import FlowSet
from seawall.model.cluster import NodePool
from seawall.model.interface import NetworkInterface
from seawall.model.network import Subnet
from seawall.model.policy import Direction
from seawall.model.setting import Setting
from seawall.model.trace import Layer

_Asked = tuple[tuple[Layer, str, Setting[str], FlowSet | None], ...]
"""Groups, each with the headers that it sees; None for all."""


def outbound(
    filters: Filters,
    branch: Branch,
    subnet: Subnet,
    pool: NodePool | None,
    machines: Iterable[NetworkInterface] = (),
) -> Branch:
    """Pass the outbound filters of an interface, then those of a subnet.

    Source:
        Azure docs, network-security-group-how-it-works; concept-security-admins:
        admin rules come before security groups.
    """
    own = tuple(
        (Layer.NIC_FILTER, each.name, each.security_group, where.as_sources())
        for each, where in _placed(machines)
    )
    asked = (*own, *_groups(subnet, pool)[::-1])
    return _passed(filters, branch, subnet, (Direction.EGRESS, asked))


def inbound(
    filters: Filters,
    branch: Branch,
    subnet: Subnet,
    pool: NodePool | None,
    machines: Iterable[NetworkInterface] = (),
) -> Branch:
    """Pass the inbound filters of a subnet, and of an interface.

    Source:
        Azure docs, network-security-group-how-it-works: the subnet's first;
        concept-security-admins: admin rules come before both.
    """
    own = tuple(
        (Layer.NIC_FILTER, each.name, each.security_group, where.as_destinations())
        for each, where in _placed(machines)
    )
    asked = (*_groups(subnet, pool), *own)
    return _passed(filters, branch, subnet, (Direction.INGRESS, asked))


def at_interface(
    filters: Filters, branch: Branch, subnet: Subnet, interface: NetworkInterface
) -> Branch:
    """Pass the inbound filters of a subnet, and of one interface in it.

    Source:
        Azure docs, network-security-group-how-it-works; concept-security-admins.
    """
    asked = (
        *_groups(subnet, None),
        (Layer.NIC_FILTER, interface.name, interface.security_group, None),
    )
    return _passed(filters, branch, subnet, (Direction.INGRESS, asked))


def _groups(subnet: Subnet, pool: NodePool | None) -> _Asked:
    own = (Layer.SUBNET_FILTER, subnet.name, subnet.security_group, None)
    if pool is None:
        return (own,)
    at_node = f"pool {pool.name}"
    return own, (Layer.NIC_FILTER, at_node, pool.nic_security_group, None)


def _placed(
    machines: Iterable[NetworkInterface],
) -> Iterator[tuple[NetworkInterface, Space]]:
    for each in machines:
        if each.addresses:
            yield each, at(*each.addresses)


def _passed(
    filters: Filters, branch: Branch, subnet: Subnet, way: tuple[Direction, _Asked]
) -> Branch:
    direction, asked = way
    tag = branch.question.tag
    admin = filters.admin.at(subnet, direction=direction, tag=tag)
    if admin is not None:
        branch = branch.judged(Layer.ADMIN_FILTER, subnet.name, admin.ruling)
    for layer, name, setting, seen in asked:
        if seen is not None and not branch.current & seen:
            continue
        ruling = filters.ruling(setting, subnet, direction=direction, tag=tag)
        if ruling is not None:
            ruling = admin.sparing(ruling) if admin is not None else ruling
            if seen is not None:
                denied, unknown = ruling.denied & seen, ruling.unknown & seen
                ruling = Ruling(denied, unknown, ruling.say)
            branch = branch.judged(layer, name, ruling)
    return branch
