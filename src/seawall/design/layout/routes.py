"""The route table of nodes, where packets leave by a firewall.

Source: AKS docs, egress-udr and limit-egress-traffic, read 2026-08.
"""

from collections.abc import Iterator

from seawall.design.layout.demand import comes_by_gateway
from seawall.design.layout.subjects import Subject, made
from seawall.design.options import OutboundType
from seawall.emit.tree import Resource

TABLE = "Microsoft.Network/routeTables"


def routes(subject: Subject) -> Iterator[Resource]:
    """Yield the table that leads everything to the firewall."""
    routed = subject.choices.outbound is OutboundType.USER_DEFINED_ROUTING
    if not routed or not subject.has_firewall:
        return
    by_gateway = comes_by_gateway(subject.needs)
    yield made(
        "routes",
        TABLE,
        subject.names.of("rt"),
        {
            # Answers to those who come by the gateway leave by its routes.
            "disableBgpRoutePropagation": not by_gateway,
            "routes": (
                {
                    "name": "everything-to-firewall",
                    "properties": {
                        "addressPrefix": "0.0.0.0/0",
                        "nextHopType": "VirtualAppliance",
                        "nextHopIpAddress": str(subject.plan.firewall),
                    },
                },
            ),
        },
        comment="Whatever leaves goes to the firewall. Its address is the first of its "
        "subnet that Azure does not keep, which Azure gives it.",
        serves=subject.serves("egress.to", "egress.names"),
    )
