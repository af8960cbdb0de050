"""What a change to the network opens or closes between ends that are in the input.

Ends are asked pair by pair, before and after, about the services that the change is
about. Workloads that the network cannot tell apart are asked about as one first.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from seawall.engine.path import NoPolicies, Space
from seawall.engine.path.ground.space import NOWHERE, PUBLIC
from seawall.flowspace import FlowSet
from seawall.model.end import (
    End,
    InternetEnd,
    NodeEnd,
    OnPremisesEnd,
    PodEnd,
    ServiceEnd,
    SubnetEnd,
)
from seawall.query.ask import answered
from seawall.query.case import Case
from seawall.query.fix.effects import Effect, bare, differing
from seawall.query.fix.need import ends_of

NOTHING = FlowSet.empty()
MOST_PAIRS = 400
"""So many pairs of ends are asked; what is left out is told."""

MOST_ALIKE = 100
"""Of workloads alike to the network so many are asked one by one."""


@dataclass(frozen=True, slots=True)
class _Group:
    """Ends that the network cannot tell apart."""

    ends: tuple[End, ...]

    @property
    def first(self) -> End:
        """One of them."""
        return self.ends[0]


@dataclass(frozen=True, slots=True)
class Asking:
    """A comparison of two cases, pair by pair.

    Attributes:
        before: The one case.
        after: The other.
        asked: The pairs of the question, which are left out as far as its services go.
        services: The services of the question.
        also: Further ends that are asked about as targets.
    """

    before: Case
    after: Case
    asked: tuple[tuple[End, End], ...]
    services: FlowSet
    also: tuple[End, ...] = ()

    def effects(self, touched: FlowSet) -> Iterator[Effect]:
        """Yield what differs for packets like those that a change is about.

        Args:
            touched: Headers that a changed rule speaks of, as they are there.

        Complexity: two answers for each pair of classes of ends.
        """
        services = bare(touched)
        origins, destinations = ends_of(touched)
        ends = list(_groups(self.before))
        translated = bool(origins & _translators(self.before))
        sources = [it for it in ends if translated or self._sends(it.first, origins)]
        targets = [it for it in ends if self._has(it.first, destinations)]
        if destinations & PUBLIC:
            targets.append(_Group((InternetEnd(),)))
        targets += self._behind_doors(destinations)
        mine = dict.fromkeys((*(target for _, target in self.asked), *self.also))
        held = {end for group in targets for end in group.ends}
        targets += [_Group((end,)) for end in mine if end not in held]
        pairs = [(one, two) for one in sources for two in targets]
        for source, target in pairs[:MOST_PAIRS]:
            yield from self._between(source, target, services)
        if len(pairs) > MOST_PAIRS:
            rest = f"{len(pairs) - MOST_PAIRS} more pairs of ends that were not asked"
            yield Effect("may open", rest, "each other", services)

    def _behind_doors(self, destinations: Space) -> Iterator[_Group]:
        """Yield the Services whose doors may lead to some addresses."""
        case = self.before
        atlas = case.paths.atlas
        nodes = [atlas.subnet(pool.subnet.value) for pool in atlas.pools]
        near = Space.of(it for home in nodes if home for it in home.prefixes)
        if not destinations & (near | atlas.owned):
            return
        led = {door.service for door in case.paths.doors() if door.service}
        for service in case.snapshot.objects.services:
            if service.label in led:
                yield _Group((ServiceEnd(service),))

    def _has(self, end: End, destinations: Space) -> bool:
        space = self.before.paths.asking.addresses(end)
        return bool((space or NOWHERE) & destinations)

    def _sends(self, end: End, origins: Space) -> bool:
        """Whether packets of an end may carry one of some addresses, or its node's."""
        for start in self.before.paths.starts(end):
            home = self.before.paths.atlas.subnet(start.subnet)
            nodes = Space.of(home.prefixes) if home and start.workload else NOWHERE
            if (start.sources | nodes) & origins:
                return True
        return False

    def _between(
        self, source: _Group, target: _Group, services: FlowSet
    ) -> Iterator[Effect]:
        if len(source.ends) * len(target.ends) > 1:
            was, now = (
                case.paths.partition(
                    source.first, target.first, services=services, policy=NoPolicies()
                ).partition
                for case in (self.before, self.after)
            )
            if was == now:
                return
        pairs = [(one, two) for one in source.ends for two in target.ends]
        for one, two in pairs[:MOST_ALIKE]:
            if one != two or isinstance(one, NodeEnd | SubnetEnd):
                # Those are many machines, which send to one another.
                yield from self._pair(one, two, services)
        if len(pairs) > MOST_ALIKE:
            ends = (_like(source), _like(target))
            yield Effect("may open", *ends, services)

    def _pair(self, source: End, target: End, services: FlowSet) -> Iterator[Effect]:
        was, now = (
            answered(case, source, target, services).partition
            for case in (self.before, self.after)
        )
        if was == now:
            return
        asked = self.services if (source, target) in self.asked else NOTHING
        ends = self.before.end_text(source), self.before.end_text(target)
        for effect in differing(
            ends,
            (was.allowed, was.allowed | was.unknown),
            (now.allowed, now.allowed | now.unknown),
        ):
            flows = bare(effect.flows - asked)
            if flows:
                yield Effect(effect.kind, *ends, flows)


def _like(group: _Group) -> str:
    if len(group.ends) == 1:
        return str(group.first)
    return f"some of {len(group.ends)} like {group.first}"


def _groups(case: Case) -> Iterator[_Group]:
    """Yield the ends of the input, alike ones to the network together."""
    alike: dict[object, list[End]] = {}
    for workload in case.workloads:
        placed = any(pod.node or pod.node_addresses for pod in workload.pods)
        pods = workload.pods if placed or workload.addresses else ()
        key = (workload.host_network, workload.node_pool, pods)
        alike.setdefault(key, []).append(PodEnd(workload))
    for ends in alike.values():
        yield _Group(tuple(ends))
    cluster, fabric = case.cluster, case.snapshot.fabric
    homes: set[str | None] = set()
    for pool in cluster.pools if cluster else ():
        homes |= {pool.subnet.value, pool.pod_subnet.value}
        yield _Group((NodeEnd(pool.name),))
    for subnet in fabric.subnets:
        if subnet.id not in homes:
            yield _Group((SubnetEnd(subnet.id),))
    if fabric.networks:
        yield _Group((InternetEnd(),))
    if fabric.gateways:
        yield _Group((OnPremisesEnd(),))


def _translators(case: Case) -> Space:
    """Return the addresses that packets of many ends may carry."""
    atlas, fabric = case.paths.atlas, case.snapshot.fabric
    homes = [
        *(atlas.subnet(item.subnet) for item in fabric.firewalls),
        *(atlas.subnet(item.subnet) for item in fabric.application_gateways),
    ]
    found = Space.of(
        prefix for home in homes if home is not None for prefix in home.prefixes
    )
    return found | atlas.owned


def network_effects(asking: Asking, touched: Iterable[FlowSet]) -> tuple[Effect, ...]:
    """Return what differs for packets like those that some changes are about."""
    out: dict[tuple[str, str, str], FlowSet] = {}
    for headers in touched:
        for item in asking.effects(headers):
            key = (item.kind, item.source, item.destination)
            out[key] = out.get(key, NOTHING) | item.flows
    return tuple(Effect(*key, flows) for key, flows in out.items())
