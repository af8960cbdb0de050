"""AKS clusters: what the managed cluster resource says, each setting three-valued.

Source: AKS docs, concepts-network-cni-overview, azure-cni-overlay,
azure-cni-powered-by-cilium, use-network-policies, private-clusters.
"""

from seawall.ingest.azure.cluster.api_access import public_access, trusted_access
from seawall.ingest.azure.cluster.automatic import completed
from seawall.ingest.azure.cluster.cluster_network import (
    addressing,
    dns_address,
    dual_stack,
    host_routing,
    outbound,
    outbound_addresses,
    outbound_ids,
    pod_ranges,
    policy_engine,
    policy_features,
    service_ranges,
)
from seawall.ingest.azure.cluster.details import cluster_details
from seawall.ingest.azure.cluster.namespaces import managed_namespaces
from seawall.ingest.azure.cluster.node_pools import NO_SUBNET, node_pools
from seawall.ingest.azure.cluster.upkeep import upkeep
from seawall.ingest.azure.records.catalogue import Catalogue
from seawall.ingest.azure.records.values import (
    boolean,
    flag,
    setting,
    text,
    texts,
    word,
)
from seawall.ingest.azure.records.values import has_unresolved as hidden_part
from seawall.ingest.identity import normal_id, referenced_id
from seawall.ingest.notes import Notes
from seawall.ingest.resource import ClusterRecord, Field, ResourceRecord
from seawall.model.cluster import ApiServer, Cluster
from seawall.model.setting import Setting

CLUSTERS = "microsoft.containerservice/managedclusters"

_BY_SERVICE = "AKS docs, private-clusters"


def clusters(catalogue: Catalogue, notes: Notes) -> tuple[ClusterRecord, ...]:
    """Convert the clusters as far as they are written."""
    return tuple(
        _cluster(catalogue, completed(item), notes) for item in catalogue.of(CLUSTERS)
    )


def _cluster(
    catalogue: Catalogue, record: ResourceRecord, notes: Notes
) -> ClusterRecord:
    body = record.body
    group = (text(body.get("nodeResourceGroup")) or "").lower()
    pools = node_pools(catalogue, record, group, notes)
    network = body.get("networkProfile")
    mode = addressing(network, pools, notes)
    cluster = Cluster(
        id=record.id,
        name=record.name,
        region=record.location,
        addressing=mode,
        policy_engine=policy_engine(network, mode, notes),
        outbound=outbound(network, notes),
        pod_ranges=pod_ranges(network, mode, notes),
        service_ranges=service_ranges(network, notes),
        dns_address=dns_address(network, notes),
        dual_stack=dual_stack(network),
        kubernetes_version=word(
            _version(body),
            Setting.unknown("the version of Kubernetes is not stated"),
            notes,
        ),
        advanced_networking=flag(
            network.walk("advancedNetworking", "enabled"),
            Setting.defaulted(False, "AKS docs, advanced-container-networking"),  # noqa: FBT003
            notes,
        ),
        policy_features=policy_features(network, notes),
        host_routing=host_routing(network, notes),
        outbound_addresses=outbound_addresses(network),
        local_dns=_local_dns(catalogue, record),
        instance_metadata_blocked=_metadata_blocked(network, notes),
        pools=pools,
        api_server=_api_server(catalogue, record, notes),
        origin=record.origin,
        node_resource_group=group,
        upkeep=upkeep(catalogue, record, notes),
        details=cluster_details(body, record.source),
        managed_namespaces=managed_namespaces(catalogue, record, notes),
    )
    return ClusterRecord(
        cluster=cluster,
        managed_network=None
        if hidden_part(body.get("agentPoolProfiles"))
        else _managed_network(cluster),
        application_gateway=_ingress_gateway(body),
        private_name=(text(body.get("privateFQDN")) or "").lower(),
        public_name=(text(body.get("fqdn")) or "").lower(),
        managed_outbound=outbound_ids(network),
        source=record.source,
    )


def _managed_network(cluster: Cluster) -> bool | None:
    """Return whether AKS makes the network: no pool names a subnet of its own."""
    subnets = [pool.subnet for pool in cluster.pools]
    if any(subnet.known for subnet in subnets):
        inside = f"/resourcegroups/{cluster.node_resource_group}/"
        return bool(cluster.node_resource_group) and all(
            inside in (subnet.value or "") for subnet in subnets if subnet.known
        )
    return True if all(subnet.why == NO_SUBNET for subnet in subnets) else None


def _metadata_blocked(network: Field, notes: Notes) -> Setting[bool]:
    """Source: AKS docs, imds-restriction."""
    return setting(
        network.get("podLinkLocalAccess"),
        Setting.defaulted(False, "AKS docs, imds-restriction"),  # noqa: FBT003
        lambda item: {"none": True, "imds": False}.get((text(item) or "").lower()),
        notes=notes,
        allowed="`IMDS` or `None`",
    )


def _local_dns(catalogue: Catalogue, record: ResourceRecord) -> Setting[bool]:
    """Return whether LocalDNS is on in every pool, or off in every pool.

    A pool that states no mode has none before Kubernetes 1.37, and what passes a check
    of compatibility from then on.

    Source: AKS docs, localdns-custom; intro-aks-automatic, read 2026-11.
    """
    parts = catalogue.parts(record, "agentPoolProfiles", "agentPools")
    profiles = [part.body.get("localDNSProfile") for part in parts]
    modes = {(text(item.get("mode")) or "").lower() for item in profiles}
    states = {(text(item.get("state")) or "").lower() for item in profiles}
    if modes == {"required"} or states == {"enabled"}:
        return Setting.stated(True, record.origin)  # noqa: FBT003
    if modes == {"disabled"} or states == {"disabled"}:
        return Setting.stated(False, record.origin)  # noqa: FBT003
    hidden = any(item.unresolved and not item.left_to_service for item in profiles)
    sku = (text(record.body.walk("sku", "name")) or "").lower()
    written = text(_version(record.body))
    before = _is_before(written or "", _WITH_LOCAL_DNS)
    if modes <= {"", "disabled"} and sku != "automatic" and before and not hidden:
        return Setting.defaulted(
            False,  # noqa: FBT003
            "AKS turns LocalDNS on by itself from Kubernetes 1.37",
            record.origin,
        )
    return Setting.unknown("whether nodes run LocalDNS is not stated", record.origin)


_WITH_LOCAL_DNS = (1, 37)


def _version(body: Field) -> Field:
    """Return the version that runs, or the one asked for where that comes with time."""
    current, asked = body.get("currentKubernetesVersion"), body.get("kubernetesVersion")
    return asked if not current.is_given or current.unresolved else current


def _is_before(written: str, version: tuple[int, int]) -> bool:
    major, _, rest = written.partition(".")
    minor = rest.partition(".")[0]
    if not (major.isdecimal() and minor.isdecimal()):
        return False
    return (int(major), int(minor)) < version


def _ingress_gateway(body: Field) -> str:
    addon = body.walk("addonProfiles", "ingressApplicationGateway")
    if boolean(addon.get("enabled")) is not True:
        return ""
    configuration = addon.get("config")
    written = text(
        configuration.get("effectiveApplicationGatewayId", "applicationGatewayId")
    ) or text(configuration.get("applicationGatewayName"))
    return normal_id(written) if written else "ingress-appgateway"


def _api_server(
    catalogue: Catalogue, record: ResourceRecord, notes: Notes
) -> ApiServer:
    body = record.body
    profile = body.get("apiServerAccessProfile")
    off = Setting[bool].defaulted(False, _BY_SERVICE)  # noqa: FBT003
    private = flag(profile.get("enablePrivateCluster"), off, notes)
    integration = flag(profile.get("enableVnetIntegration"), off, notes)
    zone = word(
        profile.get("privateDNSZone"),
        Setting.defaulted("system", _BY_SERVICE),
        notes,
    )
    if zone.value is not None:
        zone = Setting(zone.state, normal_id(zone.value), zone.origin, zone.why)
    return ApiServer(
        resource=record.id,
        private=private,
        vnet_integration=integration,
        subnet=_api_subnet(profile, integration),
        authorized_ranges=_authorized(body, profile),
        public_name=_public_name(profile, private, notes),
        private_zone=zone,
        run_command=_run_command(profile, notes),
        name=_name(body, private, zone),
        origin=profile.origin if profile.is_given else record.origin,
        public_access=public_access(body, notes),
        trusted_access=trusted_access(catalogue, record),
    )


def _public_name(profile: Field, private: Setting[bool], notes: Notes) -> Setting[bool]:
    """Return whether the public has a name for it; of a public one it always has."""
    always = Setting[bool].defaulted(True, _BY_SERVICE)  # noqa: FBT003
    if private.is_surely(value=False):
        return always
    return flag(profile.get("enablePrivateClusterPublicFQDN"), always, notes)


def _api_subnet(profile: Field, integration: Setting[bool]) -> Setting[str]:
    field = profile.get("subnetId")
    if field.is_given and not field.unresolved and field.value != "":
        return Setting.stated(referenced_id(field), field.origin)
    if integration.is_surely(value=False):
        return Setting.defaulted(None, "the API server is not in a subnet")
    why = "" if field.left_to_service else field.unresolved
    return Setting.unknown(
        why or "the subnet of the API server is not stated", field.origin
    )


def _authorized(body: Field, profile: Field) -> Setting[tuple[str, ...]]:
    """Return who may use the public address, also from where old versions keep it.

    Source: AKS docs, api-server-authorized-ip-ranges.
    """
    field = profile.get("authorizedIPRanges")
    if not field.is_given:
        field = body.get("apiServerAuthorizedIPRanges")
    if field.left_to_service:
        return Setting.defaulted(
            (), "AKS docs, api-server-authorized-ip-ranges", field.origin
        )
    why = hidden_part(field)
    if why:
        return Setting.unknown(why, field.origin)
    return Setting.stated(texts(field), field.origin)


def _run_command(profile: Field, notes: Notes) -> Setting[bool]:
    """Source: AKS docs, access-private-cluster."""
    disabled = flag(
        profile.get("disableRunCommand"),
        Setting.defaulted(False, "AKS docs, access-private-cluster"),  # noqa: FBT003
        notes,
    )
    if disabled.value is None:
        return disabled
    return Setting(disabled.state, not disabled.value, disabled.origin, disabled.why)


def _name(body: Field, private: Setting[bool], zone: Setting[str]) -> str | None:
    public = text(body.get("fqdn"))
    inner = text(body.get("privateFQDN"))
    if private.is_surely(value=True) and zone.value != "none":
        chosen = inner or public
    else:
        chosen = public or inner
    return chosen.lower().rstrip(".") if chosen else None
