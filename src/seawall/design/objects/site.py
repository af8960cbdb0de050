"""Where things of a design are: ranges, addresses and names of subnets."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from seawall.design.layout.addresses import Plan, plan
from seawall.design.options import Choices
from seawall.design.requirements.needs import Requirements
from seawall.emit.tree import Deployment, Given, Resource, Value, without_notes
from seawall.model.address import AddressRange, without

CLUSTER = "Microsoft.ContainerService/managedClusters"
ENDPOINT = "Microsoft.Network/privateEndpoints"
SUBNET = "Microsoft.Network/virtualNetworks/subnets"
PRIVATE_SPACE = tuple(
    AddressRange.parse(text)
    for text in ("10.0.0.0/8", "100.64.0.0/10", "172.16.0.0/12", "192.168.0.0/16")
)
"""Where no address of the internet is. Source: RFC 1918, RFC 6598."""

Ranges = tuple[AddressRange, ...]


@dataclass(frozen=True, slots=True)
class Site:
    """Ranges and addresses; a range is empty where the design has no such thing.

    Attributes:
        nodes: Of nodes.
        pods: Of pods, in an overlay or in subnets.
        networks: Of the virtual networks.
        gateway: Of the application gateway's subnet.
        firewall: Of the firewall's subnet.
        api_server: Of the API server's subnet.
        endpoints: Of the subnet of private endpoints.
        doors: The addresses of a service's private endpoint, by the service's name.
        links: Of the subnet for private link services.
        link_subnet: The name of that subnet.
        gateway_subnet: The name of the application gateway's subnet.
        agent_subnet: The name of the subnet of build agents.
        api_subnet: The name of the API server's subnet.
        front_subnet: The name of the subnet for inner load balancers.
        fronts: The inner address of each way in, in the order of the needs; empty for
            one that has none, or that is not known.
        spare: Of the networks, where no subnet is: nobody has an address there.
        local_dns: Whether nodes may answer DNS themselves.
        has_gateway: Whether networks on premises come by a gateway of the design.
        has_bastion: Whether operators come by a subnet for Bastion.
        needed: Names that the firewall lets pass for the platform, whoever asks.
    """

    nodes: Ranges = ()
    pods: Ranges = ()
    networks: Ranges = ()
    gateway: Ranges = ()
    firewall: Ranges = ()
    api_server: Ranges = ()
    endpoints: Ranges = ()
    doors: Mapping[str, Ranges] = field(default_factory=dict)
    links: Ranges = ()
    link_subnet: str = ""
    gateway_subnet: str = ""
    agent_subnet: str = ""
    api_subnet: str = ""
    front_subnet: str = ""
    fronts: tuple[str, ...] = ()
    spare: Ranges = ()
    local_dns: bool = True
    has_gateway: bool = False
    has_bastion: bool = False
    needed: tuple[str, ...] = ()


def read_site(needs: Requirements, choices: Choices, deployment: Deployment) -> Site:
    """Return where things are.

    Raises:
        ValueError: The needs have no plan of addresses, so that there is no deployment.
    """
    found = plan(needs, choices)
    if not isinstance(found, Plan):
        raise ValueError("the needs have no plan of addresses")  # noqa: TRY004

    def of(key: str) -> Ranges:
        return (found.subnets[key],) if key in found.subnets else ()

    whole = tuple(item for item in (found.spoke, found.hub) if item is not None)
    return Site(
        nodes=of("nodes"),
        pods=found.pod_sources,
        networks=whole or of("nodes"),
        gateway=of("gateway"),
        firewall=of("AzureFirewallSubnet"),
        api_server=of("api-server"),
        endpoints=of("endpoints"),
        doors=dict(_doors(deployment, of("endpoints") or of("nodes"))),
        links=of("private-link"),
        link_subnet=_name(deployment, of("private-link")),
        gateway_subnet=_name(deployment, of("gateway")),
        agent_subnet=_name(deployment, of("agents")),
        api_subnet=_name(deployment, of("api-server")),
        front_subnet=_name(deployment, of("ingress")),
        fronts=tuple(str(address or "") for address in found.entries),
        spare=without(whole, tuple(found.subnets.values())),
        local_dns=_may_have_local_dns(deployment),
        has_gateway="GatewaySubnet" in found.subnets,
        has_bastion="AzureBastionSubnet" in found.subnets,
        needed=tuple(_let_pass(deployment)),
    )


def _name(deployment: Deployment, ranges: Ranges) -> str:
    """Return the name of the subnet that has a range; empty without one."""
    texts = {str(item) for item in ranges}
    for item in deployment.resources:
        if item.type == SUBNET and texts & set(_texts(_plain(deployment, item.body))):
            return str(_value(deployment, item.name))
    return ""


def _doors(deployment: Deployment, anywhere: Ranges) -> Iterator[tuple[str, Ranges]]:
    """Yield the addresses of private endpoints, by the names of their services.

    One whose address is given when it is made may have any address of its subnet.
    """
    for item in deployment.resources:
        if item.type == ENDPOINT:
            body = without_notes(dict(item.body))
            found = [
                AddressRange.parse(text)
                for value in _under(body, "privateIPAddress")
                for text in _texts(value)
            ]
            name = str(item.name).removeprefix("pep-")
            yield name, tuple(dict.fromkeys(found)) or anywhere


def _let_pass(deployment: Deployment) -> Iterator[str]:
    """Yield the names in application rules of the firewall, tags as they are asked."""
    for item in deployment.resources:
        if item.type.startswith("Microsoft.Network/firewallPolicies"):
            body = without_notes(dict(item.body))
            for value in _under(body, "targetFqdns"):
                yield from (text for text in _texts(value) if text != "*")
            for value in _under(body, "fqdnTags"):
                yield from (f"tag:{text}" for text in _texts(value))


def _may_have_local_dns(deployment: Deployment) -> bool:
    clusters = [item for item in deployment.resources if item.type == CLUSTER]
    modes = [mode for item in clusters for mode in _modes(item)]
    return not modes or any(mode != "Disabled" for mode in modes)


def _modes(cluster: Resource) -> Iterator[Value]:
    for value in _under(without_notes(dict(cluster.body)), "localDNSProfile"):
        yield from _under(value, "mode")


def _plain(deployment: Deployment, value: Value) -> Value:
    """Return a value with parameters at their defaults, at any depth."""
    value = without_notes(value)
    if isinstance(value, Given):
        return _value(deployment, value)
    if isinstance(value, Mapping):
        return {key: _plain(deployment, inner) for key, inner in value.items()}
    if isinstance(value, tuple):
        return tuple(_plain(deployment, inner) for inner in value)
    return value


def _value(deployment: Deployment, value: Value) -> Value:
    if isinstance(value, Given):
        for item in deployment.parameters:
            if item.name == value.name:
                return item.default
    return value


def _texts(value: Value) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, Mapping):
        for inner in value.values():
            yield from _texts(inner)
    elif isinstance(value, tuple):
        for inner in value:
            yield from _texts(inner)


def _under(value: Value, key: str) -> Iterator[Value]:
    if isinstance(value, Mapping):
        for name, inner in value.items():
            if name == key:
                yield inner
            else:
                yield from _under(inner, key)
    elif isinstance(value, tuple):
        for inner in value:
            yield from _under(inner, key)
