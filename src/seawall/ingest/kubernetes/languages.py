"""Collects the objects of every policy language, and joins what they mean."""

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace

from seawall.ingest.kubernetes.language import (
    LanguagePart,
    Placed,
    ReadLanguage,
    Surroundings,
    language_of,
)
from seawall.ingest.kubernetes.meshes.reader import Meshes
from seawall.ingest.kubernetes.terms.record import Record
from seawall.ingest.kubernetes.workloads.workload import Found
from seawall.model.ends import (
    AllOf,
    AnyOf,
    Endpoints,
    Ends,
    Facet,
    Labels,
    LabelTest,
    Not,
    Perhaps,
)
from seawall.model.policy import Direction, OpaquePolicy
from seawall.model.ranked import RankedPolicy
from seawall.model.workload import Namespace

_MESH_KINDS = frozenset({"AuthorizationPolicy", "PeerAuthentication"})


@dataclass(slots=True)
class Languages:
    """Objects of policy languages, by language.

    Attributes:
        objects: As read.
        unread: Policies of a mesh of which only the name can be relied upon. They are
            in force whatever engine the network has.
        meshes: What belongs to meshes that are not modelled.
    """

    objects: dict[str, list[Placed]] = field(default_factory=dict)
    unread: list[OpaquePolicy] = field(default_factory=list)
    meshes: Meshes = field(default_factory=Meshes)

    def add(self, record: Record, namespace: str | None) -> None:
        """Take one object; *namespace* is None for a cluster-wide kind."""
        language = language_of(*record.type)
        if language is not None:
            self.objects.setdefault(language, []).append(Placed(record, namespace))

    def take_unread(self, opaque: Iterable[OpaquePolicy]) -> list[OpaquePolicy]:
        """Take the policies of a mesh out of some, and return the others."""
        kept: list[OpaquePolicy] = []
        for item in opaque:
            name = item.kind.removeprefix("Istio ")
            if name in _MESH_KINDS:
                self.unread.append(replace(item, kind=f"Istio {name}"))
            elif self.meshes.take_unread(item):
                continue
            elif name != "RequestAuthentication":
                kept.append(item)
        return kept

    def namespaces_of_mesh(self) -> frozenset[str]:
        """Return the namespaces that hold policies of a mesh; a root for all of it."""
        placed = self.objects.get("istio", ())
        return frozenset(item.namespace or "" for item in placed) | frozenset(
            item.namespace or "istio-system" for item in self.unread
        )

    def finish(
        self,
        surroundings: Surroundings,
        found: Iterable[Found],
        namespaces: Iterable[Namespace],
    ) -> LanguagePart:
        """Return what all of them mean together.

        Args:
            surroundings: What they may refer to.
            found: Pods and templates.
            namespaces: Those that are known.
        """
        parts = [
            _doubted(_reader_of(language)(objects, surroundings), objects)
            for language, objects in sorted(self.objects.items())
        ]
        if self.unread:
            from seawall.ingest.kubernetes.istio.doubtful import (  # noqa: PLC0415
                doubtful,
            )

            doubts = (
                doubtful(item.kind, item.namespace, item.name, item.why, item.origin)
                for item in self.unread
            )
            parts.append(LanguagePart(tuple(doubts)))
        parts.append(self.meshes.finish(surroundings.services, found, namespaces))
        return LanguagePart(
            tuple(sorted((it for part in parts for it in part.policies), key=_order)),
            tuple(item for part in parts for item in part.opaque),
            tuple(
                sorted(
                    (item for part in parts for item in part.network_sets),
                    key=lambda item: (item.namespace or "", item.name),
                )
            ),
            tuple(item for part in parts for item in part.diagnostics),
            tuple(item for part in parts for item in part.assumptions),
        )


def _doubted(part: LanguagePart, objects: list[Placed]) -> LanguagePart:
    """Doubt policies that stand more than once: those that differ are all kept."""
    count = Counter(
        (*item.record.type, item.namespace, item.record.name)
        for item in objects
        if item.record.name != "?" and not item.record.name.endswith("*")
    )
    twice = {key[1:]: number for key, number in count.items() if number > 1}
    if not twice:
        return part
    policies: list[RankedPolicy] = []
    for policy in part.policies:
        # Some languages stand before their kinds: `Istio AuthorizationPolicy`.
        key = (policy.kind.rpartition(" ")[2], policy.namespace, policy.name)
        if key in twice and policy.doubt is None:
            why = "policies have its name, and which is in force is not known"
            policies.append(replace(policy, doubt=f"{twice[key]} {why}"))
        else:
            policies.append(policy)
    return replace(part, policies=tuple(policies))


def ranked_keys(policies: tuple[RankedPolicy, ...]) -> frozenset[str]:
    """Return the pod label keys that ranked policies mention."""
    return frozenset(
        test.key
        for policy in policies
        for test in _tests_of(policy)
        if test.facet is Facet.LABELS
    )


def _reader_of(language: str) -> ReadLanguage:
    """Return what reads the objects of a language, by its name."""
    if language == "calico":
        from seawall.ingest.kubernetes.calico import read_calico  # noqa: PLC0415

        return read_calico
    if language == "cilium":
        from seawall.ingest.kubernetes.cilium import read_cilium  # noqa: PLC0415

        return read_cilium
    if language == "cluster":
        from seawall.ingest.kubernetes.cluster_policy import (  # noqa: PLC0415
            read_cluster_policies,
        )

        return read_cluster_policies
    if language == "istio":
        from seawall.ingest.kubernetes.istio import read_istio  # noqa: PLC0415

        return read_istio
    raise KeyError(language)


def _order(policy: RankedPolicy) -> tuple[object, ...]:
    return (
        policy.tier,
        policy.order,
        policy.namespace or "",
        policy.name,
        policy.kind,
        policy.origin.path,
        policy.origin.document,
    )


def _tests_of(policy: RankedPolicy) -> Iterator[LabelTest]:
    yield from _tests(policy.subject)
    for direction in Direction:
        for rule in policy.rules(direction):
            yield from _tests(rule.far)
            if rule.own is not None:
                yield from _tests(rule.own)


def _tests(item: Ends | Labels) -> Iterator[LabelTest]:
    if isinstance(item, LabelTest):
        yield item
    elif isinstance(item, AllOf | AnyOf):
        for part in item.items:
            yield from _tests(part)
    elif isinstance(item, Not | Perhaps):
        yield from _tests(item.item)
    elif isinstance(item, Endpoints):
        yield from _tests(item.labels)
