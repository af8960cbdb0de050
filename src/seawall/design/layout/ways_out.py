"""Ways out without a firewall: addresses that stay the same, and a NAT gateway.

Source: AKS docs, nat-gateway, load-balancer-standard; read 2026-11.
"""

from collections.abc import Iterator

from seawall.design.layout.subjects import Subject, made
from seawall.design.options import OutboundType
from seawall.emit.tree import Id, Resource, Value

ADDRESS = "Microsoft.Network/publicIPAddresses"
NAT_GATEWAY = "Microsoft.Network/natGateways"
_STANDARD: dict[str, Value] = {"sku": {"name": "Standard"}}


def public_address(
    subject: Subject, symbol: str, what: str, comment: str, *serves: str
) -> Resource:
    """Return a public address that stays the same."""
    return made(
        symbol,
        ADDRESS,
        subject.names.of("pip", what),
        {"publicIPAllocationMethod": "Static", "publicIPAddressVersion": "IPv4"},
        body=_STANDARD,
        comment=comment,
        serves=subject.serves(*serves),
    )


def ways_out(subject: Subject) -> Iterator[Resource]:
    """Yield what packets leave by, where AKS does not make it and no firewall does."""
    outbound = subject.choices.outbound
    if outbound is OutboundType.USER_NAT_GATEWAY:
        yield public_address(
            subject,
            "egressAddress",
            "egress",
            "The address that the internet sees.",
            "egress.fixed-address",
        )
        yield made(
            "natGateway",
            NAT_GATEWAY,
            subject.names.of("ng"),
            {
                "idleTimeoutInMinutes": 4,
                "publicIpAddresses": ({"id": Id("egressAddress")},),
            },
            body=_STANDARD,
            comment="The way out of nodes and pods.",
            serves=subject.serves("egress.to", "egress.fixed-address"),
        )
    elif has_own_balancer_address(subject):
        yield public_address(
            subject,
            "egressAddress",
            "egress",
            "The address that the internet sees.",
            "egress.fixed-address",
        )


def has_own_balancer_address(subject: Subject) -> bool:
    """Whether the load balancer leaves by an address of the design."""
    balanced = subject.choices.outbound is OutboundType.LOAD_BALANCER
    return balanced and subject.needs.fixed_address
