"""What is in force and cannot be read, and what stands for what is not shown."""

from dataclasses import replace

from seawall.ingest.kubernetes.network_policy.policy import BOTH
from seawall.ingest.kubernetes.terms.record import Record, mapping, text
from seawall.ingest.kubernetes.unread.kinds import HIDING
from seawall.ingest.kubernetes.workloads.pod import addresses_in
from seawall.ingest.kubernetes.workloads.workload import Found
from seawall.model.policy import OpaquePolicy
from seawall.model.workload import HiddenWorkloads


def opaque_of(record: Record, why: str) -> OpaquePolicy:
    """Return a policy of which only the name can be relied upon."""
    return OpaquePolicy(
        record.kind, None, record.name, None, BOTH, None, why, record.origin
    )


def opaque_meant(record: Record, meant: str) -> OpaquePolicy:
    """Return what stands for a policy whose kind is misspelt.

    One of a mesh is called by its kind: it opens nothing that the network closes.
    """
    found = opaque_of(record, "its kind does not exist")
    return replace(found, kind=meant) if meant == "AuthorizationPolicy" else found


def hidden_namespace(record: Record) -> str | None:
    """Return the namespace of the workloads that an object stands for."""
    key = HIDING[record.type]
    value = record.spec.get(key)
    if key == "destination":
        return text(mapping(value).get("namespace"))
    if record.kind == "WorkloadEndpoint":  # what Calico makes of one pod
        return record.namespace
    if record.kind == "HelmRelease":
        return text(value) or record.namespace
    return text(value)


def hidden_of(record: Record, namespace: str | None) -> HiddenWorkloads:
    """Return what stands for the workloads of an object, in a namespace or in any."""
    held = addresses_in(record)
    return HiddenWorkloads(record.kind, namespace, record.name, record.origin, held)


def unclear_of(found: Found) -> HiddenWorkloads:
    """Return what stands for pods of which too little is known."""
    namespace, kind, name = found.key
    pods = found.pods or ()
    held = [item for pod in pods for item in (*pod.addresses, *pod.node_addresses)]
    return HiddenWorkloads(kind, namespace, name, found.origin, tuple(held))


def opaque_order(item: OpaquePolicy) -> tuple[str, str, str, str, int]:
    """Return what policies that cannot be read are sorted by."""
    place = item.origin
    return item.namespace or "", item.name, item.kind, place.path, place.document


def hidden_order(item: HiddenWorkloads) -> tuple[str, str, str, str]:
    """Return what objects that stand for workloads are sorted by."""
    return item.namespace or "", item.name, item.kind, item.origin.path
