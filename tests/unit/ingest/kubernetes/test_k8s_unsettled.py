"""Ranked policies that ask for labels which only running pods have."""

from pathlib import Path

import pytest

from reading import read
from seawall.engine.policy import PolicyTable
from seawall.model.dataplane import CALICO
from seawall.model.trace import Verdict

WORKLOADS = """apiVersion: apps/v1
kind: StatefulSet
metadata: {name: db, namespace: x}
spec:
  selector: {matchLabels: {app: db}}
  template: {metadata: {labels: {app: db}}, spec: {containers: [{name: c, image: c}]}}
---
apiVersion: apps/v1
kind: Deployment
metadata: {name: web, namespace: x}
spec:
  selector: {matchLabels: {app: web}}
  template: {metadata: {labels: {app: web}}, spec: {containers: [{name: c, image: c}]}}
---
"""
POLICY = """apiVersion: projectcalico.org/v3
kind: GlobalNetworkPolicy
metadata: {name: one}
spec:
  selector: SUBJECT
  ingress: [RULE]
"""
FIRST = "statefulset.kubernetes.io/pod-name == 'db-0'"


@pytest.mark.parametrize(
    ("subject", "rule", "wanted"),
    [
        (f"app == 'db' && {FIRST}", "{action: Deny}", Verdict.UNKNOWN),
        ("app == 'db'", f"{{action: Allow, source: {{selector: {FIRST}}}}}", None),
        (
            "app == 'db'",
            f"{{action: Deny, source: {{notSelector: {FIRST}}}}}, {{action: Allow}}",
            None,
        ),
        ("app == 'db' && has(batch.kubernetes.io/job-name)", "{action: Deny}", "open"),
        ("app == 'db'", "{action: Deny}", Verdict.DENIED),
    ],
)
def test_labels_that_controllers_add_are_not_known_before_the_pods_are(
    tmp_path: Path, subject: str, rule: str, wanted: Verdict | str | None
) -> None:
    text = POLICY.replace("SUBJECT", subject).replace("RULE", rule)
    snapshot = read(tmp_path, WORKLOADS + text)
    table = PolicyTable.build(snapshot.objects, CALICO)
    pods = {item.name: item for item in snapshot.objects.workloads}
    answer = table.between(pods["web"], pods["db"])
    found = Verdict.ALLOWED if answer.allowed else Verdict.DENIED
    if answer.unknown:
        found = Verdict.UNKNOWN
    assert found is {None: Verdict.UNKNOWN, "open": Verdict.ALLOWED}.get(wanted, wanted)
