"""Kinds of meshes that are not modelled and may close something."""

CLOSING_KINDS = {
    ("policy.linkerd.io", "Server"): "Linkerd Server",
    ("policy.linkerd.io", "ServerAuthorization"): "Linkerd ServerAuthorization",
    ("policy.linkerd.io", "AuthorizationPolicy"): "Linkerd AuthorizationPolicy",
    ("policy.linkerd.io", "EgressNetwork"): "Linkerd EgressNetwork",
    ("networking.istio.io", "Sidecar"): "Istio Sidecar",
    ("consul.hashicorp.com", "Mesh"): "Consul Mesh",
    ("consul.hashicorp.com", "ServiceIntentions"): "Consul ServiceIntentions",
    ("kuma.io", "Mesh"): "Kuma Mesh",
    ("kuma.io", "MeshIdentity"): "Kuma MeshIdentity",
    ("kuma.io", "MeshTLS"): "Kuma MeshTLS",
    ("kuma.io", "MeshPassthrough"): "Kuma MeshPassthrough",
    ("kuma.io", "MeshTrafficPermission"): "Kuma MeshTrafficPermission",
    ("kuma.io", "TrafficPermission"): "Kuma TrafficPermission",
    ("access.smi-spec.io", "TrafficTarget"): "SMI TrafficTarget",
    ("config.openservicemesh.io", "MeshConfig"): "Open Service Mesh MeshConfig",
}
"""What to call each."""

CLOSING_BOTH = frozenset({"Kuma Mesh", "Open Service Mesh MeshConfig"})
"""Those, as they are called, that may close ways into pods and out of them."""

CLOSING_OUT = frozenset(
    {
        "Consul Mesh",
        "Istio Sidecar",
        "Kuma MeshPassthrough",
        "Linkerd EgressNetwork",
    }
)
"""Those that may keep pods from leaving the mesh, and close no way into them."""

IN_A_NAMESPACE = frozenset(
    {
        ("policy.linkerd.io", "Server"),
        ("policy.linkerd.io", "ServerAuthorization"),
        ("policy.linkerd.io", "AuthorizationPolicy"),
        ("policy.linkerd.io", "EgressNetwork"),
        ("networking.istio.io", "Sidecar"),
    }
)
"""Those that stand in a namespace, and govern its pods alone for the most part."""
