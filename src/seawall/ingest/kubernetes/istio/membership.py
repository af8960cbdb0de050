"""Whether a pod is in the mesh, and by which proxy."""

from collections.abc import Iterable, Mapping, Sequence

from seawall.ingest.kubernetes.istio.doubtful import ROOTS
from seawall.ingest.kubernetes.language import Mesh
from seawall.ingest.kubernetes.workloads.owner import Key
from seawall.ingest.kubernetes.workloads.workload import Found, Part
from seawall.model.diagnostic import Diagnostic, Level
from seawall.model.origin import Origin
from seawall.model.workload import MeshRole, Namespace

_IGNORED = frozenset(
    {"kube-system", "kube-public", "kube-node-lease", "local-path-storage"}
)
_INJECT = "sidecar.istio.io/inject"
_MODE = "istio.io/dataplane-mode"
_REDIRECTED = "ambient.istio.io/redirection"
_REVISION = "istio.io/rev"
_INJECTION = "istio-injection"
_TRAFFIC = "traffic.sidecar.istio.io/"
_MANAGED = "gateway.istio.io/managed"
_TEMPLATES = "inject.istio.io/templates"
_ADD_ON_NAMES = "aks-istio-"
_ADD_ON_REVISIONS = "asm-"
WAYPOINT = "istio.io/use-waypoint"


class Membership:
    """Tells the part of pods in a mesh, as far as namespaces and pods show it."""

    def __init__(self, namespaces: Iterable[Namespace]) -> None:
        """Take note of what namespaces ask for."""
        self._namespaces = {item.name: item for item in namespaces}
        self._by_revision = any(
            item.name.startswith(_ADD_ON_NAMES)
            or dict(item.labels).get(_REVISION, "").startswith(_ADD_ON_REVISIONS)
            for item in self._namespaces.values()
        )

    def of(self, found: Found) -> MeshRole | None:
        """Return the part of one pod or template; None if it is not known.

        Source:
            istio.io, setup, "Installing the Sidecar", "Controlling the injection
            policy": a pod is left out if its label or that of its namespace says so,
            put in if either asks for it, and left out if neither says anything;
            `istio-injection` goes before `istio.io/rev`. Namespaces that are always
            left out: istio/istio pkg/kube/inject/inject.go, IgnoredNamespaces. Ambient:
            istio.io, ambient, "Add workloads to the mesh". Only `istio.io/rev` counts
            for the AKS add-on: AKS docs, istio-deploy-addon. Pods on the host network:
            inject.go, injectRequired.
        """
        shape, namespace = found.shape, found.key[0]
        labels, notes = shape.labels.known, dict(shape.mesh_notes)
        if shape.host_network:
            return MeshRole.NONE
        injected: bool | None = shape.has_proxy
        if not shape.has_proxy:
            if any(pod.node or pod.addresses for pod in found.pods or ()):
                return self._of_running(labels, notes, namespace)
            injected = self._is_injected(labels, notes, namespace)
        if injected is None or _INJECT in shape.labels.unresolved:
            return None
        if not injected:
            return self._of_ambient(labels, namespace)
        gateway: bool | None = shape.proxy_alone
        if not shape.has_proxy:
            gateway = _is_gateway(labels, notes)
        if gateway:
            return MeshRole.GATEWAY
        unclear = gateway is None or _is_partial(notes)
        return None if unclear else MeshRole.SIDECAR

    def uses_waypoint(self, found: Iterable[Found]) -> bool:
        """Whether traffic to some pods is sent through a proxy of their namespace."""
        return any(
            WAYPOINT in dict(item.labels) for item in self._namespaces.values()
        ) or any(WAYPOINT in item.shape.labels.known for item in found)

    def _of_running(
        self, labels: Mapping[str, str], notes: Mapping[str, str], namespace: str
    ) -> MeshRole | None:
        """Return the part of a running pod, which shows every container that it has."""
        if notes.get(_REDIRECTED) == "enabled":
            return MeshRole.NODE
        asked = self._of_ambient(labels, namespace)
        return None if asked is MeshRole.NODE else MeshRole.NONE

    def _of_ambient(self, labels: Mapping[str, str], namespace: str) -> MeshRole | None:
        mode = labels.get(_MODE)
        if mode is None:
            known = self._namespaces.get(namespace)
            mode = dict(known.labels).get(_MODE) if known is not None else None
        return MeshRole.NODE if mode == "ambient" else MeshRole.NONE

    def _is_injected(
        self, labels: Mapping[str, str], notes: Mapping[str, str], namespace: str
    ) -> bool | None:
        if namespace in _IGNORED or _refuses(labels, notes):
            return False
        known = self._namespaces.get(namespace)
        if known is None or not known.declared:
            # What is not shown may forbid it, or ask for it.
            return None
        around = dict(known.labels)
        word = around.get(_INJECTION)
        # The control plane of the AKS add-on acts on revisions alone.
        default = None if self._by_revision else True
        if word is not None:
            return {"enabled": default, "disabled": False}.get(word)
        if around.get(_REVISION) or labels.get(_REVISION):
            return True
        return default if labels.get(_INJECT) == "true" else False


def _refuses(labels: Mapping[str, str], notes: Mapping[str, str]) -> bool:
    return labels.get(_INJECT, notes.get(_INJECT)) == "false"


def _is_partial(notes: Mapping[str, str]) -> bool:
    """Whether some traffic of the pod goes past its sidecar.

    Source:
        istio.io, reference, "Resource Annotations", traffic.sidecar.istio.io.
    """
    everything = {"includeInboundPorts": "*", "includeOutboundIPRanges": "*"}
    return any(
        key.startswith(_TRAFFIC)
        and value not in {"", everything.get(key[len(_TRAFFIC) :])}
        for key, value in notes.items()
    )


def _is_gateway(labels: Mapping[str, str], notes: Mapping[str, str]) -> bool | None:
    """Whether a template that will get a proxy is that of a gateway; None if unclear.

    Source:
        istio.io, setup, "Installing Gateways": the injected template is `gateway`, and
        the proxy is the only container.
    """
    template = notes.get(_TEMPLATES, labels.get(_TEMPLATES, ""))
    if _MANAGED in labels or "gateway" in template:
        return True
    return None if "gateway" in labels.get("istio", "") else False


def mesh_of(
    found: Sequence[Found],
    namespaces: Iterable[Namespace],
    governed: frozenset[str],
    *,
    plain_clients: bool,
) -> tuple[Part, Mesh]:
    """Return what tells the parts of pods in a mesh, and what is known of it.

    Args:
        found: Pods and templates.
        namespaces: Those that are declared.
        governed: The namespaces that hold policies of the mesh.
        plain_clients: Whether some clients may connect without mutual TLS.
    """
    membership = Membership(namespaces)
    roles: set[MeshRole] = set()
    unclear: dict[Key, Origin] = {}
    for item in found:
        role = membership.of(item)
        if role is not None:
            roles.add(role)
        elif item.key[0] in governed or governed & ROOTS:
            unclear.setdefault(item.key, item.origin)
    told = (_unclear(unclear),) if unclear else ()
    waypoints = membership.uses_waypoint(found)
    return membership.of, Mesh(frozenset(roles), plain_clients, waypoints, told)


def _unclear(unclear: Mapping[Key, Origin]) -> Diagnostic:
    first = min(unclear)
    count = len(unclear)
    places = sorted({namespace for namespace, _, _ in unclear})
    names = ", ".join(f"`{name}`" for name in places[:4])
    more = f" and {len(places) - 4} more" if len(places) > 4 else ""  # noqa: PLR2004
    noun = "workload is" if count == 1 else "workloads are"
    return Diagnostic(
        Level.UNMODELLED,
        unclear[first],
        f"it is not known whether {count} {noun} in the mesh, in {names}{more}",
        "labels of a namespace that is not in the input, or annotations that lead "
        "traffic past the sidecar, decide it; verdicts that turn on it are unknown",
        "give the Namespaces with their labels, or the pods as they run",
    )
