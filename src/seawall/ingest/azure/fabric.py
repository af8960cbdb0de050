"""Puts the network together from all records of an input."""

from operator import attrgetter
from typing import TypeVar

from seawall.ingest.azure.cluster.clusters import CLUSTERS
from seawall.ingest.azure.cluster.upkeep import EXTENSIONS, FLUX
from seawall.ingest.azure.filters.group_members import members, possible_members
from seawall.ingest.azure.filters.network_managers import MANAGERS
from seawall.ingest.azure.filters.security import GROUPS, security_groups
from seawall.ingest.azure.firewalls.firewalls import FIREWALLS, POLICIES, firewalls
from seawall.ingest.azure.firewalls.rules import IP_GROUPS
from seawall.ingest.azure.names.policies import (
    DOMAIN_LISTS,
    NAME_POLICIES,
    name_policies,
)
from seawall.ingest.azure.names.resolvers import (
    RESOLVERS,
    RULESETS,
    forwarding_rulesets,
    private_resolvers,
)
from seawall.ingest.azure.names.zones import ZONES, zones
from seawall.ingest.azure.networks.gateways import (
    CONNECTIONS,
    GATEWAYS,
    LOCAL_GATEWAYS,
    gateways,
)
from seawall.ingest.azure.networks.hubs import CONNECTIONS as HUB_CONNECTIONS
from seawall.ingest.azure.networks.hubs import hub_connections
from seawall.ingest.azure.networks.interfaces import (
    ASG,
    INTERFACES,
    SCALE_SETS,
    interfaces,
)
from seawall.ingest.azure.networks.networks import NETWORKS, networks, peerings, subnets
from seawall.ingest.azure.networks.routes import TABLES, route_tables
from seawall.ingest.azure.networks.translation import (
    ADDRESSES,
    NAT_GATEWAYS,
    PREFIXES,
    hub_addresses,
    nat_gateways,
    public_addresses,
)
from seawall.ingest.azure.platform.endpoint_policies import (
    ENDPOINT_POLICIES,
    endpoint_policies,
)
from seawall.ingest.azure.platform.endpoints import ENDPOINTS, private_endpoints
from seawall.ingest.azure.platform.perimeters import PERIMETERS
from seawall.ingest.azure.platform.private_links import (
    LINK_SERVICES,
    PROFILES,
    front_door_origins,
    private_link_services,
)
from seawall.ingest.azure.platform.resources import resources, retargeted
from seawall.ingest.azure.platform.services import SERVICES
from seawall.ingest.azure.records.catalogue import Catalogue
from seawall.ingest.azure.ways_in.application_gateways import (
    GATEWAYS as APPLICATION_GATEWAYS,
)
from seawall.ingest.azure.ways_in.application_gateways import application_gateways
from seawall.ingest.azure.ways_in.balancers import BALANCERS, load_balancers
from seawall.ingest.azure.ways_in.refusals import WAF_POLICIES
from seawall.ingest.azure.ways_in.traffic_controllers import (
    CONTROLLERS,
    traffic_controllers,
)
from seawall.ingest.notes import Notes
from seawall.model.snapshot import Fabric

T = TypeVar("T")

_ROOTS = (
    APPLICATION_GATEWAYS,
    WAF_POLICIES,
    BALANCERS,
    CLUSTERS,
    ENDPOINTS,
    EXTENSIONS,
    FLUX,
    IP_GROUPS,
    FIREWALLS,
    POLICIES,
    CONNECTIONS,
    GATEWAYS,
    HUB_CONNECTIONS,
    LOCAL_GATEWAYS,
    ASG,
    INTERFACES,
    SCALE_SETS,
    MANAGERS,
    NETWORKS,
    TABLES,
    GROUPS,
    ADDRESSES,
    NAT_GATEWAYS,
    PREFIXES,
    ENDPOINT_POLICIES,
    PERIMETERS,
    RESOLVERS,
    RULESETS,
    NAME_POLICIES,
    DOMAIN_LISTS,
    ZONES,
    LINK_SERVICES,
    PROFILES,
    CONTROLLERS,
    *SERVICES,
)


def used_types(catalogue: Catalogue) -> frozenset[str]:
    """Return the types that are read, children included."""
    return frozenset(
        known
        for known in catalogue.types()
        if any(known == root or known.startswith(root + "/") for root in _ROOTS)
    )


def convert_fabric(catalogue: Catalogue, notes: Notes) -> Fabric:
    """Convert all records but the clusters."""
    endpoints = private_endpoints(catalogue, notes)
    platform = resources(catalogue, endpoints, notes)
    endpoints = retargeted(endpoints, platform)
    places = _sorted(subnets(catalogue, notes))
    return Fabric(
        networks=_sorted(networks(catalogue, notes)),
        subnets=places,
        peerings=tuple(
            sorted(
                peerings(catalogue, notes),
                key=attrgetter("network", "name"),
            )
        ),
        security_groups=_sorted(security_groups(catalogue, notes)),
        application_groups=members(catalogue, notes),
        possible_members=possible_members(catalogue, places, notes),
        route_tables=_sorted(route_tables(catalogue, notes)),
        gateways=_sorted(gateways(catalogue, notes)),
        public_addresses=_sorted(
            (*public_addresses(catalogue, notes), *hub_addresses(catalogue, notes))
        ),
        nat_gateways=_sorted(nat_gateways(catalogue)),
        load_balancers=_sorted(load_balancers(catalogue, notes)),
        application_gateways=_sorted(
            (*application_gateways(catalogue, notes), *traffic_controllers(catalogue))
        ),
        firewalls=_sorted(firewalls(catalogue, notes)),
        private_endpoints=_sorted(endpoints),
        resources=_sorted(platform),
        zones=_sorted(zones(catalogue, endpoints, platform, notes)),
        private_link_services=_sorted(private_link_services(catalogue, notes)),
        front_doors=_sorted(front_door_origins(catalogue)),
        resolvers=_sorted(private_resolvers(catalogue, notes)),
        endpoint_policies=_sorted(endpoint_policies(catalogue, notes)),
        rulesets=_sorted(forwarding_rulesets(catalogue, notes)),
        name_policies=_sorted(name_policies(catalogue, notes)),
        interfaces=_sorted(interfaces(catalogue, notes)),
        hub_connections=_sorted(hub_connections(catalogue, notes)),
    )


def _sorted(found: tuple[T, ...]) -> tuple[T, ...]:
    return tuple(sorted(found, key=attrgetter("id")))
