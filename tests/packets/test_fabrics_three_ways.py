"""Random small networks around a cluster, three ways: engine, definition and packets.

The three share nothing but the model. Bounded in number, or as many as
SEAWALL_PACKETS_MORE says; the generator is that of the oracle.
"""

import os

from hypothesis import HealthCheck, Phase, given, seed, settings

import strategies_fabric as fabric_strategies
from seawall.model.address import AddressRange
from seawall.model.end import AddressEnd, NodeEnd, PodEnd, SubnetEnd
from seawall.model.packet import WITH_PORTS, Packet
from seawall.model.snapshot import Snapshot
from seawall.model.trace import Reply, Verdict
from seawall.model.workload import Workload
from seawall.query.case import Case
from seawall.query.rehearsal.answer import Agreement, Compared, compared
from seawall.query.rehearsal.prepare import Layers, Prepared, prepared
from seawall.query.rehearsal.whole_network import SOURCE_PORT
from seawall.query.rehearsal.words import place_text
from seawall.reference.journey import Start
from seawall.reference.reply import reply
from seawall.reference.walk import follow
from seawall.twin.classes.cast import NameStand, NodeStand, PodStand, enacted
from seawall.twin.plan import Result
from seawall.twin.probing.asking import Pace
from seawall.twin.running import raised
from seawall.twin.sampling.questions import Question

MOST = 200
EXAMPLES = int(os.environ.get("SEAWALL_PACKETS_MORE", "10"))
CHOICES = 6
ONCE = Pace(wait_s=0.4, times=1)


@seed(3)
@settings(
    max_examples=EXAMPLES,
    database=None,
    deadline=None,
    phases=[Phase.generate],
    suppress_health_check=list(HealthCheck),
)
@given(snapshot=fabric_strategies.snapshots())
def test_networks_are_read_alike_three_times(snapshot: Snapshot) -> None:
    held = prepared(Case(snapshot, None), Layers.ALL, MOST)
    with raised(held.plan) as twin:
        outcomes = {it.probe: it for it in twin.probe(held.plan.probes, ONCE)}
    found = compared(held.questions, outcomes, held.expectations, held.is_blind)
    wrong = [_told(held, item) for item in found if not _is_right(held, item)]
    assert not wrong, wrong[:10]


def _is_right(held: Prepared, item: Compared) -> bool:
    if item.agreement is Agreement.UNPROVED:
        # A reply that is lost leaves nothing to hear; every refusal is heard.
        return item.expected.verdict is Verdict.ALLOWED and not item.expected.answers
    if item.agreement is not Agreement.AGREED:
        return item.agreement is not Agreement.DISAGREED
    came = item.outcome.result is Result.ANSWERED
    return _defined(held, item.question) in (None, came)


def _defined(held: Prepared, question: Question) -> bool | None:
    """Return whether the definition has an answer come back; None if it leaves open."""
    played = enacted(held.case.snapshot, held.cast)
    source, target = question.source, question.target
    if isinstance(target, NameStand):
        return None
    to = AddressEnd((AddressRange.of(target.address),))
    end: PodEnd | NodeEnd | AddressEnd = to
    if isinstance(target, PodStand):
        end = PodEnd(_workload(played, target))
    elif isinstance(target, NodeStand):
        end = NodeEnd(target.pool)
    if isinstance(source, PodStand):
        pool = source.workload.node_pool or ""
        start = Start(PodEnd(_workload(played, source)), pool)
    elif isinstance(source, NodeStand):
        start = Start(NodeEnd(source.pool), source.pool)
    else:
        start = Start(SubnetEnd(getattr(source, "subnet", "")))
    packet = Packet(source.address, target.address, question.protocol, icmp_type=8)
    if question.protocol in WITH_PORTS:
        packet = Packet(
            source.address,
            target.address,
            question.protocol,
            SOURCE_PORT,
            question.port,
        )
    seen = set()
    for number in range(CHOICES):
        choice = fabric_strategies.Drawn(number)
        outcome = follow(played, start, packet, target=end, choice=choice)
        back = reply(played.fabric, outcome)
        if Verdict.UNKNOWN is outcome.verdict or back is Reply.UNKNOWN:
            return None
        seen.add(outcome.verdict is Verdict.ALLOWED and back is Reply.RETURNS)
    return seen.pop() if len(seen) == 1 else None


def _workload(played: Snapshot, stand: PodStand) -> Workload:
    label = stand.workload.label
    return next(it for it in played.objects.workloads if it.label == label)


def _told(held: Prepared, item: Compared) -> str:
    question = item.question
    ends = f"{place_text(question.source)} to {place_text(question.target)}"
    service = f"{question.protocol.name} {question.port}"
    reasons = "; ".join(it.says for it in held.expectations.why(question))
    return (
        f"{ends} {service}: {item.agreement.value}, {item.outcome.result.value} "
        f"({item.outcome.detail}), defined {_defined(held, question)}, {reasons}"
    )
