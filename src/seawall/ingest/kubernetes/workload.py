"""From pods and pod templates to workloads."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass, field
from ipaddress import ip_address

from seawall.ingest.kubernetes.label import Labels
from seawall.ingest.kubernetes.owner import Key, Owners, controller_of
from seawall.ingest.kubernetes.record import Record, mapping, sequence, text
from seawall.ingest.kubernetes.shape import Pairs, PodShape, has_containers, read_shape
from seawall.model.address import Address
from seawall.model.origin import Origin, Pointer
from seawall.model.workload import ContainerPort, Pod, Workload

_TEMPLATE: Pointer = ("spec", "template")
_CRON: Pointer = ("spec", "jobTemplate", "spec", "template")
_TEMPLATES: dict[tuple[str, str], Pointer] = {
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
_Likeness = tuple[Pairs, tuple[ContainerPort, ...], bool, bool]
_FINISHED = frozenset({"Succeeded", "Failed"})


@dataclass(frozen=True, slots=True)
class Found:
    """One pod or one template, with its top owner.

    Attributes:
        key: Namespace, kind and name of the top owner.
        shape: What it looks like.
        pod: The pod; None for a template.
        runs: Whether it can send and receive.
        origin: Where it stands.
    """

    key: Key
    shape: PodShape
    pod: Pod | None
    runs: bool
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
    pods: list[tuple[Record, str]] = field(default_factory=list)
    templates: list[tuple[Record, str]] = field(default_factory=list)
    patches: Patch = field(default_factory=Patch)

    def add(self, record: Record, namespace: str) -> None:
        """Take one object for which `makes_pods` holds."""
        pointer = _TEMPLATES[record.type]
        if not pointer:
            self.pods.append((record, namespace))
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
        """Return every pod and every template that stands for pods."""
        return [*self._found_pods(), *self._found_templates()]

    def _found_pods(self) -> Iterator[Found]:
        for record, namespace in self.pods:
            status = mapping(record.body.get("status"))
            owner = controller_of(record.metadata, namespace)
            key = (namespace, "Pod", record.name)
            if owner is not None:
                key = self.owners.top(owner)
            shape = read_shape(record.metadata, record.spec, ("metadata",))
            runs = status.get("phase") not in _FINISHED
            yield Found(key, shape, _pod(record, status), runs, record.origin)

    def _found_templates(self) -> Iterator[Found]:
        for record, namespace in self.templates:
            key = (namespace, record.kind, record.name)
            top = self.owners.top(key)
            if top != key:
                continue
            pointer = _TEMPLATES[record.type]
            template = _at(record.body, pointer)
            shape = read_shape(
                mapping(template.get("metadata")),
                mapping(template.get("spec")),
                (*pointer, "metadata"),
            )
            yield Found(key, shape, None, not _is_complete(record), record.origin)


def makes_pods(record: Record) -> bool:
    """Whether an object is a pod or holds a pod template that is read."""
    return record.type in _TEMPLATES


def group(
    found: Iterable[Found], kept: Collection[str], asked: Collection[str]
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
        out.extend(_siblings(key, _standing(items), kept))
    out.sort(key=_order)
    return tuple(out), unclear


def _order(workload: Workload) -> tuple[str, str, str, Pairs]:
    return workload.namespace, workload.name, workload.kind, workload.variant


def _standing(items: list[Found]) -> list[Found]:
    if len(items) == 1:
        return items
    running = [item for item in items if item.pod is not None and item.runs]
    templates = [item for item in items if item.pod is None]
    return running or templates or items


def _siblings(
    key: Key, items: list[Found], kept: Collection[str]
) -> Iterator[Workload]:
    alike: dict[_Likeness, list[Found]] = defaultdict(list)
    for item in items:
        shape = item.shape
        labels = _stable(shape.labels, kept)
        alike[labels, shape.ports, shape.host_network, item.runs].append(item)
    groups = [(likeness[0], members) for likeness, members in alike.items()]
    variants = _variants(groups) if len(groups) > 1 else [()]
    for (labels, members), variant in zip(groups, variants, strict=True):
        yield _workload(key, labels, members, variant)


def _workload(
    key: Key,
    labels: Pairs,
    members: list[Found],
    variant: Pairs,
) -> Workload:
    namespace, kind, name = key
    first = min(members, key=_place) if len(members) > 1 else members[0]
    shape = first.shape
    pool = shape.node_pool
    if any(item.shape.node_pool != pool for item in members):
        pool = None
    pods = [item.pod for item in members if item.pod is not None]
    if len(pods) > 1:
        pods.sort(key=lambda pod: pod.name)
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
        shape.annotations,
        first.runs,
    )


def _place(item: Found) -> tuple[str, int, str]:
    origin = item.origin
    return origin.path, origin.document, str(origin.pointer)


def _variants(
    groups: list[tuple[Pairs, list[Found]]],
) -> list[Pairs]:
    """Return, for each group, the labels that tell it from its siblings."""
    shared = set(groups[0][0]).intersection(*(labels for labels, _ in groups[1:]))
    out = [tuple(pair for pair in labels if pair not in shared) for labels, _ in groups]
    if len(set(out)) == len(out):
        return out
    # Equal labels and other ports: the first pod, or the place, has to tell.
    told: list[Pairs] = []
    for number, (variant, (_, members)) in enumerate(zip(out, groups, strict=True), 1):
        names = sorted(item.pod.name for item in members if item.pod is not None)
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


def _pod(record: Record, status: object) -> Pod:
    fields = mapping(status)
    own = _addresses(fields, "podIP", "podIPs")
    hosts = _addresses(fields, "hostIP", "hostIPs")
    return Pod(record.name, own, text(record.spec.get("nodeName")), hosts)


def _addresses(status: object, one: str, many: str) -> tuple[Address, ...]:
    fields = mapping(status)
    written = [mapping(item).get("ip") for item in sequence(fields.get(many))]
    written = [*written, fields.get(one)]
    out: list[Address] = []
    for item in written:
        if not isinstance(item, str) or not item:
            continue
        try:
            address = ip_address(item)
        except ValueError:
            continue
        if address not in out:
            out.append(address)
    return tuple(sorted(out, key=lambda address: (address.version, int(address))))
