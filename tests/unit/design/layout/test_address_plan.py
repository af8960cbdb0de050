"""Addresses are planned from what is needed, and impossible plans say why."""

from dataclasses import replace
from itertools import combinations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from designs import choices, needs, ranges
from seawall.design.layout.addresses import Plan, plan
from seawall.design.options import Addressing, ApiServer, Choices, Network
from seawall.design.requirements.needs import (
    AddressPlan,
    Desk,
    ExistingNetwork,
    Operator,
    Requirements,
    Scale,
)
from seawall.model.address import AddressRange
from seawall.model.diagnostic import Diagnostic


def planned(wanted: Requirements, chosen: Choices | None = None) -> Plan:
    found = plan(wanted, chosen or choices())
    assert isinstance(found, Plan), found
    return found


def refused(wanted: Requirements, chosen: Choices | None = None) -> list[Diagnostic]:
    found = plan(wanted, chosen or choices())
    assert isinstance(found, tuple)
    return list(found)


def sized(nodes: int, pods: int, **ends: str) -> Requirements:
    given = {key: ranges(text) for key, text in ends.items()}
    return needs(scale=Scale(nodes, pods), addresses=AddressPlan(**given))


@pytest.mark.parametrize(
    ("addressing", "nodes", "pods", "sizes"),
    [
        (Addressing.OVERLAY, 5, 50, {"nodes": 27}),
        (Addressing.OVERLAY, 100, 250, {"nodes": 25}),
        (Addressing.OVERLAY, 500, 250, {"nodes": 22}),
        (Addressing.OVERLAY, 1000, 250, {"nodes": 21}),
        (Addressing.NODE_SUBNET, 5, 30, {"nodes": 24}),
        (Addressing.NODE_SUBNET, 20, 50, {"nodes": 21}),
        (Addressing.POD_SUBNET, 5, 50, {"nodes": 27, "pods": 23}),
        (Addressing.POD_SUBNET, 20, 110, {"nodes": 26, "pods": 20}),
    ],
)
def test_subnets_hold_nodes_upgrades_and_pods(
    addressing: Addressing, nodes: int, pods: int, sizes: dict[str, int]
) -> None:
    found = planned(sized(nodes, pods), choices(addressing=addressing))
    assert {key: it.prefix_length for key, it in found.subnets.items()} == sizes


def test_every_subnet_lies_in_its_network_and_beside_the_others() -> None:
    found = planned(needs(), choices(network=Network.HUB_AND_SPOKE))
    assert found.spoke is not None
    assert found.hub is not None
    assert not found.hub.overlaps(found.spoke)
    assert found.spoke.covers(found.subnets["nodes"])


def test_what_nobody_gave_is_chosen_beside_what_is_connected() -> None:
    taken = "10.0.0.0/11", "10.244.0.0/16"
    wanted = needs(addresses=AddressPlan(on_premises=ranges(*taken)))
    found = planned(wanted)
    for each in (found.spoke, found.pods, found.services):
        assert each is not None
        assert not any(each.overlaps(item) for item in ranges(*taken))


def test_the_range_of_pods_grows_with_the_nodes() -> None:
    found = planned(sized(400, 50))
    assert found.pods is not None
    assert (found.pods.prefix_length or 32) <= 15


@pytest.mark.parametrize(
    ("given", "path", "what"),
    [
        ({"pods": "10.20.1.0/24"}, "addresses.pods", "overlaps"),
        ({"pods": "172.30.0.0/16"}, "addresses.pods", "overlaps 172.30.0.0/16"),
        ({"pods": "10.99.0.0/22"}, "addresses.pods", "no /24 for each"),
        ({"pods": "8.0.0.0/16"}, "addresses.pods", "is public"),
        ({"services": "10.0.0.0/9"}, "addresses.services", "too large"),
        ({"services": "10.20.0.0/24"}, "addresses", "overlaps"),
        ({"on_premises": "10.20.0.0/16"}, "addresses.space", "overlaps"),
        ({"in_use": "10.20.0.0/16"}, "addresses.space", "no room"),
        ({"space": "10.20.0.0/29"}, "addresses.space", "no room"),
    ],
    ids=str,
)
def test_an_impossible_plan_names_the_lines_and_a_way_out(
    given: dict[str, str], path: str, what: str
) -> None:
    ends = {"space": "10.20.0.0/16"} | given
    found = refused(
        needs(addresses=AddressPlan(**{k: ranges(v) for k, v in ends.items()}))
    )
    assert any(what in item.what for item in found), [item.what for item in found]
    for item in found:
        assert item.origin is not None
        assert path.split(".", maxsplit=1)[0] in str(item.origin)
        assert item.why
        assert item.mend


def test_both_lines_of_an_overlap_are_named() -> None:
    ends = AddressPlan(space=ranges("10.20.0.0/16"), pods=ranges("10.20.0.0/16"))
    (found,) = refused(needs(addresses=ends))
    places = {str(found.origin), found.what[found.what.rindex("(") + 1 : -1]}
    assert places == {"needs.yaml#/addresses/space", "needs.yaml#/addresses/pods"}


def test_space_in_use_is_gone_round() -> None:
    ends = AddressPlan(space=ranges("10.20.0.0/24"), in_use=ranges("10.20.0.0/25"))
    found = planned(needs(addresses=ends))
    assert str(found.subnets["nodes"]) == "10.20.0.128/27"


def test_ranges_of_pods_matter_in_an_overlay_alone() -> None:
    ends = AddressPlan(space=ranges("10.20.0.0/16"), pods=ranges("10.20.0.0/16"))
    flat = choices(addressing=Addressing.NODE_SUBNET)
    assert planned(needs(addresses=ends), flat).pods is None


def test_fewer_nodes_need_less() -> None:
    small = replace(needs(), scale=Scale(2, 30))
    assert planned(small).subnets["nodes"].prefix_length == 27


BLOCKS = st.builds(
    lambda first, prefix: AddressRange.parse(f"10.{first}.0.0/{prefix}"),
    st.integers(0, 255),
    st.integers(12, 24),
)


@given(
    nodes=st.integers(1, 1000),
    pods=st.integers(10, 250),
    addressing=st.sampled_from(Addressing),
    network=st.sampled_from([Network.OWN, Network.HUB_AND_SPOKE]),
    server=st.sampled_from(ApiServer),
    taken=st.lists(BLOCKS, max_size=3),
    used=st.lists(BLOCKS, max_size=3),
    space=st.lists(BLOCKS, max_size=1),
)
def test_no_plan_overlaps_anything_and_every_plan_has_room(  # noqa: PLR0913
    *,
    nodes: int,
    pods: int,
    addressing: Addressing,
    network: Network,
    server: ApiServer,
    taken: list[AddressRange],
    used: list[AddressRange],
    space: list[AddressRange],
) -> None:
    ends = AddressPlan(space=tuple(space), on_premises=tuple(taken), in_use=tuple(used))
    wanted = needs(scale=Scale(nodes, pods), addresses=ends)
    chosen = choices(addressing=addressing, network=network, api_server=server)
    found = plan(wanted, chosen)
    if isinstance(found, tuple):
        assert all(item.what and item.why and item.mend for item in found)
        return
    assert found.spoke is not None
    subnets = list(found.subnets.values())
    networks = [it for it in (found.hub, found.spoke) if it is not None]
    apart = [*networks, found.services, *([found.pods] if found.pods else [])]
    for one, two in combinations(apart, 2):
        assert not one.overlaps(two)
    for one, two in combinations(subnets, 2):
        assert not one.overlaps(two)
    for each in subnets:
        assert any(outer.covers(each) for outer in networks)
    for each in apart:
        assert not any(each.overlaps(item) for item in (*taken, *used))
    if space:
        assert all(space[0].covers(it) for it in networks)
    most = nodes + -(-nodes // 10)
    sizes = {key: it.last - it.first + 1 for key, it in found.subnets.items()}
    each_node = 1 + (pods if addressing is Addressing.NODE_SUBNET else 0)
    assert sizes["nodes"] >= most * each_node + 5
    if addressing is Addressing.POD_SUBNET:
        assert sizes["pods"] >= most * pods + 5
    if found.pods is not None:
        assert found.pods.last - found.pods.first + 1 >= most * 256


def test_addresses_of_operators_and_of_next_hops_are_left_alone() -> None:
    there = ExistingNetwork(
        "/subscriptions/s/resourceGroups/g/providers/Microsoft.Network/virtualNetworks"
        "/v/subnets/n",
        AddressRange.parse("10.1.0.0/24"),
        next_hop="10.0.1.4",
    )
    found = planned(needs(existing=there), choices(network=Network.EXISTING))
    assert not found.services.overlaps(AddressRange.parse("10.0.1.4"))
    admins = Operator("admins", Desk.VPN, ranges("10.244.7.0/24"))
    beside = planned(needs(operators=(admins,)))
    assert beside.pods is not None
    assert not beside.pods.overlaps(admins.ranges[0])
    ends = AddressPlan(pods=ranges("10.244.0.0/16"))
    (clash,) = refused(needs(operators=(admins,), addresses=ends))
    assert "the addresses of admins" in clash.what


def test_a_network_that_needs_more_room_than_usual_gets_it() -> None:
    flat = choices(addressing=Addressing.POD_SUBNET)
    found = planned(sized(300, 110), flat)
    assert found.subnets["pods"].prefix_length == 16
    assert found.spoke is not None
    assert found.spoke.prefix_length == 15
    assert not found.spoke.overlaps(found.services)
    beside = planned(sized(300, 110, in_use="10.0.0.0/9"), flat)
    assert beside.spoke is not None
    assert AddressRange.parse("10.128.0.0/9").covers(beside.spoke)
    (told,) = refused(sized(300, 110, in_use="10.0.0.0/8"), flat)
    assert "a /15" in told.what
