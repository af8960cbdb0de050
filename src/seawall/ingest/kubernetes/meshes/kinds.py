"""Kinds of meshes that are not modelled and may close something."""

CLOSING_KINDS = {
    ("policy.linkerd.io", "Server"): "Linkerd Server",
    ("policy.linkerd.io", "ServerAuthorization"): "Linkerd ServerAuthorization",
    ("policy.linkerd.io", "AuthorizationPolicy"): "Linkerd AuthorizationPolicy",
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

CLOSING_OUT = frozenset(
    {"Kuma Mesh", "Kuma MeshPassthrough", "Open Service Mesh MeshConfig"}
)
"""Those, as they are called, that may keep pods from leaving the mesh."""

IN_A_NAMESPACE = frozenset(
    {
        ("policy.linkerd.io", "Server"),
        ("policy.linkerd.io", "ServerAuthorization"),
        ("policy.linkerd.io", "AuthorizationPolicy"),
    }
)
"""Those that govern pods of their own namespace alone."""
