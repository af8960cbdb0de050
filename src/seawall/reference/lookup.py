"""Whether the DNS question of one sender gets to the servers that answer it."""

from collections.abc import Callable
from dataclasses import replace

from seawall.model.address import Address, AddressRange
from seawall.model.cluster import Addressing, Cluster, NodePool
from seawall.model.cluster_dns import DNS_PORT, shown_servers, with_servers
from seawall.model.end import NodeEnd, PodEnd
from seawall.model.packet import Packet, Protocol
from seawall.model.snapshot import Fabric, Snapshot
from seawall.model.trace import Verdict
from seawall.model.workload import Workload
from seawall.reference.delivery import LOCAL_DNS
from seawall.reference.journey import Start
from seawall.reference.match import agreed, holds
from seawall.reference.outcome import Choice
from seawall.reference.place import (
    HOST_ADDRESS,
    PRIVATE,
    network_of,
    subnet_of,
)

Ask = Callable[[Start, Packet, PodEnd | None], Verdict]
"""Follows one packet, and says what becomes of it."""


def lookup(
    snapshot: Snapshot, start: Start, source: Address, choice: Choice, ask: Ask
) -> Verdict:
    """Say whether a question from *start* is answered.

    Args:
        snapshot: The input, as `with_servers` completes it.
        start: Who asks: a pod, a node or a machine.
        source: Its address.
        choice: Supplies what the platform chooses.
        ask: Follows one packet.

    Source: docs/semantics/path.md, Q10.
    """

    def sent(frm: Start, address: Address, to: Address, end: PodEnd | None) -> Verdict:
        port = choice.port()
        return ask(frm, Packet(address, to, Protocol.UDP, port, DNS_PORT), end)

    def upstream(frm: Start, address: Address) -> Verdict:
        home = network_of(snapshot.fabric, start.network)
        if home is None or not home.dns_servers.known:
            return Verdict.ALLOWED
        servers = home.dns_servers.value or (HOST_ADDRESS.lowest,)
        verdicts = {sent(frm, address, server, None) for server in servers}
        if Verdict.ALLOWED in verdicts:
            return Verdict.ALLOWED
        return Verdict.UNKNOWN if Verdict.UNKNOWN in verdicts else Verdict.DENIED

    cluster, end = snapshot.cluster, start.end
    if not isinstance(end, PodEnd) or end.workload.host_network or cluster is None:
        return upstream(start, source)
    if end.workload in shown_servers(snapshot.objects):
        return upstream(start, source)
    on = holds(cluster.local_dns)
    answers = []
    pool = cluster.pool(start.pool)
    if on is not False and pool is not None:
        near = choice.address("LocalDNS", LOCAL_DNS)
        first = sent(start, source, near, None)
        node = choice.address("node", _nodes(snapshot.fabric, pool))
        asks = Start(NodeEnd(pool.name), pool.name, start.network)
        answers.append(first.then(upstream(asks, node)))
    for server in shown_servers(snapshot.objects) if on is not True else ():
        for host in _pools(cluster, server):
            address = _address(snapshot, server, host, choice)
            first = sent(start, source, address, PodEnd(server))
            asks = Start(PodEnd(server), host.name, start.network)
            answers.append(first.then(upstream(asks, address)))
    # Whom a pod asks may be written otherwise in its spec, which is not read.
    verdict = agreed(answers)
    return Verdict.UNKNOWN if verdict is Verdict.DENIED else verdict


def completed(snapshot: Snapshot) -> Snapshot:
    """Return the input with a DNS server among its workloads."""
    return replace(snapshot, objects=with_servers(snapshot.objects))


def _pools(cluster: Cluster, server: Workload) -> tuple[NodePool, ...]:
    pinned = cluster.pool(server.node_pool) if server.node_pool else None
    return (pinned,) if pinned else cluster.pools


def _address(
    snapshot: Snapshot, server: Workload, pool: NodePool, choice: Choice
) -> Address:
    """Return an address that a DNS server may have on a pool."""
    if server.addresses:
        return server.addresses[0]
    cluster = snapshot.cluster
    mode = cluster.addressing.value if cluster else None
    ranges = (cluster.pod_ranges.value if cluster else None) or ()
    if mode is Addressing.NODE_SUBNET:
        ranges = _nodes(snapshot.fabric, pool)
    elif mode is Addressing.POD_SUBNET:
        home = subnet_of(snapshot.fabric, pool.pod_subnet.value)
        ranges = home.prefixes if home else ()
    return choice.address("CoreDNS", ranges or PRIVATE)


def _nodes(fabric: Fabric, pool: NodePool) -> tuple[AddressRange, ...]:
    home = subnet_of(fabric, pool.subnet.value)
    return home.prefixes if home else PRIVATE
