"""What a pod's names lead to: search domains, Services, hosts, servers of its own.

Source of each: Kubernetes docs, DNS for Services and Pods; AKS docs, coredns-custom.
"""

from dataclasses import replace
from ipaddress import ip_address

import pytest

import fabrics as fab
from fabrics import known
from seawall.engine.path import Answers, PathModel
from seawall.engine.path.dns.resolution import Resolution
from seawall.model.address import Address
from seawall.model.end import ApiServerEnd, NodeEnd, PodEnd, ServiceEnd, SubnetEnd
from seawall.model.pod_dns import DnsPolicy, PodDns
from seawall.model.service import Service, ServiceType
from seawall.model.setting import Setting
from seawall.model.snapshot import Fabric, Snapshot
from seawall.model.workload import HiddenWorkloads, Namespace, Workload
from seawall.reference.client import told
from seawall.reference.journey import Start

SYSTEM = fab.pool("sys", "nodes")
API = "api.payments.svc.cluster.local"


def service(label: str, external: str = "") -> Service:
    namespace, _, name = label.partition("/")
    kind = ServiceType.EXTERNAL_NAME if external else ServiceType.CLUSTER_IP
    return Service(namespace, name, kind, None, (), fab.HERE, external_name=external)


SERVICES = (service("payments/api"), service("ns/web"))


def shot(*services: Service, dns: PodDns | None = None, **changed: object) -> Snapshot:
    """Return a cluster with one pod in `ns`, beside `payments`."""
    web = fab.workload("web")
    if dns is not None:
        web = replace(web, dns=dns)
    fabric = Fabric(
        networks=(fab.network("net", "10.1.0.0/16"),),
        subnets=(
            fab.subnet("nodes", "net", "10.1.0.0/24"),
            fab.subnet("others", "net", "10.1.5.0/24"),
        ),
        zones=(fab.zone("corp.example", "net", db="10.1.5.7"),),
    )
    on = fab.cluster(SYSTEM, **{"local_dns": known(value=False), **changed})
    plain = fab.snapshot(fabric, on, workloads=(web,))
    spaces = tuple(
        Namespace(name, (), declared=True, origin=fab.HERE)
        for name in (web.namespace, "payments")
    )
    objects = replace(plain.objects, services=services or SERVICES, namespaces=spaces)
    return replace(plain, objects=objects)


def web(snapshot: Snapshot) -> Workload:
    return snapshot.objects.workloads[0]


def found(name: str, snapshot: Snapshot) -> Resolution:
    model = PathModel.build(snapshot)
    (start,) = model.starts(PodEnd(web(snapshot)))
    return model.asking.clients.resolve(start, name)


@pytest.mark.parametrize(
    "name", [API, f"{API}.", "api.payments", "api.payments.svc", "API.Payments", "web"]
)
def test_a_name_of_a_service_leads_to_it_and_never_to_the_public(name: str) -> None:
    wanted = SERVICES[1] if name == "web" else SERVICES[0]
    assert found(name, shot()).end == ServiceEnd(wanted)


@pytest.mark.parametrize("name", ["api.payments.", "web.", "api.payments.svc."])
def test_a_name_that_ends_in_a_dot_is_looked_for_under_no_search_domain(
    name: str,
) -> None:
    """resolv.conf(5)."""
    shown = shot()
    answer = found(name, shown)
    assert answer.end is None
    assert answer.answer in (Answers.UNKNOWN, Answers.NOTHING)
    here = Start(PodEnd(web(shown)), "sys", "net")
    assert told(shown, here, name).answer.kind == answer.answer.name.lower()


def test_host_aliases_may_not_count_with_a_dot_at_the_end() -> None:
    hosts = PodDns(hosts=(("box.example", ip_address("10.1.5.9")),))
    assert found("box.example", shot(dns=hosts)).answer is Answers.PRIVATE
    assert found("box.example.", shot(dns=hosts)).answer is Answers.UNKNOWN


def test_what_the_search_domains_made_of_a_name_is_told() -> None:
    answer = found("api.payments", shot())
    assert [link.says for link in answer.chain] == [
        f"`api.payments` is looked for as `{API}`"
    ]
    assert answer.says == f"`{API}` is Service payments/api"


def test_a_service_that_there_is_not_does_not_resolve() -> None:
    assert found(f"x{API}", shot()).answer is Answers.NOTHING
    assert "no Service `xapi`" in found(f"x{API}", shot()).says
    assert found("a.b.c.d.svc.cluster.local", shot()).answer is Answers.NOTHING
    assert found("api.svc.cluster.local", shot()).answer is Answers.NOTHING


def test_a_service_that_something_unseen_may_make_is_unknown() -> None:
    plain = shot()
    release = HiddenWorkloads("HelmRelease", "payments", "ledger", fab.HERE)
    unseen = replace(plain, objects=replace(plain.objects, hidden=(release,)))
    answer = found(f"x{API}", unseen)
    assert answer.answer is Answers.UNKNOWN
    assert "HelmRelease `ledger` may make one" in answer.says
    assert found("x.ns.svc.cluster.local", unseen).answer is Answers.NOTHING
    # Public names are looked for under the cluster's domain first: nothing is there.
    assert found("www.example.com", unseen).answer is Answers.PUBLIC


def test_services_of_aks_are_not_in_the_input_and_unknown() -> None:
    name = "metrics-server.kube-system.svc.cluster.local"
    assert found(name, shot()).answer is Answers.UNKNOWN
    assert found("kubernetes.default", shot()).end == ApiServerEnd()


def test_a_service_in_a_namespace_named_as_a_domain_takes_public_names() -> None:
    """With five dots to reach, `example.com` is first looked for in the cluster."""
    taken = shot(service("com/example"))
    assert found("example.com", taken).end == ServiceEnd(service("com/example"))
    few = shot(service("com/example"), dns=PodDns(ndots=1))
    assert found("example.com", few).answer is Answers.PUBLIC


def test_a_short_name_that_is_no_service_is_not_taken_for_a_public_one() -> None:
    answer = found("xapi.payments", shot())
    assert answer.answer is Answers.UNKNOWN
    assert "no Service `xapi` in namespace `payments`" in answer.says
    machine = found("db1", shot())
    assert machine.answer is Answers.UNKNOWN
    assert "a machine `db1` of the network" in machine.says


def test_an_external_name_is_an_alias() -> None:
    """Source: Kubernetes docs, Service, "Type: ExternalName"."""
    outside = shot(service("ns/db", "db.corp.example"))
    answer = found("db", outside)
    assert str(answer.addresses) == "10.1.5.7"
    assert answer.chain[-1].says == "Service ns/db is an alias of `db.corp.example`"
    round_ = shot(service("ns/db", "db.ns.svc.cluster.local"))
    assert found("db.ns.svc.cluster.local", round_).answer is Answers.NOTHING


def test_search_domains_of_a_pods_own_come_after_those_of_the_cluster() -> None:
    searching = shot(dns=PodDns(searches=("corp.example",)))
    assert str(found("db", shot(dns=own("168.63.129.16"))).addresses) == "10.1.5.7"
    # A machine of the network may answer to a name of one label before that.
    assert found("db", searching).answer is Answers.UNKNOWN
    assert found("api.payments", searching).end == ServiceEnd(SERVICES[0])


def own(*servers: str) -> PodDns:
    listed: tuple[Address, ...] = tuple(ip_address(each) for each in servers)
    return PodDns(DnsPolicy.NONE, listed, ("corp.example",))


def test_a_pod_without_the_clusters_dns_knows_no_service() -> None:
    assert found(API, shot(dns=own("168.63.129.16"))).answer is Answers.NOTHING
    assert found(API, shot(dns=PodDns(DnsPolicy.DEFAULT))).answer is Answers.NOTHING
    assert found(API, shot(dns=own("10.250.0.10"))).end is not None


def test_servers_that_may_answer_differently_are_unknown() -> None:
    two = PodDns(servers=(ip_address("168.63.129.16"),))
    assert found(API, shot(dns=two)).answer is Answers.UNKNOWN
    assert found("db.corp.example", shot(dns=two)).answer is Answers.PRIVATE


def test_with_local_dns_whoever_asks_the_node_knows_services_too() -> None:
    """Source: AKS docs, localdns-custom, "Server blocks for LocalDNS"."""
    default = PodDns(DnsPolicy.DEFAULT)
    on = shot(dns=default, local_dns=known(value=True))
    assert found(API, on).end == ServiceEnd(SERVICES[0])
    unsure = shot(dns=default, local_dns=Setting[bool].unknown("not stated"))
    assert found(API, unsure).answer is Answers.UNKNOWN


def test_host_aliases_answer_before_everybody() -> None:
    hosts = (("www.example.com", ip_address("10.1.5.9")),)
    answer = found("www.example.com", shot(dns=PodDns(hosts=hosts)))
    assert str(answer.addresses) == "10.1.5.9"
    assert answer.servers == ()


def test_a_pod_on_the_host_network_asks_as_its_node_unless_it_says_otherwise() -> None:
    for policy, end in (
        (DnsPolicy.CLUSTER_FIRST, None),
        (DnsPolicy.CLUSTER_FIRST_WITH_HOST_NET, ServiceEnd(SERVICES[0])),
    ):
        plain = shot(dns=PodDns(policy))
        on_host = replace(web(plain), host_network=True, pods=())
        objects = replace(plain.objects, workloads=(on_host,))
        assert found(API, replace(plain, objects=objects)).end == end


def test_windows_looks_names_with_a_dot_up_as_they_are() -> None:
    """Source: Kubernetes docs, "DNS resolution on Windows nodes"."""
    plain = shot()
    windows = replace(web(plain), windows=True)
    on = replace(plain, objects=replace(plain.objects, workloads=(windows,)))
    assert found("web", on).end == ServiceEnd(SERVICES[1])
    assert found(API, on).end == ServiceEnd(SERVICES[0])
    assert found("api.payments", on).answer is Answers.UNKNOWN


def test_nodes_and_machines_know_no_service() -> None:
    """No public name ends in `local`. Source: RFC 6762."""
    model = PathModel.build(shot())
    for end in (NodeEnd("sys"), SubnetEnd("others")):
        (start,) = model.starts(end)
        answer = model.asking.clients.resolve(start, API)
        assert answer.answer is Answers.NOTHING
        assert answer.says == "no public name ends in `local`"


def test_a_pod_of_manifests_alone_finds_its_services() -> None:
    bare = replace(shot(), cluster=None, fabric=Fabric())
    assert found("api.payments", bare).end == ServiceEnd(SERVICES[0])
    assert found("www.example.com", bare).answer is Answers.UNKNOWN
