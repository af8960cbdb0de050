"""What a person can do about a blocker for which no change is written."""

from seawall.model.trace import Hop, Layer, Verdict

_WAYS = {
    Layer.NAME: (
        "make the name resolve where it is asked for: link the private zone to that "
        "network, add the record that it lacks, or ask a server that knows the name"
    ),
    Layer.SOURCE_NAT: (
        "give what sends a way out that carries it: a NAT gateway or a load balancer "
        "for TCP and UDP, a public address of its own for anything else, or private "
        "ranges of the firewall that leave the destination out"
    ),
    Layer.PEERING: "connect both sides of the peering",
    Layer.PRIVATE_ENDPOINT: "approve the connection of the private endpoint",
    Layer.ADMIN_FILTER: "have whoever runs the network manager allow it",
    Layer.ROUTE: "give the subnet a route that leads there",
    Layer.SERVICE: "give the Service that port, and pods behind it",
    Layer.LOAD_BALANCER: "have the Service, or a rule of the load balancer, hand it on",
    Layer.GATEWAY: "give the gateway a listener for that port",
    Layer.DELIVERY: (
        "give it a way in: a Service of type LoadBalancer, a node port, or a proxy"
    ),
}
_SETTLED = {
    Layer.NAME: (
        "give what answers there: the networks with their DNS servers (`az network "
        "vnet list`), private zones and their links (`az network private-dns zone "
        "list`, `link vnet list`), resolvers, or the firewall with its DNS proxy"
    ),
    Layer.ADMIN_FILTER: "give the network manager: its rules, groups and deployments",
    Layer.NIC_FILTER: "give the group with its rules (`az network nsg list`)",
    Layer.SUBNET_FILTER: "give the group with its rules (`az network nsg list`)",
    Layer.ROUTE: (
        "give the routes in force (`az network nic show-effective-route-table`), in a "
        "file named after the interface or the subnet"
    ),
    Layer.PEERING: (
        "give both networks with their peerings (`az network vnet list`, `az network "
        "vnet peering list`)"
    ),
    Layer.FIREWALL: (
        "give whatever has that address: the firewall (`az network firewall list`) "
        "with its policy and rules (`az network firewall policy rule-collection-group "
        "list`), an interface, or a load balancer"
    ),
    Layer.RESOURCE_FIREWALL: "give the resource with its rules (`az resource show`)",
}
"""What settles a doubt, by where it is."""
_ELSE = "give what is missing: `seawall explain-input --state unknown` tells how"
_UNREAD = "mend what cannot be read: what is told of the input names the line"
_PROBES = (
    "let health probes in: a rule of that group, before the one that denies, that "
    "allows the tag AzureLoadBalancer"
)
_FROM_OUTSIDE = (
    "give it an address that the internet reaches: a Service of type LoadBalancer, an "
    "application gateway, or a DNAT rule of a firewall"
)
_PUBLISH = (
    "publish it to whoever asks: a Service of type LoadBalancer (an internal one for "
    "networks), an Ingress, or a DNAT rule of a firewall"
)


def by_hand(hop: Hop) -> str:
    """Return what to do about a hop that denies, or what to settle if it may."""
    if hop.verdict is Verdict.UNKNOWN:
        return settled_by(hop)
    if hop.layer is Layer.DELIVERY and hop.at == "internet":
        return _FROM_OUTSIDE
    if hop.layer is Layer.SERVICE and "inside the cluster only" in hop.says:
        return _PUBLISH
    if hop.layer is Layer.LOAD_BALANCER and hop.says.startswith("no probe"):
        return _PROBES
    return _WAYS.get(hop.layer, "nothing is known that would open it")


def settled_by(hop: Hop) -> str:
    """Return what would settle a doubt."""
    if "service tag" in hop.says or "--service-tags" in hop.says:
        return "give the list of service tags: `--service-tags FILE`"
    if "not be read" in hop.says or "cannot be read" in hop.says:
        return _UNREAD
    return _SETTLED.get(hop.layer, _ELSE)
