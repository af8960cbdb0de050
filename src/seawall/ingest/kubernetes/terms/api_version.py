"""The API versions in which there are policies; an API server refuses all others."""

from collections.abc import Iterator

from seawall.ingest.kubernetes.terms.fault import Fault
from seawall.ingest.kubernetes.terms.record import Record

_CILIUM = ("v2",)
_ADMIN = ("v1alpha1",)
_ISTIO = ("v1", "v1beta1")
_VERSIONS: dict[str, dict[str, tuple[str, ...]]] = {
    "networking.k8s.io": {"NetworkPolicy": ("v1",)},
    "extensions": {"NetworkPolicy": ("v1beta1",)},
    "cilium.io": {
        "CiliumNetworkPolicy": _CILIUM,
        "CiliumClusterwideNetworkPolicy": _CILIUM,
        "CiliumCIDRGroup": ("v2alpha1", "v2"),
    },
    "policy.networking.k8s.io": {
        "AdminNetworkPolicy": _ADMIN,
        "BaselineAdminNetworkPolicy": _ADMIN,
        "ClusterNetworkPolicy": ("v1alpha2",),
    },
    "security.istio.io": {
        "AuthorizationPolicy": _ISTIO,
        "PeerAuthentication": _ISTIO,
    },
}
_OF_GROUP = {"projectcalico.org": ("v3",), "crd.projectcalico.org": ("v1",)}
"""All kinds of these have the same."""


def version_faults(record: Record) -> Iterator[Fault]:
    """Yield the fault of a policy in an API version that does not exist.

    Source:
        Kubernetes networking/v1 and, until 1.15, extensions/v1beta1;
        kubernetes-sigs/network-policy-api apis/; projectcalico/calico api and
        libcalico-go crd; cilium pkg/k8s/apis/cilium.io; istio/api security.
    """
    group = record.group
    known = _OF_GROUP.get(group) or _VERSIONS.get(group, {}).get(record.kind)
    if known is None or record.version in known:
        return
    first = f"`{group}/{known[0]}`"
    others = "".join(f" or `{group}/{each}`" for each in known[1:])
    yield Fault(
        ("apiVersion",),
        f"API version `{record.api_version}` of {record.kind} is not known",
        f"it is {first}{others}; the API server refuses any other",
        f"write `apiVersion: {group}/{known[0]}`",
    )
