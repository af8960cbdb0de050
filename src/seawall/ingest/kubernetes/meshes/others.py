"""Consul's intentions, and the traffic targets of SMI."""

from collections.abc import Iterable, Iterator, Sequence

from seawall.ingest.kubernetes.language import Placed
from seawall.ingest.kubernetes.meshes.closing import EGRESS, INGRESS, closing, within
from seawall.ingest.kubernetes.meshes.kinds import CLOSING_KINDS
from seawall.ingest.kubernetes.terms.record import Record, mapping, text
from seawall.model.ends import ANYTHING, AnyOf, Labels
from seawall.model.policy import Direction
from seawall.model.ranked import RankedPolicy
from seawall.model.service import Service

NAMED = "consul.hashicorp.com/connect-service"
"""The annotation by which a pod says what Consul is to call it."""
_BY_DEFAULT = "a mesh that it speaks to denies whatever no TrafficTarget allows"
_PERMISSIVE = "without its permissive mode it denies whatever no TrafficTarget allows"
_NAMED_ALONE = "it lets pods out only to what an Egress names"


def intentions(
    placed: Iterable[Placed], services: Sequence[Service], *, renamed: bool
) -> Iterator[RankedPolicy]:
    """Yield what intentions of Consul may close, for the pods of the Services named.

    What it calls a service is the Service in front of the pods, unless they say
    otherwise; what is in no Service of the input stays open.

    Source: Consul docs, Service intentions; Consul on Kubernetes, "Service names".

    Args:
        placed: Objects of any mesh.
        services: Every Service.
        renamed: Whether pods say themselves what they are called.
    """
    for item in placed:
        record = item.record
        if record.kind != "ServiceIntentions":
            continue
        meant = mapping(record.spec.get("destination"))
        name = text(meant.get("name")) or "?"
        called = [it for it in services if it.name == name]
        subject: Labels = ANYTHING
        if called and not renamed and all(it.selector is not None for it in called):
            subject = AnyOf(tuple(within(it.namespace, it.selector) for it in called))
        kind = CLOSING_KINDS[record.type]
        yield closing(kind, None, name, subject, record.origin)


def traffic_targets(placed: Sequence[Placed]) -> Iterator[RankedPolicy]:
    """Yield what a mesh that heeds traffic targets may close: anything in it.

    A target only opens: where one counts, the mesh denies all else by default, to pods
    that no target names too. Permissive, Open Service Mesh heeds none.

    Source:
        servicemeshinterface/smi-spec, apis/traffic-access/v1alpha4 ("all traffic is
        denied by default"); docs.openservicemesh.io, Permissive mode and Egress.
    """
    configs = [it.record for it in placed if it.record.kind == "MeshConfig"]
    for record in configs:
        traffic = mapping(record.spec.get("traffic"))
        if traffic.get("enablePermissiveTrafficPolicyMode") is not True:
            yield _anywhere(record, _PERMISSIVE, INGRESS)
        if traffic.get("enableEgress") is not True:
            yield _anywhere(record, _NAMED_ALONE, EGRESS)
    for item in placed:
        if item.record.kind == "TrafficTarget" and not configs:
            yield _anywhere(item.record, _BY_DEFAULT, INGRESS)


def _anywhere(record: Record, why: str, ways: frozenset[Direction]) -> RankedPolicy:
    """Return what may close anything; a target can speak of UDP too."""
    kind = CLOSING_KINDS[record.type]
    return closing(
        *(kind, None, record.name, ANYTHING, record.origin),
        why=why,
        services=None,
        ways=ways,
    )
