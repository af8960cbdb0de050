"""Networks whose address space is not all known: no private address is surely nowhere.

Source: Azure docs, virtual-networks-udr-overview (system routes follow the space).
"""

from collections.abc import Sequence
from ipaddress import ip_address

import pytest

import fabrics as fab
from azure_builders import convert, resource, resource_id
from seawall.engine.path import PathModel
from seawall.flowspace import Header
from seawall.model.end import AddressEnd, SubnetEnd
from seawall.model.packet import Packet, Protocol
from seawall.model.snapshot import Fabric
from seawall.model.trace import Verdict
from seawall.reference.journey import Start
from seawall.reference.walk import follow
from strategies_fabric import Drawn

JUMP = "10.9.1.4"


def network(name: str, space: object, *subnets: tuple[str, str]) -> dict[str, object]:
    listed = [
        {"name": own, "properties": {"addressPrefix": prefix}}
        for own, prefix in subnets
    ]
    return resource(
        "virtualNetworks", name, addressSpace={"addressPrefixes": space}, subnets=listed
    )


def verdict(fabric: Fabric, subnet: str, sender: str, to: str) -> Verdict:
    """Return what becomes of a packet, by engine and definition alike."""
    (source,) = [it.id for it in fabric.subnets if it.name == subnet]
    shot = fab.snapshot(fabric)
    answer = PathModel.build(shot).partition(
        SubnetEnd(source), AddressEnd((fab.cidr(to),))
    )
    one, other = ip_address(sender), ip_address(to)
    header = Header(4, Protocol.TCP, int(one), int(other), 1024, 443)
    parts = {
        Verdict.ALLOWED: answer.allowed,
        Verdict.DENIED: answer.denied,
        Verdict.UNKNOWN: answer.unknown,
    }
    (found,) = [each for each, part in parts.items() if header in part]
    end = AddressEnd((fab.cidr(to),))
    packet = Packet(one, other, Protocol.TCP, 1024, 443)
    start = Start(SubnetEnd(source), "", "")
    outcome = follow(shot, start, packet, name=None, target=end, choice=Drawn(0))
    assert outcome.verdict is found
    return found


@pytest.mark.parametrize(
    ("space", "to", "wanted"),
    [
        (["10.9.0.0/16"], "10.44.0.1", Verdict.DENIED),
        (None, "10.44.0.1", Verdict.UNKNOWN),
        (None, "10.9.1.7", Verdict.UNKNOWN),
        ([], "10.44.0.1", Verdict.UNKNOWN),
    ],
)
def test_a_private_address_may_be_in_a_network_of_which_not_all_is_known(
    space: Sequence[str] | None, to: str, wanted: Verdict
) -> None:
    part = convert(network("v", space, ("jump", "10.9.1.0/24")))
    assert verdict(part.fabric, "jump", JUMP, to) is wanted


def test_the_peers_of_such_a_network_may_reach_it_there() -> None:
    """A peer has routes to all of the space, known or not."""
    spoke = network("spoke", None, ("inner", "10.7.0.0/24"))
    hub = network("hub", ["10.9.0.0/16"], ("jump", "10.9.1.0/24"))
    assert verdict(convert(hub).fabric, "jump", JUMP, "10.44.0.1") is Verdict.DENIED
    properties = hub["properties"]
    assert isinstance(properties, dict)
    properties["virtualNetworkPeerings"] = [
        {
            "name": "to-spoke",
            "properties": {
                "remoteVirtualNetwork": {"id": resource_id("virtualNetworks", "spoke")}
            },
        }
    ]
    both = convert(hub, spoke).fabric
    assert verdict(both, "jump", JUMP, "10.44.0.1") is Verdict.UNKNOWN
