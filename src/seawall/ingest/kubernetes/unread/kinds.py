"""Kinds that are not read: which of them matter, and to what."""

HIDING = {
    ("helm.toolkit.fluxcd.io", "HelmRelease"): "targetNamespace",
    ("helm.cattle.io", "HelmChart"): "targetNamespace",
    ("kustomize.toolkit.fluxcd.io", "Kustomization"): "targetNamespace",
    ("argoproj.io", "Application"): "destination",
    ("argoproj.io", "ApplicationSet"): "",
    ("projectcalico.org", "WorkloadEndpoint"): "",
}
"""Objects that stand for others; the field of their spec that names a namespace."""

_STEERING_GROUPS = frozenset(
    {
        "gateway.networking.k8s.io",
        "networking.istio.io",
        "networkpolicy.networking.k8s.io",
        "policy.linkerd.io",
        "crd.antrea.io",
        "k8s.cni.cncf.io",
        "k8s.ovn.org",
        "egressgateway.kubernetes.azure.com",
        "traefik.io",
        "traefik.containo.us",
        "projectcontour.io",
        "getambassador.io",
        "gateway.networking.x-k8s.io",
        "gateway.solo.io",
        "k8s.nginx.org",
        "kuma.io",
        "consul.hashicorp.com",
        "access.smi-spec.io",
        "split.smi-spec.io",
        "policy.openservicemesh.io",
        "config.openservicemesh.io",
        "multicluster.x-k8s.io",
        "networking.fleet.azure.com",
    }
)
_STEERING_KINDS = frozenset(
    {
        ("cilium.io", "CiliumEgressGatewayPolicy"),
        ("cilium.io", "CiliumLocalRedirectPolicy"),
        ("cilium.io", "CiliumEnvoyConfig"),
        ("cilium.io", "CiliumClusterwideEnvoyConfig"),
        ("configuration.konghq.com", "TCPIngress"),
        ("configuration.konghq.com", "UDPIngress"),
        ("", "Endpoints"),
        ("discovery.k8s.io", "EndpointSlice"),
        ("projectcalico.org", "FelixConfiguration"),
        ("projectcalico.org", "KubeControllersConfiguration"),
        ("crd.projectcalico.org", "FelixConfiguration"),
        ("crd.projectcalico.org", "KubeControllersConfiguration"),
    }
)
_CALICO = ("projectcalico.org", "crd.projectcalico.org")


def steers_traffic(group: str, kind: str) -> bool:
    """Whether a kind that is not read may change what reaches what."""
    return group in _STEERING_GROUPS or (group, kind) in _STEERING_KINDS


def sets_tls(value: object) -> bool:
    """Whether a DestinationRule lets clients connect without the TLS of the mesh.

    Source:
        istio.io, reference, Destination Rule, ClientTLSSettings, `mode`.
    """
    waiting = [value]
    while waiting:
        each = waiting.pop()
        if isinstance(each, list):
            waiting.extend(each)
        elif isinstance(each, dict):
            settings = each.get("tls")
            if isinstance(settings, dict) and settings.get("mode") != "ISTIO_MUTUAL":
                return True
            waiting.extend(each.values())
    return False


def is_staged(group: str, kind: str) -> bool:
    """Whether a policy only reports what it would do.

    Source:
        projectcalico/calico api/pkg/apis/projectcalico/v3, StagedNetworkPolicy.
    """
    return group in _CALICO and kind.startswith("Staged")


def is_kustomization(group: str, kind: str) -> bool:
    """Whether an object tells `kustomize` how to build others."""
    return group == "kustomize.config.k8s.io" and kind in ("Kustomization", "Component")
