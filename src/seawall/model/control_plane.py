"""What the control plane calls in a cluster, and who is let to it past the network."""

from dataclasses import dataclass

from seawall.model.origin import Origin

AGENT_NAMESPACE = "kube-system"
AGENT_LABEL = ("app", "konnectivity-agent")
"""Where the pods run that carry calls of the API server into the cluster, and what they
are labelled with.

Source: tigera/operator, pull request 5212: AKS labels them so, and a webhook sees their
addresses; AKS docs, plan-control-plane-networking.
"""


@dataclass(frozen=True, slots=True)
class ControlPlaneCall:
    """Something in the cluster that the API server calls: a webhook, another API.

    Attributes:
        kind: The kind of the object that asks for it.
        name: The name of that object.
        hook: Which of its webhooks or versions.
        service_namespace: The namespace of the Service that is called.
        service: Its name; empty if a URL is called, or if it cannot be read.
        port: The port of the Service.
        url: The URL that is called, or empty.
        is_required: Whether requests fail if the call does.
        origin: Where it stands.
    """

    kind: str
    name: str
    hook: str
    service_namespace: str
    service: str
    port: int
    url: str
    is_required: bool
    origin: Origin

    @property
    def label(self) -> str:
        """`kind name`, as people write it."""
        return f"{self.kind} {self.name}"


@dataclass(frozen=True, slots=True)
class TrustedAccess:
    """A binding that lets a resource of Azure use the API server past its network.

    Attributes:
        name: Its name.
        source: Id of the resource that it admits; empty if not known.
        roles: What it may do, as written.
        origin: Where it stands.
    """

    name: str
    source: str
    roles: tuple[str, ...]
    origin: Origin
