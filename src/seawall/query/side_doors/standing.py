"""Side doors that stand by a setting, whatever packets are sent to them."""

from collections.abc import Iterator
from dataclasses import dataclass

from seawall.engine.path.ground.lanes import Toward
from seawall.engine.path.ground.space import Space
from seawall.model.cluster import Addressing
from seawall.model.network import Subnet
from seawall.model.origin import Origin
from seawall.model.trace import Verdict
from seawall.query.case import Case

FEW = 4
_SAMPLE = Space.parse("8.8.8.8")
"""A public address that no network holds, to ask a route table for."""


@dataclass(frozen=True, slots=True)
class StandingDoor:
    """A door that is there whatever policies say.

    Attributes:
        name: What to call it.
        verdict: Whether it is open.
        text: What it means, as a clause.
        origin: Where its setting stands.
    """

    name: str
    verdict: Verdict
    text: str
    origin: Origin | None


def standing_doors(case: Case) -> tuple[StandingDoor, ...]:
    """Return the side doors of a cluster that no policy closes."""
    if case.cluster is None:
        return ()
    return (
        *_hosted(case),
        *_host_ports(case),
        *_service_endpoints(case),
        *_node_addresses(case),
    )


def _host_ports(case: Case) -> Iterator[StandingDoor]:
    """Yield the pods that may be reached at a port of their node.

    Source:
        docs/semantics/path.md, D6.
    """
    for each in case.workloads:
        if not each.host_ports or not each.runs or each.host_network:
            continue
        ports = ", ".join(
            dict.fromkeys(
                f"{it.protocol.name} {it.port or '?'}" for it in each.host_ports
            )
        )
        yield StandingDoor(
            f"host port {ports}",
            Verdict.UNKNOWN,
            f"nodes that run {each.label} may hand on to it what comes to them there: "
            "the filters of the node's subnet decide who comes so far, then the pod's "
            "ingress policies at its own port",
            each.origin,
        )


def _hosted(case: Case) -> Iterator[StandingDoor]:
    """Yield the pods on the network of their node: to policies they are the node.

    Source:
        Kubernetes docs, Network Policies, "hostNetwork pods"; docs/semantics/path.md,
        S2.
    """
    found = [each for each in case.workloads if each.host_network]
    if found:
        names = [each.label for each in found]
        more = len(names) - FEW
        listed = ", ".join(names[:FEW]) + (f" and {more} more" if more > 0 else "")
        yield StandingDoor(
            "host network",
            Verdict.ALLOWED,
            f"network policies hold none of {listed}: they send and listen as the node",
            found[0].origin,
        )


def _leaving(case: Case) -> Iterator[Subnet]:
    """Yield the subnets that packets of pods leave from, once each."""
    atlas = case.paths.atlas
    seen = set()
    for pool in atlas.pools:
        flat = atlas.addressing is Addressing.POD_SUBNET
        subnet = atlas.subnet((pool.pod_subnet if flat else pool.subnet).value)
        if subnet is not None and subnet.id not in seen:
            seen.add(subnet.id)
            yield subnet


def _service_endpoints(case: Case) -> Iterator[StandingDoor]:
    """Yield the service endpoints that lead past a firewall.

    Source:
        Azure docs, virtual-network-service-endpoints-overview: no route changes their
        way, and without a policy of their own they reach every account of a service.
    """
    for subnet in _leaving(case):
        if not subnet.service_endpoints:
            continue
        lanes = case.paths.walker.transit.routes.lanes(subnet)
        (lane,) = [each for each in lanes if _SAMPLE & each.destinations]
        if lane.hop.toward is not Toward.APPLIANCE:
            continue
        services = ", ".join(subnet.service_endpoints)
        rule = lane.hop.rule.name if lane.hop.rule else "the default route"
        yield StandingDoor(
            "service endpoint",
            Verdict.ALLOWED,
            f"{services} from {subnet.name}, past what {rule} leads to: every account "
            "of the service, of any tenant, unless an endpoint policy names some",
            subnet.origin,
        )


def _node_addresses(case: Case) -> Iterator[StandingDoor]:
    """Yield the pools whose nodes have public addresses.

    Source:
        AKS docs, use-node-public-ips and concepts-network-isolated.
    """
    for pool in case.paths.atlas.pools:
        setting = pool.node_public_addresses
        if setting.is_surely(value=False):
            continue
        says = "each has a public address: a way in and a way out of its own"
        if not setting.known:
            says = f"whether each has a public address: {setting.why}"
        yield StandingDoor(
            f"nodes of {pool.name}",
            Verdict.ALLOWED if setting.known else Verdict.UNKNOWN,
            says,
            setting.origin or pool.origin,
        )
