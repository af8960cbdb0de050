"""Namespaces with the labels that policies and the admission of pods look at."""

from collections.abc import Iterator

from seawall.design.objects.place import TENANT, namespaces_of, places_of
from seawall.design.options import Choices, PolicyEngine
from seawall.design.requirements.needs import Requirements
from seawall.emit.kubernetes import Json, Manifest

FILE = "00-namespaces.yaml"
_POD_SECURITY = "pod-security.kubernetes.io/enforce"


def namespaces(needs: Requirements, choices: Choices) -> Iterator[Manifest]:
    """Return the namespaces of segments, and `default` where it is closed.

    Pods on the network of their node escape every policy, so that namespaces with
    policies admit none: the standard `baseline` forbids `hostNetwork` and host ports.

    Source: Kubernetes docs, Pod Security Standards; AKS docs,
    azure-cni-powered-by-cilium.
    """
    places = places_of(needs)
    for name in namespaces_of(needs, choices):
        here = [place for place in places if place.namespace == name]
        labels: dict[str, Json] = {}
        tenants = {place.segment.tenant for place in here if place.segment.tenant}
        if len(tenants) == 1:
            labels[TENANT] = tenants.pop()
        says = ""
        if choices.engine is not PolicyEngine.NONE:
            labels[_POD_SECURITY] = "baseline"
            says = (
                "Pods on the network of their node escape policies; `baseline` refuses "
                "them."
            )
        metadata: dict[str, Json] = {"name": name}
        if labels:
            metadata["labels"] = labels
        yield Manifest(
            FILE,
            {"apiVersion": "v1", "kind": "Namespace", "metadata": metadata},
            tuple(place.path for place in here) or ("pods.default-deny",),
            says,
        )
