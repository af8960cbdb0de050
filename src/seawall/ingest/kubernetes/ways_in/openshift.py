"""Ways in through OpenShift Routes."""

from collections.abc import Iterable, Iterator

from seawall.ingest.kubernetes.language import Placed
from seawall.ingest.kubernetes.terms.record import mapping, sequence, text
from seawall.ingest.kubernetes.ways_in.ingress import labelled
from seawall.ingest.kubernetes.ways_in.note import Notes
from seawall.model.way_in import EntryProxy, WayIn

_ROUTER = EntryProxy(
    "OpenShift router",
    (
        (
            "openshift-ingress",
            labelled(
                "ingresscontroller.operator.openshift.io/deployment-ingresscontroller",
                frozenset({"default"}),
            ),
        ),
    ),
    guess="its pods are taken to be those of the default ingress controller",
)


def openshift_ways(routes: Iterable[Placed], notes: Notes) -> Iterator[WayIn]:
    """Yield the ways that Routes open.

    Source:
        openshift/api route/v1/types.go: `to` and `alternateBackends` name Services;
        `port.targetPort` is a port of the pods, by number or name; without it, all
        ports of the Service may serve. TLS, passthrough or not, comes at port 443.
    """
    for item in routes:
        record = item.record
        spec = record.spec
        port = mapping(spec.get("port")).get("targetPort")
        if isinstance(port, bool) or not isinstance(port, int | str):
            port = None
        if isinstance(port, str) and port.isdecimal():
            port = int(port)
        others = list(enumerate(sequence(spec.get("alternateBackends"))))
        targets = [(("spec", "to"), spec.get("to"))]
        targets += [(("spec", "alternateBackends", at), it) for at, it in others]  # type: ignore[misc]
        for pointer, target in targets:
            name = text(mapping(target).get("name"))
            if name is None or mapping(target).get("kind", "Service") != "Service":
                notes.unread(record, pointer, "names no Service", "name a Service")
                continue
            yield WayIn(
                "Route",
                item.namespace or "",
                record.name,
                _ROUTER,
                item.namespace or "",
                name,
                port,
                record.origin.at(*pointer),
                text(spec.get("host")) or "",
                text(spec.get("path")) or "",
                (443,) if spec.get("tls") else (80,),
                by_target=True,
                doubt=record.doubt,
            )
