"""What nodes hide behind their own address: told by what a packet was first sent to.

Marks would do, as kube-proxy has it, but in the twin they lead errors back.
"""

from collections.abc import Iterator

from seawall.model.dataplane import Tri
from seawall.twin.classes.cast import Cast, NodeStand
from seawall.twin.classes.services import CARRIED, PUBLISHED
from seawall.twin.policies.ground import PROTOCOL_WORDS, Ground

TELLS = "ip dscp set 1"
"""Put into what a node hides where no other node is to police it."""
TOLD = "ip dscp 1"
"""What such a packet carries."""


def is_told(ground: Ground) -> bool:
    """Whether what one node hid passes the policies of the next.

    Azure NPM's documentation says so; its chains are asked there all the same, about
    the address of the first node. The twin does as is documented: engines.md, D20.
    """
    return ground.dataplane.polices_cluster_traffic_policy is Tri.NO


def hidden_terms(cast: Cast, node: NodeStand) -> Iterator[str]:
    """Yield terms for what a node hands on under the policy `Cluster`.

    Source: kube-proxy, iptables KUBE-MARK-MASQ in KUBE-EXT chains.
    """
    for stand in cast.services:
        service = stand.service
        if service.type not in PUBLISHED or service.local_traffic_only:
            continue
        for port in service.ports:
            if port.protocol not in CARRIED:
                continue
            met = [
                (front.address, port.port)
                for front in cast.fronts
                if front.floats(stand.name)
            ]
            if port.node_port is not None:
                met.append((node.address, port.node_port))
            word = PROTOCOL_WORDS[port.protocol]
            for address, number in met:
                yield (
                    f"meta l4proto {word} ct status dnat "
                    f"ct original ip daddr {address} "
                    f"ct original proto-dst {number}"
                )
