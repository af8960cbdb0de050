"""Who can arrive anywhere with a given source address: the question turned round.

Far ends outside the cluster's pods are meant: pods of one cluster see each other as the
policies of the cluster do, and a node sees the pods that run on it as they are.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from seawall.engine.path import Answer, ArrivalKind, Sighting, Space
from seawall.model.address import AddressRange, without
from seawall.model.diagnostic import Assumption
from seawall.model.end import AddressEnd, End, NodeEnd, PodEnd, SubnetEnd
from seawall.model.trace import Verdict
from seawall.model.workload import Workload
from seawall.query.case import Case
from seawall.query.document import Json, envelope
from seawall.query.places import cluster_ranges

SCHEMA = "seawall/seen-as/v1"
OWN = "their own address"

_WORDS = {
    ArrivalKind.POD: "pods",
    ArrivalKind.NODE: "nodes",
    ArrivalKind.POD_OR_NODE: "pods or nodes",
    ArrivalKind.MACHINE: "machines",
    ArrivalKind.ENDPOINT: "private endpoints",
    ArrivalKind.RESOURCE: "platform resources",
    ArrivalKind.INTERNET: "the internet",
    ArrivalKind.ON_PREMISES: "on premises",
    ArrivalKind.FIREWALL: "a firewall itself",
}
NOT_KNOWN = "somewhere that is not known"
_SENDS_ITSELF = (
    "azurefirewallsubnet",
    "azurefirewallmanagementsubnet",
    "gatewaysubnet",
)


@dataclass(frozen=True, slots=True)
class Sender:
    """Who may arrive with one of the addresses.

    Attributes:
        end: Who sends.
        through: What gives the address; `OWN` if nothing changes the source.
        verdict: Allowed if something surely arrives so, otherwise unknown.
        toward: Where it arrives so, in words.
        is_guess: Whether the addresses of what gives it are not in the input.
    """

    end: End
    through: str
    verdict: Verdict
    toward: tuple[str, ...]
    is_guess: bool


@dataclass(frozen=True, slots=True)
class Behind:
    """Senders that share addresses, so that far ends cannot tell them apart.

    Attributes:
        addresses: The addresses that they share, of those asked about.
        senders: In stable order, one for each thing that gives the address.
    """

    addresses: tuple[AddressRange, ...]
    senders: tuple[Sender, ...]

    @property
    def ends(self) -> tuple[End, ...]:
        """Who sends, each once."""
        return tuple(dict.fromkeys(each.end for each in self.senders))


@dataclass(frozen=True, slots=True)
class SeenAs:
    """The answer.

    Attributes:
        asked: The addresses asked about.
        groups: Those who share addresses, most senders first.
        holders: Workloads with a pod that has one of the addresses.
        assumptions: What the answer rests on beside what was read.
    """

    asked: tuple[AddressRange, ...]
    groups: tuple[Behind, ...]
    holders: tuple[Workload, ...]
    assumptions: tuple[Assumption, ...]

    @property
    def is_unknown(self) -> bool:
        """Whether some sender may arrive so, and it is not known."""
        senders = (each for group in self.groups for each in group.senders)
        return any(each.verdict is Verdict.UNKNOWN for each in senders)


def seen_as(case: Case, wanted: tuple[AddressRange, ...]) -> SeenAs:
    """Return who can arrive outside the cluster's pods with one of the addresses.

    Complexity: one walk for each pool, and one judgement for each class of workloads
    that policies and the network treat alike.
    """
    found: dict[Space, dict[tuple[End, str], list[Sighting]]] = {}
    for end, sighting in _sightings(case, Space.of(wanted)):
        members = found.setdefault(sighting.sources, {})
        members.setdefault((end, _through(sighting)), []).append(sighting)
    groups = [
        Behind(space.ranges, _senders(case, members))
        for space, members in found.items()
    ]
    groups.sort(key=lambda item: (-len(item.ends), item.addresses))
    holders = tuple(
        workload
        for workload in case.workloads
        if any(each in item for each in workload.addresses for item in wanted)
    )
    return SeenAs(wanted, tuple(groups), holders, case.assumptions)


def _sightings(case: Case, wanted: Space) -> Iterator[tuple[End, Sighting]]:
    target = AddressEnd(_outside_pods(case))
    answers: dict[object, tuple[Sighting, ...]] = {}
    for end in _ends(case):
        key = _class_of(case, end)
        if key not in answers:
            answer: Answer = case.paths.partition(end, target, policy=case.policies)
            answers[key] = tuple(
                sighting
                for sighting in case.paths.sightings(answer, wanted)
                if sighting.arrival is None or not sighting.arrival.is_same_node
            )
        for sighting in answers[key]:
            yield end, sighting


def _outside_pods(case: Case) -> tuple[AddressRange, ...]:
    pods, _ = cluster_ranges(case.snapshot)
    families = {4} | ({6} if case.cluster and case.cluster.dual_stack.value else set())
    return without([AddressRange.everything(each) for each in sorted(families)], pods)


def _ends(case: Case) -> Iterator[End]:
    """Yield workloads, nodes, and machines of subnets that have no nodes."""
    for workload in case.workloads:
        yield PodEnd(workload)
    pools = case.cluster.pools if case.cluster else ()
    for pool in pools:
        yield NodeEnd(pool.name)
    taken = {
        id_ for pool in pools for id_ in (pool.subnet.value, pool.pod_subnet.value)
    }
    for subnet in case.snapshot.fabric.subnets:
        is_machines = subnet.name.lower() not in _SENDS_ITSELF
        if subnet.prefixes and subnet.id not in taken and is_machines:
            yield SubnetEnd(subnet.id)


def _class_of(case: Case, end: End) -> object:
    """Return what the network and policies tell of an end."""
    if not isinstance(end, PodEnd):
        return end
    workload = end.workload
    units = () if workload.host_network else tuple(case.table.units(workload))
    place = (workload.node_pool, workload.pods, workload.egress_gateway)
    return (units, workload.host_network, place)


def _through(sighting: Sighting) -> str:
    step = sighting.translator
    return f"{step.layer.value} at {step.at}" if step else OWN


def _senders(
    case: Case, members: dict[tuple[End, str], list[Sighting]]
) -> tuple[Sender, ...]:
    out = []
    for (end, through), sightings in members.items():
        sure = [each for each in sightings if each.verdict is Verdict.ALLOWED]
        toward = tuple(sorted({_toward(each) for each in sure or sightings}))
        verdict = Verdict.ALLOWED if sure else Verdict.UNKNOWN
        guessed = all(each.is_guess for each in sightings)
        out.append(Sender(end, through, verdict, toward, guessed))
    return tuple(
        sorted(
            out,
            key=lambda item: (
                item.through,
                item.verdict is Verdict.UNKNOWN,
                item.toward,
                case.end_text(item.end),
            ),
        )
    )


def _toward(sighting: Sighting) -> str:
    return _WORDS[sighting.arrival.kind] if sighting.arrival else NOT_KNOWN


def document(case: Case, answer: SeenAs) -> Json:
    """Return the document `seawall/seen-as/v1`."""
    out = envelope(SCHEMA, case.snapshot, answer.assumptions)
    out |= {
        "asked": [str(item) for item in answer.asked],
        "groups": [
            {
                "addresses": [str(item) for item in group.addresses],
                "senders": [
                    {
                        "name": case.end_text(sender.end),
                        "through": None if sender.through == OWN else sender.through,
                        "addressesKnown": not sender.is_guess,
                        "verdict": sender.verdict.value,
                        "toward": list(sender.toward),
                    }
                    for sender in group.senders
                ],
            }
            for group in answer.groups
        ],
        "holders": [workload.label for workload in answer.holders],
    }
    return out
