"""Settings as they are read back from what was written."""

from collections.abc import Callable, Iterator

from seawall.audit.validity.site import Site
from seawall.design.options import (
    Addressing,
    ApiServer,
    Choices,
    Dataplane,
    Encryption,
    Images,
    NodeOs,
    PolicyEngine,
    PolicyLevel,
    PublicName,
    RunCommand,
)
from seawall.design.requirements.needs import (
    Requirements,
)
from seawall.model.cluster import Cluster
from seawall.model.snapshot import Snapshot
from seawall.query.case import Case

Finding = Callable[[Snapshot], str] | None
"""Returns what was read instead of what shall be; None where nothing can be read."""
_KEPT_BY_AZURE = 5
_NETWORK = "networkProfile"
ENGINE = "the policy engine"
_SECURITY = f"{_NETWORK}.advancedNetworking.security"
_ADDRESSING = {
    Addressing.OVERLAY: "overlay",
    Addressing.POD_SUBNET: "pod subnet",
    Addressing.NODE_SUBNET: "node subnet",
}
_WITH_SUBNET = (ApiServer.VNET_PUBLIC, ApiServer.VNET_PRIVATE)
_LEVELS = {
    PolicyLevel.NONE: "nothing",
    PolicyLevel.FQDN: "domain names",
    PolicyLevel.L7: "domain names, requests",
}


def unlike(choices: Choices, snapshot: Snapshot) -> Iterator[str]:
    """Yield the choices that the cluster which was read does not have, as clauses."""
    cluster = snapshot.cluster
    if cluster is None:
        yield "there is no cluster"
        return
    yield from _unlike(choices, cluster)


def _unlike(choices: Choices, cluster: Cluster, *names: str) -> Iterator[str]:
    """Yield what differs of the choices of some names, of all without one."""
    for name, wanted, found in (
        *_of_network(choices, cluster),
        *_rest(choices, cluster),
    ):
        if (not names or name in names) and _word(found) != _word(wanted):
            yield f"{name} is `{_word(found)}` instead of `{_word(wanted)}`"


def as_chosen(choices: Choices, *names: str) -> Callable[[Snapshot], str]:
    """Return what reads the choices of some names back."""

    def found(snapshot: Snapshot) -> str:
        cluster = snapshot.cluster
        if cluster is None:
            return "there is no cluster"
        return "; ".join(_unlike(choices, cluster, *names))

    return found


def _of_network(
    choices: Choices, cluster: Cluster
) -> Iterator[tuple[str, object, object]]:
    def read(path: str) -> object:
        setting = cluster.details.get(path)
        return setting.value if setting.known else "not known"

    yield "addressing", _ADDRESSING[choices.addressing], cluster.addressing.value
    yield "the dataplane", choices.dataplane.value, read(f"{_NETWORK}.networkDataplane")
    engine = choices.engine
    npm = "npm" if engine is PolicyEngine.AZURE else engine.value
    yield ENGINE, npm, cluster.policy_engine.value
    yield "the outbound type", choices.outbound.value, cluster.outbound.value
    if choices.dataplane is Dataplane.CILIUM:
        features = cluster.policy_features.value or frozenset()
        filtered = ", ".join(sorted(each.value for each in features)) or "nothing"
        yield "what policies filter", _LEVELS[choices.level], filtered
        wired = choices.encryption is Encryption.WIREGUARD
        cipher = read(f"{_SECURITY}.transitEncryption.type")
        yield "encryption", "wireguard" if wired else "none", cipher


def _rest(choices: Choices, cluster: Cluster) -> Iterator[tuple[str, object, object]]:
    server = cluster.api_server
    yield "private API server", choices.is_private, server.private.value
    integrated = choices.api_server in _WITH_SUBNET
    yield "API server in the network", integrated, server.vnet_integration.value
    allowed = choices.run_command is RunCommand.ON
    yield "run command", allowed, server.run_command.value
    if choices.is_private:
        named = choices.public_name is PublicName.ON
        yield "public name", named, server.public_name.value
    cached = choices.images is Images.CACHE
    yield "images from a cache", cached, cluster.upkeep.cached_artifacts.value
    windows = choices.systems is NodeOs.LINUX_AND_WINDOWS
    yield "Windows pools", windows, any(it.windows.value for it in cluster.pools)


def named(needs: Requirements) -> Callable[[Snapshot], str]:
    """Return what reads the cluster's name back."""

    def found(snapshot: Snapshot) -> str:
        name = snapshot.cluster.name if snapshot.cluster else "absent"
        return "" if name == f"aks-{needs.name}" else f"it is `{name}`"

    return found


def room(needs: Requirements) -> Callable[[Snapshot], str]:
    """Return what reads back how many nodes and pods there is room for.

    Source:
        AKS docs, concepts-network-ip-address-planning; Azure docs,
        virtual-networks-faq: five addresses of a subnet are kept.
    """

    def found(snapshot: Snapshot) -> str:
        cluster = snapshot.cluster
        if cluster is None:
            return "there is no cluster"
        site = Site(Case(snapshot), cluster)
        nodes = site.all_nodes()
        if nodes is None or nodes < needs.scale.nodes:
            return f"its pools grow to {nodes} nodes"
        least = [pool.details.get("maxPods").value for pool in cluster.pools]
        if any(
            not isinstance(each, int) or each < needs.scale.pods_per_node
            for each in least
        ):
            return f"its nodes take {', '.join(map(str, least))} pods"
        for _, subnet in site.node_subnets():
            room = (
                sum(each.last - each.first + 1 for each in subnet.prefixes)
                if subnet
                else 0
            )
            if room - _KEPT_BY_AZURE < needs.scale.nodes:
                return f"a subnet of nodes has {room} addresses"
        return ""

    return found


def in_region(region: str) -> Callable[[Snapshot], str]:
    """Return what reads the cluster's region back."""

    def found(snapshot: Snapshot) -> str:
        there = snapshot.cluster.region if snapshot.cluster else ""
        return "" if there == region else f"it stands in {there or 'an unknown region'}"

    return found


def of_version(version: str) -> Callable[[Snapshot], str]:
    """Return what reads the version of Kubernetes back."""

    def found(snapshot: Snapshot) -> str:
        there = snapshot.cluster.kubernetes_version.value if snapshot.cluster else ""
        return "" if there == version else f"its version is {there or 'not known'}"

    return found


def static(snapshot: Snapshot) -> str:
    """Read back whether a public address of the design is lent to what leaves."""
    fabric = snapshot.fabric
    lent = {
        *(
            each
            for it in fabric.nat_gateways
            for each in it.public_addresses.value or ()
        ),
        *(each for wall in fabric.firewalls for each in wall.public_addresses),
        *(snapshot.cluster.outbound_addresses.value or () if snapshot.cluster else ()),
    }
    return "" if lent else "no public address of the design is lent to what leaves"


def no_firewall(snapshot: Snapshot) -> str:
    """Read back that there is no Azure Firewall."""
    return "there is an Azure Firewall" if snapshot.fabric.firewalls else ""


def no_nat_gateway(snapshot: Snapshot) -> str:
    """Read back that there is no NAT gateway."""
    return "there is a NAT gateway" if snapshot.fabric.nat_gateways else ""


def no_application_gateway(snapshot: Snapshot) -> str:
    """Read back that there is no application gateway."""
    gateways = snapshot.fabric.application_gateways
    return "there is an application gateway" if gateways else ""


def no_private_endpoints(snapshot: Snapshot) -> str:
    """Read back that there are no private endpoints but the API server's own."""
    paid = [it for it in snapshot.fabric.private_endpoints if not it.predicted]
    return "there are private endpoints" if paid else ""


def no_acns(snapshot: Snapshot) -> str:
    """Read back that what is paid for by the node is off."""
    cluster = snapshot.cluster
    on = cluster is None or cluster.advanced_networking.value is not False
    return "they are on, or that is not known" if on else ""


def inside(needs: Requirements) -> Callable[[Snapshot], str]:
    """Return what reads back that networks stay inside what was given."""

    def found(snapshot: Snapshot) -> str:
        plan = needs.addresses
        stands = needs.existing.node_range if needs.existing else None
        peers = {operator.network.lower() for operator in needs.operators}
        for network in snapshot.fabric.networks:
            if network.id in peers or network.managed or stands is not None:
                continue
            for each in network.space:
                if plan.space and not any(it.covers(each) for it in plan.space):
                    return f"{each} of {network.name} is outside"
                for other in (*plan.in_use, *plan.on_premises):
                    if other.overlaps(each):
                        return f"{each} of {network.name} overlaps {other}"
        return ""

    return found


def fits(needs: Requirements) -> Callable[[Snapshot], str]:
    """Return what reads back that pools stand in the subnet that was named."""

    def found(snapshot: Snapshot) -> str:
        there = needs.existing
        pools = snapshot.cluster.pools if snapshot.cluster else ()
        wanted = there.node_subnet.lower() if there else ""
        for pool in pools:
            if (pool.subnet.value or "").lower() != wanted:
                return f"pool {pool.name} stands in {pool.subnet.value or 'nowhere'}"
        return ""

    return found


def _word(value: object) -> str:
    value = getattr(value, "value", value)
    if value is True or value is False:
        return "on" if value else "off"
    return "none" if value is None else str(value).lower()
