"""Network security groups: what AKS needs passes, and what was asked for; no more."""

from collections.abc import Iterator

from seawall.design.layout.security.edges import (
    around_endpoints,
    around_gateway,
    around_ingress,
    around_private_link,
)
from seawall.design.layout.security.nodes import around_nodes
from seawall.design.layout.security.operators import (
    around_agents,
    around_api_server,
    around_bastion,
)
from seawall.design.layout.subjects import Subject
from seawall.design.options import Network
from seawall.emit.tree import Resource


def security_groups(subject: Subject) -> Iterator[Resource]:
    """Yield a group for each subnet that may have one."""
    if subject.choices.network in (Network.MANAGED, Network.EXISTING):
        return
    makers = {
        "nodes": around_nodes,
        "pods": around_nodes,
        "api-server": around_api_server,
        "endpoints": around_endpoints,
        "ingress": around_ingress,
        "private-link": around_private_link,
        "gateway": around_gateway,
        "agents": around_agents,
        "AzureBastionSubnet": around_bastion,
    }
    for key, maker in makers.items():
        if key in subject.plan.subnets:
            yield maker(subject, key)
