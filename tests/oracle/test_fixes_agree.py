"""What is offered as a fix lets packets pass by the definition too, one by one."""

from collections.abc import Iterator

from hypothesis import given, settings
from hypothesis import strategies as st
from test_path_engine_agrees import header_of, journeys, verdicts_of

from policy_probes import best_verdict, default_families, ends_of, merged_verdict
from seawall.engine.path import Start
from seawall.model.dataplane import DATAPLANES, PolicyEngine
from seawall.model.end import End, NameEnd, PodEnd
from seawall.model.packet import Packet, PortRange, Protocol
from seawall.model.snapshot import KubernetesObjects, Snapshot
from seawall.model.trace import Verdict
from seawall.model.workload import Workload
from seawall.query.case import Case
from seawall.query.fix.offer import Offer, offer, offer_cuts
from seawall.query.port_text import PortText
from seawall.query.trace import trace
from seawall.reference.name import resolve
from seawall.reference.policy import PolicyQuestion, decide
from strategies import clusters

Journey = tuple[Snapshot, End, End, Start, Packet]


def port_of(packet: Packet) -> PortText:
    if packet.protocol in (Protocol.TCP, Protocol.UDP):
        port = PortRange(packet.destination_port, packet.destination_port)
        return PortText(packet.protocol, port)
    return PortText(packet.protocol)


def leads_on(snapshot: Snapshot, start: Start, target: End) -> bool:
    if not isinstance(target, NameEnd):
        return True
    found = resolve(snapshot, start.network, target.name)
    return found.kind in ("addresses", "public")


def offered(case: Case, source: End, target: End, port: PortText) -> Offer:
    return offer(case, trace(case, "q", (source,), (target,), port=port))


@settings(max_examples=2 * settings().max_examples)
@given(journeys())
def test_a_changed_network_lets_the_packet_pass_by_the_definition(
    journey: Journey,
) -> None:
    snapshot, source, target, _, packet = journey
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
@given(journeys())
def test_a_cut_network_denies_the_packet_by_the_definition(journey: Journey) -> None:
    snapshot, source, target, _, packet = journey
    case, port = Case(snapshot), port_of(packet)
    answer = trace(case, "q", (source,), (target,), port=port)
    for cut in offer_cuts(case, answer).cuts:
        after = cut.after.snapshot
        (pair,) = cut.question.asked(cut.after)
        if header_of(packet) not in pair.partition.flows:
            continue
        for each in cut.after.paths.starts(source):
            # Where a name leads nowhere that is known, the definition is not asked.
            if packet.source in each.sources and leads_on(after, each, target):
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


def test_fixes_are_found_often_enough_to_be_worth_the_comparison() -> None:
    """Counted on networks that are drawn alike, so that silence is not success."""
    found = 0

    @settings(max_examples=100, derandomize=True, database=None, deadline=None)
    @given(journeys())
    def count(journey: Journey) -> None:
        nonlocal found
        snapshot, source, target, _, packet = journey
        case = Case(snapshot)
        found += len(offered(case, source, target, port_of(packet)).fixes)

    count()
    assert found > 0
