"""Reads what makes the API server call into the cluster: webhooks, aggregated APIs."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from seawall.ingest.kubernetes.terms.record import Record, mapping, sequence, text
from seawall.model.control_plane import ControlPlaneCall
from seawall.model.origin import Origin

_ADMISSION = "admissionregistration.k8s.io"
_HOOKS = frozenset(
    {
        (_ADMISSION, "ValidatingWebhookConfiguration"),
        (_ADMISSION, "MutatingWebhookConfiguration"),
    }
)
_API = ("apiregistration.k8s.io", "APIService")
_DEFINITION = ("apiextensions.k8s.io", "CustomResourceDefinition")
_HTTPS = 443
_OPEN_BY_DEFAULT = frozenset({"v1beta1"})
"""Versions in which a webhook that fails is passed over if nothing is said."""


@dataclass(slots=True)
class CallReader:
    """Collects calls, each as often as it stands with another content."""

    found: list[ControlPlaneCall] = field(default_factory=list)

    def take(self, record: Record) -> bool:
        """Take an object; return whether it makes the API server call anything."""
        read = list(_calls(record))
        self.found += read
        return bool(read) or record.type in _HOOKS

    def calls(self) -> tuple[ControlPlaneCall, ...]:
        """Return them, sorted."""
        return tuple(sorted(dict.fromkeys(self.found), key=_order))


def _order(call: ControlPlaneCall) -> tuple[str, str, str, str]:
    return call.kind, call.name, call.hook, str(call.origin)


def _calls(record: Record) -> Iterator[ControlPlaneCall]:
    """Yield the calls that one object asks for.

    Source:
        Kubernetes, admissionregistration/v1 types.go, Webhook, `failurePolicy` and
        `clientConfig`; kube-aggregator apiregistration/v1 types.go, APIServiceSpec: one
        without a Service is answered by the API server itself; apiextensions/v1
        types.go, CustomResourceConversion.
    """
    if record.type in _HOOKS:
        for index, item in enumerate(sequence(record.body.get("webhooks"))):
            hook = mapping(item)
            policy = hook.get("failurePolicy")
            unsaid = record.version not in _OPEN_BY_DEFAULT
            required = unsaid if policy is None else policy != "Ignore"
            yield _call(
                record,
                text(hook.get("name")) or f"#{index}",
                mapping(hook.get("clientConfig")),
                record.origin.at("webhooks", index),
                is_required=required,
            )
    elif record.type == _API and record.spec.get("service") is not None:
        place = record.origin.at("spec", "service")
        yield _call(record, record.name, record.spec, place, is_required=True)
    elif record.type == _DEFINITION:
        conversion = mapping(record.spec.get("conversion"))
        if conversion.get("strategy") == "Webhook":
            webhook = mapping(conversion.get("webhook")) or {
                "clientConfig": conversion.get("webhookClientConfig")
            }
            place = record.origin.at("spec", "conversion")
            client = mapping(webhook.get("clientConfig"))
            yield _call(record, "conversion", client, place, is_required=True)


def _call(
    record: Record,
    hook: str,
    client: Mapping[object, object],
    origin: Origin,
    *,
    is_required: bool,
) -> ControlPlaneCall:
    service = mapping(client.get("service"))
    port = service.get("port", _HTTPS)
    readable = isinstance(port, int) and not isinstance(port, bool)
    return ControlPlaneCall(
        kind=record.kind,
        name=record.name,
        hook=hook,
        service_namespace=text(service.get("namespace")) or "",
        service=(text(service.get("name")) or "") if readable else "",
        port=port if isinstance(port, int) and readable else _HTTPS,
        url=text(client.get("url")) or "",
        is_required=is_required,
        origin=origin,
    )
