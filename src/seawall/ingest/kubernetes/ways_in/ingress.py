"""Ways in through Ingresses, and the controllers that serve them."""

from collections.abc import Iterable, Iterator, Sequence

from seawall.ingest.kubernetes.language import Placed
from seawall.ingest.kubernetes.terms.record import mapping, text
from seawall.ingest.kubernetes.ways_in.app_routing import NAMESPACE, proxy_of
from seawall.model.selector import Operator, Requirement, Selector
from seawall.model.service import Ingress, NginxController
from seawall.model.way_in import CONTAINERS, EntryProxy, WayIn

_KEYS = ("app.kubernetes.io/name", "app")
_DEFAULT = "ingressclass.kubernetes.io/is-default-class"
_BY_CUSTOM = (
    ("webapprouting", NAMESPACE, _KEYS, frozenset({"nginx"})),
    (
        "approuting.kubernetes.azure.com",
        NAMESPACE,
        ("app.kubernetes.io/component",),
        frozenset({"ingress-controller"}),
    ),
    ("nginx", None, _KEYS, frozenset({"ingress-nginx", "nginx-ingress"})),
    ("traefik", None, _KEYS, frozenset({"traefik"})),
    ("haproxy", None, _KEYS, frozenset({"kubernetes-ingress", "haproxy-ingress"})),
    ("kong", None, _KEYS, frozenset({"kong"})),
    ("istio", None, ("istio",), frozenset({"ingressgateway"})),
    ("contour", None, ("app",), frozenset({"envoy"})),
)
"""Words in the name of a class or of its controller, and the pods of that controller.

Source: the charts of these controllers; AKS docs, app-routing.
"""
_OUTSIDE = ("application-gateway", "azure-alb", "alb.networking.azure.io")
"""Controllers that set up a gateway of Azure outside the cluster."""
PORTS = (80, 443)


def ingress_ways(
    ingresses: Iterable[Ingress],
    classes: Iterable[Placed],
    controllers: Sequence[NginxController] = (),
) -> Iterator[WayIn]:
    """Yield the ways that Ingresses open.

    Args:
        ingresses: These.
        classes: What says which controller serves a class.
        controllers: Those that application routing runs.

    Source:
        Kubernetes, networking/v1 types.go, IngressSpec and IngressClassSpec; without a
        class, that which is marked as the default.
    """
    known = {item.record.name: item.record for item in classes}
    written = {
        name: text(record.spec.get("controller")) or ""
        for name, record in known.items()
    }
    default = next(
        (
            name
            for name, record in known.items()
            if mapping(record.metadata.get("annotations")).get(_DEFAULT) == "true"
        ),
        "",
    )
    for ingress in ingresses:
        chosen = ingress.ingress_class or default
        proxy = proxy_of(chosen, controllers) or controller(
            chosen, written.get(chosen, "")
        )
        for backend in ingress.backends:
            yield WayIn(
                "Ingress",
                ingress.namespace,
                ingress.name,
                proxy,
                ingress.namespace,
                backend.service,
                backend.port,
                ingress.origin,
                backend.host,
                backend.path,
                PORTS,
            )


def controller(chosen: str, written: str) -> EntryProxy:
    """Return who serves a class of Ingresses; an empty name is a class not given."""
    name = f"ingress controller of class `{chosen}`" if chosen else "ingress controller"
    words = f"{chosen} {written}"
    if any(word in words for word in _OUTSIDE):
        device = CONTAINERS if is_for_containers(words) else ""
        return EntryProxy(name, is_outside=True, device=device)
    fits = [it for it in _BY_CUSTOM if it[0] in words or not (chosen or written)]
    if "approuting" in words:
        fits = fits[:1]
    return EntryProxy(
        name,
        tuple(
            (place, labelled(key, values))
            for _, place, keys, values in fits
            for key in keys
        ),
        guess="its pods are known by the labels of its chart" if fits else None,
    )


def is_for_containers(words: str) -> bool:
    """Whether a class is that of an Application Gateway for Containers.

    Source:
        Azure docs, application-gateway/for-containers, overview: `azure-alb-external`
        and the controller `alb.networking.azure.io`.
    """
    return "azure-alb" in words or "alb.networking.azure.io" in words


def labelled(key: str, values: frozenset[str]) -> Selector:
    """Return the selector of pods that carry one of some values."""
    return Selector((Requirement(key, Operator.IN, values),))
