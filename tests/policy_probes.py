"""Questions for the policy layer, and answers put beside the definition."""

from collections.abc import Iterable, Iterator
from dataclasses import replace

from hypothesis import strategies as st

from seawall.engine.policy import PolicyTable, ServiceMask
from seawall.model.address import LAST, Address, AddressRange
from seawall.model.dataplane import Tri
from seawall.model.ends import Addresses, AllOf, AnyOf, Not, Perhaps
from seawall.model.ends import Ends as Meant
from seawall.model.packet import LAST_PORT, WITH_PORTS, Protocol
from seawall.model.policy import BlockPeer, Direction, NumberedPorts, PolicyRule
from seawall.model.ranked import IcmpMessages, RankedRule
from seawall.model.snapshot import KubernetesObjects
from seawall.model.trace import Verdict
from seawall.model.workload import Pod, Workload
from seawall.reference.policy import HostAt, Outside, PodAt, PolicyEnd, PolicyQuestion
from seawall.reference.same_node import same_node

Probe = tuple[int, int]
"""A protocol and a port; of ICMP 256 times the type plus the code."""

WITHOUT_PORTS = ((Protocol.ICMP, 0), (Protocol.ICMPV6, 0), (Protocol.ESP, 0), (47, 0))
MESSAGES = (Protocol.ICMP, Protocol.ICMPV6)


Ends = dict[int, PodAt | HostAt]
"""One pod, by address family."""


def question_of(
    end: PodAt | HostAt, far: PolicyEnd, direction: Direction, probe: Probe
) -> PolicyQuestion:
    """Return a question about one end and another, by direction."""
    assert far.address is not None
    version = far.address.version
    ends = (end, far) if direction is Direction.EGRESS else (far, end)
    return asked(*ends, probe, version)


def asked(
    source: PolicyEnd, destination: PolicyEnd, probe: Probe, version: int
) -> PolicyQuestion:
    """Return a question; the port of ICMP is its type and code."""
    protocol, port = probe
    message = divmod(port, 256) if protocol in MESSAGES else None
    return PolicyQuestion(source, destination, protocol, port, version, message)


def verdict_of(
    table: PolicyTable, answer: ServiceMask, protocol: int, port: int
) -> Verdict:
    """Return what an answer says of one service."""
    bit = table.services.mask_of(protocol, port)
    if answer.allowed & bit:
        return Verdict.ALLOWED
    return Verdict.UNKNOWN if answer.possible & bit else Verdict.DENIED


def merged_verdict(verdicts: Iterable[Verdict]) -> Verdict:
    """Return what holds for every pod; nobody reaches nobody."""
    found = set(verdicts)
    if len(found) > 1:
        return Verdict.UNKNOWN
    return found.pop() if found else Verdict.DENIED


def best_verdict(verdicts: Iterable[Verdict]) -> Verdict:
    """Return whether it passes in some address family."""
    found = set(verdicts)
    for verdict in (Verdict.ALLOWED, Verdict.UNKNOWN):
        if verdict in found:
            return verdict
    return Verdict.DENIED


def ends_of(
    name: str, workload: Workload, default: tuple[int, ...]
) -> list[dict[int, PodAt | HostAt]]:
    """Return a pod called *name* in place of each, as an end in each of its families.

    Of a workload without known pods there is one, of which nothing is known.
    """
    out = []
    for pod in workload.pods or (Pod("any"),):
        known = pod.addresses
        if workload.host_network:
            known = known or pod.node_addresses
        first: dict[int, Address | None] = {}
        for address in known:
            first.setdefault(address.version, address)
        ends: dict[int, PodAt | HostAt] = {}
        for version in first or default:
            at = first.get(version)
            if workload.host_network:
                ends[version] = HostAt(at, pod.node, workload, pod)
            else:
                ends[version] = PodAt(workload, replace(pod, name=name), at)
        out.append(ends)
    return out


def placed(
    sources: Ends, destinations: Ends, *, apart: bool
) -> Iterator[list[tuple[int, PodAt | HostAt, PodAt | HostAt]]]:
    """Yield two pods, by family, as they stand.

    With *apart*, where it is not known whether they share a node, once as if they did
    and once as if not: asked about both at once, the definition takes the doubt of
    each rule for another one.
    """
    pairs = [
        (version, sources[version], destinations[version])
        for version in (4, 6)
        if version in sources and version in destinations
    ]
    if not apart or not any(_is_open(*ends) for _, *ends in pairs):
        yield pairs
        return
    for together in (True, False):
        yield [
            (version, *_settled(a, b, together=together)) if _is_open(a, b) else it
            for it in pairs
            for version, a, b in (it,)
        ]


def _is_open(one: PodAt | HostAt, other: PodAt | HostAt) -> bool:
    """Whether it is not known if a pod and a node's network are together."""
    if isinstance(one, HostAt):
        one, other = other, one
    return (
        isinstance(one, PodAt)
        and isinstance(other, HostAt)
        and same_node(one, other) is Tri.UNDEFINED
    )


def _settled(
    one: PodAt | HostAt, other: PodAt | HostAt, *, together: bool
) -> tuple[PodAt | HostAt, PodAt | HostAt]:
    names = [_node_of(end) for end in (one, other)]
    known = next((name for name in names if name), "here")
    left, right = (name or (known if together else "elsewhere") for name in names)
    if left == right and not together:
        right = "elsewhere"
    return _on(one, left), _on(other, right)


def _node_of(end: PodAt | HostAt) -> str | None:
    return end.node if isinstance(end, HostAt) else end.pod and end.pod.node


def _on(end: PodAt | HostAt, node: str) -> PodAt | HostAt:
    if isinstance(end, HostAt):
        return replace(end, node=node)
    return replace(end, pod=replace(end.pod or Pod("?"), node=node))


def whole_ends(workload: Workload) -> Iterator[PodAt | HostAt]:
    """Return each pod as an end; its own address does not matter to its rules."""
    for pod in workload.pods or (Pod("any"),):
        if workload.host_network:
            yield HostAt(None, pod.node, workload, pod)
        else:
            yield PodAt(workload, pod)


def who_has(
    address: Address, objects: KubernetesObjects, node_ranges: tuple[AddressRange, ...]
) -> Iterator[PolicyEnd]:
    """Return what may be at an address that is no pod's own."""
    if address in node_addresses(objects):
        yield HostAt(address, name_of_node(address, objects))
        return
    yield Outside(address)
    if any(address in item for item in node_ranges):
        yield HostAt(address)


def name_of_node(address: Address, objects: KubernetesObjects) -> str | None:
    """Return the name of the node that has an address, if any."""
    for workload in objects.workloads:
        for pod in workload.pods:
            own = pod.addresses if workload.host_network else ()
            if pod.node is not None and address in (*pod.node_addresses, *own):
                return pod.node
    return None


def own_address(pod: Pod, version: int) -> Address | None:
    """Return the first address of a pod in a family."""
    return next((item for item in pod.addresses if item.version == version), None)


def default_families(
    objects: KubernetesObjects, ranges: tuple[AddressRange, ...]
) -> tuple[int, ...]:
    """Return the families of a pod whose addresses are not known."""
    seen = {item.version for item in ranges}
    for workload in objects.workloads:
        for pod in workload.pods:
            seen |= {item.version for item in (*pod.addresses, *pod.node_addresses)}
    return (4, 6) if 6 in seen else (4,)


def node_addresses(objects: KubernetesObjects) -> set[Address]:
    """Return every address of a node that some pod shows."""
    found: set[Address] = set()
    for workload in objects.workloads:
        for pod in workload.pods:
            found.update(pod.node_addresses)
            if workload.host_network:
                found.update(pod.addresses)
    return found


def rules_of(objects: KubernetesObjects) -> Iterator[PolicyRule]:
    """Return the rules of the NetworkPolicies that count."""
    for policy in objects.policies:
        for direction in policy.isolates:
            yield from policy.rules(direction)


def ranked_rules_of(objects: KubernetesObjects) -> Iterator[RankedRule]:
    """Return the rules of the ranked policies that count."""
    for policy in objects.ranked_policies:
        for direction in policy.governs:
            yield from policy.rules(direction)


def blocks_of(objects: KubernetesObjects) -> Iterator[BlockPeer]:
    """Return every block that some policy or network set names."""
    for rule in rules_of(objects):
        for peer in rule.peers or ():
            if isinstance(peer, BlockPeer):
                yield peer
    for ranked in ranked_rules_of(objects):
        for ends in filter(None, (ranked.far, ranked.own)):
            yield from _blocks_in(ends)
    for item in objects.network_sets:
        yield from map(BlockPeer, item.ranges)


def _blocks_in(ends: Meant) -> Iterator[BlockPeer]:
    match ends:
        case Addresses(block):
            yield block
        case AllOf(items) | AnyOf(items):
            for item in items:
                yield from _blocks_in(item)
        case Not(item) | Perhaps(item, _):
            yield from _blocks_in(item)
        case _:
            return


def edges_of(objects: KubernetesObjects) -> list[Address]:
    """Return the addresses next to every border, and some others."""
    found = {*node_addresses(objects), AddressRange.parse("8.8.4.4").lowest}
    blocks = list(blocks_of(objects))
    versions = {4, *(item.block.version for item in blocks)}
    for item in blocks:
        for part in (item.block, *item.excepts):
            for at in (part.first - 1, part.first, part.last, part.last + 1):
                if 0 <= at <= LAST[part.version]:
                    found.add(AddressRange(part.version, at, at).lowest)
    return sorted(
        (item for item in found if item.version in versions),
        key=lambda item: (item.version, int(item)),
    )


def probes_of(objects: KubernetesObjects) -> st.SearchStrategy[list[Probe]]:
    """Some ports next to borders, and some protocols without ports."""
    return st.lists(
        st.sampled_from(every_probe(objects)), min_size=4, max_size=8, unique=True
    )


def every_probe(objects: KubernetesObjects) -> list[Probe]:
    """Return ports next to every border of every protocol, and those without ports."""
    borders = {0, 443, LAST_PORT}
    for rule in rules_of(objects):
        for match in rule.ports or ():
            if isinstance(match, NumberedPorts):
                borders |= {match.ports.first, match.ports.last}
    messages = set(WITHOUT_PORTS)
    for ranked in ranked_rules_of(objects):
        for each in (*(ranked.services or ()), *ranked.except_services):
            if isinstance(each, NumberedPorts):
                borders |= {each.ports.first, each.ports.last}
            elif isinstance(each, IcmpMessages):
                first = each.type * 256 + (each.code or 0)
                messages |= {(each.protocol, first), (each.protocol, first + 1)}
    borders |= {port.port for item in objects.workloads for port in item.ports}
    numbers = sorted(
        at
        for at in {border + step for border in borders for step in (-1, 0, 1)}
        if 0 <= at <= LAST_PORT
    )
    probes = [(int(name), port) for name in sorted(WITH_PORTS) for port in numbers]
    return [*probes, *sorted(messages)]
