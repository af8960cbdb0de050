"""AKS501: a private endpoint that the cluster does not find by name."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import ClassVar

from seawall.audit.controls import PRIVATE_LINK, controls
from seawall.audit.finding import Finding, Severity
from seawall.audit.phrases import listed
from seawall.audit.rule import Proposal, Rule
from seawall.engine.path import Answers, Resolution
from seawall.engine.path.dns.zones import private_zone
from seawall.model.end import NameEnd, NodeEnd
from seawall.model.endpoint import PrivateEndpoint
from seawall.model.name import DnsZone
from seawall.model.origin import Origin
from seawall.model.packet import PortRange, Protocol
from seawall.query.ask import ask
from seawall.query.case import Case
from seawall.query.fix.names import linked
from seawall.query.resolvers import answering_network
from seawall.query.words.port import PortText

HTTPS = PortText(Protocol.TCP, PortRange(443, 443))


@dataclass(frozen=True, slots=True)
class Missed:
    """A private endpoint whose name leads the cluster elsewhere.

    Attributes:
        endpoint: The endpoint.
        zone: The private zone that would answer for the name, if it is in the input.
        found: What the name resolves to.
    """

    endpoint: PrivateEndpoint
    zone: DnsZone | None
    found: Resolution


class PrivateNameResolvesPublicly(Rule):
    """A private endpoint exists, but its name does not lead there.

    Why it matters: clients connect by name. If the network whose resolver answers is
    not linked to the private zone, they get the public address: their traffic leaves
    by the internet path, or is refused there while everything private looks right.

    When it is fine: the endpoint serves other networks, and this cluster does not use
    the resource.

    Source: Azure docs, private-endpoint-dns and private-dns-virtual-network-links;
    firewall dns-details, read 2026-08-21.
    """

    code = "AKS501"
    name = "private-name-resolves-publicly"
    severity = Severity.HIGH
    controls = (*PRIVATE_LINK, *controls("MCSB NS-10"))
    mends = True
    opens_its_subject = True
    bad: ClassVar = {
        "cluster.yaml": """
            type: Microsoft.ContainerService/managedClusters
            name: shop
            location: westeurope
            properties:
              networkProfile: {networkPlugin: azure, networkPluginMode: overlay}
              agentPoolProfiles:
                - name: system
                  vnetSubnetID: microsoft.network/virtualnetworks/shop/subnets/nodes
            ---
            type: Microsoft.Network/virtualNetworks
            name: shop
            properties:
              addressSpace: {addressPrefixes: [10.0.0.0/16]}
              subnets:
                - {name: nodes, properties: {addressPrefix: 10.0.0.0/24}}
                - {name: endpoints, properties: {addressPrefix: 10.0.1.0/24}}
            """,
        "vault.yaml": """
            type: Microsoft.KeyVault/vaults
            name: secrets
            properties: {publicNetworkAccess: Disabled}
            ---
            type: Microsoft.Network/privateEndpoints
            name: to-secrets
            properties:
              subnet: {id: microsoft.network/virtualnetworks/shop/subnets/endpoints}
              privateLinkServiceConnections:
                - name: vault
                  properties:
                    privateLinkServiceId: microsoft.keyvault/vaults/secrets
                    groupIds: [vault]
              customDnsConfigs:
                - {fqdn: secrets.vault.azure.net, ipAddresses: [10.0.1.4]}
            ---
            type: Microsoft.Network/privateDnsZones  # finding
            id: vault-zone
            name: privatelink.vaultcore.azure.net
            properties: {numberOfRecordSets: 2, numberOfVirtualNetworkLinks: 0}
            ---
            type: Microsoft.Network/privateDnsZones/A
            id: vault-zone/a/secrets
            properties: {aRecords: [{ipv4Address: 10.0.1.4}]}
            """,
    }
    good: ClassVar = {
        "cluster.yaml": bad["cluster.yaml"],
        "vault.yaml": bad["vault.yaml"]
        .replace("  # finding", "")
        .replace("NetworkLinks: 0", "NetworkLinks: 1")
        + """
            ---
            type: Microsoft.Network/privateDnsZones/virtualNetworkLinks
            id: vault-zone/virtualnetworklinks/shop
            properties:
              virtualNetwork: {id: microsoft.network/virtualnetworks/shop}
            """,
    }

    def check(self, case: Case) -> Iterator[Finding]:
        network = case.paths.atlas.cluster_network
        if network is None or case.cluster is None:
            return
        groups: dict[tuple[Origin, Answers], list[Missed]] = {}
        for missed in _missed(case, network):
            place = _cause(missed, network)
            groups.setdefault((place, missed.found.answer), []).append(missed)
        for (place, _), found in groups.items():
            first = found[0]
            node = NodeEnd(case.cluster.pools[0].name)
            yield self.finding(
                first.found.name,
                _message(case, network, found),
                _mend(case, network, first),
                origin=place,
                evidence=ask(case, node, NameEnd(first.found.name), HTTPS).forward,
            )

    def fixes(self, case: Case, finding: Finding) -> Iterator[Proposal]:
        if case.cluster is None:
            return
        node = NodeEnd(case.cluster.pools[0].name)
        link = linked(case, ask(case, node, NameEnd(finding.subject), HTTPS))
        if link is not None:
            yield Proposal((link,))


def _missed(case: Case, network: str) -> Iterator[Missed]:
    resources = {each.id.lower(): each for each in case.snapshot.fabric.resources}
    for endpoint in case.snapshot.fabric.private_endpoints:
        resource = resources.get((endpoint.target or "").lower())
        if resource is None or resource.is_api_server:
            continue
        if endpoint.approved.is_surely(value=False):
            continue
        zones = {name: private_zone(name, resource) for name in resource.host_names}
        found = {name: case.paths.resolve(name, network) for name in zones}
        missed = [
            it for it in found if found[it].answer in (Answers.PUBLIC, Answers.NOTHING)
        ]
        # Of names in zones of their own, one is enough: clients use that.
        if missed and (len(set(zones.values())) == 1 or len(missed) == len(zones)):
            name = missed[0]
            yield Missed(endpoint, _zone(case, zones[name]), found[name])


def _zone(case: Case, suffix: str) -> DnsZone | None:
    zones = case.snapshot.fabric.zones
    return next((zone for zone in zones if suffix and zone.name == suffix), None)


def _cause(missed: Missed, network: str) -> Origin:
    """Return the place of the link that helps nobody, of the zone, or of the endpoint.

    A link to the cluster's own network is the likeliest mistake where another network
    resolves.
    """
    if missed.zone is None:
        return missed.endpoint.origin
    for link in missed.zone.links:
        if link.network.lower() == network.lower():
            return link.origin
    return missed.zone.origin


def _message(case: Case, network: str, found: list[Missed]) -> str:
    first = found[0]
    names = listed(each.found.name for each in found)
    endpoints = listed(each.endpoint.name for each in found)
    leads = (
        "a public address" if first.found.answer is Answers.PUBLIC else "nothing at all"
    )
    return (
        f"{names} leads the cluster to {leads}, past its private endpoint {endpoints}: "
        f"{_why(case, network, first)}"
    )


def _why(case: Case, network: str, missed: Missed) -> str:
    short = case.paths.atlas.short
    if missed.zone is None:
        return "no private DNS zone for it is in the input"
    where = answering_network(case.paths, network)
    if missed.found.answer is Answers.NOTHING or where is None:
        return missed.found.says
    linked = {link.network.lower() for link in missed.zone.links}
    if where.lower() in linked:
        return missed.found.says
    if where.lower() == network.lower():
        return f"zone `{missed.zone.name}` is not linked to `{short(network)}`"
    return (
        f"zone `{missed.zone.name}` is not linked to `{short(where)}`, whose resolver "
        f"answers for `{short(network)}`"
    )


def _mend(case: Case, network: str, missed: Missed) -> str:
    where = answering_network(case.paths, network) or network
    zone = missed.zone.name if missed.zone else "its private DNS zone"
    if missed.found.answer is Answers.NOTHING:
        return f"add the endpoint's record to `{zone}`"
    return f"link `{zone}` to `{case.paths.atlas.short(where)}`"
