"""The filters on a way, in their order: admin rules, then the security groups."""

from seawall.engine.path.filters.filter import Filters
from seawall.engine.path.ground.branch import Branch
from seawall.model.cluster import NodePool
from seawall.model.interface import NetworkInterface
from seawall.model.network import Subnet
from seawall.model.policy import Direction
from seawall.model.setting import Setting
from seawall.model.trace import Layer

_Asked = tuple[tuple[Layer, str, Setting[str]], ...]


def outbound(
    filters: Filters, branch: Branch, subnet: Subnet, pool: NodePool | None
) -> Branch:
    """Pass the outbound filters of a node's interface, then those of a subnet.

    Source:
        Azure docs, network-security-group-how-it-works; concept-security-admins:
        admin rules come before security groups.
    """
    asked = _groups(subnet, pool)[::-1]
    return _passed(filters, branch, subnet, (Direction.EGRESS, asked))


def inbound(
    filters: Filters, branch: Branch, subnet: Subnet, pool: NodePool | None
) -> Branch:
    """Pass the inbound filters of a subnet, and of a node's interface.

    Source:
        Azure docs, network-security-group-how-it-works: the subnet's first;
        concept-security-admins: admin rules come before both.
    """
    asked = _groups(subnet, pool)
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
        (Layer.NIC_FILTER, interface.name, interface.security_group),
    )
    return _passed(filters, branch, subnet, (Direction.INGRESS, asked))


def _groups(subnet: Subnet, pool: NodePool | None) -> _Asked:
    own = (Layer.SUBNET_FILTER, subnet.name, subnet.security_group)
    if pool is None:
        return (own,)
    return own, (Layer.NIC_FILTER, f"pool {pool.name}", pool.nic_security_group)


def _passed(
    filters: Filters, branch: Branch, subnet: Subnet, way: tuple[Direction, _Asked]
) -> Branch:
    direction, asked = way
    tag = branch.question.tag
    admin = filters.admin.at(subnet, direction=direction, tag=tag)
    if admin is not None:
        branch = branch.judged(Layer.ADMIN_FILTER, subnet.name, admin.ruling)
    for layer, at, setting in asked:
        ruling = filters.ruling(setting, subnet, direction=direction, tag=tag)
        if ruling is not None:
            ruling = admin.sparing(ruling) if admin is not None else ruling
            branch = branch.judged(layer, at, ruling)
    return branch
