"""What CoreDNS answers to pods by its server blocks, as customers change them.

Source of each: AKS docs, coredns-custom; CoreDNS manual and the pages of its plugins.
"""

from dataclasses import replace
from ipaddress import ip_address

import pytest

import fabrics as fab
from fabrics import known
from seawall.engine.path import Answers, PathModel
from seawall.engine.path.dns.resolution import Resolution
from seawall.ingest.kubernetes.name_servers.corefile import (
    blocks_of,
    lines_of,
    merged,
)
from seawall.model.end import PodEnd, ServiceEnd
from seawall.model.name_servers import OF_AKS, ServerBlock
from seawall.model.resolver import InboundEndpoint, PrivateResolver
from seawall.model.service import Service, ServiceType
from seawall.model.snapshot import Fabric, Snapshot
from seawall.model.workload import Namespace

WEB = Service("ns", "web", ServiceType.CLUSTER_IP, None, (), fab.HERE)


def shot(server: str = "", override: str = "") -> Snapshot:
    """Return a cluster whose network asks Azure, beside a resolver in a hub."""
    door = InboundEndpoint("in", ip_address("10.0.0.9"), fab.HERE)
    fabric = Fabric(
        networks=(fab.network("net", "10.1.0.0/16"), fab.network("hub", "10.0.0.0/16")),
        subnets=(fab.subnet("nodes", "net", "10.1.0.0/24"),),
        zones=(fab.zone("corp.example", "hub", db="10.0.5.7"),),
        resolvers=(PrivateResolver("resolver", "resolver", "hub", (door,), fab.HERE),),
    )
    on = fab.cluster(fab.pool("sys", "nodes"), local_dns=known(value=False))
    plain = fab.snapshot(fabric, on, workloads=(fab.workload("web"),))
    pairs = [(line, fab.HERE) for line in lines_of(override)]
    found: list[ServerBlock] = [merged(OF_AKS, pairs)]
    found += blocks_of(lines_of(server), fab.HERE)
    spaces = (Namespace("ns", (), declared=True, origin=fab.HERE),)
    objects = replace(
        plain.objects, services=(WEB,), namespaces=spaces, name_servers=tuple(found)
    )
    return replace(plain, objects=objects)


def found(name: str, snapshot: Snapshot) -> Resolution:
    model = PathModel.build(snapshot)
    (start,) = model.starts(PodEnd(snapshot.objects.workloads[0]))
    return model.asking.clients.resolve(start, name)


FORWARD = """
corp.example:53 {
    errors
    cache 30
    forward . 10.0.0.9
}
"""


def test_a_server_block_sends_its_names_to_servers_of_its_own() -> None:
    """A private resolver of the hub, whose zones the network itself does not see."""
    assert found("db.corp.example", shot()).answer is Answers.PUBLIC
    answer = found("db.corp.example", shot(FORWARD))
    assert str(answer.addresses) == "10.0.5.7"
    assert [link.says for link in answer.chain] == [
        "`forward` asks 10.0.0.9 for it",
        "it answers as `hub` sees names",
    ]
    assert answer.servers[0].upstream == (ip_address("10.0.0.9"),)
    assert found("www.example.com", shot(FORWARD)).answer is Answers.PUBLIC


def test_the_longest_zone_of_a_block_wins() -> None:
    deeper = FORWARD + "db.corp.example { forward . 10.9.9.9 }"
    answer = found("db.corp.example", shot(deeper))
    assert answer.answer is Answers.UNKNOWN
    assert "what DNS server 10.9.9.9 answers is not known" in answer.says
    assert found("x.corp.example", shot(deeper)).answer is Answers.NOTHING


def test_two_blocks_for_one_zone_are_unknown() -> None:
    answer = found("db.corp.example", shot(FORWARD + FORWARD))
    assert answer.answer is Answers.UNKNOWN
    assert "two server blocks" in answer.says


def test_a_block_without_forward_answers_for_nothing() -> None:
    assert found("x.corp.example", shot("corp.example { log }")).answer is (
        Answers.NOTHING
    )


def test_a_block_under_the_clusters_domain_takes_its_names() -> None:
    taken = shot("my.cluster.local { forward . 10.0.0.9 }")
    assert found("x.my.cluster.local", taken).servers[0].upstream
    assert found("web.ns.svc.cluster.local", taken).end == ServiceEnd(WEB)


HOSTS = "hosts {\n 10.1.5.4 www.example.com\n fallthrough\n}"


def test_hosts_of_an_override_answer_for_their_names() -> None:
    hosts = shot(override=HOSTS)
    assert str(found("www.example.com", hosts).addresses) == "10.1.5.4"
    assert found("web.ns", hosts).end == ServiceEnd(WEB)
    assert found("example.com", hosts).answer is Answers.PUBLIC


def test_hosts_without_fallthrough_close_every_other_name() -> None:
    """They stand before the Services of the cluster and before `forward`."""
    closed = shot(override=HOSTS.replace("fallthrough", ""))
    assert str(found("www.example.com", closed).addresses) == "10.1.5.4"
    assert found("web.ns.svc.cluster.local", closed).answer is Answers.NOTHING
    answer = found("mcr.microsoft.com", closed)
    assert answer.answer is Answers.NOTHING
    assert "no `fallthrough`" in answer.says


REWRITE = r"""
contoso.example:53 {
    rewrite stop {
        name regex (.*)\.contoso\.example {1}.ns.svc.cluster.local
        answer name (.*)\.ns\.svc\.cluster\.local {1}.contoso.example
    }
    forward . WHOM
}
"""


def test_a_rewritten_name_stays_in_its_block() -> None:
    """As the documentation writes it, the servers of the network are asked for it."""
    network = shot(REWRITE.replace("WHOM", "/etc/resolv.conf"))
    answer = found("web.contoso.example", network)
    assert answer.answer is Answers.NOTHING
    assert answer.chain[-1].says == (
        "`web.contoso.example` is asked for as `web.ns.svc.cluster.local`"
    )


def test_a_rewritten_name_is_a_service_where_the_cluster_is_asked_again() -> None:
    again = shot(REWRITE.replace("WHOM", "10.250.0.10"))
    assert found("web.contoso.example", again).end == ServiceEnd(WEB)


def test_a_block_that_asks_the_cluster_for_its_own_names_goes_round() -> None:
    round_ = shot("corp.example { forward . 10.250.0.10 }")
    assert found("x.corp.example", round_).answer is Answers.UNKNOWN


@pytest.mark.parametrize(
    ("name", "is_open"),
    [("db.corp.example", True), ("www.example.com", False), ("web.ns", False)],
)
def test_what_is_not_understood_opens_the_names_that_it_may_touch(
    name: str, *, is_open: bool
) -> None:
    odd = shot(override="file /etc/db.corp corp.example")
    answer = found(name, odd)
    assert (answer.answer is Answers.UNKNOWN) is is_open
    if is_open:
        assert "plugin `file`" in answer.says


def test_a_second_forward_in_the_block_of_aks_is_unknown() -> None:
    """The one of AKS stands before it, and takes every name."""
    second = shot(override="forward corp.example 10.0.0.9")
    assert found("db.corp.example", second).answer is Answers.UNKNOWN
    assert found("www.example.com", second).answer is Answers.PUBLIC


def test_completed_names_of_networks_are_refused_unless_a_block_takes_them() -> None:
    """Source: AKS docs, coredns-custom, "Invalid search domain completions"."""
    long = "a.b.c.vnet.west.internal.cloudapp.net"
    assert found(long, shot()).answer is Answers.NOTHING
    taken = shot("internal.cloudapp.net:53 { forward . /etc/resolv.conf }")
    assert found(long, taken).answer is Answers.PUBLIC
