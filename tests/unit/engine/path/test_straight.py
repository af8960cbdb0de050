"""Public addresses that a service endpoint may lead to, in engine and definition.

Source: Azure docs, virtual-network-service-endpoints-overview and
diagnose-network-routing-problem; docs/semantics/path.md, R11 and R15.
"""

from dataclasses import replace
from ipaddress import ip_address

import pytest

import fabrics as fab
from seawall.engine.path.ground.atlas import Atlas
from seawall.engine.path.routes.straight import perhaps_straight
from seawall.model.effective import EffectiveRoutes
from seawall.model.snapshot import Fabric
from seawall.model.tag import KnownTag, TagList
from seawall.reference.straight import may_go_straight

STORAGE = KnownTag("storage", (fab.cidr("20.0.0.0/16"),))
OF_STORAGE, OTHER = "20.0.0.9", "30.0.0.9"


def net(*endpoints: str, **changed: object) -> Fabric:
    plain = Fabric(
        networks=(fab.network("net", "10.1.0.0/16"),),
        subnets=(
            fab.subnet("nodes", "net", "10.1.0.0/24", service_endpoints=endpoints),
        ),
        service_tags=TagList("Public", "1", (STORAGE,), fab.HERE),
    )
    return replace(plain, **changed)  # type: ignore[arg-type]


def may(fabric: Fabric, address: str, tag: str = "") -> bool:
    """Whether a packet may go straight, by engine and definition alike."""
    (subnet,) = fabric.subnets
    to = ip_address(address)
    ours = to in perhaps_straight(Atlas(fab.snapshot(fabric)), subnet, tag)
    assert ours is may_go_straight(fabric, subnet, to, tag)
    return ours


def test_an_endpoint_may_lead_to_the_addresses_of_its_service_alone() -> None:
    assert may(net("Microsoft.Storage"), OF_STORAGE)
    assert not may(net("Microsoft.Storage"), OTHER)
    assert not may(net("Microsoft.Sql"), OF_STORAGE)
    assert not may(net(), OF_STORAGE)


@pytest.mark.parametrize("tag", ["storage", "storage.westeurope"])
def test_it_may_lead_to_whatever_is_meant_for_the_service(tag: str) -> None:
    assert may(net("Microsoft.Storage"), OTHER, tag)
    assert not may(net("Microsoft.Storage"), OTHER, "azurecloud")
    assert not may(net("Microsoft.Sql"), OTHER, tag)


def test_it_leads_to_no_private_address_and_to_none_of_a_network() -> None:
    inside = fab.network("other", "20.0.0.0/24")
    known = net("Microsoft.Storage")
    assert not may(replace(known, networks=(*known.networks, inside)), OF_STORAGE)
    assert not may(known, "10.9.9.9", "storage")


def test_where_the_routes_of_an_interface_are_reported_these_tell() -> None:
    reported = EffectiveRoutes("nodes", "nic", (), fab.HERE)
    assert not may(net("Microsoft.Storage", effective_routes=(reported,)), OF_STORAGE)
    elsewhere = replace(reported, subnet="another")
    assert may(net("Microsoft.Storage", effective_routes=(elsewhere,)), OF_STORAGE)
