"""Whether a cluster reaches what it needs, from every pool and pod that needs it."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from fnmatch import fnmatchcase

from seawall.engine.path import Answer
from seawall.flowspace import Field, FlowSet
from seawall.model.cluster import NodePool
from seawall.model.end import End, NameEnd, NodeEnd, PodEnd
from seawall.model.trace import DecidingRule, Hop, Layer, Verdict
from seawall.model.workload import Workload
from seawall.query.case import Case
from seawall.query.control_plane.calls import may_be_held
from seawall.query.egress.destinations import Destination
from seawall.query.egress.needs import Need
from seawall.query.firewall_names import allowed_names

IPV4 = 4
_LET_PASS = (Layer.FIREWALL, Layer.SUBNET_FILTER, Layer.NIC_FILTER)


@dataclass(frozen=True, slots=True)
class Passage:
    """What becomes of packets to one place, from senders that fare alike.

    Attributes:
        verdict: Allowed only if every packet that may be meant passes.
        says: What decided, as a clause.
        blockers: The hops that deny one of them, or do not know.
        let_by: The hop whose rule let them pass, the firewall's before others.
    """

    verdict: Verdict
    says: str
    blockers: tuple[Hop, ...] = ()
    let_by: Hop | None = None


@dataclass(frozen=True, slots=True)
class Sender:
    """Who must reach something.

    Attributes:
        name: In words.
        end: Where packets come from.
        is_shown: Whether the input shows it, so that policies are known to hold it.
    """

    name: str
    end: End
    is_shown: bool = True


class Senders:
    """Who sends what a cluster needs: the nodes of each pool, and some pods."""

    def __init__(self, case: Case, only: tuple[End, ...] = ()) -> None:
        """Take the senders of a case.

        Args:
            case: The snapshot.
            only: Those to ask; none is all.
        """
        self._case = case
        self._only = only

    def everyone(self) -> tuple[Sender, ...]:
        """Return who may send at all: nodes, and pods with addresses of their own."""
        if self._only:
            return tuple(_named(end) for end in self._only)
        cluster = self._case.cluster
        found: list[Sender] = []
        for pool in cluster.pools if cluster else ():
            found.append(self._nodes(pool))
            if not self._case.paths.atlas.pods_are_hidden:
                found.append(self._pods(pool))
        return tuple(found)

    def _nodes(self, pool: NodePool) -> Sender:
        """Return the nodes of a pool; of pools that fare alike the first is asked."""
        return Sender(f"nodes of {pool.name}", NodeEnd(self._like(pool).name))

    def _pods(self, pool: NodePool) -> Sender:
        unseen = PodEnd(_someone(self._like(pool)))
        return Sender(f"pods on {pool.name}", unseen, is_shown=False)

    def _like(self, pool: NodePool) -> NodePool:
        """Return the first pool that the network cannot tell from this one."""
        mine = _traits(pool)
        pools = self._case.cluster.pools if self._case.cluster else ()
        alike = (each for each in pools if mine and _traits(each) == mine)
        return next(alike, pool)

    def of(self, need: Need) -> Iterator[Sender]:
        """Yield who must reach what a requirement names."""
        if self._only:
            pools = {pool.name for pool in need.pools}
            for end in self._only:
                if not isinstance(end, NodeEnd) or end.pool in pools:
                    yield _named(end)
            return
        for pool in need.pools:
            yield self._nodes(pool)
        patterns = need.requirement.pods
        shown = [each for each in self._case.workloads if _is_meant(each, patterns)]
        for workload in shown:
            yield Sender(workload.label, PodEnd(workload))
        hidden = self._case.paths.atlas.pods_are_hidden
        if patterns and not shown and (not hidden or may_be_held(self._case, SYSTEM)):
            for pool in need.pools:
                yield self._pods(pool)


SYSTEM = "kube-system"
UNSEEN = (
    "a policy may hold pods of kube-system, and those that need this are not in the "
    "input: add `kubectl get pods -n kube-system -o json`"
)


def passage(
    case: Case,
    sender: Sender,
    destination: Destination,
    services: FlowSet,
    *,
    tells_all: bool = True,
) -> Passage:
    """Return what becomes of packets from a sender to a place that it needs.

    A name may have any public address. It is allowed if all of them are reached,
    denied if none is by some sender or on some port, and otherwise not known.

    Args:
        case: The snapshot.
        sender: Who needs it.
        destination: The place.
        services: The protocols and ports that it needs, all of them.
        tells_all: Whether to say what let it pass, too; without, only what denies.
    """
    if destination.end is None or destination.proxied:
        return Passage(Verdict.UNKNOWN, destination.proxied or destination.why)
    answer = asked(case, sender, destination.end, services)
    parts = answer.partition
    unseen = not sender.is_shown and may_be_held(case, SYSTEM)
    if not parts.denied and (unseen or (not tells_all and parts.flows)):
        is_sure = not (unseen or parts.unknown)
        verdict = Verdict.ALLOWED if is_sure else Verdict.UNKNOWN
        return Passage(verdict, UNSEEN if unseen else "")
    narrowed = parts & FlowSet.box(families=(IPV4,))
    if narrowed.flows:
        parts = narrowed
    whole = parts.flows
    if not whole:
        return Passage(Verdict.UNKNOWN, "no packet fits: an address is not known")
    blocked = whole & parts.denied.every(
        Field.DESTINATION, whole.project(Field.DESTINATION)
    )
    if blocked:
        verdict, shown = Verdict.DENIED, blocked & parts.denied
    elif parts.unknown:
        verdict, shown = Verdict.UNKNOWN, parts.unknown
    elif parts.denied:
        verdict, shown = Verdict.UNKNOWN, parts.denied
    else:
        verdict, shown = Verdict.ALLOWED, parts.allowed
    witness = shown.witness()
    hops = case.paths.explain(answer, witness) if witness else ()
    hops = tuple(placed(case, hop) for hop in hops)
    if verdict is Verdict.ALLOWED:
        return Passage(verdict, "", (), let_by(hops))
    stops = tuple(hop for hop in hops if hop.verdict is not Verdict.ALLOWED)
    first = next((hop for hop in stops if hop.verdict is verdict), *stops[:1])
    says = f"{first.layer.value} {first.at}: {first.says}"
    if verdict is Verdict.UNKNOWN and not parts.unknown:
        says = f"it depends on the address that the name has: {says}"
    found = Passage(verdict, says, stops)
    return _in_part(case, sender, destination, services, found)


def asked(case: Case, sender: Sender, target: End, services: FlowSet) -> Answer:
    """Return what becomes of packets of a sender, under policies that hold it."""
    policies = case.policies if sender.is_shown else None
    return case.paths.partition(sender.end, target, services=services, policy=policies)


def _in_part(
    case: Case,
    sender: Sender,
    destination: Destination,
    services: FlowSet,
    found: Passage,
) -> Passage:
    """Look, where names by a pattern are denied, for some of them that are not."""
    pattern = destination.pattern
    if not pattern or found.verdict is not Verdict.DENIED:
        return found
    for firewall in case.snapshot.fabric.firewalls:
        for name in allowed_names(firewall):
            text = name.text.lower()
            if text == pattern or not text.endswith(pattern.partition("*")[2]):
                continue
            if asked(case, sender, NameEnd(name.example), services).allowed:
                says = (
                    f"of these names only some pass, such as `{name.text}`; whether "
                    "others are used is not in the input"
                )
                return replace(found, verdict=Verdict.UNKNOWN, says=says)
    return found


def _traits(pool: NodePool) -> tuple[object, ...]:
    """Return what the network sees of a pool; nothing if some of it is not known."""
    settings = (
        pool.subnet,
        pool.pod_subnet,
        pool.windows,
        pool.node_public_addresses,
        pool.nic_security_group,
    )
    if not all(each.known for each in settings):
        return ()
    return tuple(each.value for each in settings)


def _named(end: End) -> Sender:
    return Sender(f"nodes of {end.pool}" if isinstance(end, NodeEnd) else str(end), end)


def _is_meant(workload: Workload, patterns: tuple[str, ...]) -> bool:
    full = f"{workload.namespace}/{workload.name}"
    return any(fnmatchcase(full, pattern) for pattern in patterns)


def _someone(pool: NodePool) -> Workload:
    """Return a pod that no policy holds, for one that the input does not show."""
    return Workload(
        namespace=SYSTEM,
        name=f"pods on {pool.name}",
        kind="Pod",
        labels=(),
        origin=pool.origin,
        node_pool=pool.name,
    )


def let_by(hops: tuple[Hop, ...]) -> Hop | None:
    """Return the hop whose rule let a packet pass, a firewall's before others."""
    for layer in _LET_PASS:
        for hop in hops:
            if hop.layer is layer and hop.rule is not None:
                return hop
    return next((hop for hop in reversed(hops) if hop.layer is Layer.SOURCE_NAT), None)


def placed(case: Case, hop: Hop) -> Hop:
    """Give a hop the place of its firewall, where no rule of it decided."""
    if hop.layer is not Layer.FIREWALL or hop.rule is not None:
        return hop
    for firewall in case.snapshot.fabric.firewalls:
        if firewall.name == hop.at:
            return replace(hop, rule=DecidingRule(firewall.name, firewall.origin))
    return hop
