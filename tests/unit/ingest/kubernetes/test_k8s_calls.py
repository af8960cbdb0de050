from pathlib import Path

from seawall.ingest import load
from seawall.model.control_plane import ControlPlaneCall


def calls(tmp_path: Path, text: str) -> tuple[ControlPlaneCall, ...]:
    (tmp_path / "objects.yaml").write_text(text, encoding="utf-8")
    return load([tmp_path]).objects.calls


def test_a_webhook_fails_closed_unless_it_says_otherwise(tmp_path: Path) -> None:
    """Source: Kubernetes, admissionregistration/v1 types.go, `failurePolicy`."""
    closed, open_ = calls(
        tmp_path,
        """
        apiVersion: admissionregistration.k8s.io/v1
        kind: MutatingWebhookConfiguration
        metadata: {name: gate}
        webhooks:
        - {name: a, clientConfig: {service: {namespace: gate, name: gate}}}
        - name: b
          failurePolicy: Ignore
          clientConfig: {service: {namespace: gate, name: gate, port: 8443}}
        """,
    )
    assert (closed.label, closed.hook, closed.port, closed.is_required) == (
        "MutatingWebhookConfiguration gate",
        "a",
        443,
        True,
    )
    assert (open_.hook, open_.port, open_.is_required) == ("b", 8443, False)


def test_in_the_first_beta_a_webhook_failed_open(tmp_path: Path) -> None:
    (found,) = calls(
        tmp_path,
        """
        apiVersion: admissionregistration.k8s.io/v1beta1
        kind: ValidatingWebhookConfiguration
        metadata: {name: gate}
        webhooks:
        - {name: a, clientConfig: {service: {namespace: gate, name: gate}}}
        """,
    )
    assert not found.is_required


def test_an_aggregated_api_is_called_only_if_it_has_a_service(tmp_path: Path) -> None:
    """Source: kube-aggregator apiregistration/v1 types.go, APIServiceSpec."""
    (found,) = calls(
        tmp_path,
        """
        apiVersion: v1
        kind: List
        items:
        - apiVersion: apiregistration.k8s.io/v1
          kind: APIService
          metadata: {name: v1beta1.metrics.k8s.io}
          spec: {service: {namespace: kube-system, name: metrics-server}}
        - apiVersion: apiregistration.k8s.io/v1
          kind: APIService
          metadata: {name: v1.apps}
          spec: {group: apps}
        """,
    )
    assert (found.kind, found.service_namespace, found.service) == (
        "APIService",
        "kube-system",
        "metrics-server",
    )


def test_a_conversion_webhook_is_called_in_either_version(tmp_path: Path) -> None:
    """Source: apiextensions/v1 and v1beta1 types.go, CustomResourceConversion."""
    found = calls(
        tmp_path,
        """
        apiVersion: v1
        kind: List
        items:
        - apiVersion: apiextensions.k8s.io/v1
          kind: CustomResourceDefinition
          metadata: {name: a.example.com}
          spec:
            conversion:
              strategy: Webhook
              webhook: {clientConfig: {service: {namespace: n, name: s}}}
        - apiVersion: apiextensions.k8s.io/v1beta1
          kind: CustomResourceDefinition
          metadata: {name: b.example.com}
          spec:
            conversion:
              strategy: Webhook
              webhookClientConfig: {service: {namespace: n, name: s}}
        - apiVersion: apiextensions.k8s.io/v1
          kind: CustomResourceDefinition
          metadata: {name: c.example.com}
          spec: {conversion: {strategy: None}}
        """,
    )
    assert [item.name for item in found] == ["a.example.com", "b.example.com"]


def test_junk_in_a_webhook_is_a_call_that_cannot_be_read(tmp_path: Path) -> None:
    found = calls(
        tmp_path,
        """
        apiVersion: admissionregistration.k8s.io/v1
        kind: ValidatingWebhookConfiguration
        metadata: {name: gate}
        webhooks:
        - 7
        - {name: [x], clientConfig: {service: {namespace: [], name: 3, port: x}}}
        - {name: url, clientConfig: {url: "https://hooks.example.com"}}
        """,
    )
    assert [(item.service, item.url) for item in found] == [
        ("", ""),
        ("", ""),
        ("", "https://hooks.example.com"),
    ]


def test_a_configuration_without_webhooks_calls_nothing(tmp_path: Path) -> None:
    text = """
        apiVersion: admissionregistration.k8s.io/v1
        kind: ValidatingWebhookConfiguration
        metadata: {name: gate}
        webhooks: nonsense
        """
    assert calls(tmp_path, text) == ()
