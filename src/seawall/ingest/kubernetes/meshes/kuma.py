"""Kuma: once it uses mutual TLS, it denies whom no permission names, in all the mesh.

Source:
    Kuma docs, Mutual TLS ("by default when mTLS is enabled all traffic is denied"),
    MeshTrafficPermission, MeshIdentity, MeshTLS, MeshPassthrough and Mesh
    (`networking.outbound.passthrough`); Data plane on Kubernetes, "Tag generation" and
    "kuma.io/sidecar-injection".
"""

from collections.abc import Iterable, Iterator, Mapping

from seawall.ingest.kubernetes.language import Placed
from seawall.ingest.kubernetes.meshes.closing import (
    EGRESS,
    INGRESS,
    NOT_MODELLED,
    carrying,
    closing,
    is_in,
    within,
)
from seawall.ingest.kubernetes.meshes.kinds import CLOSING_KINDS
from seawall.ingest.kubernetes.terms.condition import every
from seawall.ingest.kubernetes.terms.record import Record, mapping, text
from seawall.ingest.kubernetes.workloads.namespace import is_namespace_name
from seawall.model.ends import AllOf, AnyOf, Comparison, Facet, Labels, LabelTest, Not
from seawall.model.policy import Direction
from seawall.model.ranked import RankedPolicy

GROUP = "kuma.io"
INJECTED = "kuma.io/sidecar-injection"
"""The label by which a namespace, or a pod, asks for a proxy."""
_ASKS = frozenset({"enabled", "true"})
_TAGS = {"MeshSubset": "tags", "Dataplane": "labels"}
"""Under which key each kind of target lists what it asks of a proxy."""
_UNCERTAIN = frozenset("*{$")
"""What wildcards and placeholders in the value of a tag have."""
_DENIES = "under mutual TLS it denies whom no permission names"
_NO_MESH = (
    "its Mesh is not in the input, and under mutual TLS that denies whom no permission "
    "names"
)


def of_kuma(
    placed: Iterable[Placed], declared: Mapping[str, Mapping[str, str]]
) -> Iterator[RankedPolicy]:
    """Yield what objects of Kuma may close.

    Args:
        placed: Those of any mesh.
        declared: Labels of the namespaces that the input declares in full.
    """
    records = [item.record for item in placed if item.record.group == GROUP]
    meshes = {item.name for item in records if item.kind == "Mesh"}
    member = _member(declared)
    for record in records:
        ways, why = INGRESS, NOT_MODELLED
        subject = member
        if record.kind == "Mesh":
            ways, why = _closed_ways(record), _DENIES
        elif record.kind == "MeshPassthrough":
            ways = EGRESS
            subject = every(member, _targeted(record))
        elif record.kind == "MeshIdentity":
            why = _DENIES
            subject = every(member, _identified(record))
        elif _mesh_of(record) in meshes:
            subject = every(member, _targeted(record))
        else:
            why = _NO_MESH
        if ways:
            name = CLOSING_KINDS[record.type]
            yield closing(
                name, None, record.name, subject, record.origin, why=why, ways=ways
            )


def _closed_ways(mesh: Record) -> frozenset[Direction]:
    """Return in which directions a Mesh denies what nothing else opens."""
    found: set[Direction] = set()
    tls = mesh.spec.get("mtls")
    if tls and (not isinstance(tls, dict) or tls.get("enabledBackend")):
        found.add(Direction.INGRESS)
    networking = mesh.spec.get("networking")
    outbound = mapping(mapping(networking).get("outbound"))
    if outbound.get("passthrough", True) is not True:
        found.add(Direction.EGRESS)
    return frozenset(found)


def _mesh_of(record: Record) -> str | None:
    """Return the mesh that a policy is of."""
    stated = mapping(record.metadata.get("labels")).get("kuma.io/mesh")
    return text(stated or record.body.get("mesh") or "default")


def _member(declared: Mapping[str, Mapping[str, str]]) -> Labels:
    """Return the condition that a pod may have a proxy.

    Its own label counts before that of its namespace.
    """
    outside = {name for name, labels in declared.items() if not _asks(labels)}
    stated = LabelTest(Facet.LABELS, INJECTED, Comparison.EXISTS)
    by_namespace = AllOf((Not(stated), Not(is_in(Facet.NAMESPACE_NAME, outside))))
    return AnyOf((is_in(Facet.LABELS, _ASKS, INJECTED), by_namespace))


def _asks(labels: Mapping[str, str]) -> bool:
    return labels.get(INJECTED) in _ASKS


def _identified(record: Record) -> Labels:
    """Return the pods that a MeshIdentity gives identities, at most."""
    chosen = mapping(mapping(record.spec.get("selector")).get("dataplane"))
    return within(None, carrying(_plain(mapping(chosen.get("matchLabels")))))


def _targeted(record: Record) -> Labels:
    """Return the pods that a policy is for, at most.

    Labels of pods are tags of their proxies, but those that Kuma gives itself.
    """
    target = mapping(record.spec.get("targetRef"))
    key = _TAGS.get(text(target.get("kind")) or "")
    tags = mapping(target.get(key)) if key else {}
    space = tags.get("k8s.kuma.io/namespace")
    known = isinstance(space, str) and is_namespace_name(space)
    return within(str(space) if known else None, carrying(_plain(tags)))


def _plain(tags: Mapping[object, object]) -> dict[str, str]:
    """Return the tags that are labels of pods, with certain values."""
    return {
        key: value
        for key, value in tags.items()
        if isinstance(key, str)
        and isinstance(value, str)
        and "kuma.io/" not in key
        and not _UNCERTAIN & set(value)
    }
