"""Every way from pods to the internet: who, where to, and through what."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field

from seawall.engine.path import (
    Answer,
    Answers,
    NoPolicies,
    Partition,
    PathModel,
    Ruling,
    TablePolicies,
    gateway_note,
    one_of,
)
from seawall.engine.policy import PolicyTable
from seawall.flowspace import FlowSet
from seawall.model.cluster import NodePool
from seawall.model.end import InternetEnd, NameEnd, PodEnd
from seawall.model.packet import Protocol
from seawall.model.policy import Direction
from seawall.model.trace import Layer, Verdict
from seawall.model.workload import Workload
from seawall.query.firewall_names import AllowedName, allowed_names
from seawall.query.services import ANY, Service, ranges_of, services_of

FEW = 6
ANYTHING = "anything"
NOTHING = "nothing"

_CONNECTIONS = FlowSet.box(
    protocols=((int(Protocol.TCP),) * 2, (int(Protocol.UDP),) * 2)
)


@dataclass(frozen=True, slots=True)
class WayOut:
    """What workloads with one and the same way may reach on the internet.

    Attributes:
        workloads: Their labels.
        members: The workloads themselves.
        pools: The pools on which this holds; empty for every pool they may run on.
        destinations: Where to, in words.
        through: Through what, in words; empty if nothing leaves.
        verdict: Allowed if something surely leaves, unknown if something may.
        flows: What surely leaves, as it leaves the pod; names are not in it.
        is_unrestricted: Whether every address is reached on every TCP and UDP port.
    """

    workloads: tuple[str, ...]
    members: tuple[Workload, ...]
    pools: tuple[str, ...]
    destinations: str
    through: str
    verdict: Verdict
    flows: FlowSet
    is_unrestricted: bool


@dataclass(frozen=True, slots=True)
class _Found:
    """What is known of one class of workloads on one pool.

    Two that read alike are one way; of their flows the first are kept.
    """

    destinations: str
    through: str
    verdict: Verdict
    is_unrestricted: bool
    flows: FlowSet = field(compare=False)


def ways_out(
    paths: PathModel, table: PolicyTable, workloads: Sequence[Workload]
) -> tuple[WayOut, ...]:
    """Return every way from pods to the internet, the open ones first.

    Complexity: one walk for each pool, and one set operation for each distinct
    combination of pool and egress policy.
    """
    survey = _Survey(paths, table)
    groups: dict[tuple[_Found, tuple[str, ...]], list[Workload]] = {}
    for workload in workloads:
        for found, pools in survey.of(workload):
            groups.setdefault((found, pools), []).append(workload)
    order = {Verdict.ALLOWED: 0, Verdict.UNKNOWN: 1, Verdict.DENIED: 2}
    ways = [
        WayOut(
            tuple(member.label for member in members),
            tuple(members),
            pools,
            found.destinations + (on if not found.through else ""),
            found.through + (on if found.through else ""),
            found.verdict,
            found.flows,
            found.is_unrestricted,
        )
        for (found, pools), members in groups.items()
        for on in (f" (on {', '.join(pools)})" if pools else "",)
    ]
    return tuple(
        sorted(
            ways,
            key=lambda way: (
                order[way.verdict],
                not way.is_unrestricted,
                way.workloads,
                way.pools,
            ),
        )
    )


def _nowhere(why: str) -> _Found:
    return _Found(
        why, "", Verdict.UNKNOWN, is_unrestricted=False, flows=FlowSet.empty()
    )


class _Survey:
    """Asks the network once for each pool, and policies once for each row."""

    def __init__(self, paths: PathModel, table: PolicyTable) -> None:
        self._paths = paths
        self._table = table
        self._policies = TablePolicies(table)
        self._network: dict[object, Answer] = {}
        self._named: dict[object, Answer | None] = {}
        self._found: dict[object, _Found] = {}

    def of(self, workload: Workload) -> Iterator[tuple[_Found, tuple[str, ...]]]:
        """Yield what a workload reaches, by pool where that makes a difference.

        Yields nothing if there is no cluster.
        """
        by_pool: dict[_Found, list[str]] = {}
        for start in self._paths.starts(PodEnd(workload)):
            if start.pool is not None:
                found = self._on_pool(workload, start.pool)
                by_pool.setdefault(found, []).append(start.pool.name)
            elif start.why and self._paths.atlas.cluster is not None:
                yield _nowhere(start.why), ()
        for found, pools in by_pool.items():
            yield found, tuple(pools) if len(by_pool) > 1 else ()

    def _on_pool(self, workload: Workload, pool: NodePool) -> _Found:
        someone = self._someone(workload, pool)
        key = (someone, self._row(workload))
        if key not in self._found:
            ruling = self._ruling(workload)
            self._found[key] = self._judged(someone, ruling)
        return self._found[key]

    def _someone(self, workload: Workload, pool: NodePool) -> Workload:
        """Return a nameless pod that the network treats as it treats this one.

        The network sees a pod's own address only where pods have addresses in it.
        """
        hidden = self._paths.atlas.pods_are_hidden
        return Workload(
            namespace="",
            name=f"pods of pool {pool.name}",
            kind="Pod",
            labels=(),
            origin=pool.origin,
            host_network=workload.host_network,
            pods=() if hidden or workload.host_network else workload.pods,
            node_pool=pool.name,
            annotations=gateway_note(workload),
        )

    def _row(self, workload: Workload) -> object:
        if workload.host_network:
            return None
        cells = self._table.outside_cells(self._table.units(workload), Direction.EGRESS)
        return tuple(sorted(cells))

    def _ruling(self, workload: Workload) -> Ruling:
        if workload.host_network:
            return NoPolicies().egress(workload, None)
        ruling = self._policies.egress(workload, None)
        if workload.egress_gateway:
            # No policy applies there, so a denial settles nothing.
            doubtful = ruling.denied | ruling.unknown
            return Ruling(FlowSet.empty(), doubtful, ruling.say)
        return ruling

    def _judged(self, someone: Workload, ruling: Ruling) -> _Found:
        if someone not in self._network:
            self._network[someone] = self._paths.partition(
                PodEnd(someone), InternetEnd()
            )
        answer = self._network[someone]
        parts = _policed(answer.partition, ruling)
        whole = answer.partition.flows
        is_unrestricted = bool(parts.allowed) and whole & _CONNECTIONS <= parts.allowed
        if is_unrestricted:
            through = through_text(answer, parts.allowed)
            return _Found(
                ANYTHING,
                through,
                Verdict.ALLOWED,
                is_unrestricted=True,
                flows=parts.allowed,
            )
        sure, possible = self._names(someone, answer, ruling)
        text = _destinations(parts.allowed, whole)
        if sure or (possible and not parts.allowed):
            text = [*text, _names_text(sure or possible)]
        flows = parts.allowed | parts.unknown
        if parts.allowed or sure:
            verdict = Verdict.ALLOWED
        elif parts.unknown or possible:
            verdict = Verdict.UNKNOWN
            text = text or [_reason(self._paths, answer, parts.unknown)]
        else:
            return _Found(
                NOTHING,
                "",
                Verdict.DENIED,
                is_unrestricted=False,
                flows=FlowSet.empty(),
            )
        return _Found(
            "; ".join(text),
            through_text(answer, flows),
            verdict,
            is_unrestricted=False,
            flows=parts.allowed,
        )

    def _names(
        self, someone: Workload, answer: Answer, ruling: Ruling
    ) -> tuple[list[AllowedName], list[AllowedName]]:
        """Return the names that firewalls on the way surely and possibly let pass."""
        passed = {id_ for way in answer.branches for id_ in way.firewalls}
        sure: list[AllowedName] = []
        possible: list[AllowedName] = []
        for firewall in self._paths.snapshot.fabric.firewalls:
            if firewall.id not in passed:
                continue
            for name in allowed_names(firewall):
                found = self._by_name(someone, name)
                policed = Partition()
                if found is not None:
                    policed = _policed(found.partition, ruling)
                    policed = one_of(policed, found.somewhere)
                if policed.allowed:
                    sure.append(name)
                elif policed.unknown:
                    possible.append(name)
        return sure, possible

    def _by_name(self, someone: Workload, name: AllowedName) -> Answer | None:
        """Return what the network does with packets to a name, if it is public."""
        key = (someone, name)
        if key not in self._named:
            answer = self._paths.partition(
                PodEnd(someone), NameEnd(name.example), services=name.services
            )
            is_public = any(
                found.answer is Answers.PUBLIC for found in answer.resolutions
            )
            self._named[key] = answer if is_public else None
        return self._named[key]


def _policed(parts: Partition, ruling: Ruling) -> Partition:
    """Put an egress policy before the network; headers are those of the pod."""
    denied = parts.denied | (parts.flows & ruling.denied)
    unknown = (parts.unknown | (parts.flows & ruling.unknown)) - denied
    return Partition(parts.flows - denied - unknown, denied, unknown)


def through_text(answer: Answer, flows: FlowSet) -> str:
    """Return through what some flows leave: a firewall, or what translates them."""
    names: dict[str, None] = {}
    for way in answer.branches:
        left = way.flows & flows
        for step in way.steps:
            left -= step.denied
        if not left:
            continue
        passed = [s.at for s in way.steps if s.layer is Layer.FIREWALL]
        turned = [
            step.at
            for step in way.steps
            if step.layer is Layer.SOURCE_NAT and step.before != step.after
        ]
        for name in passed[:1] or turned[-1:]:
            names[name] = None
    return " or ".join(names)


def _reason(paths: PathModel, answer: Answer, flows: FlowSet) -> str:
    """Return why it is not known what leaves."""
    witness = (flows & answer.unknown).witness()
    if witness is None:
        return "not known: network policy may let something out"
    for hop in paths.explain(answer, witness):
        if hop.verdict is Verdict.UNKNOWN:
            return f"not known: {hop.says}"
    return "not known"


def _destinations(flows: FlowSet, whole: FlowSet) -> list[str]:
    """Return addresses and services in words, one text for each set of addresses."""
    everywhere = {box.destinations for box in whole.boxes()}
    by_place: dict[tuple[tuple[int, int], ...], FlowSet] = {}
    families: dict[tuple[tuple[int, int], ...], int] = {}
    for box in flows.boxes():
        part = by_place.get(box.destinations, FlowSet.empty())
        by_place[box.destinations] = part | FlowSet.from_box(box)
        families[box.destinations] = box.family
    texts: dict[str, None] = {}
    for place, part in by_place.items():
        where = "anywhere"
        if place not in everywhere:
            where = _listed(ranges_of({families[place]: place}))
        texts[f"{_services(services_of(part))} to {where}"] = None
    return list(texts)


def _services(services: Iterable[Service]) -> str:
    words = []
    for name, ports in services:
        if (name, ports) == ANY:
            return "everything"
        bare = name == "ICMP" or not ports
        every = ports == ANY[1]
        words.append(name if bare else f"all {name}" if every else f"{name} {ports}")
    return ", ".join(words)


def _names_text(names: Sequence[AllowedName]) -> str:
    texts = list(dict.fromkeys(name.text for name in names))
    return f"names that the firewall allows: {_listed(texts)}"


def _listed(texts: Sequence[str]) -> str:
    shown = ", ".join(texts[:FEW])
    more = len(texts) - FEW
    return f"{shown} and {more} more" if more > 0 else shown
