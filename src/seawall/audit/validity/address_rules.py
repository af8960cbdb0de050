"""Rules about ranges and subnets: what may not overlap, what is large enough."""

from collections.abc import Iterator
from itertools import combinations

from seawall.audit.validity.rule import Claim, Kind, Validity
from seawall.audit.validity.site import Site
from seawall.audit.validity.term import Term, fact, missing, of
from seawall.model.address import AddressRange
from seawall.model.cluster import Addressing
from seawall.model.setting import Setting, State

_RESERVED = tuple(
    AddressRange.parse(text)
    for text in ("169.254.0.0/16", "192.0.2.0/24", "172.30.0.0/16", "172.31.0.0/16")
)
_PRIVATE = tuple(
    AddressRange.parse(text)
    for text in ("10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "100.64.0.0/10")
)
_SERVICE_PREFIX = 12
_SERVICE_PREFIX_6 = 108
_NODE_PREFIX = 24
_API_PREFIX = 28
_KEPT_BY_AZURE = 5
_PODS = range(10, 251)

Ranges = Setting[tuple[AddressRange, ...]]


def _each(setting: Ranges, what: str) -> Iterator[tuple[AddressRange, Term]]:
    """Yield each range with a term that it stands, or nothing if none is known."""
    stated = setting.state is State.STATED
    origin = setting.origin if stated else None
    for item in setting.value or ():
        yield item, of(setting, lambda _value: True, what) & fact(True, origin)  # noqa: FBT003


def _named(site: Site) -> Iterator[tuple[str, AddressRange, Term]]:
    for item, term in _each(site.cluster.pod_ranges, "pod ranges"):
        yield "the range of pods", item, term
    for item, term in _each(site.cluster.service_ranges, "service ranges"):
        yield "the range of Services", item, term


def _reserved(site: Site) -> Iterator[Claim]:
    for name, item, term in _named(site):
        for reserved in _RESERVED:
            if item.overlaps(reserved):
                yield Claim(term, says=f"{name} {item} overlaps {reserved}")
    for setting, name in (
        (site.cluster.pod_ranges, "the range of pods"),
        (site.cluster.service_ranges, "the range of Services"),
    ):
        if not setting.known:
            yield Claim(missing(f"{name}: {setting.why}"))


def _service_size(site: Site) -> Iterator[Claim]:
    for item, term in _each(site.cluster.service_ranges, "service ranges"):
        length = item.prefix_length
        if length is None:
            continue
        least = _SERVICE_PREFIX_6 if item.version == 6 else _SERVICE_PREFIX + 1  # noqa: PLR2004
        if length < least:
            yield Claim(term, says=f"{item} is larger than a /{least}")


def _disjoint(site: Site) -> Iterator[Claim]:
    for (left, one, a), (right, two, b) in combinations(_named(site), 2):
        if left != right and one.overlaps(two):
            yield Claim(a & b, says=f"{left} {one} overlaps {right} {two}")
    overlay = site.addressing(Addressing.OVERLAY, Addressing.KUBENET)
    for id_, subnet in site.node_subnets():
        if subnet is None:
            yield Claim(missing(f"the addresses of `{_last(id_)}` are not known"))
            continue
        for prefix in subnet.prefixes:
            for name, item, term in _named(site):
                if not item.overlaps(prefix):
                    continue
                apart = term if "Services" in name else term & overlay
                where = fact(True, subnet.origin)  # noqa: FBT003
                says = f"{name} {item} overlaps {prefix} of subnet `{subnet.name}`"
                yield Claim(apart & where, says=says)


def _connected(site: Site) -> Iterator[Claim]:
    """Ask about peered networks, which take packets only if no range hides them."""
    fabric = site.snapshot.fabric
    mine = {subnet.network for _, subnet in site.node_subnets() if subnet}
    near = {item.remote for item in fabric.peerings if item.network in mine}
    for network in fabric.networks:
        if network.id not in near - mine:
            continue
        for space in network.space:
            for name, item, term in _named(site):
                if item.overlaps(space):
                    says = f"{name} {item} overlaps {space} of `{network.name}`"
                    yield Claim(term, says=says)


def _dns_address(site: Site) -> Iterator[Claim]:
    address, ranges = site.cluster.dns_address, site.cluster.service_ranges
    found = address.value
    if found is None or not ranges.known:
        why = address.why or ranges.why or "the address of the DNS Service is not known"
        yield Claim(missing(why))
        return
    inside = any(found in item for item in ranges.value or ())
    first = any(found == item.lowest for item in ranges.value or ())
    stated = address.state is State.STATED
    origin = address.origin if stated else ranges.origin
    yield Claim(fact(not inside, origin), says=f"{found} is outside of it")
    yield Claim(fact(first, origin), says=f"{found} is its first address")


def _public_pods(site: Site) -> Iterator[Claim]:
    overlay = site.addressing(Addressing.OVERLAY)
    for item, term in _each(site.cluster.pod_ranges, "pod ranges"):
        own = any(private.covers(item) for private in _PRIVATE)
        if item.version == 4 and not own:  # noqa: PLR2004
            yield Claim(term & overlay, says=f"{item} is not private")


def _ceiling(site: Site) -> Iterator[Claim]:
    overlay = site.addressing(Addressing.OVERLAY, Addressing.KUBENET)
    ranges = site.cluster.pod_ranges
    nodes = site.all_nodes()
    if not ranges.known or nodes is None:
        yield Claim(overlay & missing("how many nodes the pools may grow to"))
        return
    room = sum(
        2 ** max(0, _NODE_PREFIX - (item.prefix_length or _NODE_PREFIX + 1))
        for item in ranges.value or ()
        if item.version == 4 and (item.prefix_length or 99) <= _NODE_PREFIX  # noqa: PLR2004
    )
    stated = ranges.state is State.STATED
    less = fact(room < nodes, ranges.origin if stated else None)
    says = f"it has room for {room} nodes, and the pools may grow to {nodes}"
    yield Claim(less & overlay, says=says)


def _pods_of_node(site: Site) -> Iterator[Claim]:
    for pool in site.pools:
        setting = pool.details.get("maxPods")
        number = setting.value
        if isinstance(number, int):
            term = fact(number not in _PODS, setting.origin)
            yield Claim(term, pool.name, f"`maxPods` is {number}")


def _room(site: Site) -> Iterator[Claim]:
    """Ask whether subnets hold the nodes, and in node subnet mode their pods.

    Source: AKS docs, concepts-network-ip-address-planning; Azure keeps five addresses.
    """
    with_pods = site.addressing(Addressing.NODE_SUBNET)
    for id_, subnet in site.node_subnets():
        pools = [pool for pool in site.pools if pool.subnet.value == id_]
        if subnet is None or not subnet.prefixes:
            yield Claim(missing(f"the addresses of `{_last(id_)}` are not known"))
            continue
        room = sum(it.last - it.first + 1 for it in subnet.prefixes if it.version == 4)  # noqa: PLR2004
        room -= _KEPT_BY_AZURE
        counts = [site.most_nodes(pool) for pool in pools]
        if None in counts:
            yield Claim(missing("how many nodes the pools may grow to"))
            continue
        nodes = sum(count or 0 for count in counts)
        says = f"`{subnet.name}` holds {room} addresses and {nodes} nodes may come"
        yield Claim(fact(nodes > room, subnet.origin), says=says)
        most = [pool.details.get("maxPods").value for pool in pools]
        need = sum(
            (count or 0) * (1 + pods)
            for count, pods in zip(counts, most, strict=True)
            if isinstance(pods, int)
        )
        if nodes <= room < need:
            says = f"`{subnet.name}` holds {room} addresses and nodes with their pods "
            says += f"may take {need}"
            yield Claim(with_pods & fact(True, subnet.origin), says=says)  # noqa: FBT003


def _delegated(site: Site) -> Iterator[Claim]:
    for _, subnet in site.node_subnets():
        if subnet is not None and subnet.delegations:
            says = f"`{subnet.name}` is delegated to {', '.join(subnet.delegations)}"
            yield Claim(fact(True, subnet.origin), says=says)  # noqa: FBT003


def _api_subnet(site: Site) -> Iterator[Claim]:
    chosen = site.cluster.api_server.subnet
    subnet = site.subnet(chosen.value)
    if subnet is None or chosen.state is not State.STATED:
        return
    wanted = "microsoft.containerservice/managedclusters"
    owners = {item.lower() for item in subnet.delegations}
    origin = subnet.origin
    says = f"`{subnet.name}` is not delegated to `Microsoft.ContainerService/"
    says += "managedClusters`"
    yield Claim(fact(wanted not in owners, origin), says=says)
    for item in subnet.prefixes:
        small = item.version == 4 and (item.prefix_length or 0) > _API_PREFIX  # noqa: PLR2004
        yield Claim(fact(small, origin), says=f"{item} is smaller than a /28")


def _one_network(site: Site) -> Iterator[Claim]:
    networks: dict[str, str] = {}
    for _, subnet in site.node_subnets():
        if subnet is None:
            yield Claim(missing("a subnet of nodes is not in the input"))
            continue
        networks.setdefault(subnet.network, subnet.name)
    if len(networks) > 1:
        names = ", ".join(f"`{name}`" for name in networks.values())
        yield Claim(fact(True, site.cluster.origin), says=f"subnets {names}")  # noqa: FBT003


def _last(id_: str) -> str:
    return id_.rsplit("/", 1)[-1]


_FLAT = "networkProfile: {networkPlugin: azure}\n"
_OVERLAY = "networkProfile: {networkPlugin: azure, networkPluginMode: overlay%s}"

RULES = (
    Validity(
        "AKSV020",
        "reserved-range",
        Kind.INVALID,
        "AKS keeps 169.254.0.0/16, 192.0.2.0/24, 172.30.0.0/16 and 172.31.0.0/16 for "
        "itself",
        "choose another range",
        "AKS docs, concepts-network-cni-overview",
        _reserved,
        _OVERLAY % ", podCidr: 172.16.0.0/12",
        _OVERLAY % ", podCidr: 172.20.0.0/16",
    ),
    Validity(
        "AKSV120",
        "service-range-too-large",
        Kind.INVALID,
        "the range of Services is smaller than a /12, and for IPv6 no larger than a "
        "/108",
        "choose a smaller range",
        "AKS docs, concepts-network-ip-address-planning, azure-cni-overlay",
        _service_size,
        _OVERLAY % ", serviceCidr: 10.0.0.0/8, dnsServiceIP: 10.0.0.10",
        _OVERLAY % ", serviceCidr: 10.0.0.0/16, dnsServiceIP: 10.0.0.10",
    ),
    Validity(
        "AKSV121",
        "ranges-overlap",
        Kind.INVALID,
        "the ranges of pods, Services and nodes stand apart",
        "choose ranges that do not overlap",
        "AKS docs, concepts-network-legacy-cni, concepts-network-azure-cni-overlay",
        _disjoint,
        _OVERLAY % ", podCidr: 10.0.0.0/14",
        _OVERLAY % ", podCidr: 10.244.0.0/16",
    ),
    Validity(
        "AKSV122",
        "range-hides-a-peered-network",
        Kind.FRAGILE,
        "what pods send to addresses in the ranges of pods or Services never leaves "
        "the cluster, so no connected network may have them",
        "choose ranges that no connected network has",
        "AKS docs, concepts-network-azure-cni-overlay, concepts-network-legacy-cni",
        _connected,
        _OVERLAY % ", podCidr: 10.200.0.0/16" + "\n_peered: 10.200.0.0/20",
        _OVERLAY % ", podCidr: 10.244.0.0/16" + "\n_peered: 10.200.0.0/20",
    ),
    Validity(
        "AKSV123",
        "dns-address-outside-services",
        Kind.INVALID,
        "the address of the DNS Service is in the range of Services, and not its first",
        "choose an address inside, such as the tenth",
        "AKS docs, concepts-network-azure-cni-overlay",
        _dns_address,
        _OVERLAY % ", serviceCidr: 10.1.0.0/16, dnsServiceIP: 10.0.0.10",
        _OVERLAY % ", serviceCidr: 10.1.0.0/16, dnsServiceIP: 10.1.0.10",
    ),
    Validity(
        "AKSV124",
        "public-pod-range",
        Kind.FRAGILE,
        "public addresses for pods of an overlay are not blocked, and not supported",
        "choose a range of RFC 1918 or RFC 6598",
        "AKS docs, concepts-network-azure-cni-overlay",
        _public_pods,
        _OVERLAY % ", podCidr: 20.0.0.0/16",
        _OVERLAY % ", podCidr: 100.64.0.0/16",
    ),
    Validity(
        "AKSV021",
        "pod-range-too-small",
        Kind.INVALID,
        "each node takes a /24 of the range of pods",
        "choose a wider range of pods, or keep the pools smaller",
        "AKS docs, concepts-network-azure-cni-overlay, configure-kubenet",
        _ceiling,
        _OVERLAY % ", podCidr: 10.244.0.0/22" + "\n"
        "agentPoolProfiles: [{name: system, count: 5}]",
        _OVERLAY % ", podCidr: 10.244.0.0/22" + "\n"
        "agentPoolProfiles: [{name: system, count: 4}]",
    ),
    Validity(
        "AKSV025",
        "pods-on-a-node",
        Kind.INVALID,
        "a node takes between 10 and 250 pods",
        "choose a number between these",
        "AKS docs, concepts-network-ip-address-planning",
        _pods_of_node,
        _OVERLAY % "" + "\nagentPoolProfiles: [{name: system, maxPods: 300}]",
        _OVERLAY % "" + "\nagentPoolProfiles: [{name: system, maxPods: 250}]",
    ),
    Validity(
        "AKSV026",
        "subnet-too-small",
        Kind.INVALID,
        "a subnet has an address for each node, and in node subnet mode for each pod "
        "that a node may take",
        "choose a wider subnet, or keep the pools smaller",
        "AKS docs, concepts-network-ip-address-planning",
        _room,
        _FLAT + "_subnet: {addressPrefix: 10.1.0.0/26}\n"
        "agentPoolProfiles: [{name: system, count: 3, maxPods: 30}]",
        _FLAT + "_subnet: {addressPrefix: 10.1.0.0/25}\n"
        "agentPoolProfiles: [{name: system, count: 3, maxPods: 30}]",
    ),
    Validity(
        "AKSV027",
        "node-subnet-delegated",
        Kind.INVALID,
        "the subnet of nodes is delegated to nobody",
        "take the delegation away, or choose another subnet",
        "AKS docs, concepts-network-cni-overview",
        _delegated,
        _OVERLAY % "" + "\n_subnet: {delegations: [{name: d, properties: "
        "{serviceName: Microsoft.Web/serverFarms}}]}",
        _OVERLAY % "" + "\n_subnet: {addressPrefix: 10.1.0.0/24}",
    ),
    Validity(
        "AKSV127",
        "api-server-subnet",
        Kind.INVALID,
        "the subnet of the API server is delegated to it, and at least a /28",
        "delegate it to `Microsoft.ContainerService/managedClusters`, with a /28",
        "AKS docs, api-server-vnet-integration",
        _api_subnet,
        _OVERLAY % "" + "\n_subnet: {addressPrefix: 10.1.0.0/24}\n"
        "apiServerAccessProfile: {enableVnetIntegration: true, subnetId: SUBNET}",
        _OVERLAY % "" + "\n_api: {addressPrefix: 10.2.0.0/28, delegations: [{name: d, "
        "properties: {serviceName: Microsoft.ContainerService/managedClusters}}]}\n"
        "apiServerAccessProfile: {enableVnetIntegration: true, subnetId: API}",
    ),
    Validity(
        "AKSV028",
        "pools-in-two-networks",
        Kind.INVALID,
        "all node pools are in one virtual network",
        "choose subnets of one network",
        "AKS docs, node-pool-unique-subnet",
        _one_network,
        _OVERLAY % "" + "\n_subnet: {addressPrefix: 10.1.0.0/24}\n"
        "_api: {addressPrefix: 10.2.0.0/24}\n_apart: true\n"
        "agentPoolProfiles: [{name: a, vnetSubnetID: SUBNET}, "
        "{name: b, vnetSubnetID: API}]",
        _OVERLAY % "" + "\n_subnet: {addressPrefix: 10.1.0.0/24}\n"
        "_api: {addressPrefix: 10.2.0.0/24}\n"
        "agentPoolProfiles: [{name: a, vnetSubnetID: SUBNET}, "
        "{name: b, vnetSubnetID: API}]",
    ),
)
