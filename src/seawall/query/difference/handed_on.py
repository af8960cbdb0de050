"""What Services lead to pods, where two engines do not police it alike.

A node that hands a client on for a Service, or a pod back to itself, may do so past all
policies. Which engines police that is data (`model/dataplane.py`).
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial

from seawall.engine.path.ways_in.backends import headers_to, selects, target_ports
from seawall.engine.path.ways_in.node_ports import PUBLISHED
from seawall.engine.policy import ServiceMask
from seawall.model.address import AddressRange, merged, without
from seawall.model.dataplane import Tri
from seawall.model.packet import Protocol
from seawall.model.policy import Direction
from seawall.model.service import Service, ServiceType
from seawall.model.trace import Verdict
from seawall.model.workload import Workload
from seawall.query.difference.cause import cause
from seawall.query.difference.change import (
    Because,
    Cause,
    Change,
    ChangedEnd,
    NamedEnd,
    Turn,
)
from seawall.query.difference.side import Side, name_of
from seawall.query.places import cluster_ranges
from seawall.query.services import services_of

_OF = {
    Tri.NO: "{it} past the policies of its pods",
    Tri.UNDEFINED: "whether policies hold for that is not fixed",
}
_EITHER = (
    "policies see the client where the pod runs on the node that takes it in, and "
    "that node's address elsewhere; they do not treat both alike"
)
_IN_TWO_MINDS = Verdict.UNKNOWN
_EVERYONE = {4: "0.0.0.0/0", 6: "::/0"}


@dataclass(frozen=True, slots=True)
class _Backend:
    """Pods that a Service leads to on one port."""

    service: Service
    workload: Workload
    protocol: Protocol
    port: int


def handed_on(sides: tuple[Side, Side]) -> tuple[Change, ...]:
    """Return what Services let pass differently under the engines of two sides.

    Args:
        sides: Two answers about one input.

    Source: AKS docs, migrate-from-npm-to-cilium-network-policy, read 2026-08-21; and as
    `seawall.model.dataplane` says of `polices_cluster_traffic_policy` and
    `polices_hairpin`.
    """
    left, right = (side.result.table.index.dataplane for side in sides)
    wanted = sides[0].result.narrowing
    found: list[Change] = []
    if wanted.source_ranges != () and wanted.sources is None:
        flags = (
            left.polices_cluster_traffic_policy,
            right.polices_cluster_traffic_policy,
        )
        if flags[0] is not flags[1]:
            for each in _backends(sides, _takes_clients):
                found.extend(_from_clients(each, sides, flags))
    if wanted.sources is None and wanted.destinations is None:
        flags = left.polices_hairpin, right.polices_hairpin
        if flags[0] is not flags[1]:
            for each in _backends(sides, _leads_back):
                found.extend(_to_itself(each, sides, flags))
    return tuple(found)


def _takes_clients(service: Service) -> bool:
    return service.type in PUBLISHED and not service.local_traffic_only


def _leads_back(service: Service) -> bool:
    return service.type is not ServiceType.EXTERNAL_NAME and not service.headless


def _backends(
    sides: tuple[Side, Side], wanted: Callable[[Service], bool]
) -> Iterator[_Backend]:
    """Yield the pods behind Services, with each port that these lead to."""
    result = sides[0].result
    carried = [side.result.table.index.dataplane.carries_sctp for side in sides]
    homes: dict[str, list[Workload]] = {}
    for name in sorted(sides[0].destinations & sides[1].destinations):
        workload = sides[0].workload(name)
        if workload is not None and not workload.host_network:
            homes.setdefault(workload.namespace, []).append(workload)
    for service in result.snapshot.objects.services:
        selector = service.selector
        if not selector or not wanted(service):
            continue
        for workload in homes.get(service.namespace, ()):
            if not selects(selector, dict(workload.labels)):
                continue
            numbers = {
                (port.protocol, number)
                for port in service.ports
                for number in target_ports(port, workload)
            }
            if carried != [Tri.YES, Tri.YES]:
                # It is told apart from policies that an engine does not carry it.
                numbers = {it for it in numbers if it[0] is not Protocol.SCTP}
            for protocol, number in sorted(numbers):
                yield _Backend(service, workload, protocol, number)


def _from_clients(
    it: _Backend, sides: tuple[Side, Side], flags: tuple[Tri, Tri]
) -> Iterator[Change]:
    """Yield what changes for clients that a node hands on with its own address."""
    parts = [_judged(it, side, flag) for side, flag in zip(sides, flags, strict=True)]
    turns: dict[tuple[Verdict, Verdict], list[AddressRange]] = {}
    for before, ranges in parts[0].items():
        for after, others in parts[1].items():
            if before is not after:
                shared = _shared(ranges, others)
                turns.setdefault((before, after), []).extend(shared)
    for (before, after), held in turns.items():
        if held:
            clients: ChangedEnd = tuple(merged(held))
            says = "a node hands clients on"
            yield _change(it, clients, (before, after), sides, flags, says)


def _judged(
    it: _Backend, side: Side, flag: Tri
) -> dict[Verdict, tuple[AddressRange, ...]]:
    """Return the clients of a Service by what becomes of them."""
    table = side.result.table
    workload = side.workload(name_of(it.workload)) or it.workload
    inside = [each for held in cluster_ranges(side.result.snapshot) for each in held]
    families = table.index.columns.families
    clients = _clients(it.service)
    if not clients:
        clients = tuple(AddressRange.parse(_EVERYONE[version]) for version in families)
    asked = without(clients, inside)
    found: dict[Verdict, list[AddressRange]] = {}
    by_node = _by_node(it, side, workload)
    for part in table.outside(workload, Direction.INGRESS, asked, own_node=False):
        judged = _verdict(it, side, part.services)
        verdict = _as_policed(judged, flag)
        if verdict is judged and flag is not Tri.NO and judged is not by_node:
            verdict = _IN_TWO_MINDS
        found.setdefault(verdict, []).extend(part.ranges)
    return {verdict: tuple(merged(ranges)) for verdict, ranges in found.items()}


def _as_policed(verdict: Verdict, flag: Tri) -> Verdict:
    """Return what becomes of what policies decide, as an engine heeds them."""
    if verdict is Verdict.ALLOWED or flag is Tri.YES:
        return verdict
    return Verdict.ALLOWED if flag is Tri.NO else Verdict.UNKNOWN


def _by_node(it: _Backend, side: Side, workload: Workload) -> Verdict:
    """Return what becomes of packets that come from another node.

    Where its nodes are is not always known: then whatever is outside counts.
    """
    _, nodes = cluster_ranges(side.result.snapshot)
    parts = side.result.table.outside(
        workload, Direction.INGRESS, nodes or None, own_node=False
    )
    verdicts = {_verdict(it, side, part.services) for part in parts}
    return verdicts.pop() if len(verdicts) == 1 else _IN_TWO_MINDS


def _to_itself(
    it: _Backend, sides: tuple[Side, Side], flags: tuple[Tri, Tri]
) -> Iterator[Change]:
    """Yield what changes for a pod that a Service leads back to itself."""
    verdicts = []
    for side, flag in zip(sides, flags, strict=True):
        workload = side.workload(name_of(it.workload)) or it.workload
        mask = side.result.table.between(workload, workload)
        verdicts.append(_as_policed(_verdict(it, side, mask), flag))
    before, after = verdicts
    if before is not after:
        end = NamedEnd("service", f"itself, by the address of {it.service.label}")
        says = "a pod reaches itself"
        yield _change(it, end, (before, after), sides, flags, says)


def _change(
    it: _Backend,
    far: ChangedEnd,
    verdicts: tuple[Verdict, Verdict],
    sides: tuple[Side, Side],
    flags: tuple[Tri, Tri],
    says: str,
) -> Change:
    flows = headers_to(it.protocol, it.port)
    turn = Turn(services_of(flows), *verdicts, lambda: flows)
    # Policies know no pod that sends to itself; another pod of its is asked about.
    mine: tuple[ChangedEnd, ...] = (it.workload,)
    others: tuple[ChangedEnd, ...] = (far,)
    sources, destinations, asked = others, mine, Change(others, mine, turn)
    if isinstance(far, NamedEnd):
        sources, destinations, asked = mine, others, Change(mine, mine, turn)
    because: Because = partial(_because, it, asked, sides, flags, says)
    via = f"Service {it.service.label}"
    return Change(sources, destinations, turn, area="ways in", via=via, because=because)


def _because(
    it: _Backend,
    asked: Change,
    sides: tuple[Side, Side],
    flags: tuple[Tri, Tri],
    says: str,
) -> tuple[tuple[Cause, ...], tuple[Cause, ...]]:
    found: list[tuple[Cause, ...]] = []
    verdicts = asked.turn.before, asked.turn.after
    for side, flag, verdict in zip(sides, flags, verdicts, strict=True):
        by_policy = cause(asked, side, verdict or Verdict.DENIED)
        if flag is not Tri.YES:
            text = _OF[flag].format(it=says)
            found.append((Cause(text, None, it.service.origin),))
        elif verdict is _IN_TWO_MINDS and not by_policy:
            found.append((Cause(_EITHER, None, it.service.origin),))
        else:
            found.append(by_policy)
    return found[0], found[1]


def _verdict(it: _Backend, side: Side, mask: ServiceMask) -> Verdict:
    bit = side.result.table.services.mask_of(it.protocol, it.port)
    if mask.allowed & bit == bit:
        return Verdict.ALLOWED
    return Verdict.UNKNOWN if mask.possible & bit else Verdict.DENIED


def _clients(service: Service) -> tuple[AddressRange, ...]:
    """Return whom a Service takes in; where that cannot be read, everyone."""
    try:
        return merged(AddressRange.parse(it) for it in service.source_ranges)
    except ValueError:
        return ()


def _shared(
    ranges: tuple[AddressRange, ...], others: tuple[AddressRange, ...]
) -> list[AddressRange]:
    return [
        AddressRange(one.version, max(one.first, two.first), min(one.last, two.last))
        for one in ranges
        for two in others
        if one.overlaps(two)
    ]
