from dataclasses import replace
from ipaddress import ip_address

import fabrics as fab
from aks_builders import HERE, NETWORK, api_server, assumed, cluster, completed, fabric
from seawall.engine.path import PathModel
from seawall.engine.path.dns.resolution import Answers
from seawall.ingest.documents import AzurePart
from seawall.model.cluster import ApiServer
from seawall.model.diagnostic import Level
from seawall.model.endpoint import PlatformResource
from seawall.model.name import AddressRecord, DnsZone, ZoneLink
from seawall.model.setting import Setting

PRIVATE = Setting.stated(value=True)
INNER = "shop-5678.privatelink.westeurope.azmk8s.io"


def with_api(api: ApiServer, **more: object) -> AzurePart:
    return completed(of=cluster(api_server=api), **more)  # type: ignore[arg-type]


def resource(part: AzurePart) -> PlatformResource:
    return next(item for item in part.fabric.resources if item.kind == "api-server")


def own_zone(*links: ZoneLink, records: tuple[AddressRecord, ...] = ()) -> DnsZone:
    return DnsZone(
        id="/zone",
        name="privatelink.westeurope.azmk8s.io",
        links=links,
        records=records,
        complete=Setting.stated(value=True),
        origin=HERE,
    )


def test_a_public_api_server_without_ranges_admits_everybody() -> None:
    found = resource(completed())
    assert found.public.is_surely(value=True)
    assert found.default_access_allowed.is_surely(value=True)
    assert found.host_names == ("shop-1234.hcp.westeurope.azmk8s.io",)


def test_authorized_ranges_admit_themselves_alone() -> None:
    ranges = Setting.stated(("203.0.113.0/24", "AzureCloud"))
    found = resource(with_api(api_server(authorized_ranges=ranges)))
    assert found.default_access_allowed.is_surely(value=False)
    assert [str(item) for item in found.allowed_ranges] == ["203.0.113.0/24"]
    assert found.allowed_tags == ("AzureCloud",)


def test_the_zero_address_admits_nobody_from_outside() -> None:
    ranges = Setting.stated(("0.0.0.0/32",))
    found = resource(with_api(api_server(authorized_ranges=ranges)))
    assert found.allowed_ranges == ()
    assert found.default_access_allowed.is_surely(value=False)


def test_a_range_that_cannot_be_read_leaves_access_unknown() -> None:
    ranges = Setting.stated(("10.0.0.0/99",))
    part = with_api(api_server(authorized_ranges=ranges))
    assert not resource(part).default_access_allowed.known
    assert [told.level for told in part.diagnostics] == [Level.ERROR]


def test_ranges_that_are_not_known_leave_access_unknown() -> None:
    found = resource(with_api(api_server(authorized_ranges=Setting.unknown("later"))))
    assert not found.default_access_allowed.known


def test_it_may_not_be_known_whether_a_cluster_is_private() -> None:
    part = with_api(api_server(private=Setting.unknown("a variable")))
    assert not resource(part).public.known
    assert part.fabric.private_endpoints == ()


def test_a_private_cluster_has_an_endpoint_in_the_first_pools_subnet() -> None:
    part = with_api(api_server(private=PRIVATE), private_name=INNER)
    [endpoint] = part.fabric.private_endpoints
    assert endpoint.predicted
    assert endpoint.subnet == "/net/nodes"
    assert endpoint.target == resource(part).id
    assert resource(part).public.is_surely(value=False)
    assert "api-server-private-endpoint" in assumed(part)


def test_the_system_zone_is_linked_to_the_nodes_network_alone() -> None:
    part = with_api(api_server(private=PRIVATE), private_name=INNER)
    [zone] = part.fabric.zones
    assert zone.name == "privatelink.westeurope.azmk8s.io"
    assert [link.network for link in zone.links] == [NETWORK]
    assert [record.name for record in zone.records] == ["shop-5678"]
    assert part.fabric.private_endpoints[0].zones == (zone.id,)


def test_a_private_cluster_keeps_its_public_name_unless_told_not_to() -> None:
    public = "shop-1234.hcp.westeurope.azmk8s.io"
    names = {"private_name": INNER, "public_name": public}
    shown = with_api(api_server(private=PRIVATE), **names)
    silent = Setting.stated(value=False)
    hidden = with_api(api_server(private=PRIVATE, public_name=silent), **names)
    assert resource(shown).host_names == (INNER, public)
    assert resource(hidden).host_names == (INNER,)


def test_aks_links_a_zone_of_ones_own_to_the_nodes_network_too() -> None:
    hub = ZoneLink("/hub", falls_back=False, origin=HERE)
    part = with_api(
        api_server(private=PRIVATE, private_zone=Setting.stated("/zone")),
        private_name=INNER,
        around=fabric(zones=(own_zone(hub),)),
    )
    [zone] = part.fabric.zones
    assert [link.network for link in zone.links] == ["/hub", NETWORK]
    assert [record.name for record in zone.records] == ["shop-5678"]
    assert "api-server-custom-zone" in assumed(part)


def test_a_record_that_is_there_stays_as_it_is() -> None:
    record = AddressRecord("shop-5678", (ip_address("10.1.0.4"),), HERE)
    link = ZoneLink(NETWORK, falls_back=False, origin=HERE)
    before = own_zone(link, records=(record,))
    part = with_api(
        api_server(private=PRIVATE, private_zone=Setting.stated("/zone")),
        private_name=INNER,
        around=fabric(zones=(before,)),
    )
    assert part.fabric.zones == (before,)


def test_a_zone_that_is_not_in_the_input_is_not_complete() -> None:
    wanted = "/zones/privatelink.westeurope.azmk8s.io"
    part = with_api(
        api_server(private=PRIVATE, private_zone=Setting.stated(wanted)),
        private_name=INNER,
    )
    [zone] = part.fabric.zones
    assert zone.name == "privatelink.westeurope.azmk8s.io"
    assert not zone.complete.known


def test_a_zone_that_is_not_known_leaves_names_unknown() -> None:
    part = with_api(
        api_server(private=PRIVATE, private_zone=Setting.unknown("a variable"))
    )
    [zone] = part.fabric.zones
    assert zone.links == ()
    assert not zone.complete.known


def test_without_a_zone_there_is_none() -> None:
    part = with_api(api_server(private=PRIVATE, private_zone=Setting.stated("none")))
    assert part.fabric.zones == ()
    assert len(part.fabric.private_endpoints) == 1


def test_with_vnet_integration_there_is_no_endpoint_and_another_zone() -> None:
    integrated = api_server(
        private=PRIVATE,
        vnet_integration=Setting.stated(value=True),
        subnet=Setting.stated("/net/api"),
        internal_address=ip_address("10.1.8.4"),
        name="shop-5678.private.westeurope.azmk8s.io",
    )
    part = with_api(integrated)
    assert part.fabric.private_endpoints == ()
    [zone] = part.fabric.zones
    assert zone.name == "private.westeurope.azmk8s.io"
    assert zone.records[0].addresses == (ip_address("10.1.8.4"),)


def test_a_public_cluster_with_vnet_integration_stays_public() -> None:
    integrated = api_server(
        vnet_integration=Setting.stated(value=True), subnet=Setting.stated("/net/api")
    )
    part = with_api(integrated)
    assert resource(part).public.is_surely(value=True)
    assert part.fabric.zones == ()


def test_a_name_to_come_has_a_stand_in() -> None:
    part = with_api(api_server(private=PRIVATE, name=None))
    assert part.cluster is not None
    assert part.cluster.api_server.name == "shop.privatelink.westeurope.azmk8s.io"
    assert part.fabric.zones[0].records[0].name == "shop"
    assert "api-server-name" in assumed(part)


def test_d_05_without_a_zone_nodes_use_the_public_name() -> None:
    """It gives the private address, wherever it is asked for.

    Source: AKS docs, private-clusters, "Configure a private DNS zone": `none`.
    """
    zone = Setting.stated("None")
    part = with_api(api_server(private=PRIVATE, private_zone=zone, name=None))
    assert part.cluster is not None
    name = "shop.hcp.westeurope.azmk8s.io"
    assert part.cluster.api_server.name == name
    model = PathModel.build(fab.snapshot(part.fabric, part.cluster))
    assert model.resolve(name, NETWORK).answer is Answers.PRIVATE


def test_without_a_region_the_name_is_not_known() -> None:
    plain = cluster(api_server=api_server(name=None))
    part = completed(of=replace(plain, region=""))
    assert part.cluster is not None
    assert part.cluster.api_server.name is None
    assert resource(part).host_names == ()


def test_the_record_of_a_zone_says_where_the_endpoint_stands() -> None:
    """Source: AKS docs, private-clusters: AKS writes it into the zone."""
    label = INNER.split(".", 1)[0]
    for address, where in (("10.1.0.9", "/net/nodes"), ("172.31.0.9", None)):
        record = AddressRecord(label, (ip_address(address),), HERE)
        part = with_api(
            api_server(private=PRIVATE, private_zone=Setting.stated("/zone")),
            private_name=INNER,
            around=fabric(zones=(own_zone(records=(record,)),)),
        )
        [endpoint] = part.fabric.private_endpoints
        assert (endpoint.address is None) is (where is None)
        assert endpoint.subnet == "/net/nodes"
        assert ("api-server-private-endpoint" in assumed(part)) is (where is None)
