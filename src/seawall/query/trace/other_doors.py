"""By which doors clients outside come to pods that they do not reach at their address.

A proxy at the edge, a front end or a port of a node takes packets at an address and
port of its own: whoever asks for the pods is told what else to ask for.
"""

from collections.abc import Iterator

from seawall.engine.path import DoorKind
from seawall.model.end import ApiServerEnd, InnerEnd, NameEnd, PodEnd
from seawall.model.trace import Verdict
from seawall.model.workload import Workload
from seawall.query.ask import answered
from seawall.query.case import Case
from seawall.query.services import asked_services, services_of
from seawall.query.trace.answer import TraceAnswer
from seawall.query.trace.parts import service_text
from seawall.query.ways_in import Arrival, ways_in

FEW = 4


def other_doors(case: Case, answer: TraceAnswer) -> list[str]:
    """Return what else leads to the pods that were asked for, as sentences.

    Returns:
        Nothing for what starts in the cluster, where the packets arrive, and for ends
        that are no pods with addresses of their own.

    Complexity: that of all doors of the input.
    """
    shown = answer.shown
    target = shown.target
    if isinstance(target, NameEnd | ApiServerEnd):
        return list(_by_address(case, answer, InnerEnd(target)))
    starts_inside = any(
        start.is_in_cluster for start in case.paths.starts(shown.source)
    )
    if answer.verdict is Verdict.ALLOWED or starts_inside:
        return []
    if not isinstance(target, PodEnd) or target.workload.host_network:
        return []
    found = list(
        dict.fromkeys(
            (
                *_by_proxies(case, target.workload),
                *_by_doors(case, target),
                *_by_host_ports(target.workload),
            )
        )
    )
    left = len(found) - FEW
    return [*found[:FEW], f"and {left} more: `seawall check`"] if left > 0 else found


def _by_address(case: Case, answer: TraceAnswer, end: InnerEnd) -> Iterator[str]:
    """Yield that the private address of a name gets there without the name."""
    if answer.verdict is Verdict.ALLOWED:
        return
    wanted = asked_services(answer.port, end)
    found = answered(case, answer.shown.source, end, wanted)
    if found.allowed:
        services = "; ".join(map(service_text, services_of(found.allowed)))
        found_at = case.paths.asking.resolver.inner(end)
        where = f" {found_at.addresses}" if found_at and not found_at.somewhere else ""
        knows = f"whoever knows its private address{where} needs no name"
        yield f"{knows}: {services} arrives"


def _by_proxies(case: Case, pods: Workload) -> Iterator[str]:
    for item in ways_in(case.snapshot, case.table):
        if item.verdict is Verdict.DENIED or item.target != pods:
            continue
        if item.port is not None:
            yield _by_proxy(item, item.port)


def _by_proxy(item: Arrival, number: int) -> str:
    way = item.way
    ports = way.listens or (443,)
    host = f" for {way.host}" if way.host else ""
    leads = "may lead" if item.verdict is Verdict.UNKNOWN else "leads"
    to = f"to {way.protocol.name} {number}"
    if not item.proxies and way.kind == "Service":
        return f"{way.label} {leads} {way.proxy.name} {to}, at its port {ports[-1]}"
    says = f"{way.label}{host} {leads} {to}"
    if not item.proxies:
        return f"{says}, by {way.proxy.name}, which is not in the input"
    proxy = item.proxies[0]
    name = f"{proxy.namespace}/{proxy.name}"
    return f"{says}, by {proxy.label}: ask for `{name}:{ports[-1]}`"


def _by_doors(case: Case, target: PodEnd) -> Iterator[str]:
    for item in case.doors:
        door = item.door
        if item.end != target or door.kind is DoorKind.PODS:
            continue
        taken = item.flows if door.kind is DoorKind.NODE else door.headers
        listed = "; ".join(service_text(each) for each in services_of(taken))
        leads = "may lead" if item.verdict is Verdict.UNKNOWN else "leads"
        if not door.addresses:
            yield f"{item.name} {leads} to it, at an address that comes later: {listed}"
            continue
        yield f"{item.name} {leads} to it: ask for {door.addresses} and {listed}"


def _by_host_ports(pods: Workload) -> Iterator[str]:
    for port in pods.host_ports:
        if port.port and port.target:
            yield (
                f"{port.protocol.name} {port.port} of its nodes leads to its port "
                f"{port.target}: ask for `node:POOL:{port.port}`"
            )
