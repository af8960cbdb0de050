"""What a person can do about a blocker for which no change is written."""

from seawall.model.trace import Hop, Layer, Verdict

_WAYS = {
    Layer.NAME: (
        "make the name resolve where it is asked for: link the private zone to that "
        "network, or ask a server that knows the name"
    ),
    Layer.SOURCE_NAT: (
        "give what sends a way out that carries it: a NAT gateway or a load balancer "
        "for TCP and UDP, a public address of its own for anything else"
    ),
    Layer.PEERING: "connect both sides of the peering",
    Layer.PRIVATE_ENDPOINT: "approve the connection of the private endpoint",
    Layer.ADMIN_FILTER: "have whoever runs the network manager allow it",
}
_FROM_OUTSIDE = (
    "give it an address that the internet reaches: a Service of type LoadBalancer, an "
    "application gateway, or a DNAT rule of a firewall"
)


def by_hand(hop: Hop) -> str:
    """Return what to do about a hop that denies, or what to settle if it may."""
    if hop.verdict is Verdict.UNKNOWN:
        return f"settle what is not known: {hop.says}"
    if hop.layer is Layer.DELIVERY and hop.at == "internet":
        return _FROM_OUTSIDE
    return _WAYS.get(hop.layer, f"mend by hand: {hop.says}")
