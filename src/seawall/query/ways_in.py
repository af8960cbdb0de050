"""Which pods the ways in lead to, at which port, and whether policies let them."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace

from seawall.engine.path.ways_in.backends import selects, target_ports
from seawall.engine.policy import PolicyTable
from seawall.engine.policy.reasons.explain import explain
from seawall.model.address import AddressRange
from seawall.model.dataplane import Tri
from seawall.model.diagnostic import Assumption
from seawall.model.packet import Protocol
from seawall.model.policy import Direction
from seawall.model.service import Service, ServicePort, ServiceType
from seawall.model.snapshot import KubernetesObjects, Snapshot
from seawall.model.trace import Verdict
from seawall.model.way_in import EntryProxy, WayIn
from seawall.model.workload import Workload

_STRANGERS = tuple(
    AddressRange.parse(text).lowest for text in ("192.0.2.1", "2001:db8::1")
)
"""Addresses for documentation: which rules admit everyone shows at any address.

Source: IANA, special-purpose address registries.
"""
_BEST = (Verdict.ALLOWED, Verdict.UNKNOWN, Verdict.DENIED)

GUESS = Assumption(
    "entry-proxies-are-known-by-their-labels",
    "Pods with the labels that the chart of an ingress controller gives are taken to "
    "be that controller.",
    "charts of ingress controllers; AKS docs, app-routing",
    ("ways in",),
)


@dataclass(frozen=True, slots=True)
class Arrival:
    """Where one way in ends.

    Attributes:
        way: The way.
        target: The pods; None if none is known.
        port: The port of the pods; None if it is not known.
        proxies: The pods that serve the way; empty if they are not in the input.
        verdict: Whether the proxy reaches that port.
        reason: Why not, or why it is not known, as a clause; empty if allowed.
    """

    way: WayIn
    target: Workload | None
    port: int | None
    proxies: tuple[Workload, ...]
    verdict: Verdict
    reason: str = ""

    @property
    def target_text(self) -> str:
        """Where it ends, in words."""
        if self.target is not None:
            return self.target.label
        return f"service:{self.way.service_namespace}/{self.way.service}"


Between = Callable[[Workload, Workload, Protocol, int], tuple[Verdict, str]]
"""What becomes of packets between two workloads to a port, and why, as a clause."""


def ways_in(
    snapshot: Snapshot, table: PolicyTable, between: Between | None = None
) -> tuple[Arrival, ...]:
    """Return where every way in ends, in the order of the ways.

    The proxy ends the client's connection, so that policies judge what it opens itself;
    who may reach the proxy is what the doors say.

    Args:
        snapshot: What was read.
        table: Its policies.
        between: What all layers do between a proxy and pods; None asks policies alone.

    Complexity: ports of Services that ways mean, times workloads of their namespace.

    Source:
        Kubernetes docs, concepts, "Ingress"; kubernetes-sigs/gateway-api, "Use cases";
        the target ports of Services as in `seawall.engine.path.ways_in.backends`.
    """
    asker = _Asker(snapshot.objects, table, between)
    known = snapshot.cluster is not None
    return tuple(
        found
        for way in snapshot.objects.ways_in
        if not (way.is_door and known)
        for found in asker.arrivals(way)
    )


def assumptions(arrivals: Iterable[Arrival]) -> tuple[Assumption, ...]:
    """Return what the answers rest on."""
    guessed = any(item.proxies and item.way.proxy.guess for item in arrivals)
    return (GUESS,) if guessed else ()


class _Asker:
    def __init__(
        self, objects: KubernetesObjects, table: PolicyTable, between: Between | None
    ) -> None:
        self._objects, self._table = objects, table
        self._between = between or self._by_policy_alone
        self._services = {
            (item.namespace, item.name): item for item in objects.services
        }
        self._running = [item for item in objects.workloads if item.runs]
        self._by_namespace: dict[str, list[Workload]] = {}
        for item in self._running:
            self._by_namespace.setdefault(item.namespace, []).append(item)
        self._found: dict[object, list[Arrival]] = {}
        self._proxies: dict[EntryProxy, tuple[Workload, ...]] = {}

    def arrivals(self, way: WayIn) -> Iterator[Arrival]:
        """Yield where a way ends; ways to one port of a Service end alike."""
        service = (way.service_namespace, way.service)
        key = (way.proxy, *service, way.port, way.protocol, way.by_target, way.doubt)
        found = self._found.get(key)
        if found is None:
            found = self._found[key] = list(self._ends(way))
        return (replace(item, way=way) for item in found)

    def _ends(self, way: WayIn) -> Iterator[Arrival]:
        """Yield where a way ends: for each kind of pods and each of their ports."""
        proxies = self._pods_of(way.proxy)
        service = self._services.get((way.service_namespace, way.service))
        why = _unled(service)
        if service is None and way.doubt is not None:
            why = way.doubt
        if service is None or service.selector is None or why:
            yield Arrival(way, None, None, proxies, Verdict.UNKNOWN, why)
            return
        ports = list(_ports(way, service))
        pods = [
            item
            for item in self._by_namespace.get(service.namespace, ())
            if selects(service.selector, dict(item.labels))
        ]
        if not pods:
            hidden = self._objects.hidden
            verdict = Verdict.UNKNOWN if hidden else Verdict.DENIED
            why = f"its Service {service.label} selects no pod of the input"
            yield Arrival(way, None, None, proxies, verdict, why)
        elif not ports:
            why = f"its Service {service.label} has no port `{way.port}`"
            yield Arrival(way, None, None, proxies, Verdict.DENIED, why)
        for pod in pods if ports else ():
            numbers = {
                number for port in ports for number in self._targets(way, port, pod)
            }
            if not numbers:
                why = f"the pods have no port `{way.port}` of its Service"
                yield Arrival(way, pod, None, proxies, Verdict.DENIED, why)
            for number in sorted(numbers):
                verdict, why = self._judged(way, pod, number, proxies, service)
                if way.kind == "Service" and not service.local_traffic_only:
                    verdict, why = self._handed_on(verdict, why)
                yield Arrival(way, pod, number, proxies, verdict, why)

    def _targets(self, way: WayIn, port: ServicePort, pod: Workload) -> tuple[int, ...]:
        found = target_ports(port, pod)
        if way.by_target and isinstance(way.port, int):
            return tuple(number for number in found if number == way.port)
        return found

    def _judged(
        self,
        way: WayIn,
        pod: Workload,
        port: int,
        proxies: tuple[Workload, ...],
        service: Service,
    ) -> tuple[Verdict, str]:
        verdict, why = self._by_policy(way, pod, port, proxies)
        if verdict is Verdict.UNKNOWN and self._is_by_address(way, service):
            verdict, why = self._from_addresses(way, pod, port) or (verdict, why)
        if way.doubt is not None and verdict is Verdict.ALLOWED:
            return Verdict.UNKNOWN, way.doubt
        return verdict, why

    def _is_by_address(self, way: WayIn, service: Service) -> bool:
        """Whether pods surely see an address outside, or one judged as such.

        A node that hands a packet on may put its own address in place of the client's.

        Source: docs/semantics/engines.md, D2, D21 and D22.
        """
        if way.kind != "Service" or service.local_traffic_only:
            return way.proxy.is_outside
        return self._table.index.dataplane.block_matches_nodes is Tri.YES

    def _from_addresses(
        self, way: WayIn, pod: Workload, port: int
    ) -> tuple[Verdict, str] | None:
        """Return what policies do with all addresses outside; None if they differ."""
        asked = self._table.services.mask_of(way.protocol, port)
        parts = self._table.outside(pod, Direction.INGRESS, own_node=False)
        if parts and all(part.services.allowed & asked for part in parts):
            return Verdict.ALLOWED, ""
        if not any(part.services.possible & asked for part in parts):
            return Verdict.DENIED, "policies let no address outside reach that port"
        return None

    def _handed_on(self, verdict: Verdict, why: str) -> tuple[Verdict, str]:
        """Return what policies do with what a node hands on, and why.

        Source:
            docs/semantics/path.md, B7; AKS docs,
            migrate-from-npm-to-cilium-network-policy.
        """
        polices = self._table.index.dataplane.polices_cluster_traffic_policy
        if polices is Tri.YES or verdict is Verdict.ALLOWED:
            return verdict, why
        if polices is Tri.NO:
            return Verdict.ALLOWED, ""
        return Verdict.UNKNOWN, "whether policies hold for what a node hands on varies"

    def _by_policy(
        self, way: WayIn, pod: Workload, port: int, proxies: tuple[Workload, ...]
    ) -> tuple[Verdict, str]:
        """Return what policies do between the proxy and the pods, and why."""
        if proxies:
            found = dict(
                self._between(item, pod, way.protocol, port)
                for item in reversed(proxies)
            )
            verdict = next(item for item in _BEST if item in found)
            return verdict, "" if verdict is Verdict.ALLOWED else found[verdict]
        unseen = f"no pod of the input is known to be {way.proxy.name}"
        if way.proxy.is_outside:
            unseen = f"the addresses of {way.proxy.name} are not known"
        return from_anyone(self._table, pod, way.protocol, port, unseen)

    def _by_policy_alone(
        self, source: Workload, pod: Workload, protocol: Protocol, port: int
    ) -> tuple[Verdict, str]:
        verdict = explain(self._table, source, pod, protocol, port).verdict
        if verdict is Verdict.DENIED:
            return verdict, f"network policy keeps {source.label} from it"
        return verdict, f"it is not known whether policy lets {source.label} reach it"

    def _pods_of(self, proxy: EntryProxy) -> tuple[Workload, ...]:
        found = self._proxies.get(proxy)
        if found is None:
            found = self._proxies[proxy] = tuple(
                item
                for item in self._running
                if any(
                    place in (None, item.namespace)
                    and selects(selector, dict(item.labels))
                    for place, selector in proxy.pods
                )
            )
        return found


def from_anyone(
    table: PolicyTable, pod: Workload, protocol: Protocol, port: int, unseen: str
) -> tuple[Verdict, str]:
    """Return what policies surely do with packets to pods, whoever sends them.

    Args:
        table: The policies.
        pod: The pods.
        protocol: The protocol.
        port: Their port.
        unseen: Why it is not known who sends, as a clause.
    """
    decisions = [
        explain(table, stranger, pod, protocol, port).ingress for stranger in _STRANGERS
    ]
    decision = min(decisions, key=lambda item: _BEST.index(item.verdict))
    if pod.host_network or table.index.dataplane.enforces is Tri.NO:
        return decision.verdict, ""
    grips = [table.grip(unit, Direction.INGRESS) for unit in table.units(pod)]
    # Such policies tell who comes by more than its peers.
    ranked = any(grip.is_ordered or grip.unfixed for grip in grips)
    if not (decision.isolating or decision.opaque or ranked):
        sure = decision.verdict is Verdict.ALLOWED
        return decision.verdict, "" if sure else unseen
    everyone = any(
        item.rule.peers is None and not item.doubts for item in decision.allowing
    )
    if everyone and not decision.opaque and not ranked:
        return Verdict.ALLOWED, ""
    fits = decision.allowing or any(not item.fits_peer for item in decision.near_misses)
    if fits or decision.opaque or ranked:
        return Verdict.UNKNOWN, f"{unseen}, and policies look at who comes"
    return Verdict.DENIED, "no policy lets anyone reach that port"


def _unled(service: Service | None) -> str:
    """Return why it is not known where a Service leads; empty if it is."""
    if service is None:
        return "its Service is not in the input"
    if service.doubt is not None:
        return f"its Service {service.label} is not certain: {service.doubt}"
    if service.type is ServiceType.EXTERNAL_NAME:
        return f"its Service {service.label} stands for another name"
    if service.selector is None:
        return f"its Service {service.label} has no selector"
    return ""


def _ports(way: WayIn, service: Service) -> Iterator[ServicePort]:
    """Yield the ports of a Service that a way may mean.

    Source:
        openshift/api route/v1/types.go, RoutePort: a number is that of the pods, a name
        that of the port of the endpoints, which is the name of the Service's.
    """
    for port in service.ports:
        if port.protocol is not way.protocol:
            continue
        by_number = way.by_target and isinstance(way.port, int)
        if way.port is None or by_number or way.port in (port.name, port.port):
            yield port
