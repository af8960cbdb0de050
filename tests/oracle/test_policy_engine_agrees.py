"""The engine's policy layer against its definition, on small random clusters."""

from collections.abc import Iterable, Iterator
from dataclasses import replace

from hypothesis import given, settings
from hypothesis import strategies as st

from seawall.engine.policy import PolicyTable, ServiceMask
from seawall.model.address import LAST, Address, AddressRange
from seawall.model.dataplane import DATAPLANES, SPEC, Dataplane, Tri
from seawall.model.packet import LAST_PORT, WITH_PORTS, Protocol
from seawall.model.policy import BlockPeer, Direction, NumberedPorts, PolicyRule
from seawall.model.snapshot import KubernetesObjects
from seawall.model.trace import Verdict
from seawall.model.workload import Pod, Workload
from seawall.reference.policy import (
    HostAt,
    Outside,
    PodAt,
    PolicyEnd,
    PolicyQuestion,
    decide,
)
from strategies import clusters

Probe = tuple[int, int]

PLANES = (
    *DATAPLANES.values(),
    replace(SPEC, enforces=Tri.UNDEFINED),
    replace(DATAPLANES[SPEC.engine], honours_end_port=Tri.UNDEFINED),
)
WITHOUT_PORTS = ((Protocol.ICMP, 0), (Protocol.ICMPV6, 0), (Protocol.ESP, 0), (47, 0))
POD_RANGES = (AddressRange.parse("10.0.0.0/29"), AddressRange.parse("fd00::/125"))
NODE_RANGES = (AddressRange.parse("10.0.0.8/30"), AddressRange.parse("fd00::8/126"))

closely = settings(max_examples=2 * settings().max_examples)
"""A verdict is what all else rests on, so these look at more clusters than others."""


@closely
@given(objects=clusters(), dataplane=st.sampled_from(PLANES), data=st.data())
def test_pods_reach_each_other_exactly_where_the_definition_says(
    objects: KubernetesObjects, dataplane: Dataplane, data: st.DataObject
) -> None:
    ranges = data.draw(st.booleans())
    pod_ranges = POD_RANGES if ranges else ()
    node_ranges = NODE_RANGES if ranges else ()
    table = PolicyTable.build(
        objects, dataplane, pod_ranges=pod_ranges, node_ranges=node_ranges
    )
    probes = data.draw(_probes(objects))
    families = _default_families(objects, pod_ranges)
    for source in objects.workloads:
        for destination in objects.workloads:
            answer = table.between(source, destination)
            for protocol, port in probes:
                wanted = _merged(
                    _some(
                        decide(
                            objects,
                            dataplane,
                            PolicyQuestion(
                                a[version], b[version], protocol, port, version
                            ),
                            pod_ranges=pod_ranges,
                            node_ranges=node_ranges,
                        ).verdict
                        for version in (4, 6)
                        if version in a and version in b
                    )
                    for a in _ends("from", source, families)
                    for b in _ends("to", destination, families)
                )
                got = _verdict(table, answer, protocol, port)
                assert got is wanted, (source.label, destination.label, protocol, port)


@closely
@given(objects=clusters(), dataplane=st.sampled_from(PLANES), data=st.data())
def test_pods_reach_addresses_exactly_where_the_definition_says(
    objects: KubernetesObjects, dataplane: Dataplane, data: st.DataObject
) -> None:
    node_ranges = NODE_RANGES if data.draw(st.booleans()) else ()
    table = PolicyTable.build(objects, dataplane, node_ranges=node_ranges)
    probes = data.draw(_probes(objects))
    addresses = data.draw(
        st.lists(st.sampled_from(_edges(objects)), min_size=4, max_size=8)
    )
    for workload in objects.workloads:
        for direction in Direction:
            parts = table.outside(workload, direction)
            known = {item.version for part in parts for item in part.ranges}
            for address in addresses:
                if address.version not in known:
                    continue
                held = [
                    part
                    for part in parts
                    if any(address in item for item in part.ranges)
                ]
                assert len(held) == 1
                for probe in probes:
                    wanted = _merged(
                        decide(
                            objects, dataplane, _question(end, far, direction, probe)
                        ).verdict
                        for end in _whole_ends(workload)
                        for far in _who_has(address, objects, node_ranges)
                    )
                    mask = held[0].services
                    got = _verdict(table, mask, *probe)
                    assert got is wanted, (workload.label, direction, address, probe)


@given(objects=clusters(), dataplane=st.sampled_from(PLANES), data=st.data())
def test_the_way_to_the_own_node_never_contradicts_the_definition(
    objects: KubernetesObjects, dataplane: Dataplane, data: st.DataObject
) -> None:
    table = PolicyTable.build(objects, dataplane)
    for workload in objects.workloads:
        if workload.host_network or not workload.runs:
            continue
        answer = table.own_node(workload)
        for pod in workload.pods:
            for address in pod.node_addresses[:1]:
                node = HostAt(address, pod.node)
                for protocol, port in data.draw(_probes(objects)):
                    question = PolicyQuestion(
                        PodAt(workload, pod, _own(pod, 4)), node, protocol, port
                    )
                    verdict = decide(objects, dataplane, question).verdict
                    got = _verdict(table, answer, protocol, port)
                    assert got in (verdict, Verdict.UNKNOWN)


def _question(
    end: PodAt | HostAt, far: PolicyEnd, direction: Direction, probe: Probe
) -> PolicyQuestion:
    assert far.address is not None
    version = far.address.version
    if direction is Direction.EGRESS:
        return PolicyQuestion(end, far, *probe, version)
    return PolicyQuestion(far, end, *probe, version)


def _verdict(
    table: PolicyTable, answer: ServiceMask, protocol: int, port: int
) -> Verdict:
    bit = table.services.mask_of(protocol, port)
    if answer.allowed & bit:
        return Verdict.ALLOWED
    return Verdict.UNKNOWN if answer.possible & bit else Verdict.DENIED


def _merged(verdicts: Iterable[Verdict]) -> Verdict:
    """Return what holds for every pod; nobody reaches nobody."""
    found = set(verdicts)
    if len(found) > 1:
        return Verdict.UNKNOWN
    return found.pop() if found else Verdict.DENIED


def _some(verdicts: Iterable[Verdict]) -> Verdict:
    """Return whether it passes in some address family."""
    found = set(verdicts)
    for verdict in (Verdict.ALLOWED, Verdict.UNKNOWN):
        if verdict in found:
            return verdict
    return Verdict.DENIED


def _ends(
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


def _whole_ends(workload: Workload) -> Iterator[PodAt | HostAt]:
    """Return each pod as an end; its own address does not matter to its rules."""
    for pod in workload.pods or (Pod("any"),):
        if workload.host_network:
            yield HostAt(None, pod.node, workload, pod)
        else:
            yield PodAt(workload, pod)


def _who_has(
    address: Address, objects: KubernetesObjects, node_ranges: tuple[AddressRange, ...]
) -> Iterator[PolicyEnd]:
    """Return what may be at an address that is no pod's own."""
    if address in _node_addresses(objects):
        yield HostAt(address, _name_of_node(address, objects))
        return
    yield Outside(address)
    if any(address in item for item in node_ranges):
        yield HostAt(address)


def _name_of_node(address: Address, objects: KubernetesObjects) -> str | None:
    for workload in objects.workloads:
        for pod in workload.pods:
            own = pod.addresses if workload.host_network else ()
            if pod.node is not None and address in (*pod.node_addresses, *own):
                return pod.node
    return None


def _own(pod: Pod, version: int) -> Address | None:
    return next((item for item in pod.addresses if item.version == version), None)


def _default_families(
    objects: KubernetesObjects, ranges: tuple[AddressRange, ...]
) -> tuple[int, ...]:
    """Return the families of a pod whose addresses are not known."""
    seen = {item.version for item in ranges}
    for workload in objects.workloads:
        for pod in workload.pods:
            seen |= {item.version for item in (*pod.addresses, *pod.node_addresses)}
    return (4, 6) if 6 in seen else (4,)


def _node_addresses(objects: KubernetesObjects) -> set[Address]:
    found: set[Address] = set()
    for workload in objects.workloads:
        for pod in workload.pods:
            found.update(pod.node_addresses)
            if workload.host_network:
                found.update(pod.addresses)
    return found


def _rules(objects: KubernetesObjects) -> Iterator[PolicyRule]:
    for policy in objects.policies:
        for direction in policy.isolates:
            yield from policy.rules(direction)


def _edges(objects: KubernetesObjects) -> list[Address]:
    """Return the addresses next to every border, and some others."""
    found = {*_node_addresses(objects), AddressRange.parse("8.8.4.4").lowest}
    versions = {4} | {
        peer.block.version
        for rule in _rules(objects)
        for peer in rule.peers or ()
        if isinstance(peer, BlockPeer)
    }
    for rule in _rules(objects):
        for peer in rule.peers or ():
            if isinstance(peer, BlockPeer):
                for part in (peer.block, *peer.excepts):
                    for at in (part.first - 1, part.first, part.last, part.last + 1):
                        if 0 <= at <= LAST[part.version]:
                            found.add(AddressRange(part.version, at, at).lowest)
    return sorted(
        (item for item in found if item.version in versions),
        key=lambda item: (item.version, int(item)),
    )


def _probes(objects: KubernetesObjects) -> st.SearchStrategy[list[Probe]]:
    """Ports next to every border of every protocol, and protocols without ports."""
    borders = {0, 443, LAST_PORT}
    for rule in _rules(objects):
        for match in rule.ports or ():
            if isinstance(match, NumberedPorts):
                borders |= {match.ports.first, match.ports.last}
    borders |= {port.port for item in objects.workloads for port in item.ports}
    numbers = sorted(
        at
        for at in {border + step for border in borders for step in (-1, 0, 1)}
        if 0 <= at <= LAST_PORT
    )
    probes = [(int(name), port) for name in sorted(WITH_PORTS) for port in numbers]
    return st.lists(
        st.sampled_from([*probes, *WITHOUT_PORTS]), min_size=4, max_size=8, unique=True
    )
