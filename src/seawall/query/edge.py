"""The ways in through proxies, by everything that the input knows."""

from seawall.model.end import PodEnd
from seawall.model.packet import PortRange, Protocol
from seawall.model.trace import Verdict
from seawall.model.workload import Workload
from seawall.query.ask import ask, reason_of
from seawall.query.case import Case
from seawall.query.ways_in import Arrival, ways_in
from seawall.query.words.port import PortText


def edge(case: Case) -> tuple[Arrival, ...]:
    """Return where every way in ends, through all layers if there is a cluster."""

    def between(
        source: Workload, pod: Workload, protocol: Protocol, port: int
    ) -> tuple[Verdict, str]:
        question = PortText(protocol, PortRange(port, port))
        asked = ask(case, PodEnd(source), PodEnd(pod), question)
        return asked.verdict, reason_of(asked)

    return ways_in(case.snapshot, case.table, between if case.cluster else None)
