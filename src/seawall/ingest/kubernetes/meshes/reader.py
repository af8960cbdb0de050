"""Collects what belongs to meshes that are not modelled, and says what it may close."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field

from seawall.ingest.kubernetes.language import LanguagePart, Placed
from seawall.ingest.kubernetes.meshes import kuma, linkerd, others, outbound
from seawall.ingest.kubernetes.meshes.closing import EGRESS, INGRESS, closing, within
from seawall.ingest.kubernetes.meshes.kinds import (
    CLOSING_BOTH,
    CLOSING_KINDS,
    CLOSING_OUT,
    IN_A_NAMESPACE,
)
from seawall.ingest.kubernetes.terms.record import Record, mapping
from seawall.ingest.kubernetes.workloads.workload import Found
from seawall.model.policy import Direction, OpaquePolicy
from seawall.model.ranked import RankedPolicy
from seawall.model.service import Service
from seawall.model.workload import Namespace

_CALLED = frozenset(CLOSING_KINDS.values())
_ROUTE = (linkerd.GROUP, "HTTPRoute")


@dataclass(slots=True)
class Meshes:
    """Objects of meshes, as read.

    Attributes:
        placed: Objects, each with its namespace.
        defaults: Namespaces whose annotation says whom Linkerd lets in.
        annotated: Namespaces that ask for a proxy by annotation, as Kuma once had it.
        unread: Policies of meshes of which only the name can be relied upon.
    """

    placed: list[Placed] = field(default_factory=list)
    defaults: list[Record] = field(default_factory=list)
    annotated: set[str] = field(default_factory=set)
    unread: list[OpaquePolicy] = field(default_factory=list)

    def take(
        self, record: Record, namespace_of: Callable[[Record], str | None]
    ) -> None:
        """Take an object, if it is of a mesh.

        Args:
            record: The object.
            namespace_of: Reads the namespace of an object; None if it is not known.
        """
        if record.type not in CLOSING_KINDS and record.type != _ROUTE:
            return
        here = record.type in IN_A_NAMESPACE or record.type == _ROUTE
        self.placed.append(Placed(record, namespace_of(record) if here else None))

    def declare(self, record: Record) -> None:
        """Take what a Namespace says of meshes."""
        notes = mapping(record.metadata.get("annotations"))
        if linkerd.DEFAULT in notes:
            self.defaults.append(record)
        if kuma.INJECTED in notes:
            self.annotated.add(record.name)

    def take_unread(self, policy: OpaquePolicy) -> bool:
        """Take a policy that cannot be read, and say whether it is of such a mesh."""
        taken = policy.kind in _CALLED
        if taken:
            self.unread.append(policy)
        return taken

    def finish(
        self,
        services: Sequence[Service],
        found: Iterable[Found],
        namespaces: Iterable[Namespace],
    ) -> LanguagePart:
        """Return what all of it may close.

        Args:
            services: Every Service that could be read.
            found: Pods and templates.
            namespaces: Those that are known, with their labels.
        """
        pods = list(found)
        policies = [*self._by_default(pods), *map(_unread, self.unread)]
        if self.placed:
            noted = {key for item in pods for key, _ in item.annotations}
            declared = {
                item.name: dict(item.labels)
                for item in namespaces
                if item.declared and item.name not in self.annotated
            }
            if kuma.INJECTED in noted:
                declared = {}
            policies += linkerd.servers_and_authorizations(self.placed)
            policies += kuma.of_kuma(self.placed, declared)
            renamed = others.NAMED in noted
            policies += others.intentions(self.placed, services, renamed=renamed)
            policies += others.traffic_targets(self.placed)
            policies += outbound.keeping_inside(self.placed)
        of_linkerd = any(
            item.kind.startswith("Linkerd ") and Direction.INGRESS in item.governs
            for item in policies
        )
        return LanguagePart(
            tuple(policies), assumptions=(linkerd.LETS_IN,) if of_linkerd else ()
        )

    def _by_default(self, found: Iterable[Found]) -> Iterator[RankedPolicy]:
        """Yield what annotations of Linkerd may close, for pods and for namespaces."""
        for item in found:
            namespace, kind, name = item.key
            notes = dict(item.annotations)
            labels = item.shape.labels.known
            yield from linkerd.by_default(
                kind, namespace, name, labels, notes, item.origin
            )
        for record in self.defaults:
            notes = {
                key: value
                for key, value in mapping(record.metadata.get("annotations")).items()
                if isinstance(key, str) and isinstance(value, str)
            }
            name = record.name
            yield from linkerd.by_default(
                record.kind, name, name, None, notes, record.origin
            )


def _unread(policy: OpaquePolicy) -> RankedPolicy:
    ways = policy.directions if policy.kind in CLOSING_BOTH else INGRESS
    if policy.kind in CLOSING_OUT:
        ways = EGRESS
    return closing(
        *(policy.kind, policy.namespace, policy.name),
        within(policy.namespace, policy.subject),
        policy.origin,
        why=policy.why,
        services=None,
        ways=ways,
    )
