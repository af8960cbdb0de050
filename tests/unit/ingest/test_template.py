from seawall.ingest.text.template import is_template, objects_in

CHART = """\
{{- if .Values.policy }}
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata:
  name: deny
  namespace: {{ .Release.Namespace }}
spec:
  podSelector: {}
---
apiVersion: apps/v1
kind: Deployment
metadata:
  name: {{ include "x" . }}
  namespace: shop
spec:
  scaleTargetRef:
    kind: Nothing
{{- end }}
"""


def test_objects_of_a_template_are_counted_and_never_guessed() -> None:
    policy, deployment = objects_in(CHART)
    assert (policy.kind, policy.name, policy.namespace) == (
        "NetworkPolicy",
        "deny",
        None,
    )
    assert policy.line == 3
    assert (deployment.kind, deployment.name, deployment.namespace) == (
        "Deployment",
        None,
        "shop",
    )


def test_plain_text_is_no_template() -> None:
    assert is_template(CHART)
    assert not is_template("a: [")
