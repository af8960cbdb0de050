"""From pods and pod templates to workloads."""

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator
from dataclasses import dataclass, field, replace

from seawall.ingest.documents import ReadDocument
from seawall.ingest.kubernetes.terms.label import Labels
from seawall.ingest.kubernetes.terms.record import (
    Record,
    mapping,
    sequence,
)
from seawall.ingest.kubernetes.workloads.owner import Key, Owners
from seawall.ingest.kubernetes.workloads.pod import PodReader
from seawall.ingest.kubernetes.workloads.shape import (
    Pairs,
    PodShape,
    has_containers,
    read_annotations,
    read_shape,
)
from seawall.ingest.kubernetes.workloads.takers import Takers
from seawall.model.diagnostic import Diagnostic, Level
from seawall.model.origin import Origin, Pointer
from seawall.model.pod_dns import PodDns
from seawall.model.workload import (
    VIRTUAL_NODE,
    ContainerPort,
    HostPort,
    MeshRole,
    Pod,
    Workload,
)

_TEMPLATE: Pointer = ("spec", "template")
_CRON: Pointer = ("spec", "jobTemplate", "spec", "template")
TEMPLATES: dict[tuple[str, str], Pointer] = {
    ("", "Pod"): (),
    ("", "ReplicationController"): _TEMPLATE,
    ("", "DeploymentConfig"): _TEMPLATE,
    ("apps.openshift.io", "DeploymentConfig"): _TEMPLATE,
    ("argoproj.io", "Rollout"): _TEMPLATE,
    ("batch", "Job"): _TEMPLATE,
    ("batch", "CronJob"): _CRON,
    ("apps.kruise.io", "CloneSet"): _TEMPLATE,
    ("apps.kruise.io", "StatefulSet"): _TEMPLATE,
    ("apps.kruise.io", "DaemonSet"): _TEMPLATE,
    **{
        (group, kind): _TEMPLATE
        for group in ("apps", "extensions")
        for kind in ("Deployment", "ReplicaSet", "DaemonSet", "StatefulSet")
    },
}
VOLATILE = frozenset(
    {
        "pod-template-hash",
        "rollouts-pod-template-hash",
        "controller-revision-hash",
        "pod-template-generation",
        "statefulset.kubernetes.io/pod-name",
        "apps.kubernetes.io/pod-index",
        "job-name",
        "controller-uid",
    }
)
_VOLATILE_PREFIX = "batch.kubernetes.io/"
_Likeness = tuple[
    Pairs, tuple[ContainerPort, ...], bool, bool, str, PodDns, MeshRole | None
]
Part = Callable[["Found"], MeshRole | None]
"""What tells the part of pods in a mesh."""


@dataclass(slots=True, eq=False)
class Found:
    """Pods of one top owner that look alike, or one template; not to be changed.

    Attributes:
        key: Namespace, kind and name of the top owner.
        shape: What they look like.
        pods: The pods; None for a template.
        runs: Whether they can send and receive.
        annotations: Those of the first, sorted by key.
        origin: Where the first stands.
    """

    key: Key
    shape: PodShape
    pods: list[Pod] | None
    runs: bool
    annotations: Pairs
    origin: Origin


@dataclass(slots=True)
class Patch:
    """A count of objects of workload kinds that hold no containers."""

    count: int = 0
    first: Origin | None = None


@dataclass(slots=True)
class WorkloadReader:
    """Collects the objects that make pods; `workloads` is asked at the end."""

    owners: Owners = field(default_factory=Owners)
    pods: PodReader = field(default_factory=PodReader)
    templates: list[tuple[Record, str]] = field(default_factory=list)
    patches: Patch = field(default_factory=Patch)
    takers: Takers = field(init=False)

    def __post_init__(self) -> None:
        """Take pods into the same flocks."""
        self.takers = Takers(self.pods)

    def untaken(self, document: ReadDocument) -> Iterable[Record]:
        """Return the objects of a document that must be read one by one, in turn."""
        return self.takers.untaken(document)

    def add(self, record: Record, namespace: str) -> None:
        """Take one object for which `makes_pods` holds."""
        pointer = TEMPLATES[record.type]
        if not pointer:
            self.pods.add(record, namespace)
            return
        self.owners.add(record, namespace)
        pod_spec = mapping(_at(record.body, pointer).get("spec"))
        if not has_containers(pod_spec) and "selector" not in record.spec:
            self.patches.count += 1
            if self.patches.first is None:
                self.patches.first = record.origin
            return
        self.templates.append((record, namespace))

    def found(self) -> list[Found]:
        """Return every flock of pods and every template that stands for pods."""
        return [*self._found_pods(), *self._found_templates()]

    def _found_pods(self) -> Iterator[Found]:
        for flock in self.pods.flocks():
            key = self.owners.top(flock.owner)
            yield Found(
                key,
                flock.shape,
                flock.pods,
                flock.runs,
                flock.annotations,
                flock.origin,
            )

    def _found_templates(self) -> Iterator[Found]:
        for record, namespace in self.templates:
            key = (namespace, record.kind, record.name)
            top = self.owners.top(key)
            if top != key:
                continue
            pointer = TEMPLATES[record.type]
            template = _at(record.body, pointer)
            metadata = mapping(template.get("metadata"))
            shape = read_shape(
                metadata, mapping(template.get("spec")), (*pointer, "metadata")
            )
            runs = not _is_complete(record)
            told = read_annotations(metadata)
            yield Found(key, shape, None, runs, told, record.origin)


def makes_pods(record: Record) -> bool:
    """Whether an object is a pod or holds a pod template that is read."""
    return record.type in TEMPLATES


def host_pods(found: Iterable[Found]) -> tuple[tuple[str, Pairs], ...]:
    """Return namespace and labels of pods on the network of their node."""
    return tuple(
        (item.key[0], tuple(sorted(item.shape.labels.known.items())))
        for item in found
        if item.shape.host_network
    )


def shape_faults(found: Iterable[Found], unclear: list[Found]) -> Iterator[Diagnostic]:
    """Yield what is wrong in pods and templates.

    Args:
        found: All of them.
        unclear: Those whose labels are not known where that matters.
    """
    unclear_ids = {id(item) for item in unclear}
    for item in found:
        level = Level.UNMODELLED if id(item) in unclear_ids else Level.WARNING
        for fault in item.shape.labels.faults:
            yield fault.diagnostic(item.origin, level)
        for fault in item.shape.port_faults:
            yield fault.diagnostic(item.origin, Level.UNMODELLED)


def group(
    found: Iterable[Found],
    kept: Collection[str],
    asked: Collection[str],
    part: Part | None = None,
) -> tuple[tuple[Workload, ...], list[Found]]:
    """Return workloads, and those of which too little is known to be one.

    Pods win over the template of their owner; a template stands for pods that are not
    in the input.

    Args:
        found: Pods and templates, in any order.
        kept: Label keys that policies mention: a label that varies from pod to pod
            tells pods apart only then.
        asked: Label keys that any selector mentions: a label whose value is not known
            matters only then.
        part: What tells parts in a mesh; None if no policy asks.
    """
    by_owner: dict[Key, list[Found]] = defaultdict(list)
    unclear: list[Found] = []
    for item in found:
        unresolved = item.shape.labels.unresolved
        if unresolved and ("*" in unresolved or not unresolved.isdisjoint(asked)):
            unclear.append(item)
        else:
            by_owner[item.key].append(item)
    out: list[Workload] = []
    for key, items in by_owner.items():
        out.extend(_siblings(key, _standing(items), kept, part or _unasked))
    out.sort(key=_order)
    return tuple(out), unclear


def _order(workload: Workload) -> tuple[str, str, str, Pairs]:
    return workload.namespace, workload.name, workload.kind, workload.variant


def _standing(items: list[Found]) -> list[Found]:
    if len(items) == 1:
        return items
    running = [item for item in items if item.pods is not None and item.runs]
    templates = [item for item in items if item.pods is None]
    return running or templates or items


def _siblings(
    key: Key, items: list[Found], kept: Collection[str], part: Part
) -> Iterator[Workload]:
    alike: dict[_Likeness, list[Found]] = {}
    for item in items:
        shape = item.shape
        labels = _stable(shape.labels, kept)
        likeness = (
            labels,
            shape.ports,
            shape.host_network,
            item.runs,
            shape.service_account,
            shape.dns,
            part(item),
        )
        alike.setdefault(likeness, []).append(item)
    variants: list[Pairs] = [()]
    if len(alike) > 1:
        variants = _variants([(it[0], members) for it, members in alike.items()])
    for likeness, variant in zip(alike, variants, strict=True):
        found = _workload(key, likeness[0], alike[likeness], variant)
        yield found if likeness[-1] is None else replace(found, mesh=likeness[-1])


def _unasked(found: Found) -> MeshRole | None:
    del found
    return None


def _workload(
    key: Key,
    labels: Pairs,
    members: list[Found],
    variant: Pairs,
) -> Workload:
    namespace, kind, name = key
    first = min(members, key=_place) if len(members) > 1 else members[0]
    shape = first.shape
    pool, windows, opened = shape.node_pool, shape.windows, shape.host_ports
    pods = [*(first.pods or ())]
    if len(members) > 1:
        pools = {item.shape.node_pool for item in members}
        if len(pools) > 1:
            pool = VIRTUAL_NODE if VIRTUAL_NODE in pools else None
        if any(item.shape.windows != windows for item in members):
            windows = None
        if any(item.shape.host_ports != opened for item in members):
            opened = _opened_by_any(members)
        pods = [pod for item in members for pod in item.pods or ()]
    if len(pods) > 1:
        pods.sort(key=_name)
        if len(pods) > len({pod.name for pod in pods}):
            # Without names, or twice in the input: the order there is not a fact.
            pods.sort(key=repr)
    return Workload(
        namespace,
        name,
        kind,
        labels,
        first.origin,
        variant,
        shape.ports,
        shape.host_network,
        tuple(pods),
        pool,
        shape.service_account,
        first.annotations,
        first.runs,
        windows=windows,
        dns=shape.dns,
        host_ports=opened,
    )


def _opened_by_any(members: list[Found]) -> tuple[HostPort, ...]:
    """Return the host ports of pods that differ in them."""
    asked = [set(item.shape.host_ports) for item in members]
    by_all = set.intersection(*asked)
    by_some = {replace(each, certain=False) for each in set.union(*asked) - by_all}
    return tuple(sorted(by_all | by_some))


def _name(pod: Pod) -> str:
    return pod.name


def _place(item: Found) -> tuple[str, int, tuple[str, ...]]:
    origin = item.origin
    steps = (f"{key:09}" if isinstance(key, int) else key for key in origin.pointer)
    return origin.path, origin.document, tuple(steps)


def _variants(
    groups: list[tuple[Pairs, list[Found]]],
) -> list[Pairs]:
    """Return, for each group, the labels that tell it from its siblings."""
    shared = set(groups[0][0]).intersection(*(labels for labels, _ in groups[1:]))
    out = [tuple(pair for pair in labels if pair not in shared) for labels, _ in groups]
    if len(set(out)) == len(out):
        return out
    # Equal labels, other ports or accounts: the first pod, or the place, has to tell.
    told: list[Pairs] = []
    for number, (variant, (_, members)) in enumerate(zip(out, groups, strict=True), 1):
        names = sorted(pod.name for item in members for pod in item.pods or ())
        if out.count(variant) > 1:
            extra = ("pod", names[0]) if names else ("template", str(number))
            told.append((*variant, extra))
        else:
            told.append(variant)
    return told


def _stable(labels: Labels, kept: Collection[str]) -> Pairs:
    return tuple(
        sorted(
            pair
            for pair in labels.known.items()
            if pair[0] in kept or not is_volatile(pair[0])
        )
    )


def is_volatile(key: str) -> bool:
    """Whether a controller gives this label another value on each pod or rollout."""
    return key in VOLATILE or key.startswith(_VOLATILE_PREFIX)


def _at(body: object, pointer: Pointer) -> dict[object, object]:
    for key in pointer:
        body = body.get(key) if isinstance(body, dict) else None
    return body if isinstance(body, dict) else {}


def _is_complete(record: Record) -> bool:
    if record.kind != "Job":
        return False
    status = mapping(record.body.get("status"))
    return status.get("completionTime") is not None or any(
        mapping(item).get("type") in ("Complete", "Failed")
        and mapping(item).get("status") == "True"
        for item in sequence(status.get("conditions"))
    )
