from dataclasses import replace

import pytest

from fabrics import cluster, known, pool
from seawall.model.cluster import ApiServer
from seawall.query.control_plane.authorized_ranges import admits_everyone, judged


def server(*ranges: str, private: bool = False) -> ApiServer:
    plain = cluster(pool("sys", "nodes")).api_server
    return replace(plain, authorized_ranges=known(ranges), private=known(private))


def kinds(*ranges: str) -> list[str]:
    return [note.kind for note in judged(server(*ranges))]


@pytest.mark.parametrize(
    ("ranges", "open_ones"),
    [
        (("0.0.0.0/0",), ("0.0.0.0/0",)),
        (("0.0.0.0/1", "203.0.113.0/24", "128.0.0.0/1"), ("0.0.0.0/1", "128.0.0.0/1")),
        (("::/0",), ("::/0",)),
        (("0.0.0.0/1", "128.0.0.0/2"), ()),
        (("0.0.0.0/32",), ()),
        ((), ()),
    ],
)
def test_two_halves_are_as_wide_as_the_whole(
    ranges: tuple[str, ...], open_ones: tuple[str, ...]
) -> None:
    assert admits_everyone(server(*ranges)) == open_ones


def test_each_range_is_judged_by_what_it_lets_in() -> None:
    """Source: AKS docs, api-server-authorized-ip-ranges, api-server-service-tags."""
    assert kinds("203.0.113.0/24") == []
    assert kinds("20.0.0.0/8") == ["large"]
    assert kinds("0.0.0.0/32") == ["own address"]
    assert kinds("10.0.0.0/8") == ["without effect"]
    assert kinds("AzureCloud") == ["tag"]
    assert kinds("AzureCloud.westeurope", "Storage") == ["tag", "tag", "too many"]
    assert kinds(*(f"198.51.{n}.1" for n in range(201))) == ["too many"]


def test_every_tenant_is_named_for_the_tag_of_the_whole_cloud() -> None:
    (note,) = judged(server("AzureCloud.westeurope"))
    assert "every tenant" in note.says


def test_ranges_of_a_private_cluster_have_no_effect() -> None:
    """Source: AKS docs, private-clusters: they hold for a public address."""
    (note,) = judged(server("203.0.113.0/24", private=True))
    assert note.kind == "without effect"
