"""Questions for packets: who sends what to whom, so that nothing is left unasked.

Every ordered pair of ends is asked, over every service at an edge of a rule that holds
either, and over one that none names. Where that is more than can be sent, pairs take
turns, each with the services first that both ends have a rule for.
"""

from collections.abc import Iterator
from dataclasses import replace
from itertools import chain, zip_longest

from seawall.model.packet import Protocol
from seawall.model.policy import Direction
from seawall.twin.classes.cast import (
    Cast,
    MachineStand,
    PodStand,
)
from seawall.twin.policies.ground import Ground
from seawall.twin.policies.network import holds_nobody, isolating
from seawall.twin.policies.ranked import holding
from seawall.twin.sampling.fronts import (
    to_doors,
    to_fronts,
    to_gateways,
    to_names,
    to_node_ports,
    to_resources,
    to_services,
    to_sites,
)
from seawall.twin.sampling.question import Question, Stand
from seawall.twin.sampling.services import (
    SENT,
    Service,
    of_network_policy,
    of_ranked_policy,
    stranger,
)


def policy_questions(ground: Ground, most: int) -> tuple[Question, ...]:
    """Return what to ask so that policies show what they do.

    Args:
        ground: The cast, and the policies that hold it.
        most: How many questions at most.
    """
    cast = ground.cast
    named = {way: _named(ground, way) for way in Direction}
    everything = set(chain.from_iterable(chain(*(n.values() for n in named.values()))))
    odd = stranger(everything)
    near: list[Question] = []
    rows: list[list[Question]] = []
    for a, b in _pairs(cast):
        row = [Question(a, b, *service) for service in _for_pair(named, a, b, odd)]
        if _share_namespace(a, b) and len(near) + len(row) <= most // 2:
            # Most rules are for pods of one namespace: these pairs are asked whole.
            near += row
        else:
            rows.append(row)
    rows += [list(row) for row in to_services(_selecting(cast), cast.pods, odd)]
    turns = chain.from_iterable(zip_longest(*rows))
    found = [question for question in turns if question is not None]
    return tuple((near + found)[:most])


def _selecting(cast: Cast) -> Cast:
    """Return the cast with those Services alone that pods of it may stand behind."""
    kept = (it for it in cast.services if it.service.selector is not None)
    return replace(cast, services=tuple(kept))


def _share_namespace(one: Stand, other: Stand) -> bool:
    return (
        isinstance(one, PodStand)
        and isinstance(other, PodStand)
        and one.workload.namespace == other.workload.namespace
    )


def _pairs(cast: Cast) -> Iterator[tuple[Stand, Stand]]:
    for pod in cast.pods:
        for other in cast.pods:
            if other is not pod:
                yield pod, other
        others: tuple[Stand, ...] = cast.nodes + cast.places
        for far in others:
            yield pod, far
            yield far, pod


def _for_pair(
    named: dict[Direction, dict[str, tuple[Service, ...]]],
    source: Stand,
    target: Stand,
    odd: int,
) -> tuple[Service, ...]:
    out = _of(named[Direction.EGRESS], source)
    into = _of(named[Direction.INGRESS], target)
    both = [service for service in out if service in into]
    own = (
        [(port.protocol, port.port) for port in target.workload.ports]
        if isinstance(target, PodStand)
        else []
    )
    rest = [(Protocol.TCP, odd), (Protocol.UDP, odd), (Protocol.ICMP, 0)]
    found = dict.fromkeys((*both, *rest[:1], *own, *out, *into, *rest[1:]))
    return tuple(service for service in found if service[0] in SENT)


def _of(named: dict[str, tuple[Service, ...]], stand: Stand) -> tuple[Service, ...]:
    return named.get(stand.name, ()) if isinstance(stand, PodStand) else ()


def _named(ground: Ground, way: Direction) -> dict[str, tuple[Service, ...]]:
    """Return, for each pod, the services at the edges of the rules that hold it."""
    if holds_nobody(ground):
        return {}
    cast = ground.cast
    return {
        stand.name: tuple(
            dict.fromkeys(
                chain(
                    *(
                        of_network_policy(policy, way, stand.workload, cast)
                        for policy in isolating(ground, stand, way)
                    ),
                    *(
                        of_ranked_policy(policy, way, stand.workload, cast)
                        for policy in holding(ground, stand, way)
                    ),
                )
            )
        )
        for stand in cast.pods
    }


def whole_questions(ground: Ground, most: int) -> tuple[Question, ...]:
    """Return what to ask so that the whole network shows what it does.

    Pods, nodes and machines are asked towards each other and towards the internet.
    """
    cast = ground.cast
    named = {way: _named(ground, way) for way in Direction}
    everything = set(chain.from_iterable(chain(*(n.values() for n in named.values()))))
    odd = stranger(everything)
    inside: tuple[Stand, ...] = cast.pods + cast.nodes + cast.machines
    senders = [it for it in inside if not is_endpoint(it)]
    rows = [
        [Question(a, b, *service) for service in _for_pair(named, a, b, odd)]
        for a in senders
        for b in inside + cast.places
        if a is not b
    ]
    rows += [list(row) for row in to_services(cast, senders, odd)]
    rows += [list(row) for row in to_node_ports(cast, senders)]
    rows += [list(row) for row in to_fronts(cast, odd)]
    rows += [list(row) for row in to_gateways(cast, senders, odd)]
    rows += [list(row) for row in to_doors(cast, odd)]
    rows += [list(row) for row in to_sites(cast, senders)]
    rows += [list(row) for row in to_names(cast)]
    rows += [list(row) for row in to_resources(cast, senders)]
    turns = chain.from_iterable(zip_longest(*rows))
    return tuple([question for question in turns if question is not None][:most])


def is_endpoint(stand: Stand) -> bool:
    """Whether somebody is a private endpoint, which sends nothing."""
    return isinstance(stand, MachineStand) and stand.kind == "endpoint"


__all__ = ["Question", "Stand", "is_endpoint", "policy_questions", "whole_questions"]
