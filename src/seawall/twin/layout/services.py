"""Services as each node translates them: before policy, as kube-proxy and Cilium do.

Written from docs/semantics/path.md, P1 and B2, and from what kube-proxy writes: what
comes from outside for a Service with the policy `Cluster` is hidden behind the node
that took it, and so is what a pod sends to itself.

Source: Kubernetes docs, Virtual IPs and Service Proxies; kubernetes
pkg/proxy/iptables/proxier.go (chains KUBE-SVC, KUBE-EXT, KUBE-SVL, KUBE-MARK-MASQ).
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from ipaddress import IPv4Address

from seawall.model.address import AddressRange
from seawall.model.packet import Protocol
from seawall.model.service import Service, ServicePort
from seawall.twin.classes.cast import NodeStand, PodStand
from seawall.twin.classes.services import (
    CARRIED,
    PUBLISHED,
    Backing,
    ServiceStand,
    backings,
)
from seawall.twin.line import IPV4, Written, comment
from seawall.twin.policies.ground import PROTOCOL_WORDS, Ground
from seawall.twin.policies.hiding import hidden_terms
from seawall.twin.policies.table import REJECT_IPV4 as REJECT


@dataclass(slots=True)
class _Table:
    """What one node translates.

    Attributes:
        inside: Lines over virtual addresses.
        outside: Lines over addresses and ports of the node, and front ends.
        closed: Terms of what nothing stands behind here, with the rule.
    """

    inside: list[str] = field(default_factory=list)
    outside: list[str] = field(default_factory=list)
    closed: list[str] = field(default_factory=list)


def services_table(ground: Ground, node: NodeStand, links: dict[str, str]) -> str:
    """Return the table with which a node translates; empty where it has nothing to.

    Args:
        ground: The cast, with its Services.
        node: The node.
        links: From the name of each pod to the node's end of the link to it.
    """
    stands = ground.cast.services
    if not stands:
        return ""
    found = _Table()
    for stand in stands:
        for port in stand.service.ports:
            if port.protocol in CARRIED:
                _translate(ground, node, found, stand, port)
    own = [stand for stand in ground.cast.pods if stand.node == node]
    virtual = ", ".join(sorted({str(stand.address) for stand in stands}))
    absent = ground.rule("nothing stands behind this port of a Service", None)
    closed = [
        f"ip daddr {{ {virtual} }} counter {REJECT} {comment(absent)}",
        *found.closed,
    ]
    return "\n".join(
        (
            "table ip seawall_services {",
            *_chain("services", found.inside),
            *_chain("ways_in", found.outside),
            *_chain("prerouting", _BOTH, "nat hook prerouting priority -100"),
            *_chain("leaving", _BOTH, "nat hook output priority -100"),
            *_chain(
                "postrouting",
                _hiding(node, hidden_terms(ground.cast, node), own, links),
                "nat hook postrouting priority 100",
            ),
            *(
                line
                for hook in ("input", "forward", "output")
                for line in _chain(
                    f"closed_{hook}", closed, f"filter hook {hook} priority 10"
                )
            ),
            "}",
        )
    )


_BOTH = ("jump services", "jump ways_in")


def _chain(name: str, lines: Iterable[str], hook: str = "") -> Iterator[str]:
    yield f"  chain {name} {{"
    if hook:
        yield f"    type {hook}; policy accept;"
    yield from (f"    {line}" for line in lines)
    yield "  }"


def _hiding(
    node: NodeStand,
    hidden: Iterable[str],
    own: Iterable[PodStand],
    links: dict[str, str],
) -> Iterator[str]:
    for term in hidden:
        yield f"{term} counter snat to {node.address}"
    for stand in own:
        yield (
            f'oifname "{links[stand.name]}" ip saddr {stand.address} counter '
            f"snat to {node.address}"
        )


def _translate(
    ground: Ground,
    node: NodeStand,
    found: _Table,
    stand: ServiceStand,
    port: ServicePort,
) -> None:
    service = stand.service
    every = backings(service, port, ground.cast.pods)
    here = tuple(item for item in every if item.stand.node == node)
    says = f"Service {stand.name}, {port.protocol.name} {port.port}"
    written = ground.rule(says, service.origin)
    found.inside += _to(stand.address, port.protocol, port.port, every, written)
    if service.type not in PUBLISHED:
        return
    for front in ground.cast.fronts:
        if front.floats(stand.name):
            at = (front.address, port.protocol, port.port)
            led = ground.rule(f"{says}, front end {front.name}", service.origin)
            _publish(ground, found, at, (every, here), led, stand)
    if port.node_port is not None:
        at = (node.address, port.protocol, port.node_port)
        published = ground.rule(f"{says}, node port {port.node_port}", service.origin)
        _publish(ground, found, at, (every, here), published, stand)


def _publish(
    ground: Ground,
    found: _Table,
    at: tuple[IPv4Address, Protocol, int],
    behind: tuple[tuple[Backing, ...], tuple[Backing, ...]],
    written: Written,
    stand: ServiceStand,
) -> None:
    """Write what becomes of packets that come to a node from outside for a Service."""
    every, here = behind
    address, protocol, number = at
    # Ranges of clients hold at front ends alone.
    clients = _clients(stand.service) if address not in _nodes(ground) else ""
    if not stand.service.local_traffic_only:
        found.outside += _to(*at, every, written, clients)
    else:
        # Clients on this very node are led as inside the cluster.
        near = [
            str(it.address) for it in ground.cast.pods if it.node.address == address
        ]
        listed = ", ".join(sorted((*near, str(address))))
        found.outside += _to(*at, every, written, f"ip saddr {{ {listed} }} ")
        found.outside += _to(*at, here, written, clients)
    found.closed.append(
        f"ip daddr {address} {PROTOCOL_WORDS[protocol]} dport {number} "
        f"counter {REJECT} {comment(written)}"
    )


def _nodes(ground: Ground) -> set[IPv4Address]:
    return {node.address for node in ground.cast.nodes}


def _clients(service: Service) -> str:
    """Return a term for `loadBalancerSourceRanges`; kube-proxy drops all others."""
    found = [AddressRange.parse(text) for text in service.source_ranges]
    listed = ", ".join(str(it) for it in found if it.version == IPV4)
    return f"ip saddr {{ {listed} }} " if listed else ""


def _to(
    address: IPv4Address,
    protocol: Protocol,
    number: int,
    behind: Sequence[Backing],
    written: Written,
    more: str = "",
) -> Iterator[str]:
    if not behind:
        return
    spread = f"{behind[0].stand.address}:{behind[0].port}"
    if len(behind) > 1:
        listed = ", ".join(
            f"{at} : {item.stand.address} . {item.port}"
            for at, item in enumerate(behind)
        )
        spread = f"numgen inc mod {len(behind)} map {{ {listed} }}"
    yield (
        f"ip daddr {address} {PROTOCOL_WORDS[protocol]} dport {number} {more}"
        f"counter dnat to {spread} {comment(written)}"
    )
