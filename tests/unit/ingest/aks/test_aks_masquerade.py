"""The lists of the agent that hides pods, put together for one cluster."""

from dataclasses import replace

from aks_builders import cluster, fabric
from seawall.ingest.aks import complete
from seawall.ingest.documents import AzurePart
from seawall.ingest.resource import ClusterRecord, RawAzure
from seawall.model.address import AddressRange
from seawall.model.cluster import Addressing, Cluster
from seawall.model.masquerade import Keeper, Masquerade, MasqueradeList
from seawall.model.origin import Origin
from seawall.model.setting import Setting
from seawall.model.snapshot import KubernetesObjects

FLAT = cluster(addressing=Setting.stated(Addressing.NODE_SUBNET))


def listed(
    keeper: Keeper, *ranges: str, file: str = "a.yaml", hides: bool = False
) -> MasqueradeList:
    found = tuple(AddressRange.parse(item) for item in ranges)
    place = Origin(file)
    name = f"kube-system/{keeper.value}"
    return MasqueradeList(name, keeper, Setting.stated(found, place), hides, place)


def settled(*lists: MasqueradeList, of: Cluster = FLAT) -> tuple[Masquerade, AzurePart]:
    raw = RawAzure(cluster=ClusterRecord(of), fabric=fabric())
    part = complete(raw, KubernetesObjects(masquerade=lists))
    assert part.cluster is not None
    return part.cluster.masquerade, part


def test_without_lists_the_addressing_decides() -> None:
    found, _ = settled()
    assert found == Masquerade()


def test_lists_of_one_keeper_are_united_and_switches_or_ed() -> None:
    one = listed(Keeper.CUSTOMER, "10.8.0.0/16", hides=True)
    two = listed(Keeper.CUSTOMER, "10.9.0.0/16")
    found, _ = settled(one, two, listed(Keeper.AKS, "10.1.0.0/16"))
    assert [str(item) for item in found.added.value or ()] == [
        "10.8.0.0/16",
        "10.9.0.0/16",
    ]
    assert [str(item) for item in found.own.value or ()] == ["10.1.0.0/16"]
    assert found.hides_link_local.is_surely(value=True)


def test_a_list_that_stands_twice_with_other_ranges_is_not_known() -> None:
    one = listed(Keeper.CUSTOMER, "10.8.0.0/16")
    two = listed(Keeper.CUSTOMER, "10.9.0.0/16", file="b.yaml")
    found, part = settled(one, two)
    assert not found.added.known
    assert "more than once" in part.diagnostics[0].what


def test_an_unreadable_list_is_not_known() -> None:
    bad = replace(listed(Keeper.CUSTOMER), ranges=Setting.unknown("no prefix"))
    found, _ = settled(bad, listed(Keeper.CUSTOMER, "10.9.0.0/16"))
    assert found.added.why == "no prefix"


def test_an_ipv6_prefix_stops_the_agent_where_there_is_no_ipv6() -> None:
    found, part = settled(listed(Keeper.CUSTOMER, "fd00::/8"))
    assert not found.added.known
    assert "IPv6" in part.diagnostics[0].what
    both = replace(FLAT, dual_stack=Setting.stated(value=True))
    found, _ = settled(listed(Keeper.CUSTOMER, "fd00::/8"), of=both)
    assert found.added.known


def test_overlay_pods_that_keep_their_address_are_told_of() -> None:
    overlay = cluster(addressing=Setting.stated(Addressing.OVERLAY))
    _, part = settled(listed(Keeper.CUSTOMER, "10.9.0.0/16"), of=overlay)
    assert any("nobody can answer" in item.what for item in part.diagnostics)


def test_the_list_of_another_agent_stays_apart() -> None:
    found, _ = settled(listed(Keeper.ANOTHER_AGENT, "10.0.0.0/8"))
    assert found.own == Masquerade().own
    assert [str(item) for item in found.others[0].value or ()] == ["10.0.0.0/8"]
