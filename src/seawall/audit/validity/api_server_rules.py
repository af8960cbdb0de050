"""Rules about how the API server is reached, and by which names."""

import re
from collections.abc import Iterator

from seawall.audit.validity.rule import Claim, Kind, Validity
from seawall.audit.validity.site import Site
from seawall.audit.validity.term import Term, fact, missing, of, some
from seawall.model.address import AddressRange
from seawall.model.setting import State
from seawall.query.egress.facts import Facts

_MOST = 200
_MOST_INTEGRATED = 2000
_ZONE = re.compile(
    r"(?:[a-z0-9-]{1,32}\.)?(privatelink|private)\.([a-z0-9]+)\.azmk8s\.io"
)


def _custom_zone(site: Site) -> Term:
    zone = site.cluster.api_server.private_zone
    return of(zone, lambda value: value not in {"system", "none", None}, "DNS zone")


def _private_ranges(site: Site) -> Iterator[Claim]:
    ranges = site.cluster.api_server.authorized_ranges
    yield Claim(of(ranges, bool, "authorized ranges") & site.private)


def _no_name(site: Site) -> Iterator[Claim]:
    api = site.cluster.api_server
    none = of(api.private_zone, lambda value: value == "none", "private DNS zone")
    public = of(api.public_name, bool, "public DNS name")
    yield Claim(none & ~public & site.private)


def _zone_name(site: Site) -> Iterator[Claim]:
    api = site.cluster.api_server
    custom = _custom_zone(site) & site.private
    name = (api.private_zone.value or "").rsplit("/", 1)[-1]
    if custom.truth and "/" in (api.private_zone.value or ""):
        global_cloud = Facts(site.snapshot, site.cluster).cloud().value == "global"
        match = _ZONE.fullmatch(name)
        region = site.cluster.region
        place = api.private_zone.origin
        if global_cloud:
            says = f"`{name}` is not `privatelink.REGION.azmk8s.io`"
            yield Claim(custom & fact(match is None, place), says=says)
        if match is not None:
            wrong = bool(region) and match[2] != region
            says = f"`{name}` is of another region than `{region}`"
            yield Claim(custom & fact(wrong, place), says=says)
            kind = "private" if site.integrated.truth else "privatelink"
            other = match[1] != kind
            says = f"with this API server it is `{kind}.{match[2]}.azmk8s.io`"
            known = (
                fact(other, place)
                if site.integrated.truth is not None
                else (missing("whether the API server is in the cluster's network"))
            )
            yield Claim(custom & known, says=says)
    system = site.identity("SystemAssigned")
    says = "a system-assigned identity cannot write it"
    yield Claim(custom & system, says=says)


def _subdomain(site: Site) -> Iterator[Claim]:
    given = site.given("fqdnSubdomain")
    yield Claim(given & ~(_custom_zone(site) & site.private))


def _integrated_subnet(site: Site) -> Iterator[Claim]:
    subnet = site.cluster.api_server.subnet
    if subnet.known and not subnet.value:
        bare = fact(truth=True)
    elif subnet.known:
        bare = fact(truth=False)
    elif subnet.why == "the subnet of the API server is not stated":
        bare = fact(True, subnet.origin)  # noqa: FBT003
    else:
        bare = missing(f"subnet of the API server: {subnet.why}")
    yield Claim(bare & site.integrated & site.own_network)
    there = fact(site.cluster.region == "qatarcentral")
    yield Claim(there & site.integrated, says="its region is qatarcentral")


def _many_ranges(site: Site) -> Iterator[Claim]:
    ranges = site.cluster.api_server.authorized_ranges
    listed = ranges.value or ()
    count = len(listed)
    stated = ranges.state is State.STATED
    origin = ranges.origin if stated else None
    if not ranges.known:
        yield Claim(missing(f"authorized ranges: {ranges.why}"))
    yield Claim(fact(count > _MOST_INTEGRATED, origin), says=f"there are {count}")
    if _MOST < count <= _MOST_INTEGRATED:
        says = f"there are {count}, and without VNet integration 200 at most"
        yield Claim(fact(True, origin) & ~site.integrated, says=says)  # noqa: FBT003
    tags = [text for text in listed if not _is_range(text)]
    says = f"{', '.join(tags)} are service tags, and one is allowed"
    yield Claim(fact(len(tags) > 1, origin), says=says)
    basic = site.detail("networkProfile.loadBalancerSku", "basic")
    says = "the load balancer is Basic"
    yield Claim(of(ranges, bool, "authorized ranges") & basic, says=says)


def _is_range(text: str) -> bool:
    try:
        AddressRange.parse(text)
    except ValueError:
        return False
    return True


def _public_nodes(site: Site) -> Iterator[Claim]:
    ranges = of(site.cluster.api_server.authorized_ranges, bool, "authorized ranges")
    own = some(
        of(pool.node_public_addresses, bool, f"addresses of `{pool.name}`")
        for pool in site.pools
    )
    yield Claim(own & ranges & ~site.integrated)


def _key_vault(site: Site) -> Iterator[Claim]:
    on = site.on("securityProfile.azureKeyVaultKms.enabled")
    name = "securityProfile.azureKeyVaultKms.keyVaultNetworkAccess"
    yield Claim(site.detail(name, "Private") & on & ~site.integrated)


_OVERLAY = "networkProfile: {networkPlugin: azure, networkPluginMode: overlay}\n"
_ZONES = (
    "/subscriptions/s/resourceGroups/g/providers/Microsoft.Network/privateDnsZones/"
)

RULES = (
    Validity(
        "AKSV029",
        "ranges-on-a-private-cluster",
        Kind.INVALID,
        "authorized ranges are for the public address, which a private cluster does "
        "not have",
        "leave the ranges out, and guard the private address with security groups",
        "AKS docs, api-server-authorized-ip-ranges",
        _private_ranges,
        _OVERLAY + "apiServerAccessProfile: {enablePrivateCluster: true, "
        "authorizedIPRanges: [203.0.113.0/24]}",
        _OVERLAY + "apiServerAccessProfile: {enablePrivateCluster: true, "
        "authorizedIPRanges: []}",
    ),
    Validity(
        "AKSV030",
        "no-name-for-the-api-server",
        Kind.INVALID,
        "without a private zone the public DNS name is the only one",
        "keep the public name, or choose a private zone",
        "AKS docs, private-clusters",
        _no_name,
        _OVERLAY + "apiServerAccessProfile: {enablePrivateCluster: true, "
        "privateDNSZone: none, enablePrivateClusterPublicFQDN: false}",
        _OVERLAY + "apiServerAccessProfile: {enablePrivateCluster: true, "
        "privateDNSZone: none, enablePrivateClusterPublicFQDN: true}",
    ),
    Validity(
        "AKSV031",
        "private-zone-that-does-not-fit",
        Kind.INVALID,
        "a private zone of one's own is named as AKS asks, and a user-assigned "
        "identity writes it",
        "name it `privatelink.REGION.azmk8s.io`, and assign an identity",
        "AKS docs, private-clusters",
        _zone_name,
        _OVERLAY + "apiServerAccessProfile: {enablePrivateCluster: true, "
        f"privateDNSZone: {_ZONES}contoso.internal}}",
        _OVERLAY + "apiServerAccessProfile: {enablePrivateCluster: true, "
        f"privateDNSZone: {_ZONES}shop.privatelink.westeurope.azmk8s.io}}",
    ),
    Validity(
        "AKSV032",
        "subdomain-without-zone",
        Kind.INVALID,
        "a subdomain of one's own goes with a private cluster that has a private zone "
        "of one's own",
        "give the cluster a private zone, or a DNS prefix instead",
        "AKS docs, private-clusters",
        _subdomain,
        _OVERLAY + "fqdnSubdomain: shop\n"
        "apiServerAccessProfile: {enablePrivateCluster: true}",
        _OVERLAY + "fqdnSubdomain: shop\napiServerAccessProfile: "
        "{enablePrivateCluster: true, "
        f"privateDNSZone: {_ZONES}privatelink.westeurope.azmk8s.io}}",
    ),
    Validity(
        "AKSV036",
        "integration-without-subnet",
        Kind.INVALID,
        "VNet integration in a network of one's own needs a subnet for the API server, "
        "and is not offered everywhere",
        "state `apiServerAccessProfile.subnetId`",
        "AKS docs, api-server-vnet-integration",
        _integrated_subnet,
        _OVERLAY + "_subnet: {addressPrefix: 10.1.0.0/24}\n"
        "apiServerAccessProfile: {enableVnetIntegration: true}",
        _OVERLAY + "_subnet: {addressPrefix: 10.1.0.0/24}\n"
        "_api: {addressPrefix: 10.2.0.0/28, delegations: [{name: d, "
        "properties: {serviceName: Microsoft.ContainerService/managedClusters}}]}\n"
        "apiServerAccessProfile: {enableVnetIntegration: true, subnetId: API}",
    ),
    Validity(
        "AKSV037",
        "too-many-authorized-ranges",
        Kind.INVALID,
        "there are at most 200 authorized ranges (2,000 with VNet integration), one "
        "service tag among them, before a Standard load balancer",
        "join ranges, and keep one tag",
        "AKS docs, api-server-authorized-ip-ranges, api-server-service-tags",
        _many_ranges,
        _OVERLAY + "apiServerAccessProfile: {authorizedIPRanges: "
        "[AzureCloud, AzureDevOps]}",
        _OVERLAY + "apiServerAccessProfile: {authorizedIPRanges: "
        "[AzureCloud, 203.0.113.0/24]}",
    ),
    Validity(
        "AKSV038",
        "ranges-with-public-nodes",
        Kind.FRAGILE,
        "nodes with public addresses of their own come to the API server from these, "
        "which are authorized only with a prefix that is listed",
        "take the addresses of a public IP prefix and list it, or leave them out",
        "AKS docs, api-server-authorized-ip-ranges; Azure SDK, authorizedIPRanges, "
        "calls it incompatible",
        _public_nodes,
        _OVERLAY + "apiServerAccessProfile: {authorizedIPRanges: [203.0.113.0/24]}\n"
        "agentPoolProfiles: [{name: system, enableNodePublicIP: true}]",
        _OVERLAY + "apiServerAccessProfile: {authorizedIPRanges: [203.0.113.0/24]}",
    ),
    Validity(
        "AKSV039",
        "private-vault-without-integration",
        Kind.INVALID,
        "a key in a vault with private access needs VNet integration",
        "turn VNet integration on, or let the vault answer publicly",
        "AKS docs, use-kms-etcd-encryption",
        _key_vault,
        _OVERLAY + "securityProfile: {azureKeyVaultKms: {enabled: true, "
        "keyVaultNetworkAccess: Private}}",
        _OVERLAY + "securityProfile: {azureKeyVaultKms: {enabled: true, "
        "keyVaultNetworkAccess: Public}}",
    ),
)
