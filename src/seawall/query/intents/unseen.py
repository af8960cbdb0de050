"""Pods that the input stands for without showing them, where an intent speaks of them.

A HelmRelease or an Argo CD Application runs pods with labels that are not known. What
policies let any such pod do, or let be done to it, is not known to stay undone.

Source: docs/semantics/path.md, V4; Kubernetes docs, Network Policies.
"""

from collections.abc import Iterable, Iterator

from seawall.flowspace import FlowSet
from seawall.model.end import End, InternetEnd, PodEnd
from seawall.model.intent import ANYONE, Demand, Exemption, Intent, Written
from seawall.model.policy import Direction
from seawall.model.workload import HiddenWorkloads, Workload
from seawall.query.case import Case
from seawall.query.exposure.answer import exposures
from seawall.query.intents.pair import Crossing
from seawall.query.intents.party import PODS, Party


class Unseen:
    """The pods that are not shown, and who could exchange something with them."""

    def __init__(self, case: Case) -> None:
        self._case = case
        self._met: dict[tuple[Party, Direction], End | None] = {}

    def crossings(
        self,
        intent: Intent,
        sources: Party,
        targets: Party,
        excepted: Iterable[Exemption],
    ) -> Iterator[Crossing]:
        """Yield one crossing for each object whose pods may break an intent.

        Complexity: that of the exposure of the workloads that are spoken of.

        Args:
            intent: The intent.
            sources: Who sends.
            targets: Who is sent to.
            excepted: Its exceptions that count.
        """
        spared = {
            item.text
            for each in excepted
            if each.sources and not each.destinations and not each.ports
            for item in each.sources
        }
        if intent.demand is Demand.ONLY:
            spared |= {item.text for item in intent.sources}
        if intent.demand is Demand.CONFINE:
            spared |= {item.text for item in intent.destinations}
        for item in self._case.snapshot.objects.hidden:
            if item.namespace is not None and {f"ns:{item.namespace}", PODS} & spared:
                continue
            shown = PodEnd(_stand_in(item))
            if sources.is_anyone or _speaks_of(intent.sources, item):
                found = self._meeting(targets, Direction.INGRESS)
                if found is not None:
                    yield _crossing(shown, found, item)
            if targets.is_anyone or _speaks_of(intent.destinations, item):
                found = self._meeting(sources, Direction.EGRESS)
                if found is not None:
                    yield _crossing(found, shown, item)

    def _meeting(self, side: Party, direction: Direction) -> End | None:
        """Return an end that pods which are not shown may meet; None if there is none.

        Of ends that are no pods nothing is asked.
        """
        if side.is_anyone:
            return InternetEnd()
        for end in side.ends:
            if not isinstance(end, PodEnd) or end.workload.host_network:
                return end
        key = (side, direction)
        if key not in self._met:
            self._met[key] = self._exposed(side, direction)
        return self._met[key]

    def _exposed(self, side: Party, direction: Direction) -> End | None:
        case = self._case
        whole = {_name(each): each for each in case.workloads}
        wanted = [
            (whole.get(_name(each), each), direction) for each in side.pods.values()
        ]
        for found in exposures(case.snapshot, case.dataplane, wanted):
            if found.found or found.is_unknown:
                return PodEnd(found.workload)
        return None


def _name(workload: Workload) -> object:
    return workload.namespace, workload.name, workload.kind, workload.variant


def _speaks_of(written: tuple[Written, ...], item: HiddenWorkloads) -> bool:
    """Whether ends, as written, hold the pods of an object if it has any there."""
    for each in written:
        name, _, _ = each.text.removeprefix("ns:").partition(",")
        in_space = each.text.startswith("ns:") and item.namespace in (None, name)
        if in_space or each.text in {ANYONE, PODS}:
            return True
    return False


def _stand_in(item: HiddenWorkloads) -> Workload:
    space = item.namespace or "?"
    return Workload(space, item.name, item.kind, (), item.origin)


def _crossing(source: End, target: End, item: HiddenWorkloads) -> Crossing:
    blank = f"the pods of {item.kind} `{item.name}` are not in the input"
    none = FlowSet.empty()
    return Crossing(source, target, none, none, blank=blank)
