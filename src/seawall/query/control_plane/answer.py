"""How the API server is set up to be reached, and what follows from its settings."""

from collections.abc import Iterator
from dataclasses import dataclass
from enum import Enum

from seawall.engine.path import Answers
from seawall.engine.path.filters.needs import PROBES, Need, met
from seawall.model.cluster import ApiServer, Cluster
from seawall.model.end import ApiServerEnd, NodeEnd
from seawall.model.origin import Origin
from seawall.model.packet import PortRange, Protocol
from seawall.model.trace import Verdict
from seawall.query.ask import ask, reason_of
from seawall.query.case import Case
from seawall.query.control_plane.authorized_ranges import judged
from seawall.query.control_plane.calls import Called, calls
from seawall.query.words.port import PortText

SECOND = PortText(Protocol.TCP, PortRange(4443, 4443))
"""Source: AKS docs, api-server-vnet-integration, "NSG security rules"."""
HEALTH = Need(
    PROBES,
    PortRange(9988, 9988),
    "Azure's load balancer probes the API server there",
    "AKS docs, api-server-vnet-integration",
)
OPENING_KINDS = frozenset({"everyone", "large", "tag"})


class Topology(Enum):
    """The four ways in which an API server can be reached.

    Source: AKS docs, private-clusters, api-server-vnet-integration,
    plan-control-plane-networking.
    """

    PUBLIC = "a public address"
    PRIVATE_LINK = "a private endpoint"
    INTEGRATED_PUBLIC = "a public address, and one in the cluster's network"
    INTEGRATED_PRIVATE = "an address in the cluster's network"


NODES_COME = {
    Topology.PUBLIC: "nodes come to it from outside, as they leave for the internet",
    Topology.PRIVATE_LINK: "nodes come to it inside the network",
    Topology.INTEGRATED_PUBLIC: "nodes use the one in the network",
    Topology.INTEGRATED_PRIVATE: "nodes come to it inside the network",
}


@dataclass(frozen=True, slots=True)
class Note:
    """One thing to be said about the control plane.

    Attributes:
        about: What it is about, in a word or two.
        verdict: Whether something is open by it; None where nothing is opened or shut.
        text: What it is, as a sentence.
        origin: Where the setting stands.
    """

    about: str
    verdict: Verdict | None
    text: str
    origin: Origin | None


@dataclass(frozen=True, slots=True)
class ControlPlane:
    """The control plane of one cluster.

    Attributes:
        topology: How it can be reached; None if that is not known.
        says: The same as a clause.
        notes: What follows from its settings.
        calls: What it calls in the cluster.
    """

    topology: Topology | None
    says: str
    notes: tuple[Note, ...]
    calls: tuple[Called, ...]


def topology(api: ApiServer) -> Topology | None:
    """Return how an API server can be reached; None if that is not known."""
    private, integrated = api.private, api.vnet_integration
    if not private.known or not integrated.known:
        return None
    if integrated.value:
        inside, outside = Topology.INTEGRATED_PRIVATE, Topology.INTEGRATED_PUBLIC
    else:
        inside, outside = Topology.PRIVATE_LINK, Topology.PUBLIC
    return inside if private.value else outside


def control_plane(case: Case) -> ControlPlane | None:
    """Return what is to be said about the control plane; None without a cluster."""
    cluster = case.cluster
    if cluster is None:
        return None
    found = topology(cluster.api_server)
    notes = (
        *_ranges(cluster),
        *_names(case, cluster),
        *_subnet(case, cluster),
    )
    return ControlPlane(found, _says(cluster, found), notes, calls(case))


def _says(cluster: Cluster, found: Topology | None) -> str:
    api = cluster.api_server
    if found is None:
        unknown = api.private if not api.private.known else api.vnet_integration
        what = "private" if unknown is api.private else "in the cluster's network"
        return f"whether it is {what} is not known: {unknown.why}"
    return f"{found.value}; {NODES_COME[found]}"


def _ranges(cluster: Cluster) -> Iterator[Note]:
    api = cluster.api_server
    place = api.authorized_ranges.origin or api.origin
    for note in judged(api):
        opens = note.kind in OPENING_KINDS
        listed = ", ".join(note.texts[:4])
        more = f" and {len(note.texts) - 4} more" if len(note.texts) > 4 else ""  # noqa: PLR2004
        lead = f"{listed}{more}: " if listed else ""
        yield Note(
            "authorized ranges",
            Verdict.ALLOWED if opens else None,
            f"{lead}{note.says}",
            place,
        )


def _names(case: Case, cluster: Cluster) -> Iterator[Note]:
    """Yield who can resolve the names of a private API server.

    Source:
        AKS docs, private-clusters: the zone that AKS makes is linked to the network of
        the nodes alone; a public name leads to the private address and opens nothing.
    """
    api = cluster.api_server
    if not api.private.is_surely(value=True):
        return
    choice = api.private_zone
    zone = choice.value if choice.known else None
    words = {
        "system": "AKS makes the private zone",
        "none": "there is no private zone; its public name leads to it",
        None: f"which private zone it has is not known: {choice.why}",
    }.get(zone, f"a private zone of your own, `{(zone or '').rsplit('/', 1)[-1]}`")
    yield Note("private DNS", None, f"{words}{_resolving(case, api)}", choice.origin)
    resource = case.paths.atlas.resource(api.resource)
    public = [
        name
        for name in (resource.host_names if resource else ())
        if name != api.name or zone == "none"
    ]
    setting = api.public_name
    if public and setting.is_surely(value=True):
        says = f"`{public[0]}` tells everyone its private address, and opens nothing"
        yield Note("public name", None, says, setting.origin)
    if zone == "none" and setting.is_surely(value=False):
        says = "without a private zone and without a public name nobody finds it"
        yield Note("private DNS", Verdict.DENIED, says, setting.origin)


def _resolving(case: Case, api: ApiServer) -> str:
    if not api.name:
        return ""
    groups: dict[Answers, list[str]] = {}
    for network in case.snapshot.fabric.networks:
        found = case.paths.resolve(api.name, network.id)
        groups.setdefault(found.answer, []).append(network.name)
    words = {
        Answers.PRIVATE: "its name resolves in",
        Answers.PUBLIC: "its name resolves publicly in",
        Answers.NOTHING: "it does not resolve in",
        Answers.UNKNOWN: "it is not known whether it resolves in",
    }
    parts = [f"{words[key]} {', '.join(groups[key])}" for key in words if key in groups]
    return "".join(f"; {part}" for part in parts)


def _subnet(case: Case, cluster: Cluster) -> Iterator[Note]:
    """Yield what the security group of the API server's subnet must let in.

    Source:
        AKS docs, api-server-vnet-integration, "NSG security rules".
    """
    api = cluster.api_server
    if not api.vnet_integration.is_surely(value=True):
        return
    where = case.paths.atlas.subnet(api.subnet.value)
    if where is None:
        why = api.subnet.why or "it is not in the input"
        says = f"what its subnet lets in is not known: {why}"
        yield Note("subnet", Verdict.UNKNOWN, says, api.subnet.origin or api.origin)
        return
    for pool in cluster.pools:
        asked = ask(case, NodeEnd(pool.name), ApiServerEnd(), SECOND)
        if asked.verdict is not Verdict.ALLOWED:
            says = f"nodes of {pool.name} need TCP 4443 too: {reason_of(asked)}"
            yield Note("subnet", asked.verdict, says, where.origin)
    found = met(case.paths.atlas, case.paths.walker.filters, where, HEALTH)
    if found.verdict is not Verdict.ALLOWED:
        says = f"TCP 9988 from AzureLoadBalancer, as {HEALTH.why}: {found.said.says}"
        rule = found.said.rule
        place = rule.origin if rule else None
        yield Note("subnet", found.verdict, says, place or where.origin)
