"""Networks that a virtual hub connects."""

from azure_builders import at_level, convert, plan, planned, resource, resource_id
from seawall.model.diagnostic import Level

NETWORK = resource_id("virtualNetworks", "v")


def connection(name: str, **properties: object) -> dict[str, object]:
    return resource("virtualHubs/hubVirtualNetworkConnections", "h", name, **properties)


def test_a_connection_names_its_network_and_what_it_may_be_lent() -> None:
    part = convert(
        [
            connection("a", remoteVirtualNetwork={"id": NETWORK}),
            connection(
                "b", remoteVirtualNetwork={"id": NETWORK}, enableInternetSecurity=False
            ),
            connection(
                "c", remoteVirtualNetwork={"id": NETWORK}, enableInternetSecurity=True
            ),
            connection("d"),
        ]
    )
    a, b, c, d = part.fabric.hub_connections
    assert (a.network, a.hub) == (NETWORK.lower(), "h")
    assert a.announces_default.may_be(value=True)
    assert b.announces_default.is_surely(value=False)
    assert c.announces_default.may_be(value=True)
    assert d.network is None
    (told,) = at_level(part, Level.ERROR)
    assert "remoteVirtualNetwork" in told.why


def test_a_planned_connection_is_followed_to_its_network() -> None:
    network = planned(
        "azurerm_virtual_network.main",
        {"name": "v", "resource_group_name": "rg", "address_space": ["10.0.0.0/16"]},
    )
    joined = planned(
        "azurerm_virtual_hub_connection.main",
        {"name": "c", "remote_virtual_network_id": NETWORK},
    )
    part = convert(plan([network, joined]))
    (found,) = part.fabric.hub_connections
    assert found.network == NETWORK.lower()
    assert found.announces_default.is_surely(value=False)
