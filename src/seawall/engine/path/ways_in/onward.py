"""What a node hands on to a pod of another node: the network is crossed once more."""

from collections.abc import Iterable, Iterator
from dataclasses import replace

from seawall.engine.path.filters.filter import Filters
from seawall.engine.path.filters.guard import inbound, outbound
from seawall.engine.path.ground.atlas import Atlas
from seawall.engine.path.ground.branch import Branch, Step
from seawall.engine.path.ground.rewrite import Rewrite
from seawall.engine.path.ground.space import Space
from seawall.engine.path.ground.verdicts import NOTHING, Ruling, Said, Saying
from seawall.engine.path.start import Places
from seawall.engine.path.ways_in.backends import ServiceDoor
from seawall.flowspace import FlowSet
from seawall.model.cluster import NodePool
from seawall.model.network import Subnet
from seawall.model.trace import Verdict

SOURCE = "AKS docs, concepts-network-azure-cni-overlay"


class Onward:
    """Asks the filters between two nodes of a cluster."""

    def __init__(self, atlas: Atlas, places: Places, filters: Filters) -> None:
        self._atlas = atlas
        self._places = places
        self._filters = filters

    def left_open(
        self,
        branch: Branch,
        way: Branch,
        door: ServiceDoor,
        pools: Iterable[NodePool],
        sources: Space | None,
    ) -> Branch:
        """Return a way to a pod, unknown where filters between two nodes deny it.

        Whether the node that takes a packet runs the pod is the platform's choice.

        Args:
            branch: Packets at the node, before it translates them.
            way: The same on their way to the pod.
            door: The port that they are led to.
            pools: The pools that the node may be in.
            sources: What the node puts in the place of the sender; None keeps that.

        Source:
            docs/semantics/path.md, B12.
        """
        rewrite = Rewrite(
            sources=sources,
            destinations=self._places.addresses(door.workload),
            port=door.port,
            by=door.workload.label,
        )
        far = replace(branch, rewrites=(*branch.rewrites, rewrite), steps=())
        steps = {
            (step.layer, step.at, id(step.ruling)): _opened(step)
            for pool in pools
            for step in self._crossed(far, pool, door)
            if step.denied or step.unknown
        }
        return replace(way, steps=(*way.steps, *steps.values())) if steps else way

    def _crossed(
        self, far: Branch, pool: NodePool, door: ServiceDoor
    ) -> Iterator[Step]:
        home = self._atlas.subnet(pool.subnet.value)
        if home is None:
            return
        out = outbound(self._filters, far, home, pool)
        yield from out.steps
        for target in self._places.pools_of(door.workload):
            there = self._home_of_pods(target)
            if there is not None:
                yield from inbound(
                    self._filters, replace(out, steps=()), there, target
                ).steps

    def _home_of_pods(self, pool: NodePool) -> Subnet | None:
        return self._atlas.subnet(pool.pod_subnet.value or pool.subnet.value)


def _opened(step: Step) -> Step:
    """Return what a filter decides, if it is asked at all."""
    ruling = step.ruling
    either = step.denied | step.unknown
    opened = Ruling(NOTHING, ruling.denied | ruling.unknown, _saying(ruling.say))
    return replace(step, denied=NOTHING, unknown=either, ruling=opened)


def _saying(say: Saying) -> Saying:
    def said(headers: FlowSet, verdict: Verdict) -> Said:
        found = say(headers, verdict)
        says = f"if its node hands it on to a pod of another node: {found.says}"
        return found._replace(says=says)

    return said
