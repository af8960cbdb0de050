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
from seawall.twin.policies.hiding import TELLS, hidden_terms, is_told
from seawall.twin.policies.table import REJECT_IPV4 as REJECT


@dataclass(slots=True)
class _Table:
    """What one node translates.

    Attributes:
        inside: Lines over virtual addresses.
        outside: Lines over addresses and ports of the node.
        fronts: Lines over front ends.
        closed: Terms of what nothing stands behind here, with the rule.
    """

    inside: list[str] = field(default_factory=list)
    outside: list[str] = field(default_factory=list)
    fronts: list[str] = field(default_factory=list)
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
    _tell_of_npm(ground)
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
            *_chain("fronts", found.fronts),
            *_chain(
                "prerouting",
                (*_BOTH, *_to_fronts(ground, own, links)),
                "nat hook prerouting priority -100",
            ),
            *_chain(
                "leaving",
                (*_BOTH, *(("jump fronts",) if ground.takes_fronts else ())),
                "nat hook output priority -100",
            ),
            *_chain(
                "postrouting",
                _hiding(ground, node, own, links),
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


def _tell_of_npm(ground: Ground) -> None:
    """Take note of what the sources say in two ways. Source: engines.md, D20."""
    for stand in ground.cast.services if is_told(ground) else ():
        service = stand.service
        if service.type in PUBLISHED and not service.local_traffic_only:
            what = f"what one node hands on to pods of another for {stand.name}"
            why = (
                "Azure NPM's documentation has it pass policies, as it does here; by "
                "its chains it would be judged as the first node's"
            )
            ground.gap("npm-second-node", what, why, service.origin)


_BOTH = ("jump services", "jump ways_in")


def _to_fronts(
    ground: Ground, own: Iterable[PodStand], links: dict[str, str]
) -> Iterator[str]:
    """Yield what leads packets for front ends; from own pods only if nodes take them.

    Source: docs/semantics/path.md, D8: either may be so.
    """
    listed = ", ".join(f'"{links[stand.name]}"' for stand in own)
    if ground.takes_fronts or not listed:
        yield "jump fronts"
    else:
        yield f"iifname != {{ {listed} }} jump fronts"


def _chain(name: str, lines: Iterable[str], hook: str = "") -> Iterator[str]:
    yield f"  chain {name} {{"
    if hook:
        yield f"    type {hook}; policy accept;"
    yield from (f"    {line}" for line in lines)
    yield "  }"


def _hiding(
    ground: Ground, node: NodeStand, own: Iterable[PodStand], links: dict[str, str]
) -> Iterator[str]:
    tells = f"{TELLS} " if is_told(ground) else ""
    for term in hidden_terms(ground.cast, node):
        yield f"{term} counter {tells}snat to {node.address}"
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
    # From pods and from the node itself, a virtual address is asked on their own node.
    near = here if service.local_inside_only else every
    found.inside += _to(stand.address, port.protocol, port.port, near, written)
    if service.type not in PUBLISHED:
        return
    for front in ground.cast.fronts:
        if front.floats(stand.name):
            at = (front.address, port.protocol, port.port)
            led = ground.rule(f"{says}, front end {front.name}", service.origin)
            _publish(ground, found, at, (every, here), led, (node, stand))
    if port.node_port is not None:
        at = (node.address, port.protocol, port.node_port)
        published = ground.rule(f"{says}, node port {port.node_port}", service.origin)
        _publish(ground, found, at, (every, here), published, (node, stand))


def _publish(
    ground: Ground,
    found: _Table,
    at: tuple[IPv4Address, Protocol, int],
    behind: tuple[tuple[Backing, ...], tuple[Backing, ...]],
    written: Written,
    of: tuple[NodeStand, ServiceStand],
) -> None:
    """Write what becomes of packets that come to a node from outside for a Service."""
    every, here = behind
    node, stand = of
    address, protocol, number = at
    # Ranges of clients hold at front ends alone.
    clients = _clients(stand.service) if address not in _nodes(ground) else ""
    lines = found.outside if address in _nodes(ground) else found.fronts
    if not stand.service.local_traffic_only:
        lines += _to(*at, every, written, clients)
    else:
        # Clients on this very node are led as inside the cluster.
        near = [str(it.address) for it in ground.cast.pods if it.node == node]
        listed = ", ".join(sorted((*near, str(node.address))))
        lines += _to(*at, every, written, f"ip saddr {{ {listed} }} ")
        lines += _to(*at, here, written, clients)
    found.closed.append(
        f"{_passed_by(ground, address)}ip daddr {address} {PROTOCOL_WORDS[protocol]} "
        f"dport {number} counter {REJECT} {comment(written)}"
    )


def _passed_by(ground: Ground, address: IPv4Address) -> str:
    """Return a term for what a node does not let pass to a front end."""
    if ground.takes_fronts or address in _nodes(ground):
        return ""
    own = [it.address for it in ground.cast.pods]
    own += [it.address for it in ground.cast.nodes]
    return f"ip saddr != {{ {', '.join(map(str, own))} }} "


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
