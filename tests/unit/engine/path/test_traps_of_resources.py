"""What analysers get wrong about the firewalls of platform resources.

Sections and traps are those of the list that the tests of platform services follow.
"""

from dataclasses import replace

import pytest

import fabrics as fab
from fabrics import known
from seawall.model.end import InternetEnd, SubnetEnd
from seawall.model.endpoint import PlatformResource
from seawall.model.snapshot import Fabric, Snapshot
from seawall.model.translation import NatGateway
from ways import A, D, U, ask

NODES = SubnetEnd("nodes")
NAT = "20.0.0.4"


def storage(**changed: object) -> PlatformResource:
    plain = fab.vault(
        id="st",
        kind="storage",
        name="st",
        host_names=("st.blob.core.windows.net",),
        service_endpoint="Microsoft.Storage",
        default_access_allowed=known(False),
        allowed_ranges=(fab.cidr(NAT),),
    )
    return replace(plain, **changed)  # type: ignore[arg-type]


def database(**changed: object) -> PlatformResource:
    plain = fab.vault(
        id="db",
        kind="sql",
        name="db",
        host_names=("db.database.windows.net",),
        service_endpoint="Microsoft.Sql",
        default_access_allowed=known(False),
        allowed_tags=("AzureCloud",),
        admits_azure=True,
    )
    return replace(plain, **changed)  # type: ignore[arg-type]


def around(
    resource: PlatformResource, region: str = "west", **nodes: object
) -> Snapshot:
    """Return a network that leaves by a NAT gateway, and a resource."""
    plain = {"nat_gateway": known("nat")} | nodes
    fabric = Fabric(
        networks=(replace(fab.network("net", "10.1.0.0/16"), region=region),),
        subnets=(fab.subnet("nodes", "net", "10.1.0.0/24", **plain),),
        public_addresses=(fab.public("pip", NAT),),
        nat_gateways=(NatGateway("nat", "nat", known(("pip",)), fab.HERE),),
        resources=(resource,),
    )
    return Snapshot(fabric=fabric)


@pytest.mark.parametrize(
    ("theirs", "ours", "expected"),
    [("east", "west", A), ("west", "west", D), ("", "west", U), ("west", "", U)],
)
def test_ip_rules_of_an_account_do_not_bind_its_own_region(
    theirs: str, ours: str, expected: object
) -> None:
    """Trap 12, section 6.5. Source: Azure docs, storage-network-security."""
    asked = around(storage(region=theirs), ours)
    assert ask(asked, NODES, "st.blob.core.windows.net") is expected


def test_rules_of_subnets_bind_the_own_region_of_an_account_too() -> None:
    """Section 6.5. Source: Azure docs, storage-network-security."""
    asked = around(
        storage(region="west", allowed_subnets=("nodes",)),
        service_endpoints=("Microsoft.Storage",),
    )
    assert ask(asked, NODES, "st.blob.core.windows.net") is A


def test_ip_rules_of_a_vault_bind_every_region() -> None:
    """Section 6.5: only storage sees private sources. Source: Azure docs, key-vault."""
    vault = fab.vault(
        default_access_allowed=known(False),
        allowed_ranges=(fab.cidr(NAT),),
        region="west",
    )
    assert ask(around(vault), NODES, "kv.vault.azure.net") is A


def test_what_comes_from_the_internet_is_seen_with_its_address() -> None:
    """Section 6.5. Source: Azure docs, storage-network-security."""
    asked = around(storage(region="west", allowed_ranges=(fab.cidr("8.8.8.8"),)))
    name = "st.blob.core.windows.net"
    assert ask(asked, InternetEnd(), name, sender="8.8.8.8") is A
    assert ask(asked, InternetEnd(), name, sender="8.8.4.4") is D


def test_a_database_that_admits_azure_admits_whatever_azure_lends() -> None:
    """Section 6.5, SQL: anybody. Source: Azure docs, firewall-configure."""
    name = "db.database.windows.net"
    assert ask(around(database()), NODES, name) is A
    lent = around(
        database(), nat_gateway=known(None), default_outbound=known(value=True)
    )
    assert ask(lent, NODES, name) is A
    assert ask(around(database()), InternetEnd(), name, sender="8.8.8.8") is U
    assert ask(around(database(allowed_tags=(), admits_azure=False)), NODES, name) is D


def test_a_rule_for_azure_admits_lent_addresses_to_flexible_servers_too() -> None:
    """Source: Azure docs, postgresql concepts-networking-public."""
    name = "db.postgres.database.azure.com"
    server = database(kind="other", host_names=(name,), service_endpoint="")
    assert ask(around(server), NODES, name, 5432) is A
