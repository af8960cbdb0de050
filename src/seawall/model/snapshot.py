"""Everything that was read, at one moment, as one value."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from seawall.model.setting import Setting
from seawall.model.system import ALL_LINUX, NodeSystems

if TYPE_CHECKING:  # what a run does not read is not loaded: decision 0007
    from seawall.model.address import AddressRange
    from seawall.model.admin import AdminCollection
    from seawall.model.cluster import Cluster
    from seawall.model.control_plane import ControlPlaneCall
    from seawall.model.diagnostic import Assumption, Diagnostic
    from seawall.model.effective import EffectiveRoutes
    from seawall.model.endpoint import (
        EndpointPolicy,
        PlatformResource,
        PrivateEndpoint,
    )
    from seawall.model.filter import SecurityGroup
    from seawall.model.firewall import Firewall
    from seawall.model.intent import Intent
    from seawall.model.interface import NetworkInterface
    from seawall.model.masquerade import MasqueradeList
    from seawall.model.name import DnsZone
    from seawall.model.name_policy import NamePolicy
    from seawall.model.name_servers import ServerBlock
    from seawall.model.network import (
        HubConnection,
        NetworkGateway,
        Peering,
        RouteTable,
        Subnet,
        VirtualNetwork,
    )
    from seawall.model.node_class import NodeClass
    from seawall.model.policy import OpaquePolicy, Policy
    from seawall.model.private_link import FrontDoorOrigin, PrivateLinkService
    from seawall.model.ranked import NetworkSet, Node, RankedPolicy, ServiceAccount
    from seawall.model.resolver import ForwardingRuleset, PrivateResolver
    from seawall.model.service import Ingress, NginxController, Service
    from seawall.model.static_gateway import StaticGateway
    from seawall.model.suppression import Suppression
    from seawall.model.tag import SeenTag, TagList
    from seawall.model.translation import (
        ApplicationGateway,
        LoadBalancer,
        NatGateway,
        PublicAddress,
    )
    from seawall.model.way_in import WayIn
    from seawall.model.workload import HiddenWorkloads, Namespace, Workload


@dataclass(frozen=True, slots=True)
class InputFile:
    """One file that was read.

    Attributes:
        path: As the user named it.
        kind: What it was found to hold: `kubernetes`, `azure`, `terraform-plan`,
            `terraform-state`, `service-tags`, `effective-routes`,
            `learned-routes`, `intents`, several joined by `+`, or `ignored`.
        sha256: Digest of its bytes, in hexadecimal.
    """

    path: str
    kind: str
    sha256: str


@dataclass(frozen=True, slots=True)
class KubernetesObjects:
    """What the cluster holds.

    Attributes:
        namespaces: Every namespace that is declared or mentioned, by name, sorted.
        workloads: Sorted by namespace, name, kind and variant.
        policies: NetworkPolicies, sorted by namespace and name.
        ranked_policies: Policies of every other language, sorted by tier, order,
            namespace and name.
        opaque_policies: Policies in force whose meaning is not known.
        services: Sorted by namespace and name.
        ingresses: Sorted by namespace and name.
        hidden: Objects that stand for workloads that are not shown.
        network_sets: Sorted by namespace and name.
        accounts: Service accounts that are declared, sorted by namespace and name.
        nodes: Nodes that are declared, sorted by name.
        ways_in: What Ingresses, gateways and routes open, sorted by namespace and name.
        systems: Where Windows runs.
        masquerade: Lists for the agent that hides pods behind nodes, sorted by name.
        calls: What the API server calls in the cluster, sorted by kind and name.
        name_servers: The server blocks of the cluster's own DNS; empty for those that
            AKS makes.
        controllers: Ingress controllers that application routing is asked for, by name.
        static_gateways: Static egress gateways, sorted by key.
        node_classes: Classes of nodes that the cluster may make, sorted by name.
    """

    namespaces: tuple[Namespace, ...] = ()
    workloads: tuple[Workload, ...] = ()
    policies: tuple[Policy, ...] = ()
    opaque_policies: tuple[OpaquePolicy, ...] = ()
    services: tuple[Service, ...] = ()
    ingresses: tuple[Ingress, ...] = ()
    hidden: tuple[HiddenWorkloads, ...] = ()
    ranked_policies: tuple[RankedPolicy, ...] = ()
    network_sets: tuple[NetworkSet, ...] = ()
    accounts: tuple[ServiceAccount, ...] = ()
    nodes: tuple[Node, ...] = ()
    ways_in: tuple[WayIn, ...] = ()
    systems: NodeSystems = ALL_LINUX
    masquerade: tuple[MasqueradeList, ...] = ()
    calls: tuple[ControlPlaneCall, ...] = ()
    name_servers: tuple[ServerBlock, ...] = ()
    controllers: tuple[NginxController, ...] = ()
    static_gateways: tuple[StaticGateway, ...] = ()
    node_classes: tuple[NodeClass, ...] = ()


@dataclass(frozen=True, slots=True)
class Fabric:
    """The network around the cluster; every tuple sorted by id.

    Ids are compared in lower case. A setting that names an id which is not here means
    that the input is incomplete there: what passes it is unknown.
    """

    networks: tuple[VirtualNetwork, ...] = ()
    subnets: tuple[Subnet, ...] = ()
    peerings: tuple[Peering, ...] = ()
    security_groups: tuple[SecurityGroup, ...] = ()
    application_groups: Setting[tuple[tuple[str, str], ...]] = field(
        default_factory=lambda: Setting[tuple[tuple[str, str], ...]].unknown(
            "members of application security groups are not in the input"
        )
    )
    """Pairs of application security group id and member address, as text."""
    possible_members: tuple[tuple[str, AddressRange], ...] = ()
    """Pairs of application security group id and where further members may be."""
    route_tables: tuple[RouteTable, ...] = ()
    gateways: tuple[NetworkGateway, ...] = ()
    public_addresses: tuple[PublicAddress, ...] = ()
    nat_gateways: tuple[NatGateway, ...] = ()
    load_balancers: tuple[LoadBalancer, ...] = ()
    application_gateways: tuple[ApplicationGateway, ...] = ()
    firewalls: tuple[Firewall, ...] = ()
    private_endpoints: tuple[PrivateEndpoint, ...] = ()
    resources: tuple[PlatformResource, ...] = ()
    zones: tuple[DnsZone, ...] = ()
    private_link_services: tuple[PrivateLinkService, ...] = ()
    front_doors: tuple[FrontDoorOrigin, ...] = ()
    resolvers: tuple[PrivateResolver, ...] = ()
    rulesets: tuple[ForwardingRuleset, ...] = ()
    name_policies: tuple[NamePolicy, ...] = ()
    interfaces: tuple[NetworkInterface, ...] = ()
    effective_routes: tuple[EffectiveRoutes, ...] = ()
    hub_connections: tuple[HubConnection, ...] = ()
    admin_rules: tuple[AdminCollection, ...] = ()
    """What network managers put before security groups; an id may stand twice."""
    seen_tags: tuple[SeenTag, ...] = ()
    """What tags stood for at subnets when somebody looked; each pair once."""
    endpoint_policies: tuple[EndpointPolicy, ...] = ()
    written: tuple[tuple[str, str], ...] = ()
    """Pairs of an id that is an address of Terraform and that address as the
    configuration writes it, where its case differs; sorted."""
    service_tags: TagList | None = None
    """The addresses of service tags; None if the input does not give them."""


@dataclass(frozen=True, slots=True)
class Snapshot:
    """What was read: the cluster, its objects, the network, and what was noticed.

    Attributes:
        cluster: The cluster that is asked about; None when the input holds none, so
            that only the policy layer can be answered.
        other_clusters: Further clusters in the input.
        objects: The Kubernetes objects.
        fabric: The Azure network.
        inputs: The files, in the order in which they were read.
        diagnostics: What the reader of the input must be told, sorted by origin.
        assumptions: What was taken for granted while reading.
        intents: What must hold, in the order of their files.
        suppressions: Findings that are known and fine, likewise.
    """

    cluster: Cluster | None = None
    other_clusters: tuple[Cluster, ...] = ()
    objects: KubernetesObjects = KubernetesObjects()
    fabric: Fabric = field(default_factory=Fabric)
    inputs: tuple[InputFile, ...] = ()
    diagnostics: tuple[Diagnostic, ...] = ()
    assumptions: tuple[Assumption, ...] = ()
    intents: tuple[Intent, ...] = ()
    suppressions: tuple[Suppression, ...] = ()
