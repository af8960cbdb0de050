"""What was proved about packets of the twin, every layer of the way taken together."""

from collections.abc import Iterator
from functools import cached_property

from seawall.engine.path import Answer
from seawall.flowspace import Header
from seawall.model.address import AddressRange
from seawall.model.end import AddressEnd, End, NodeEnd, PodEnd, ServiceEnd, SubnetEnd
from seawall.model.packet import WITH_PORTS
from seawall.model.service import Service
from seawall.model.trace import Reply, Verdict
from seawall.model.workload import Workload
from seawall.query.case import Case
from seawall.query.rehearsal.expecting import Expectation, Reason
from seawall.query.rehearsal.gateways import led_to
from seawall.query.rehearsal.lookups import looked_up, resolution_text
from seawall.query.rehearsal.named import answer_for
from seawall.twin.classes.cast import (
    Cast,
    FrontStand,
    GatewayStand,
    MachineStand,
    NameStand,
    NodeStand,
    PodStand,
    ResourceStand,
    ServiceStand,
    SiteStand,
    enacted,
)
from seawall.twin.classes.services import Backing, backings
from seawall.twin.sampling.questions import Question, Stand

SOURCE_PORT = 40_000
"""A port as clients choose it; no rule of the input is likely to name it."""
_ECHO_REQUEST = 8


class WholeExpectations:
    """Asks every layer, of the network in which the cast is all there is of pods."""

    def __init__(self, case: Case, cast: Cast) -> None:
        """Ask a case, and the cast that stands for it."""
        self._case = Case(enacted(case.snapshot, cast), case.dataplane.engine.value)
        self._cast = cast
        self._answers: dict[tuple[End, End], Answer] = {}
        self._through: dict[tuple[End, GatewayStand], Answer] = {}
        self._named: dict[tuple[End, SiteStand | ResourceStand], Answer] = {}

    @cached_property
    def _workloads(self) -> dict[str, Workload]:
        return {it.label: it for it in self._case.snapshot.objects.workloads}

    @cached_property
    def _services(self) -> dict[str, Service]:
        return {it.label: it for it in self._case.snapshot.objects.services}

    def of(self, question: Question) -> Expectation:
        """Return what should become of a packet, and of the reply to it."""
        if isinstance(question.target, NameStand):
            source = self._end(question.source, sends=True)
            return looked_up(self._case.paths, question, source, self.of)
        answer, header = self._asked(question)
        if header not in answer.allowed and header not in answer.denied:
            # Not known, or of no end that the answer is about.
            return Expectation(Verdict.UNKNOWN, of_input=False, answers=False)
        if header in answer.denied:
            return Expectation(Verdict.DENIED, of_input=False, answers=False)
        reply, _ = self._case.paths.replies(answer, header)
        if reply is Reply.UNKNOWN:
            return Expectation(Verdict.UNKNOWN, of_input=False, answers=False)
        return Expectation(
            Verdict.ALLOWED,
            of_input=False,
            answers=reply is Reply.RETURNS,
            sources=self._seen(question, answer, header),
        )

    def _seen(
        self, question: Question, answer: Answer, header: Header
    ) -> tuple[AddressRange, ...]:
        """Return as what the far end may see a sender; none where that is not told.

        What a pod sends to itself by its Service comes back with an address of the
        node or of the dataplane, which the engine does not tell. Source: kube-proxy,
        KUBE-MARK-MASQ; cilium bpf/lib/lb.h, IPV4_LOOPBACK.
        """
        if any(it.stand is question.source for it in self._behind(question)):
            return ()
        return self._case.paths.seen(answer, header).ranges

    def _behind(self, question: Question) -> Iterator[Backing]:
        """Yield the sender, if a Service may lead what it sends back to it."""
        source, target = question.source, question.target
        if not isinstance(source, PodStand):
            return
        for stand in self._cast.services:
            for port in stand.service.ports:
                met = port.node_port if isinstance(target, NodeStand) else port.port
                front = isinstance(target, FrontStand) and target.floats(stand.name)
                named = front or target is stand or isinstance(target, NodeStand)
                if named and met == question.port:
                    yield from backings(stand.service, port, (source,))

    def why(self, question: Question) -> tuple[Reason, ...]:
        """Return what the engine says of each hop, and of the way back."""
        if isinstance(question.target, NameStand):
            source = self._end(question.source, sends=True)
            says = resolution_text(self._case.paths, source, question.target.name)
            return (Reason(says),)
        answer, header = self._asked(question)
        hops = self._case.paths.explain(answer, header)
        reply, back = self._case.paths.replies(answer, header)
        out = []
        for hop in (*hops, *back):
            rule, place = "", ""
            if hop.rule is not None:
                rule = hop.rule.name
                place = str(hop.rule.origin) if hop.rule.origin is not None else ""
            where = f" at {hop.at}" if hop.at else ""
            says = f"{hop.layer.value}{where}: {hop.verdict.value}: {hop.says}"
            out.append(Reason(says, rule, place))
        return (*out, Reason(f"the reply: {reply.value}"))

    def _asked(self, question: Question) -> tuple[Answer, Header]:
        source = self._end(question.source, sends=True)
        if isinstance(question.target, SiteStand | ResourceStand):
            site = question.target
            if (source, site) not in self._named:
                self._named[source, site] = answer_for(
                    self._case.paths, source, site, question.port, self._case.policies
                )
            return self._named[source, site], header_of(question)
        target = self._end(question.target, sends=False)
        key = (source, target)
        if key not in self._answers:
            self._answers[key] = self._case.paths.partition(
                source, target, policy=self._case.policies
            )
        found = self._answers[key]
        if isinstance(question.target, GatewayStand):
            through = (source, question.target)
            if through not in self._through:
                self._through[through] = led_to(found, question.target)
            found = self._through[through]
        return found, header_of(question)

    def _end(self, stand: Stand, *, sends: bool) -> End:
        if isinstance(stand, PodStand):
            return PodEnd(self._workloads[stand.workload.label])
        if isinstance(stand, NodeStand):
            return NodeEnd(stand.pool)
        if isinstance(stand, ServiceStand):
            return ServiceEnd(self._services[stand.name])
        if sends and isinstance(stand, MachineStand):
            return SubnetEnd(stand.subnet)
        return AddressEnd((AddressRange.of(stand.address),))


def header_of(question: Question) -> Header:
    """Return the header of a packet as it leaves its sender."""
    source_port, port = 0, 0
    if question.protocol in WITH_PORTS:
        source_port, port = SOURCE_PORT, question.port
    elif question.port == 0:
        source_port = _ECHO_REQUEST
    return Header(
        4,
        question.protocol,
        int(question.source.address),
        int(question.target.address),
        source_port,
        port,
    )
