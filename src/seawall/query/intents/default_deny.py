"""Whether policy holds every pod of some namespaces, whatever its labels.

Source: Kubernetes docs, Network Policies, "Default policies": a pod that no policy
selects is not isolated. AKS docs, network-policy-best-practices: default deny is per
direction, and any pod that reaches any other is a flat network.
"""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date

from seawall.engine.path import TablePolicies
from seawall.engine.policy import PolicyTable
from seawall.engine.policy.answers.with_pods import WithPods
from seawall.flowspace import FlowSet
from seawall.model.dataplane import Tri
from seawall.model.end import PodEnd
from seawall.model.ends import AllOf, AnyOf, Facet, Labels, LabelTest, Not, Perhaps
from seawall.model.intent import Intent
from seawall.model.origin import Origin
from seawall.model.packet import Protocol
from seawall.model.policy import Direction
from seawall.model.snapshot import KubernetesObjects
from seawall.model.workload import Namespace, Workload
from seawall.query.case import Case
from seawall.query.intents.crossing import Asking
from seawall.query.intents.exempt import exempting
from seawall.query.intents.party import EVERY_PORT, NotJudged, party
from seawall.query.intents.verdict import Breach, Judged, Standing, weighed
from seawall.query.places import cluster_ranges

_PLAIN = FlowSet.box(
    families=(4,),
    protocols=tuple((int(each),) * 2 for each in (Protocol.TCP, Protocol.UDP)),
)
"""What no engine drops by itself, between the addresses that every pod has."""
_PORTS = (int(Protocol.TCP), int(Protocol.UDP))
_NEW = "any new pod"
_NAME_LABEL = "kubernetes.io/metadata.name"
_OTHER = "any-other"
"""A namespace of nobody's, with no labels but its name: who is let in, anyone is."""
_NOWHERE = Origin("")
_OF_POD = {Facet.LABELS, Facet.ACCOUNT_LABELS, Facet.ACCOUNT_NAME, Facet.MESH}


def judge_default_deny(asking: Asking, intent: Intent, day: date) -> Judged:
    """Judge whether every pod is held both ways, those that do not exist yet too.

    Complexity: one building of the policy table.

    Raises:
        NotJudged: It names something that the input does not hold.
    """
    case = asking.case
    members, names = _members(case, intent)
    except_, lapsed = exempting(case, intent, (), day)
    own = {id(each) for each in members}
    excepted: set[int] = set()
    for at, item in enumerate(except_.exempt):
        # Others speak of packets; that a pod is held is not said of a part of them.
        is_whole = item.targets is None and item.ports == EVERY_PORT
        if is_whole and item.sources is not None and own & item.sources.pods.keys():
            excepted |= item.sources.pods.keys()
            except_.used.add(at)
    held = [each for each in members if id(each) not in excepted]
    breaches = list(_Look(case, names).against(held))
    count = f"{len(held)} workload{'' if len(held) == 1 else 's'}"
    spaces = f"{len(names)} namespace{'' if len(names) == 1 else 's'}"
    return replace(
        weighed(
            intent,
            breaches,
            proved=f"{count} and any new pod in {spaces}",
            asked=f"{count} and new pods in {spaces}",
        ),
        lapsed=lapsed,
        idle=except_.idle(),
    )


def _members(case: Case, intent: Intent) -> tuple[list[Workload], list[str]]:
    """Return the workloads that an intent is about, and their namespaces."""
    known = {each.name for each in case.snapshot.objects.namespaces}
    members: dict[int, Workload] = {}
    names: dict[str, None] = {}
    for item in intent.sources:
        bare = item.text.removeprefix("ns:")
        used = {each.namespace for each in case.workloads}
        if item.text.startswith("ns:") and bare in known - used:
            names[bare] = None
            continue
        for end in party(case, (item,)).ends:
            if not isinstance(end, PodEnd):
                raise NotJudged(
                    item,
                    f"`{item.text}` is held by no network policy",
                    "name namespaces or workloads",
                )
            members[id(end.workload)] = end.workload
            names[end.workload.namespace] = None
    return list(members.values()), list(names)


def _with_anyone(objects: KubernetesObjects, new: list[Workload]) -> KubernetesObjects:
    """Return the same with new pods, and one in a namespace that nobody named."""
    taken = {each.name for each in objects.namespaces}
    name = _OTHER
    while name in taken:
        name += "-one"
    space = Namespace(name, ((_NAME_LABEL, name),), declared=True, origin=_NOWHERE)
    other = Workload(namespace=name, name=_NEW, kind="Pod", labels=(), origin=_NOWHERE)
    return replace(
        objects,
        namespaces=(*objects.namespaces, space),
        workloads=(*objects.workloads, *new, other),
    )


class _Look:
    """The policies, and a pod without labels in each namespace."""

    def __init__(self, case: Case, names: list[str]) -> None:
        objects = case.snapshot.objects
        self._enforces = case.dataplane.enforces
        self._objects = objects
        self._new = [
            Workload(namespace=name, name=_NEW, kind="Pod", labels=(), origin=_NOWHERE)
            for name in names
        ]
        pods, nodes = cluster_ranges(case.snapshot)
        self._table = PolicyTable.build(
            _with_anyone(objects, self._new),
            case.dataplane,
            pod_ranges=pods,
            node_ranges=nodes,
        )
        self._beside = {way: WithPods(self._table, way) for way in Direction}
        self._free = {
            way: {id(item) for item in self._table.unisolated(way)} for way in Direction
        }

    def against(self, members: list[Workload]) -> Iterator[Breach]:
        """Yield each workload, and each namespace, that is not surely held."""
        for workload in members:
            for direction in Direction:
                found = self._of(workload, direction)
                if found is not None:
                    yield Breach(
                        found[0], workload.label, "", direction.value, found[1]
                    )
        for workload in self._new:
            for direction in Direction:
                found = self._of_new(workload, direction)
                if found is not None:
                    label = f"a new pod in {workload.namespace}"
                    yield Breach(found[0], label, "", direction.value, found[1])

    def _of(
        self, workload: Workload, direction: Direction
    ) -> tuple[Standing, str] | None:
        if workload.host_network:
            says = "its pods use the network of their node, which no policy holds"
            return Standing.VIOLATED, says
        if self._enforces is Tri.NO:
            return Standing.VIOLATED, "nothing in the cluster enforces network policies"
        if id(workload) in self._free[direction]:
            return Standing.VIOLATED, f"no policy holds it for {direction.value}"
        if self._enforces is not Tri.YES:
            return Standing.UNKNOWN, "whether policies are enforced is not known"
        if not all(self._surely(unit, direction) for unit in self._units(workload)):
            says = f"whether a policy holds it for {direction.value} is not known"
            return Standing.UNKNOWN, says + self._unread(workload, direction)
        return None

    def _of_new(
        self, workload: Workload, direction: Direction
    ) -> tuple[Standing, str] | None:
        found = self._of(workload, direction)
        if found is not None:
            return found
        opened = self._is_open(workload, direction)
        if opened is not None:
            return opened
        if any(self._for_all(unit, direction) for unit in self._units(workload)):
            return None
        says = (
            "policies hold one without labels; that one of them holds every pod is "
            "not proved: none has an empty podSelector"
        )
        return Standing.UNKNOWN, says

    def _is_open(
        self, workload: Workload, direction: Direction
    ) -> tuple[Standing, str] | None:
        """Return how everything passes from all addresses or all pods, or back.

        Source: Kubernetes docs, Network Policies, "Allow all ingress traffic": then no
        other policy makes anything be denied; network-policy-api docs,
        AdminNetworkPolicy: what it allows no NetworkPolicy denies.
        """
        policies = TablePolicies(self._table)
        incoming = direction is Direction.INGRESS
        ask = policies.ingress if incoming else policies.egress
        ruling = ask(workload, None)
        pods = self._beside[direction].every(workload)
        plain = sum(self._table.services.protocol_mask(each) for each in _PORTS)
        word = "in" if incoming else "out"
        if not (ruling.denied | ruling.unknown) & _PLAIN:
            return Standing.VIOLATED, f"policies hold it, and let everything {word}"
        if not plain & ~pods.allowed:
            far = "from" if incoming else "to"
            says = f"policies hold it, and let everything {word} {far} every pod"
            return Standing.VIOLATED, says
        if not ruling.denied & _PLAIN or not plain & ~pods.possible:
            says = f"whether a policy lets everything {word} is not known"
            return Standing.UNKNOWN, says + self._unread(workload, direction)
        return None

    def _unread(self, workload: Workload, direction: Direction) -> str:
        """Name the policies that hold a pod, or may, and cannot be read."""
        index = self._table.index
        held: dict[str, None] = {}
        for unit in self._units(workload):
            grip = self._table.grip(unit, direction)
            held |= dict.fromkeys(index.opaque[at].label for at in grip.opaque)
            ranked = (index.ranked[at] for at in (*grip.ranked, *grip.perhaps))
            held |= dict.fromkeys(it.label for it in ranked if it.settles_nothing)
        return f": {', '.join(held)} cannot be read" if held else ""

    def _units(self, workload: Workload) -> tuple[int, ...]:
        return self._table.units(workload)

    def _surely(self, unit: int, direction: Direction) -> bool:
        grip = self._table.grip(unit, direction)
        ranked = self._table.index.ranked
        return grip.isolates or any(
            direction in ranked[at].isolates for at in grip.ranked
        )

    def _for_all(self, unit: int, direction: Direction) -> bool:
        """Whether what holds a pod does so whatever its labels are."""
        grip = self._table.grip(unit, direction)
        policies = self._objects.policies
        ranked = self._table.index.ranked
        plain = grip.isolates and any(
            policies[at].subject.selects_everything for at in grip.policies
        )
        return plain or any(
            direction in ranked[at].isolates and not _looks_at_pods(ranked[at].subject)
            for at in grip.ranked
        )


def _looks_at_pods(subject: Labels) -> bool:
    """Whether a condition depends on what a pod is given, beside its namespace."""
    match subject:
        case LabelTest(facet):
            return facet in _OF_POD
        case AllOf(items) | AnyOf(items):
            return any(_looks_at_pods(item) for item in items)
        case Not(item):
            return _looks_at_pods(item)
        case Perhaps():
            return True
