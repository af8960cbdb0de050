"""The pods of a made-up cluster in other forms than `generate.write_dump`'s.

`fat` is JSON with what a real pod holds besides, `yaml` a stream of documents.
"""

import hashlib
import json
from pathlib import Path

from generate import Author, Mix, documents, namespaces, pods

FORMS = ("lean", "fat", "yaml")
PROBE = {"httpGet": {"path": "/healthz", "port": "http"}, "periodSeconds": 10}


def digest(*words: object) -> str:
    return hashlib.sha256(" ".join(map(str, words)).encode()).hexdigest()


def fattened(pod: dict, number: int) -> dict:
    """Return a pod with the fields that `kubectl` shows and no packet depends on."""
    uid = digest("uid", number)
    containers = [
        {
            **container,
            "env": [
                {"name": f"VARIABLE_{n}", "value": f"value-{n}"} for n in range(20)
            ],
            "resources": {"limits": {"cpu": "500m", "memory": "512Mi"}},
            "livenessProbe": PROBE,
            "readinessProbe": PROBE,
        }
        for container in pod["spec"]["containers"]
    ]
    tolerations = [
        {"effect": "NoExecute", "key": f"node.kubernetes.io/{why}"}
        for why in ("not-ready", "unreachable", "memory-pressure")
    ]
    conditions = [
        {"type": what, "status": "True", "lastTransitionTime": "2026-01-01T00:00:00Z"}
        for what in ("Initialized", "Ready", "ContainersReady", "PodScheduled")
    ]
    state = {
        "name": "main",
        "ready": True,
        "imageID": f"sha256:{digest('image')}",
        "containerID": f"containerd://{digest('container', number)}",
    }
    return {
        **pod,
        "metadata": {
            **pod["metadata"],
            "uid": uid[:32],
            "annotations": {"checksum/config": uid},
        },
        "spec": {**pod["spec"], "containers": containers, "tolerations": tolerations},
        "status": {
            **pod["status"],
            "conditions": conditions,
            "containerStatuses": [state],
        },
    }


def write_form(out: Path, mix: Mix, form: str) -> None:
    """Write namespaces, policies and pods into the folder *out*."""
    out.mkdir(parents=True)
    found = list(pods(mix))
    if form == "fat":
        found = [fattened(pod, number) for number, pod in enumerate(found)]
    kinds = {
        "namespaces": namespaces(mix),
        "policies": Author(mix).policies(),
        "pods": found,
    }
    for name, objects in kinds.items():
        if form == "yaml":
            (out / f"{name}.yaml").write_text(documents(objects))
        else:
            whole = {"apiVersion": "v1", "kind": "List", "items": objects}
            text = json.dumps(whole, separators=(",", ":"))
            (out / f"{name}.json").write_text(text)
