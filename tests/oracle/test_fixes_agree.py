"""What is offered as a fix lets packets pass by the definition too, one by one."""

from collections.abc import Iterator
from dataclasses import replace
from ipaddress import ip_address

from hypothesis import given, settings
from hypothesis import strategies as st
from test_path_engine_agrees import header_of, journeys, verdicts_of

import strategies_fabric as fabric_strategies
from fabrics import cluster, hub_and_spoke, known, pool
from fabrics import snapshot as snapshot_of
from policy_probes import best_verdict, default_families, ends_of, merged_verdict
from seawall.engine.path import Start
from seawall.model.address import AddressRange
from seawall.model.dataplane import DATAPLANES, PolicyEngine
from seawall.model.end import AddressEnd, End, NameEnd, NodeEnd, PodEnd, SubnetEnd
from seawall.model.packet import Packet, PortRange, Protocol
from seawall.model.snapshot import KubernetesObjects, Snapshot
from seawall.model.trace import Verdict
from seawall.model.workload import Workload
from seawall.query.case import Case
from seawall.query.fix.cut import offer_cuts
from seawall.query.fix.offer import Offer, offer
from seawall.query.trace.answer import trace
from seawall.query.words.port import PortText
from seawall.reference.client import told
from seawall.reference.journey import Start as ReferenceStart
from seawall.reference.policy import PolicyQuestion, decide
from strategies import clusters

Asking = tuple[Snapshot, End, End, Packet]
PROTOCOLS = (Protocol.TCP, Protocol.TCP, Protocol.UDP, Protocol.ICMP)


@st.composite
def walled(draw: st.DrawFn) -> Asking:
    """Draw nodes and a jump box behind random groups and a random firewall.

    All else lets packets pass, so that what the rules refuse can be mended.
    """
    guard = draw(fabric_strategies.security_groups("nsg"))
    wall = replace(
        draw(fabric_strategies.firewalls()),
        id="fw",
        subnet="AzureFirewallSubnet",
        public_addresses=("pip-fw",),
        complete=known(True),
    )
    plain = hub_and_spoke()
    homes = tuple(
        replace(item, security_group=known("nsg"))
        if item.name in ("nodes", "jump")
        else item
        for item in plain.subnets
    )
    fabric = replace(plain, subnets=homes, security_groups=(guard,), firewalls=(wall,))
    given_ = snapshot_of(fabric, cluster(pool("sys", "nodes")))
    there = AddressEnd((AddressRange.parse("8.8.8.8"),))
    jump, node = SubnetEnd("jump"), NodeEnd("sys")
    places: dict[End, str] = {jump: "10.0.1.9", node: "10.1.0.9", there: "8.8.8.8"}
    source, target = draw(st.sampled_from(((jump, node), (node, jump), (node, there))))
    protocol = draw(st.sampled_from(PROTOCOLS))
    ported = protocol is not Protocol.ICMP
    packet = Packet(
        ip_address(places[source]),
        ip_address(places[target]),
        protocol,
        40000 if ported else 0,
        draw(st.sampled_from((80, 443, 53))) if ported else 0,
    )
    return given_, source, target, packet


def without_start(journey: tuple[Snapshot, End, End, Start, Packet]) -> Asking:
    snapshot, source, target, _, packet = journey
    return snapshot, source, target, packet


def port_of(packet: Packet) -> PortText:
    if packet.protocol in (Protocol.TCP, Protocol.UDP):
        port = PortRange(packet.destination_port, packet.destination_port)
        return PortText(packet.protocol, port)
    return PortText(packet.protocol)


def leads_on(snapshot: Snapshot, source: End, start: Start, target: End) -> bool:
    if not isinstance(target, NameEnd):
        return True
    pool = start.pool.name if start.pool else ""
    here = ReferenceStart(source, pool, start.network or "")
    found = told(snapshot, here, target.name).answer
    return found.kind in ("addresses", "public")


def offered(case: Case, source: End, target: End, port: PortText) -> Offer:
    return offer(case, trace(case, "q", (source,), (target,), port=port))


@settings(max_examples=2 * settings().max_examples)
@given(st.one_of(walled(), walled(), journeys().map(without_start)))
def test_a_changed_network_lets_the_packet_pass_by_the_definition(
    asking: Asking,
) -> None:
    snapshot, source, target, packet = asking
    for fix in offered(Case(snapshot), source, target, port_of(packet)).fixes:
        after = fix.after.snapshot
        (pair,) = fix.question.asked(fix.after)
        if header_of(packet) not in pair.partition.flows:
            continue
        for each in fix.after.paths.starts(source):
            if packet.source in each.sources:
                verdicts, _ = verdicts_of(after, (source, target), each, packet)
                where = (str(source), str(target), str(packet), fix.changes)
                assert verdicts == {Verdict.ALLOWED}, where


@settings(max_examples=settings().max_examples // 2)
@given(st.one_of(walled(), journeys().map(without_start)))
def test_a_cut_network_denies_the_packet_by_the_definition(asking: Asking) -> None:
    snapshot, source, target, packet = asking
    case, port = Case(snapshot), port_of(packet)
    answer = trace(case, "q", (source,), (target,), port=port)
    for cut in offer_cuts(case, answer).cuts:
        after = cut.after.snapshot
        (pair,) = cut.question.asked(cut.after)
        if header_of(packet) not in pair.partition.flows:
            continue
        for each in cut.after.paths.starts(source):
            # Where a name leads nowhere that is known, the definition is not asked.
            if packet.source in each.sources and leads_on(after, source, each, target):
                verdicts, _ = verdicts_of(after, (source, target), each, packet)
                where = (str(source), str(target), str(packet), cut.changes)
                assert verdicts == {Verdict.DENIED}, where


@given(
    objects=clusters(),
    engine=st.sampled_from(
        (PolicyEngine.NPM, PolicyEngine.CALICO, PolicyEngine.CILIUM)
    ),
    data=st.data(),
)
def test_added_policies_let_the_packet_pass_by_the_definition(
    objects: KubernetesObjects, engine: PolicyEngine, data: st.DataObject
) -> None:
    pods = [item for item in objects.workloads if item.runs and not item.host_network]
    if not pods:
        return
    source, target = (data.draw(st.sampled_from(pods)) for _ in range(2))
    port = data.draw(st.sampled_from((80, 81, 53)))
    text = PortText(Protocol.TCP, PortRange(port, port))
    case = Case(Snapshot(objects=objects), engine.value)
    for fix in offered(case, PodEnd(source), PodEnd(target), text).fixes:
        after = fix.after.snapshot.objects
        for verdict in verdicts_between(after, engine, (source, target), port):
            assert verdict is Verdict.ALLOWED, (source.label, target.label, fix.changes)


def verdicts_between(
    objects: KubernetesObjects,
    engine: PolicyEngine,
    ends: tuple[Workload, Workload],
    port: int,
) -> Iterator[Verdict]:
    """Yield what the definition says of IPv4 packets between pods of two workloads."""
    families = default_families(objects, ())
    for a in ends_of("from", ends[0], families):
        for b in ends_of("to", ends[1], families):
            verdicts = [
                decide(
                    objects,
                    DATAPLANES[engine],
                    PolicyQuestion(a[version], b[version], Protocol.TCP, port, version),
                ).verdict
                for version in (4,)
                if version in a and version in b
            ]
            if verdicts:
                yield merged_verdict([best_verdict(verdicts)])


def test_fixes_and_cuts_are_found_often_enough_to_be_worth_the_comparison() -> None:
    """Counted on networks that are drawn alike, so that silence is not success."""
    fixes = cuts = 0

    @settings(max_examples=40, derandomize=True, database=None, deadline=None)
    @given(walled())
    def count(asking: Asking) -> None:
        nonlocal fixes, cuts
        snapshot, source, target, packet = asking
        case, port = Case(snapshot), port_of(packet)
        answer = trace(case, "q", (source,), (target,), port=port)
        fixes += len(offer(case, answer).fixes)
        cuts += len(offer_cuts(case, answer).cuts)

    count()
    assert fixes > 0
    assert cuts > 0
