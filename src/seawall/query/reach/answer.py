"""Every connection that is possible, through one layer or through all."""

from collections.abc import Iterator
from dataclasses import replace
from typing import TYPE_CHECKING, Protocol

from seawall.model.dataplane import Dataplane
from seawall.model.diagnostic import Assumption
from seawall.model.snapshot import Snapshot
from seawall.query.enforcement import NO_NETWORK
from seawall.query.reach.policy import Connection, Narrowing, ReachResult, reach_policy
from seawall.query.reach.policy_json import reach_json

if TYPE_CHECKING:  # one layer without ways in needs none of that: decision 0007
    from seawall.query.ways_in import Arrival

HOST_PORTS = "rows-of-workloads-are-without-host-ports"
"""The assumption that tables say, too, because rows alone would mislead."""
FEW = 3
"""So many host ports are named."""


class Reach(Protocol):
    """Connections, computed as they are asked for."""

    @property
    def snapshot(self) -> Snapshot:
        """What was read."""

    @property
    def assumptions(self) -> tuple[Assumption, ...]:
        """What the answers rest on beside what was read."""

    @property
    def ways_in(self) -> "tuple[Arrival, ...]":
        """What proxies at the edge hand on, as far as it is asked for."""

    def connections(self) -> Iterator[Connection]:
        """Yield every connection, in a stable order."""


def reach(
    snapshot: Snapshot,
    dataplane: Dataplane,
    narrowing: Narrowing,
    *,
    layers: str,
    assumptions: tuple[Assumption, ...] = (),
) -> Reach:
    """Return the connections that are possible in *snapshot*.

    Args:
        snapshot: What was read.
        dataplane: How network policies are enforced.
        narrowing: What part of the connections is wanted.
        layers: `policy` for network policies alone, `all` for all that the input knows.
        assumptions: Those behind the choice of *dataplane*.
    """
    assumptions = (*assumptions, *by_host_port(snapshot))
    if layers == "policy":
        return reach_policy(snapshot, dataplane, narrowing, assumptions=assumptions)
    if snapshot.cluster is None:
        made = (*assumptions, NO_NETWORK)
        return reach_policy(snapshot, dataplane, narrowing, assumptions=made)
    from seawall.query.reach.every_layer import reach_all

    return reach_all(snapshot, dataplane, narrowing, assumptions=assumptions)


def by_host_port(snapshot: Snapshot) -> tuple[Assumption, ...]:
    """Return what rows leave out if pods are reached at ports of their nodes too.

    Source:
        docs/semantics/path.md, D6.
    """
    held = [
        item
        for item in snapshot.objects.workloads
        if item.host_ports and item.runs and not item.host_network
    ]
    if not held:
        return ()
    shown = [
        f"{port.protocol.name} {port.port or '?'} of {item.label}"
        for item in held
        for port in item.host_ports
    ]
    more = f" and {len(shown) - FEW} more" if len(shown) > FEW else ""
    return (
        Assumption(
            HOST_PORTS,
            "Rows to workloads are about the pods' own addresses. Whoever reaches the "
            "nodes comes by host ports too, where the pod's ingress policies decide at "
            f"its own port: {', '.join(shown[:FEW])}{more}. Ask for those with "
            "`seawall trace FROM node:POOL:PORT`.",
            "Seawall, docs/semantics/path.md, D6",
            tuple(item.label for item in held),
        ),
    )


def narrowed(result: Reach, part: Narrowing) -> Reach:
    """Return another part of the connections of a result that is not narrowed.

    What was compiled for it is used again. The services must not be narrowed.
    """
    if isinstance(result, ReachResult):
        return replace(result, narrowing=part)
    from seawall.query.reach.every_layer import ReachAll

    if not isinstance(result, ReachAll):
        raise TypeError(result)
    layers = result.layers
    return ReachAll(replace(layers, policy=replace(layers.policy, narrowing=part)))


def has_unknown(result: Reach) -> bool:
    """Whether some connection is not known."""
    return any(
        connection.unknown or (connection.others and connection.others[1])
        for connection in result.connections()
    )


def document(result: Reach) -> Iterator[bytes]:
    """Yield the JSON document of *result* in pieces."""
    if isinstance(result, ReachResult):
        yield from reach_json(result)
    else:
        from seawall.query.reach.every_layer import ReachAll
        from seawall.query.reach.every_layer_json import reach_all_json

        if isinstance(result, ReachAll):
            yield from reach_all_json(result)
