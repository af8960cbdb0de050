"""Ingress controllers that AKS's application routing runs for objects of the cluster.

Source: AKS docs, app-routing-nginx-configuration; Azure/aks-app-routing-operator,
api/v1alpha1/nginxingresscontroller_types.go, pkg/manifests/nginx.go and
pkg/controller/nginxingress: what it names its pods, and where they run.
"""

from collections.abc import Iterable, Iterator, Sequence

from seawall.ingest.kubernetes.language import Placed
from seawall.ingest.kubernetes.terms.record import Record, mapping, text
from seawall.model.selector import Operator, Requirement, Selector
from seawall.model.service import NginxController, Service
from seawall.model.way_in import EntryProxy, WayIn

NAMESPACE = "app-routing-system"
CONTROLLER = ("approuting.kubernetes.azure.com", "NginxIngressController")
_DEFAULT_CLASS = "webapprouting.kubernetes.azure.com"
_MOST_COLLISIONS = 5


def controllers_of(placed: Iterable[Placed]) -> tuple[NginxController, ...]:
    """Return the controllers that some objects ask for, sorted by name."""
    found = (_read(it.record) for it in placed if it.record.type == CONTROLLER)
    return tuple(sorted(found, key=lambda item: item.name))


def _read(record: Record) -> NginxController:
    spec = record.spec
    given = mapping(spec.get("defaultBackendService"))
    named = text(given.get("namespace")), text(given.get("name"))
    notes = mapping(spec.get("loadBalancerAnnotations"))
    ingress_class = text(spec.get("ingressClassName")) or record.name
    is_default = record.name == "default" and ingress_class == _DEFAULT_CLASS
    prefix = text(spec.get("controllerNamePrefix")) or "nginx"
    names = tuple(f"{prefix}-{number}" for number in range(_MOST_COLLISIONS + 1))
    return NginxController(
        record.name,
        ingress_class,
        ("nginx",) if is_default else names,
        tuple(sorted((str(key), str(value)) for key, value in notes.items())),
        record.origin,
        (named[0] or "", named[1] or "") if all(named) else None,
        tuple(
            port
            for port in (80, 443)
            if port != 80 or spec.get("httpDisabled") is not True  # noqa: PLR2004
        ),
    )


def proxy_of(chosen: str, controllers: Sequence[NginxController]) -> EntryProxy | None:
    """Return who serves a class of Ingresses, if one of these controllers does."""
    mine = [item for item in controllers if item.ingress_class == chosen]
    names = frozenset(name for item in mine for name in item.names)
    if not mine:
        return None
    return EntryProxy(
        f"ingress controller of class `{chosen}`",
        ((NAMESPACE, Selector((Requirement("app", Operator.IN, names),))),),
        guess="its pods are known by the labels that application routing gives them",
    )


def default_ways(
    controllers: Sequence[NginxController], services: Iterable[Service]
) -> Iterator[WayIn]:
    """Yield where controllers lead what no Ingress takes.

    Source:
        kubernetes/ingress-nginx, docs/user-guide/cli-arguments,
        `--default-backend-service`: to the first port of the Service.
    """
    known = {(item.namespace, item.name): item for item in services}
    for item in controllers:
        proxy = proxy_of(item.ingress_class, controllers)
        if item.default_backend is None or proxy is None:
            continue
        namespace, name = item.default_backend
        service = known.get(item.default_backend)
        first = service.ports[0].port if service and service.ports else None
        yield WayIn(
            CONTROLLER[1],
            NAMESPACE,
            item.name,
            proxy,
            namespace,
            name,
            first,
            item.origin,
            listens=item.ports,
        )
