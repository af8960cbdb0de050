"""Whom LocalDNS on a node asks for a name.

Source of each: AKS docs, localdns-custom, "Server blocks for LocalDNS" and "Create a
custom server block in LocalDNS".
"""

from dataclasses import replace

import pytest

import fabrics as fab
from fabrics import known
from seawall.engine.path import Answers, PathModel
from seawall.engine.path.dns.resolution import Resolution, Whom
from seawall.ingest.azure.cluster.local_dns import local_dns
from seawall.ingest.resource import Field
from seawall.model.end import PodEnd
from seawall.model.local_dns import LocalDns, LocalDnsBlock
from seawall.model.name_servers import OF_AKS, Forward, ServerBlock
from seawall.model.pod_dns import DnsPolicy, PodDns
from seawall.model.setting import Setting
from seawall.model.snapshot import Fabric

CUSTOM = ServerBlock(
    ("corp.example",), fab.HERE, forwards=(Forward("", None, (), fab.HERE),)
)
"""CoreDNS asks somebody for these names who is not known."""


def block(zone: str, *, to_cluster: bool | None) -> LocalDnsBlock:
    return LocalDnsBlock(zone, to_cluster)


def found(
    near: LocalDns, name: str = "db.corp.example", *, on: Setting[bool] | None = None
) -> Resolution:
    pool = replace(fab.pool("sys", "nodes"), local_dns=near)
    fabric = Fabric(
        networks=(fab.network("net", "10.1.0.0/16"),),
        subnets=(fab.subnet("nodes", "net", "10.1.0.0/24"),),
    )
    cluster = fab.cluster(pool, local_dns=on or known(value=True))
    shot = fab.snapshot(fabric, cluster, workloads=(fab.workload("web"),))
    objects = replace(shot.objects, name_servers=(OF_AKS, CUSTOM))
    model = PathModel.build(replace(shot, objects=objects))
    (start,) = model.starts(PodEnd(objects.workloads[0]))
    return model.asking.clients.resolve(start, name)


def test_by_default_the_clusters_dns_is_asked() -> None:
    assert found(LocalDns()).answer is Answers.UNKNOWN
    assert found(LocalDns(), "www.example.com").servers[0].whom is Whom.CLUSTER


def test_a_root_block_may_pass_the_clusters_dns_by() -> None:
    near = LocalDns(pods=(block("", to_cluster=False),))
    answer = found(near)
    assert answer.answer is Answers.PUBLIC
    assert answer.servers[0].whom is Whom.NETWORK
    assert found(near, "web.ns.svc.cluster.local").servers[0].whom is Whom.CLUSTER
    off = found(near, on=known(value=False))
    assert off.answer is Answers.UNKNOWN
    assert "cannot be read" in off.says
    unsure = found(near, on=Setting[bool].unknown("not stated"))
    assert "whether LocalDNS is on" in unsure.says


def test_whether_a_block_takes_what_is_below_its_domain_is_not_documented() -> None:
    near = LocalDns(pods=(block("corp.example", to_cluster=False),))
    assert found(near, "corp.example").answer is Answers.PUBLIC
    assert "not documented" in found(near).says


def test_whoever_asks_as_the_node_has_blocks_of_its_own() -> None:
    near = LocalDns(nodes=(block("db.corp.example", to_cluster=True),))
    asked = fab.workload("web")
    pool = replace(fab.pool("sys", "nodes"), local_dns=near)
    fabric = Fabric(
        networks=(fab.network("net", "10.1.0.0/16"),),
        subnets=(fab.subnet("nodes", "net", "10.1.0.0/24"),),
    )
    on = fab.cluster(pool, local_dns=known(value=True))
    default = replace(asked, dns=PodDns(DnsPolicy.DEFAULT))
    shot = fab.snapshot(fabric, on, workloads=(default,))
    model = PathModel.build(shot)
    (start,) = model.starts(PodEnd(shot.objects.workloads[0]))
    whom = model.asking.clients.resolve(start, "db.corp.example").servers[0].whom
    assert whom is Whom.CLUSTER


@pytest.mark.parametrize(
    ("written", "way"),
    [
        ({"forwardDestination": "VnetDNS"}, False),
        ({"forwardDestination": "ClusterCoreDNS"}, True),
        ({"forwardDestination": "elsewhere"}, None),
        ({}, True),
        ("x", True),
    ],
)
def test_blocks_are_read_from_the_profile_of_a_pool(
    written: object, *, way: bool | None
) -> None:
    profile = {"mode": "Required", "kubeDNSOverrides": {".": written, "A.Example": {}}}
    read = local_dns(Field(profile, fab.HERE))
    assert read.pods == (
        block("", to_cluster=way),
        block("a.example", to_cluster=True),
    )
    assert read.nodes == ()
    assert local_dns(Field({"kubeDNSOverrides": 7}, fab.HERE)) == LocalDns()
