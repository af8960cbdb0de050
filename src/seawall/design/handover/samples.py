"""Pods that stand for those to come: without any, nothing could be proved of pods.

They are read for the proof and never deployed: one workload for each segment, which
listens on what the segment serves, and a stranger in each closed namespace where
segments share it, which belongs to none of them.
"""

from collections.abc import Iterator, Mapping

from seawall.design.objects.doors import selected
from seawall.design.objects.place import Place, namespaces_of, places_of
from seawall.design.options import Choices
from seawall.design.requirements.needs import Requirements
from seawall.emit.kubernetes import Json, Manifest, Object

FILE = "workloads.yaml"
STRANGER = "stranger"
_SAYS = (
    "Stands for the pods of segment {}, which is proved of it. Not to be deployed: it "
    "runs nothing."
)


def samples(needs: Requirements, choices: Choices) -> Iterator[Manifest]:
    """Return a workload for each segment, and one that belongs to none."""
    places = places_of(needs)
    for place in places:
        says = _SAYS.format(place.segment.name)
        body = _workload(place.segment.name, place.namespace, _labels(place), place)
        yield Manifest(FILE, body, (place.path,), says)
    held = {place.namespace for place in places if not place.labels}
    for namespace in namespaces_of(needs, choices):
        if namespace not in held:
            says = f"A pod in {namespace} that belongs to no segment."
            body = _workload(STRANGER, namespace, {"app": STRANGER}, None)
            yield Manifest(FILE, body, ("pods.default-deny",), says)


def _labels(place: Place) -> Mapping[str, str]:
    chosen = {key: str(value) for key, value in selected(place).items()}
    return {"app": place.segment.name, **chosen}


def _workload(
    name: str, namespace: str, labels: Mapping[str, str], place: Place | None
) -> Object:
    ports: list[Json] = [
        {"containerPort": port} for port in (place.segment.serves if place else ())
    ]
    container: dict[str, Json] = {"name": "sample", "image": "sample.invalid/none"}
    if ports:
        container["ports"] = ports
    pod: dict[str, Json] = {
        "automountServiceAccountToken": False,
        "nodeSelector": {"kubernetes.io/os": "linux"},
        "containers": [container],
    }
    return {
        "apiVersion": "apps/v1",
        "kind": "Deployment",
        "metadata": {"name": name, "namespace": namespace},
        "spec": {
            "replicas": 2,
            "selector": {"matchLabels": dict(labels)},
            "template": {"metadata": {"labels": dict(labels)}, "spec": pod},
        },
    }
