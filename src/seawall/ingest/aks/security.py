"""The security group that AKS keeps on the network interfaces of the nodes.

Its rules for Services are those of the controller `cloud-provider-azure`.

Source: AKS docs, concepts-security and use-node-public-ips, read 2026-08; Azure/AKS
issue 294; hashicorp/terraform-provider-azurerm issue 10233.
"""

from collections.abc import Iterator
from dataclasses import replace

from seawall.ingest.aks.balancer import ServiceFront
from seawall.ingest.aks.destination import destinations
from seawall.ingest.aks.draft import Draft, put
from seawall.ingest.aks.exposure import Exposure
from seawall.ingest.default_rules import default_rules
from seawall.model.address import AddressRange
from seawall.model.cluster import NodePool
from seawall.model.filter import (
    ANYWHERE,
    Access,
    AddressTerm,
    SecurityGroup,
    SecurityRule,
    ServiceTag,
    UnreadableTerm,
)
from seawall.model.packet import EVERY_PORT, PortRange, Protocol
from seawall.model.policy import Direction
from seawall.model.setting import Setting

_FIRST_HOST = 400
_FIRST_ALLOW = 500
_FIRST_DENY = 4095
_ON_NODES = "AKS keeps this group on the network interfaces of its nodes"


def add_security_group(draft: Draft, fronts: tuple[ServiceFront, ...]) -> None:
    """Put the managed group on the pools; predict it where it is not in the input."""
    open_pools = [
        pool for pool in draft.cluster.pools if not pool.nic_security_group.known
    ]
    group = _given(draft)
    if not open_pools:
        return
    if group is None:
        group = _predict(draft, fronts)
        setting = Setting.defaulted(group.id, _ON_NODES, group.origin)
        _attach_to_managed_subnets(draft, group)
    else:
        setting = Setting.stated(group.id, group.origin)
    pools = tuple(
        replace(pool, nic_security_group=_of_pool(draft, group, pool, setting))
        if pool in open_pools
        else pool
        for pool in draft.cluster.pools
    )
    draft.cluster = replace(draft.cluster, pools=pools)


def _of_pool(
    draft: Draft, group: SecurityGroup, pool: NodePool, setting: Setting[str]
) -> Setting[str]:
    """Return the group of a pool: rules for host ports of others are not for it.

    AKS writes one group whose rules lead to an application security group a pool; for
    each pool that is a group with its own rules alone.
    """
    others = {item.name for item in draft.cluster.pools if item.name != pool.name}
    foreign = tuple(
        rule
        for rule in group.rules
        if any(rule.name.startswith(_host_rule(name)) for name in others)
    )
    if not group.predicted or not foreign:
        return setting
    own = replace(
        group,
        id=draft.predicted_id(f"aks-agentpool-nsg-{pool.name}"),
        rules=tuple(rule for rule in group.rules if rule not in foreign),
    )
    draft.fabric = replace(
        draft.fabric, security_groups=put(draft.fabric.security_groups, own)
    )
    return Setting.defaulted(own.id, _ON_NODES, own.origin)


def _host_rule(pool: str) -> str:
    return f"allowed-host-ports:{pool}:"


def _host_rules(draft: Draft) -> Iterator[SecurityRule]:
    """Yield the rules for host ports that pools open.

    What cannot be read of them is not known to be closed.

    Source: AKS docs, use-node-public-ips, "Allow host port connections and add node
    pools to application security groups": ports of a pool that are listed get allow
    rules in the cluster's group, for traffic to nodes with public addresses.
    """
    priority = _FIRST_HOST
    for pool in draft.cluster.pools:
        listed: tuple[str | None, ...] = (None,)
        if pool.host_ports.known:
            listed = pool.host_ports.value or ()
        for number, text in enumerate(listed):
            protocol, ports = _host_port(text)
            yield SecurityRule(
                name=f"{_host_rule(pool.name)}{number}",
                priority=priority,
                direction=Direction.INGRESS,
                access=Access.ALLOW,
                protocol=protocol,
                sources=(
                    ServiceTag("Internet")
                    if ports
                    else UnreadableTerm(f"allowed host ports of {pool.name}"),
                ),
                source_ports=(EVERY_PORT,),
                destinations=(ANYWHERE,),
                destination_ports=ports or (EVERY_PORT,),
                origin=pool.host_ports.origin or pool.origin,
            )
            priority += 1


def _host_port(text: str | None) -> tuple[int | None, tuple[PortRange, ...] | None]:
    """Return the protocol and ports of `TCP 8080-8090`; no ports if not known."""
    word, _, ports = (text or "").partition(" ")
    try:
        return int(Protocol[word.upper()]), (PortRange.parse(ports),)
    except (KeyError, ValueError):
        return None, None


def _given(draft: Draft) -> SecurityGroup | None:
    found = (
        group
        for group in draft.fabric.security_groups
        if draft.is_managed(group.id) and group.name.lower().startswith("aks-agentpool")
    )
    return next(found, None)


def _predict(draft: Draft, fronts: tuple[ServiceFront, ...]) -> SecurityGroup:
    origin = draft.cluster.origin
    group = SecurityGroup(
        id=draft.predicted_id("aks-agentpool-nsg"),
        name="aks-agentpool-nsg",
        rules=(
            *_host_rules(draft),
            *_service_rules(draft, fronts),
            *default_rules(origin),
        ),
        origin=origin,
        predicted=True,
    )
    draft.fabric = replace(
        draft.fabric, security_groups=put(draft.fabric.security_groups, group)
    )
    draft.assume(
        "managed-security-group",
        f"the nodes of `{draft.cluster.name}` carry AKS's own security group with the "
        "default rules and those for Services of type LoadBalancer, and nobody "
        "has edited it",
        "AKS docs, concepts-security, read 2026-08; "
        "kubernetes-sigs/cloud-provider-azure, accesscontrol.go",
        group.id,
    )
    return group


def _attach_to_managed_subnets(draft: Draft, group: SecurityGroup) -> None:
    """In a network that AKS made, the group is on the node subnet too."""
    managed = {item.id for item in draft.fabric.networks if item.managed}
    for subnet in draft.node_subnets():
        if subnet.network in managed and not subnet.security_group.value:
            attached = Setting.defaulted(group.id, _ON_NODES, group.origin)
            draft.replace_subnet(replace(subnet, security_group=attached))


def _service_rules(
    draft: Draft, fronts: tuple[ServiceFront, ...]
) -> Iterator[SecurityRule]:
    """Yield the rules that the controller writes for Services.

    Source: kubernetes-sigs/cloud-provider-azure,
    pkg/provider/loadbalancer/accesscontrol.go, `PatchSecurityGroup`, commit 1631143;
    priorities from pkg/provider/loadbalancer/securitygroup.
    """
    allow, deny = _FIRST_ALLOW, _FIRST_DENY
    for front in fronts:
        if not front.exposure.has_rules:
            continue
        for version, targets in destinations(draft, front, fronts):
            for rule in _allow_rules(front.exposure, version, targets):
                yield replace(rule, priority=allow)
                allow += 1
            if front.exposure.denies_rest:
                yield _deny_rule(front.exposure, version, targets, deny)
                deny -= 1


def _allow_rules(
    exposure: Exposure, version: int, targets: tuple[AddressTerm, ...]
) -> Iterator[SecurityRule]:
    service = exposure.service
    for protocol in dict.fromkeys(port.protocol for port in service.ports):
        for label, sources in _source_sets(exposure, version):
            yield SecurityRule(
                name=f"k8s-azure-lb_allow_IPv{version}_{service.label}_{label}",
                priority=_FIRST_ALLOW,
                direction=Direction.INGRESS,
                access=Access.ALLOW,
                protocol=None if protocol is Protocol.SCTP else int(protocol),
                sources=sources,
                source_ports=(EVERY_PORT,),
                destinations=targets,
                destination_ports=_ports(exposure, protocol),
                origin=service.origin,
            )


def _source_sets(
    exposure: Exposure, version: int
) -> Iterator[tuple[str, tuple[AddressTerm, ...]]]:
    """Yield the sources of each rule, with a word for the rule's name."""
    if exposure.contradictory:
        unclear = UnreadableTerm(f"source ranges of {exposure.service.label}")
        yield "unclear", (unclear,)
        return
    for tag in exposure.tags:
        yield tag, (ServiceTag(tag),)
    ranges = tuple(item for item in exposure.ranges if item.version == version)
    everything = AddressRange.everything(version)
    if exposure.admits_internet and everything not in ranges:
        # The controller's editions differ where every address of the other family
        # alone is listed: some write a rule for `Internet`, some do not.
        internet = (
            UnreadableTerm("Internet") if exposure.ranges else ServiceTag("Internet")
        )
        yield "Internet", (internet,)
    if ranges:
        yield "ranges", ranges


def _ports(exposure: Exposure, protocol: Protocol) -> tuple[PortRange, ...] | None:
    """Return the ports as the nodes see them; None if node ports are not known."""
    found: list[PortRange] = []
    for port in exposure.service.ports:
        if port.protocol is not protocol:
            continue
        number = port.port if exposure.floating else port.node_port
        if number is None:
            return None
        found.append(PortRange(number, number))
    return tuple(found)


def _deny_rule(
    exposure: Exposure, version: int, targets: tuple[AddressTerm, ...], priority: int
) -> SecurityRule:
    return SecurityRule(
        name=f"k8s-azure-lb_deny-all_IPv{version}_{exposure.service.label}",
        priority=priority,
        direction=Direction.INGRESS,
        access=Access.DENY,
        protocol=None,
        sources=(ANYWHERE,),
        source_ports=(EVERY_PORT,),
        destinations=targets,
        destination_ports=(EVERY_PORT,),
        origin=exposure.service.origin,
    )
