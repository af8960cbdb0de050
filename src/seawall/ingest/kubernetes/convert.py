"""From Kubernetes documents to `KubernetesObjects`: dispatch by API group and kind."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace

from seawall.ingest.documents import ReadDocument
from seawall.ingest.kubernetes.config_maps import ConfigMaps
from seawall.ingest.kubernetes.language import (
    Mesh,
    Surroundings,
    is_cluster_wide,
    language_of,
)
from seawall.ingest.kubernetes.languages import Languages, ranked_keys
from seawall.ingest.kubernetes.network_policy.policy import read_policy, repeated_key
from seawall.ingest.kubernetes.part import KubernetesPart
from seawall.ingest.kubernetes.services.added import doubt_added
from seawall.ingest.kubernetes.services.doors import (
    DoorReader,
    by_name,
    is_door,
    is_service_or_ingress,
    steers_mesh,
)
from seawall.ingest.kubernetes.terms.record import UNREADABLE, Record, records_of, text
from seawall.ingest.kubernetes.unread.closing import closed_by
from seawall.ingest.kubernetes.unread.hidden import (
    hidden_namespace,
    hidden_of,
    hidden_order,
    opaque_meant,
    opaque_of,
    opaque_order,
    unclear_of,
)
from seawall.ingest.kubernetes.unread.kinds import (
    HIDING,
    is_kustomization,
    is_staged,
    sets_tls,
    steers_traffic,
)
from seawall.ingest.kubernetes.unread.made import policies_made_by
from seawall.ingest.kubernetes.unread.misspelt import (
    is_namespaced,
    misspelt,
    policy_meant,
    versionless,
)
from seawall.ingest.kubernetes.unread.rest import Rest
from seawall.ingest.kubernetes.unread.unrendered import (
    Template,
    Unrendered,
    read_templates,
)
from seawall.ingest.kubernetes.unread.unsettled import doubt_labels
from seawall.ingest.kubernetes.workloads.account import ACCOUNT, AccountReader
from seawall.ingest.kubernetes.workloads.form import form_fault
from seawall.ingest.kubernetes.workloads.namespace import (
    NamespaceReader,
    is_namespace_name,
    refused_name,
    stated_namespace,
)
from seawall.ingest.kubernetes.workloads.node import NODE, NodeReader
from seawall.ingest.kubernetes.workloads.repetition import Repetitions
from seawall.ingest.kubernetes.workloads.selection import (
    asked_keys,
    policy_keys,
    settle,
)
from seawall.ingest.kubernetes.workloads.shape import runs_containers
from seawall.ingest.kubernetes.workloads.workload import (
    Found,
    Part,
    WorkloadReader,
    group,
    host_pods,
    makes_pods,
    shape_faults,
)
from seawall.model.diagnostic import Assumption, Diagnostic, Level
from seawall.model.origin import Origin
from seawall.model.policy import OpaquePolicy, Policy
from seawall.model.snapshot import KubernetesObjects
from seawall.model.workload import HiddenWorkloads, Workload

_POLICIES = frozenset(
    {("networking.k8s.io", "NetworkPolicy"), ("extensions", "NetworkPolicy")}
)
_SECRET = ("", "Secret")
_CLIENT_RULE = ("networking.istio.io", "DestinationRule")
_CLUSTER_WIDE = frozenset({("", "Namespace")})


def convert(
    documents: Iterable[ReadDocument],
    templates: Sequence[Template],
    *,
    default_namespace: str,
    hidden: Sequence[HiddenWorkloads] = (),
) -> KubernetesPart:
    """Return what the objects of *documents* mean.

    Args:
        documents: Those that hold Kubernetes objects, in any order; the order makes
            no difference.
        templates: Texts that were not rendered.
        default_namespace: The namespace of objects that state none.
        hidden: What stands for objects that could not be read at all.
    """
    reader = _Reader(default_namespace, hidden=list(hidden))
    for document in sorted(documents, key=_place):
        for record in reader.workloads.untaken(document):
            if record.doubt is None:
                reader.read(record)
            else:
                reader.doubt(record)
    return reader.finish(read_templates(templates))


def doubted(document: ReadDocument, why: str) -> ReadDocument:
    """Return a document that may not be applied: in doubt if it holds a policy."""
    kinds = {record.type for record in records_of(document)}
    policies = any(kind in _POLICIES or language_of(*kind) for kind in kinds)
    return replace(document, doubt=why) if policies else document


def _place(document: ReadDocument) -> tuple[str, int]:
    return document.origin.path, document.origin.document


@dataclass(slots=True)
class _Reader:
    """Reads one object after another; `finish` joins what was found."""

    default_namespace: str
    namespaces: NamespaceReader = field(default_factory=NamespaceReader)
    workloads: WorkloadReader = field(default_factory=WorkloadReader)
    accounts: AccountReader = field(default_factory=AccountReader)
    nodes: NodeReader = field(default_factory=NodeReader)
    policies: list[Policy] = field(default_factory=list)
    opaque: list[OpaquePolicy] = field(default_factory=list)
    doors: DoorReader = field(default_factory=DoorReader)
    maps: ConfigMaps = field(default_factory=ConfigMaps)
    hidden: list[HiddenWorkloads] = field(default_factory=list)
    diagnostics: list[Diagnostic] = field(default_factory=list)
    repetitions: Repetitions = field(default_factory=Repetitions)
    rest: Rest = field(default_factory=Rest)
    languages: Languages = field(default_factory=Languages)
    plain_clients: bool = False
    defaulted: int = 0

    def read(self, record: Record) -> None:
        """Take one object."""
        kind = record.type
        is_policy = kind in _POLICIES
        is_read = is_policy or kind == _SECRET or self._report_form(record)
        if kind in _CLUSTER_WIDE:
            if not is_namespace_name(record.name):
                self.diagnostics.append(refused_name(record))
            elif self.repetitions.is_new(record, ""):
                self.namespaces.declare(record)
                self.languages.meshes.declare(record)
        elif makes_pods(record):
            namespace = self._namespace(record)
            if namespace is None or not is_read:
                self._hide(record, namespace)
            elif record.kind == "Pod" or self.repetitions.is_new(record, namespace):
                self.workloads.add(record, namespace)
        elif is_policy or language_of(*kind):
            self._read_policy(record)
        elif not self._read_door(record):
            self._read_other(record)

    def finish(self, unrendered: Unrendered) -> KubernetesPart:
        """Return everything that was read, sorted."""
        self.opaque.extend(unrendered.policies)
        self.hidden.extend(unrendered.hidden)
        policies, conflicting = self.repetitions.settle(self.policies)
        self.opaque.extend(conflicting)
        self.opaque = self.languages.take_unread(self.opaque)
        self.doors.settle()
        found = self.workloads.found()
        part, mesh = self._mesh(found)
        services, hosts = tuple(self.doors.services), host_pods(found)
        around = Surroundings(services, bool(self.hidden), hosts, mesh)
        ranked = self.languages.finish(around, found, self.namespaces.namespaces())
        self.opaque.extend(ranked.opaque)
        self.diagnostics.extend(ranked.diagnostics)
        kept = policy_keys(policies, self.opaque) | ranked_keys(ranked.policies)
        asked = kept | asked_keys(self.doors.services)
        workloads, unclear = group(found, kept, asked, part)
        open_labels = self.namespaces.unsettled()
        policies, unsettled = settle(policies, workloads, open_labels)
        self.opaque += unsettled
        self.hidden.extend(map(unclear_of, unclear))
        self.diagnostics.extend(shape_faults(found, unclear))
        self._mention(workloads, policies)
        ways_in, told = self.doors.ways_in(self.namespaces.namespaces())
        self.diagnostics.extend(told)
        objects = KubernetesObjects(
            self.namespaces.namespaces(),
            workloads,
            tuple(sorted(policies, key=lambda item: (item.namespace, item.name))),
            tuple(sorted(dict.fromkeys(self.opaque), key=opaque_order)),
            tuple(doubt_added(self.doors.services, workloads)),
            tuple(sorted(self.doors.ingresses, key=by_name)),
            tuple(sorted(dict.fromkeys(self.hidden), key=hidden_order)),
            doubt_labels(ranked.policies, workloads, open_labels),
            ranked.network_sets,
            self.accounts.accounts(),
            self.nodes.nodes(),
            ways_in=ways_in,
            masquerade=self.maps.masquerade.lists(),
            name_servers=self.maps.name_servers.blocks(),
            calls=self.doors.calls.calls(),
            controllers=self.doors.controllers(),
            static_gateways=self.maps.gateways.found(),
            node_classes=self.maps.classes.found(),
        )
        assumptions = (*self._assumptions(), *ranked.assumptions)
        return KubernetesPart(objects, self._diagnostics(unrendered), assumptions)

    def _mesh(self, found: list[Found]) -> tuple[Part | None, Mesh]:
        """Return what tells parts in a service mesh, and what is known of it."""
        governed = self.languages.namespaces_of_mesh()
        if not governed:
            return None, Mesh()
        from seawall.ingest.kubernetes.istio.membership import (  # noqa: PLC0415
            mesh_of,
        )

        namespaces = self.namespaces.namespaces()
        part, mesh = mesh_of(
            found, namespaces, governed, plain_clients=self.plain_clients
        )
        waypoints = mesh.waypoints or self.doors.uses_waypoint
        return part, replace(mesh, waypoints=waypoints)

    def _mention(self, workloads: Iterable[Workload], policies: list[Policy]) -> None:
        mentioned: list[tuple[str | None, Origin]] = [
            *((item.namespace, item.origin) for item in workloads),
            *((item.namespace, item.origin) for item in policies),
            *((item.namespace, item.origin) for item in self.opaque),
            *((item.namespace, item.origin) for item in self.doors.services),
            *((item.namespace, item.origin) for item in self.doors.ingresses),
        ]
        for namespace, origin in mentioned:
            self.namespaces.mention(namespace, origin)

    def _diagnostics(self, unrendered: Unrendered) -> tuple[Diagnostic, ...]:
        return (
            *self.diagnostics,
            *self.maps.diagnostics,
            *self.namespaces.diagnostics,
            *self.workloads.owners.diagnostics(),
            *self.repetitions.diagnostics(),
            *self.rest.diagnostics(self.workloads.patches),
            *unrendered.diagnostics,
        )

    def _assumptions(self) -> tuple[Assumption, ...]:
        out = self.namespaces.assumptions()
        if self.defaulted:
            name = self.default_namespace
            objects = "object" if self.defaulted == 1 else "objects"
            out.append(
                Assumption(
                    "objects-without-namespace-use-the-default",
                    f"{self.defaulted} {objects} without a namespace are taken to be "
                    f"in `{name}`",
                    "Kubernetes docs, concepts, Namespaces: `default` is used when "
                    "no namespace is given",
                    (name,),
                )
            )
        return tuple(out)

    def _report_form(self, record: Record) -> bool:
        """Tell what an object has not the form of, and say whether it can be read."""
        for place in record.repeated:
            told = repeated_key(place).diagnostic(record.origin, Level.WARNING)
            self.diagnostics.append(told)
        fault = form_fault(record)
        if fault is not None:
            self.diagnostics.append(fault.diagnostic(record.origin))
        return fault is None

    def _namespace(self, record: Record) -> str | None:
        stated = stated_namespace(record)
        if isinstance(stated, Diagnostic):
            self.diagnostics.append(stated)
            return None
        if not stated:
            self.defaulted += 1
        return stated or self.default_namespace

    def _read_policy(self, record: Record) -> None:
        namespace = self._namespace_of_policy(record)
        if namespace is None:
            self.opaque.append(opaque_of(record, "its namespace is not known"))
        if namespace is None or not self.repetitions.is_new(record, namespace):
            return
        if language_of(*record.type):
            self.languages.add(record, namespace or None)
            return
        read = read_policy(record, namespace)
        self.diagnostics.extend(read.diagnostics)
        if isinstance(read.policy, Policy):
            self.policies.append(read.policy)
        else:
            self.opaque.append(read.policy)

    def _namespace_of_policy(self, record: Record) -> str | None:
        wide = language_of(*record.type) and is_cluster_wide(record.kind)
        return "" if wide else self._namespace(record)

    def _read_door(self, record: Record) -> bool:
        if not is_door(record):
            return self.doors.note_class(record)
        if steers_mesh(record):
            self.rest.steering.add(record.kind, record.origin)
        namespace = self._namespace(record)
        if namespace is not None and self.repetitions.is_new(record, namespace):
            self.diagnostics.extend(self.doors.read(record, namespace))
        return True

    def _read_other(self, record: Record) -> None:
        kind = record.type
        if self._declares(record):
            return
        if record.group == UNREADABLE:
            self._read_versionless(record)
        elif kind in HIDING:
            self._hide(record, hidden_namespace(record))
        elif is_kustomization(*kind):
            self.rest.kustomizations.add(record.kind, record.origin)
        elif is_staged(*kind):
            self.rest.staged.add(record.kind, record.origin)
        elif steers_traffic(*kind):
            self.rest.steering.add(record.kind, record.origin)
            self.opaque.extend(closed_by(record, self._namespace))
            self.languages.meshes.take(record, self._namespace)
            self.plain_clients |= kind == _CLIENT_RULE and sets_tls(record.spec)
        else:
            meant = policy_meant(record)
            if meant is not None:
                self._read_misspelt(record, meant)
                return
            if runs_containers(record.spec):
                self._hide(record, text(record.namespace))
            made = policies_made_by(record)
            self.opaque.extend(made)
            tally = self.rest.making if made else self.rest.others
            tally.add(record.kind, record.origin)

    def _declares(self, record: Record) -> bool:
        """Take an object that states facts only, and say whether it was one."""
        if record.type == ACCOUNT:
            self.accounts.declare(record, self._namespace(record))
        elif record.type == NODE:
            self.nodes.declare(record)
        known = record.type in (ACCOUNT, NODE)
        return known or self.maps.takes(record, self.default_namespace)

    def _read_misspelt(self, record: Record, meant: str) -> None:
        self.diagnostics.append(misspelt(record, meant))
        scope = self._namespace(record) if is_namespaced(meant) else None
        self.opaque.append(replace(opaque_meant(record, meant), namespace=scope))

    def _read_versionless(self, record: Record) -> None:
        self.diagnostics.append(versionless(record))
        if runs_containers(record.spec):
            self._hide(record, text(record.namespace))
        elif record.kind == UNREADABLE or record.kind.endswith("NetworkPolicy"):
            self.opaque.append(
                opaque_of(record, "its kind or API version is not known")
            )

    def doubt(self, record: Record) -> None:
        """Take an object of which only its name can be relied upon."""
        kind, namespace = record.type, text(record.namespace)
        if kind in _CLUSTER_WIDE:
            self.namespaces.mention(record.name, record.origin)
        elif kind in _POLICIES or language_of(*kind):
            found = opaque_of(record, record.doubt or "it is not known")
            scope = self.default_namespace if kind in _POLICIES else None
            self.opaque.append(replace(found, namespace=namespace or scope))
        elif makes_pods(record) or kind in HIDING:
            self._hide(record, namespace)
        elif kind not in (ACCOUNT, NODE) and not is_service_or_ingress(record):
            self._read_other(record)

    def _hide(self, record: Record, namespace: str | None) -> None:
        self.hidden.append(hidden_of(record, namespace))
        self.rest.hiding.add(record.kind, record.origin)
