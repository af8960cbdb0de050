"""What the API server calls in the cluster, and what would cut it off."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import cached_property

from seawall.engine.path import Answer
from seawall.engine.path.control_plane import NO_AGENTS, Callers, callers
from seawall.engine.path.ground.verdicts import EVERYTHING
from seawall.engine.path.ways_in.backends import Backends
from seawall.flowspace import FlowSet
from seawall.model.control_plane import AGENT_LABEL, AGENT_NAMESPACE, ControlPlaneCall
from seawall.model.dataplane import Tri
from seawall.model.end import ApiServerEnd, End, NodeEnd, PodEnd
from seawall.model.origin import Origin
from seawall.model.packet import PortRange, Protocol
from seawall.model.policy import Direction
from seawall.model.service import Service
from seawall.model.trace import Verdict
from seawall.model.workload import Workload
from seawall.query.ask import ask, reason_of
from seawall.query.case import Case
from seawall.query.control_plane.selecting import may_select
from seawall.query.services import asked_services
from seawall.query.ways_in import from_anyone
from seawall.query.words.port import PortText

AGENT = Workload(
    AGENT_NAMESPACE, "konnectivity-agent", "Deployment", (AGENT_LABEL,), Origin("")
)
"""Stands for agents that the input does not show."""
KUBELET = 10250
"""Source: Kubernetes docs, ports-and-protocols."""
HTTPS = 443
KUBELETS = "kubelets"
TUNNEL = "konnectivity tunnel"


@dataclass(frozen=True, slots=True)
class Called:
    """What becomes of calls to one thing.

    Attributes:
        kind: The kind of object that makes the API server call, `kubelets` for logs,
            exec and port-forward, or `konnectivity tunnel` for what carries calls.
        names: The objects, sorted; empty where no object asks for it.
        target: What is called, in words.
        port: Its port, after translation; None if not known.
        verdict: Whether calls arrive.
        reason: Why not, or why it is not known, as a clause; empty if they arrive.
        is_required: Whether requests to the API server fail if they do not.
        origin: Where it is asked for.
        pools: The pools whose nodes are called, where these are.
    """

    kind: str
    names: tuple[str, ...]
    target: str
    port: int | None
    verdict: Verdict
    reason: str
    is_required: bool
    origin: Origin
    pools: tuple[str, ...] = ()


def calls(case: Case) -> tuple[Called, ...]:
    """Return what the API server calls, alike ones together, the cut ones first.

    Complexity: one question for each pair of a called port and a workload behind it.

    Source:
        docs/semantics/path.md, K.
    """
    if case.cluster is None:
        return ()
    asker = _Asker(case)
    groups: dict[tuple[object, ...], list[Called]] = {}
    for called in (*asker.tunnel(), *asker.kubelets(), *asker.webhooks()):
        key = (called.kind, called.target, called.port, called.verdict, called.reason)
        groups.setdefault((*key, called.is_required), []).append(called)
    merged = [
        replace(
            items[0],
            names=tuple(sorted({name for item in items for name in item.names})),
        )
        for items in groups.values()
    ]
    order = {Verdict.DENIED: 0, Verdict.UNKNOWN: 1, Verdict.ALLOWED: 2}
    return tuple(sorted(merged, key=lambda item: order[item.verdict]))


class _Asker:
    def __init__(self, case: Case) -> None:
        self._case = case
        self._atlas = case.paths.atlas
        self._backends = Backends(self._atlas)
        self._found: dict[object, tuple[Verdict, str]] = {}
        self._services = {item.label: item for item in case.snapshot.objects.services}

    def tunnel(self) -> Iterator[Called]:
        """Yield whether the agents come to the API server, to hold the tunnel."""
        cluster = self._case.cluster
        by = callers(self._atlas, to_node=False)
        agents = [end for end in by.ends if isinstance(end, PodEnd)]
        if cluster is None or not agents:
            return
        verdict, reason = self._agreed(
            [_asked(self._case, end, ApiServerEnd(), HTTPS) for end in agents]
        )
        yield Called(
            TUNNEL,
            (),
            f"API server of {cluster.name}",
            HTTPS,
            verdict,
            reason,
            is_required=True,
            origin=agents[0].workload.origin,
        )

    def kubelets(self) -> Iterator[Called]:
        """Yield whether nodes are reached, for logs, exec and port-forward."""
        cluster = self._case.cluster
        by = callers(self._atlas, to_node=True)
        by_answer: dict[tuple[Verdict, str], list[str]] = {}
        for pool in cluster.pools if cluster else ():
            answer = self._judged(by, NodeEnd(pool.name), KUBELET)
            by_answer.setdefault(answer, []).append(pool.name)
        for (verdict, reason), names in by_answer.items():
            yield Called(
                KUBELETS,
                (),
                f"nodes of {', '.join(names)}",
                KUBELET,
                verdict,
                reason,
                is_required=False,
                origin=cluster.origin if cluster else Origin(""),
                pools=tuple(names),
            )

    def webhooks(self) -> Iterator[Called]:
        """Yield what becomes of each call to a webhook or another API."""
        for call in self._case.snapshot.objects.calls:
            label = f"{call.service_namespace}/{call.service}"
            service = self._services.get(label)
            why = _unreadable(call, service)
            if service is None or why:
                target = call.url or f"service:{label}"
                if not call.url and not call.service:
                    target = "a Service"
                yield _called(call, target, None, (Verdict.UNKNOWN, why))
                continue
            yield from self._behind(call, service)

    def _behind(self, call: ControlPlaneCall, service: Service) -> Iterator[Called]:
        doors = [
            door
            for door in self._backends.doors(service)
            if door.service_port.port == call.port
            and door.service_port.protocol is Protocol.TCP
        ]
        for door in doors:
            hosted = door.workload.host_network
            by = callers(self._atlas, to_node=hosted)
            answer = self._judged(by, PodEnd(door.workload), door.port)
            yield _called(call, door.workload.label, door.port, answer)
        if not doors:
            ports = [it for it in service.ports if it.port == call.port]
            ruling = self._backends.without(service, ports[0] if ports else None)
            sure = bool(ruling.denied)
            verdict = Verdict.DENIED if sure else Verdict.UNKNOWN
            says = ruling.say(EVERYTHING, verdict).says
            yield _called(call, f"service:{service.label}", None, (verdict, says))

    def _judged(
        self, by: Callers, target: PodEnd | NodeEnd, port: int
    ) -> tuple[Verdict, str]:
        key = (by, target, port)
        if key not in self._found:
            self._found[key] = self._judge(by, target, port)
        return self._found[key]

    def _judge(
        self, by: Callers, target: PodEnd | NodeEnd, port: int
    ) -> tuple[Verdict, str]:
        if by.ends:
            return self._agreed(
                [_asked(self._case, end, target, port) for end in by.ends]
            )
        if by.why != NO_AGENTS:
            return Verdict.UNKNOWN, by.why
        return self._by_nobody_seen(target, port)

    def _by_nobody_seen(
        self, target: PodEnd | NodeEnd, port: int
    ) -> tuple[Verdict, str]:
        """Return what becomes of calls by agents that the input does not show.

        The network is asked for a pod of theirs; whom policies let in is told as far
        as it holds whoever they are.
        """
        verdict, reason = Verdict.ALLOWED, ""
        if isinstance(target, PodEnd):
            verdict, reason = from_anyone(
                self._case.table, target.workload, Protocol.TCP, port, NO_AGENTS
            )
        question = asked_services(_tcp(port), target)
        answer = self._case.paths.partition(PodEnd(AGENT), target, services=question)
        by_network = answer.partition.verdict()
        if by_network is not Verdict.ALLOWED and verdict is not Verdict.DENIED:
            part = answer.denied or answer.unknown
            return by_network, _reason(self._case, answer, part)
        if verdict is Verdict.ALLOWED and may_be_held(self._case, AGENT_NAMESPACE):
            return Verdict.UNKNOWN, f"{NO_AGENTS}, and a policy may keep them from it"
        if verdict is not Verdict.DENIED:
            return self._through_the_tunnel(verdict, reason)
        return verdict, reason

    def _through_the_tunnel(self, verdict: Verdict, reason: str) -> tuple[Verdict, str]:
        """Return what becomes of calls that the network lets agents hand on.

        Agents that do not come to the API server hand on nothing. Those that nobody
        sees are taken to come to it as the nodes of some pool do.
        """
        found, why = self._of_nodes
        if found is Verdict.ALLOWED:
            return verdict, reason
        return found, f"agents come to the API server by a tunnel: {why}"

    @cached_property
    def _of_nodes(self) -> tuple[Verdict, str]:
        """What becomes of the nodes' way to the API server, whichever pool it is."""
        cluster = self._case.cluster
        if cluster is None or not cluster.pools:
            return Verdict.ALLOWED, ""
        nodes = (NodeEnd(pool.name) for pool in cluster.pools)
        return self._agreed(
            [_asked(self._case, end, ApiServerEnd(), HTTPS) for end in nodes]
        )

    def _agreed(self, answers: list[tuple[Verdict, str]]) -> tuple[Verdict, str]:
        """Return what holds whichever the platform chooses."""
        verdicts = {verdict for verdict, _ in answers}
        if verdicts == {Verdict.ALLOWED}:
            return Verdict.ALLOWED, ""
        worst = next(item for item in answers if item[0] is not Verdict.ALLOWED)
        if len(verdicts) > 1:
            return Verdict.UNKNOWN, worst[1]
        return worst


def may_be_held(case: Case, namespace: str) -> bool:
    """Whether an egress policy may hold pods of a namespace that nobody sees."""
    if case.dataplane.enforces is Tri.NO:
        return False
    objects = case.snapshot.objects
    held = any(
        item.namespace == namespace and Direction.EGRESS in item.isolates
        for item in objects.policies
    )
    ranked = any(
        Direction.EGRESS in item.governs
        and item.namespace in (None, namespace)
        and may_select(item.subject, namespace) is not False
        for item in objects.ranked_policies
    )
    places = {item.namespace for item in objects.opaque_policies}
    return held or ranked or not places.isdisjoint({None, namespace})


def _asked(case: Case, source: End, target: End, port: int) -> tuple[Verdict, str]:
    asked = ask(case, source, target, _tcp(port))
    return asked.verdict, reason_of(asked)


def _tcp(port: int) -> PortText:
    return PortText(Protocol.TCP, PortRange(port, port))


def _reason(case: Case, answer: Answer, part: FlowSet) -> str:
    witness = part.witness()
    for hop in case.paths.explain(answer, witness) if witness else ():
        if hop.verdict is not Verdict.ALLOWED:
            return f"{hop.layer.value}: {hop.says}"
    return "the network may not carry it"


def _unreadable(call: ControlPlaneCall, service: Service | None) -> str:
    if call.url:
        return "it is called by URL, and how the control plane resolves that is unknown"
    if not call.service or not call.service_namespace:
        return "which Service is called cannot be read"
    if service is None:
        return "its Service is not in the input"
    return (
        "" if service.doubt is None else f"its Service is not certain: {service.doubt}"
    )


def _called(
    call: ControlPlaneCall, target: str, port: int | None, answer: tuple[Verdict, str]
) -> Called:
    verdict, reason = answer
    return Called(
        call.kind,
        (call.name,),
        target,
        port,
        verdict,
        reason,
        call.is_required,
        call.origin,
    )
