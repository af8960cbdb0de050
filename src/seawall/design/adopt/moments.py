"""The moments of a step: what runs at each, one after the other.

A step that AKS carries out node by node has a moment between; one that a person carries
out in parts has a moment after each part.

Source: AKS docs, update-azure-cni, migrate-from-npm-to-cilium-network-policy
(policies are not enforced on a node that is not replaced yet),
api-server-vnet-integration, egress-udr.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from seawall.design.adopt import becoming
from seawall.design.adopt.ahead import Ahead
from seawall.design.options import (
    ApiServer,
    AuthorizedRanges,
    Firewall,
    Ingress,
    Option,
    OutboundType,
    PolicyEngine,
)
from seawall.model.snapshot import Snapshot

State = Mapping[str, Option]
_ENGINE = {"dataplane", "engine", "level"}
_SERVER = {"api_server", "zone", "public_name", "ranges"}
_OUT = {"outbound", "firewall"}
PACKETS = frozenset({*_ENGINE, *_SERVER, *_OUT, "network", "addressing"})
"""The decisions that packets show; the others change none."""
_INTEGRATED = (ApiServer.VNET_PUBLIC, ApiServer.VNET_PRIVATE)
_OWN = (Firewall.STANDARD, Firewall.PREMIUM)


@dataclass(frozen=True, slots=True)
class Model:
    """What runs at a moment.

    Attributes:
        says: When, as a clause.
        snapshot: What runs; None while everything stands still.
    """

    says: str
    snapshot: Snapshot | None


@dataclass(frozen=True, slots=True)
class Change:
    """A step between two states.

    Attributes:
        sets: What it changes.
        state: What is decided before it.
        to: What a design has that is decided as after it.
        authorized: The ranges of operators, where ranges are authorized after it.
    """

    sets: State
    state: State
    to: Ahead
    authorized: tuple[str, ...] = ()


def moments(running: Snapshot, step: Change) -> Iterator[Model]:
    """Yield the moments of a step, the last is after it.

    Args:
        running: What runs before the step.
        step: What it changes.
    """
    sets, state, to = step.sets, step.state, step.to
    changed = {name for name, option in sets.items() if state[name] is not option}
    here = running
    if "network" in changed:
        here = becoming.settled(becoming.beside(here, to))
        yield Model("once it stands", here)
    if "addressing" in changed:
        here = becoming.addressed(here, to)
        yield Model("once every node is replaced", here)
    if changed & _ENGINE:
        for model in _engine(here, changed, sets, to):
            here = model.snapshot or here
            yield model
    if changed & _OUT:
        for model in _way_out(here, changed, step):
            here = model.snapshot or here
            yield model
    if changed & _SERVER:
        yield from _server(here, step)


def _engine(
    here: Snapshot, changed: set[str], sets: State, to: Ahead
) -> Iterator[Model]:
    after = becoming.enforced(here, to)
    if not changed & {"dataplane", "engine"}:
        yield Model("once it is updated", after)
        return
    if sets.get("engine") is not PolicyEngine.NONE:
        between = becoming.unenforced(here)
        yield Model("while nodes are replaced, one after the other", between)
    yield Model("once every node is replaced", after)


def _way_out(here: Snapshot, changed: set[str], step: Change) -> Iterator[Model]:
    sets, to = step.sets, step.to
    wall = sets.get("firewall", step.state["firewall"])
    if "outbound" not in changed:
        led = becoming.led(becoming.beside(here, to), to)
        yield Model("once packets are led to it", becoming.settled(led))
        return
    out = sets["outbound"]
    if out in (OutboundType.USER_NAT_GATEWAY, OutboundType.USER_DEFINED_ROUTING):
        here = becoming.settled(becoming.beside(here, to))
        what = "firewall" if wall in _OWN else "gateway"
        yield Model(f"once the {what} stands, and nothing leads there", here)
    if brings_ways_in(sets, step.state) and to.objects.services:
        here = becoming.opened(here, to)
        yield Model("once the new ways in stand", here)
    if step.state["ranges"] is AuthorizedRanges.STATED:
        here = becoming.admitted(here)
        yield Model("once the new address is authorized", here)
    here = becoming.settled(becoming.led(here, to))
    yield Model(f"once {_LED[out]}", here)
    yield Model("once the outbound type is set", becoming.leaving(here, to))


def brings_ways_in(sets: State, state: State) -> bool:
    """Whether a step that routes packets builds ways in first.

    Behind a route to a firewall a public load balancer is answered through the
    firewall, which saw no request and drops the reply.

    Source: AKS docs, limit-egress-traffic.
    """
    routed = sets.get("outbound") is OutboundType.USER_DEFINED_ROUTING
    return routed and state["ingress"] in _BEHIND


_BEHIND = (Ingress.FIREWALL_DNAT, Ingress.APPLICATION_GATEWAY)
_LED: Mapping[Option, str] = {
    OutboundType.USER_NAT_GATEWAY: "the gateway is on the subnets",
    OutboundType.USER_DEFINED_ROUTING: "the route table is on the subnets",
    OutboundType.NONE: "the subnets are closed",
    OutboundType.LOAD_BALANCER: "nothing leads packets elsewhere",
    OutboundType.MANAGED_NAT_GATEWAY: "the gateway is on the subnets",
}


def _server(here: Snapshot, step: Change) -> Iterator[Model]:
    before = step.state["api_server"]
    after = step.sets.get("api_server", before)
    if before not in _INTEGRATED and after in _INTEGRATED:
        yield Model("while the cluster is stopped", None)
    if before is ApiServer.VNET_PRIVATE and after is ApiServer.VNET_PUBLIC:
        open_to_all = becoming.served(here, step.to)
        yield Model("until the ranges are in force", open_to_all)
    updated = becoming.served(here, step.to, step.authorized)
    yield Model("once it is updated", updated)
