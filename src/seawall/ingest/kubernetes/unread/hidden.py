"""What is in force and cannot be read, and what stands for what is not shown."""

from seawall.ingest.kubernetes.network_policy.policy import BOTH
from seawall.ingest.kubernetes.terms.record import Record, mapping, text
from seawall.ingest.kubernetes.unread.kinds import HIDING
from seawall.model.policy import OpaquePolicy
from seawall.model.workload import HiddenWorkloads


def opaque_of(record: Record, why: str) -> OpaquePolicy:
    """Return a policy of which only the name can be relied upon."""
    return OpaquePolicy(
        record.kind, None, record.name, None, BOTH, None, why, record.origin
    )


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


def opaque_order(item: OpaquePolicy) -> tuple[str, str, str, str, int]:
    """Return what policies that cannot be read are sorted by."""
    place = item.origin
    return item.namespace or "", item.name, item.kind, place.path, place.document


def hidden_order(item: HiddenWorkloads) -> tuple[str, str, str, str]:
    """Return what objects that stand for workloads are sorted by."""
    return item.namespace or "", item.name, item.kind, item.origin.path
