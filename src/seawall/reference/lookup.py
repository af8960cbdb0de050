"""Whether the DNS question of one sender gets to the servers that answer it."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace

from seawall.model.address import Address, AddressRange
from seawall.model.cluster import Addressing, Cluster, NodePool
from seawall.model.cluster_dns import DNS_PORT, shown_servers, with_servers
from seawall.model.end import NodeEnd, PodEnd
from seawall.model.packet import Packet, Protocol
from seawall.model.setting import Setting
from seawall.model.snapshot import Fabric, Snapshot
from seawall.model.trace import Verdict
from seawall.model.workload import Workload
from seawall.reference.journey import Start
from seawall.reference.match import agreed, holds
from seawall.reference.outcome import Choice
from seawall.reference.place import (
    HOST_ADDRESS,
    PRIVATE,
    network_of,
    subnet_of,
)
from seawall.reference.policing import LOCAL_DNS
from seawall.reference.told import Asks

Ask = Callable[[Snapshot, Start, Packet, PodEnd | None], Verdict]
"""Follows one packet through an input, and says what becomes of it."""


def lookup(
    snapshot: Snapshot,
    start: Start,
    source: Address,
    choice: Choice,
    ask: Ask,
    asks: tuple[Asks, ...],
) -> Verdict:
    """Say whether a question from *start* is answered: one server must be reached.

    Source: docs/semantics/path.md, Q10.
    """
    if not asks:
        return Verdict.ALLOWED
    question = _Question(snapshot, choice, ask)
    return _best(_asked(question, start, source, server) for server in asks)


@dataclass(frozen=True, slots=True)
class _Question:
    snapshot: Snapshot
    choice: Choice
    ask: Ask

    def sent(
        self, frm: Start, address: Address, to: Address, end: PodEnd | None = None
    ) -> Verdict:
        """Follow one question to one address."""
        port = self.choice.port()
        packet = Packet(address, to, Protocol.UDP, port, DNS_PORT)
        return self.ask(self.snapshot, frm, packet, end)

    def with_local_dns(self, *, on: bool) -> "_Question":
        """Return the question in a cluster whose LocalDNS is known to be on, or off."""
        cluster = self.snapshot.cluster
        if cluster is None:
            return self
        known = replace(cluster, local_dns=Setting.stated(on))
        return replace(self, snapshot=replace(self.snapshot, cluster=known))

    def upstream(self, frm: Start, address: Address) -> Verdict:
        """Follow a question to the servers of a network, one of whom will do."""
        home = network_of(self.snapshot.fabric, frm.network)
        if home is None or not home.dns_servers.known:
            return Verdict.ALLOWED
        servers = home.dns_servers.value or (HOST_ADDRESS.lowest,)
        return _best(self.sent(frm, address, server) for server in servers)


def _best(verdicts: Iterable[Verdict]) -> Verdict:
    found = set(verdicts)
    if Verdict.ALLOWED in found:
        return Verdict.ALLOWED
    return Verdict.UNKNOWN if Verdict.UNKNOWN in found else Verdict.DENIED


def _asked(question: _Question, start: Start, source: Address, server: Asks) -> Verdict:
    """Follow a question to one server, and on from there."""
    snapshot, end = question.snapshot, start.end
    cluster = snapshot.cluster
    if server.whom == "server" and server.address is not None:
        return question.sent(start, source, server.address)
    workload = end.workload if isinstance(end, PodEnd) else None
    on_node = workload is None or workload.host_network
    is_server = workload in shown_servers(snapshot.objects)
    by_cluster = server.whom == "cluster"
    if cluster is None or is_server or (on_node and not by_cluster):
        return question.upstream(start, source)
    if workload is None:
        return _by_servers(question, start, source, server, cluster)
    on = holds(cluster.local_dns)
    answers = []
    pool = cluster.pool(start.pool)
    if on is not False and pool is not None:
        there = question.with_local_dns(on=True)
        near = question.choice.address("LocalDNS", LOCAL_DNS)
        first = there.sent(start, source, near)
        node = question.choice.address("node", _nodes(snapshot.fabric, pool))
        asks = Start(NodeEnd(pool.name), pool.name, start.network)
        then = there.upstream(asks, node)
        if by_cluster:
            then = _by_servers(there, asks, node, server, cluster)
        answers.append(first.then(then))
    if on is not True:
        without = question.with_local_dns(on=False)
        if by_cluster:
            answers.append(_by_servers(without, start, source, server, cluster))
        else:
            answers.append(without.upstream(start, source))
    return agreed(answers)


def _by_servers(
    question: _Question, start: Start, source: Address, server: Asks, cluster: Cluster
) -> Verdict:
    """Follow a question to each DNS server of the cluster, and on."""
    snapshot, answers = question.snapshot, []
    for workload in shown_servers(snapshot.objects):
        for host in _pools(cluster, workload):
            address = _address(snapshot, workload, host, question.choice)
            verdict = question.sent(start, source, address, PodEnd(workload))
            if server.onward:
                asks = Start(PodEnd(workload), host.name, start.network)
                onward = question.upstream(asks, address)
                if server.upstream:
                    onward = _best(
                        question.sent(asks, address, each) for each in server.upstream
                    )
                verdict = verdict.then(onward)
            answers.append(verdict)
    return agreed(answers)


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
