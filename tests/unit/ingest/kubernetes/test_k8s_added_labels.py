"""Services that ask for labels which controllers add to pods of templates.

Source: Kubernetes docs, StatefulSets, "Pod name label"; Well-Known Labels.
"""

from pathlib import Path

import pytest

from reading import read

STATEFUL = """
apiVersion: apps/v1
kind: StatefulSet
metadata: {name: s, namespace: x}
spec:
  serviceName: s
  selector: {matchLabels: {app: s}}
  template:
    metadata: {labels: {app: s}}
    spec: {containers: [{name: c, image: i}]}
"""
POD = """
apiVersion: v1
kind: Pod
metadata:
  name: s-0
  namespace: x
  labels: {app: s, statefulset.kubernetes.io/pod-name: s-0}
  ownerReferences: [{apiVersion: apps/v1, kind: StatefulSet, name: s, controller: true}]
spec: {containers: [{name: c, image: i}]}
"""
SERVICE = """
---
apiVersion: v1
kind: Service
metadata: {name: one, namespace: SPACE}
spec:
  selector: {KEY: s-0}
  ports: [{port: 80}]
"""
JOB = STATEFUL.replace("apps/v1\nkind: StatefulSet", "batch/v1\nkind: Job")
NAME = "statefulset.kubernetes.io/pod-name"


@pytest.mark.parametrize(
    ("pods", "space", "key", "doubted"),
    [
        (STATEFUL, "x", NAME, True),
        (STATEFUL, "y", NAME, False),
        (STATEFUL, "x", "app", False),
        (STATEFUL, "x", "job-name", False),
        (JOB, "x", "job-name", True),
        (POD, "x", NAME, False),
    ],
)
def test_a_service_by_a_label_that_no_template_shows_is_not_certain(
    tmp_path: Path, pods: str, space: str, key: str, *, doubted: bool
) -> None:
    text = SERVICE.replace("SPACE", space).replace("KEY", key)
    (service,) = read(tmp_path, pods + text).objects.services
    assert (service.doubt is not None) is doubted
    assert (service.selector is None) is doubted
    if doubted:
        assert f"`{key}`" in str(service.doubt)
