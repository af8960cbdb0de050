"""Gateways whose backend is a name: the engine beside the definition, leg by leg.

The definition decides about the client's connection, and about the gateway's own one
as about a packet of a machine in its subnet that resolves the name there.
"""

from dataclasses import replace
from ipaddress import ip_address

import pytest

import strategies_fabric as fabric_strategies
from fabrics import (
    ALLOW,
    DENY,
    HERE,
    IN,
    OUT,
    balancer,
    cidr,
    cluster,
    firewall,
    group,
    hidden,
    known,
    network,
    pool,
    public,
    rule,
    service,
    snapshot,
    subnet,
    workload,
    zone,
)
from seawall.engine.path import PathModel
from seawall.flowspace import Header
from seawall.model.dataplane import PolicyEngine
from seawall.model.end import AddressEnd, InternetEnd, PodEnd, SubnetEnd
from seawall.model.name import DnsZone
from seawall.model.packet import Packet
from seawall.model.policy import BlockPeer, Policy, PolicyRule
from seawall.model.selector import EVERYTHING
from seawall.model.snapshot import Fabric, Snapshot
from seawall.model.trace import Verdict
from seawall.model.translation import ApplicationGateway, FrontEnd
from seawall.query.case import Case
from seawall.reference.journey import Start
from seawall.reference.match import agreed
from seawall.reference.name import resolve
from seawall.reference.walk import follow

A, D, U = Verdict.ALLOWED, Verdict.DENIED, Verdict.UNKNOWN
NAME = "app.corp.example"
CLIENT, DOOR = ip_address("8.8.8.8"), ip_address("52.0.0.5")
INSIDE, INSTANCE = ip_address("10.1.5.200"), ip_address("10.1.5.7")
FRONT = "10.1.0.200"
SERVED = zone("corp.example", "net", app=FRONT)


def world(*zones: DnsZone, dns: str = "", shut: str = "") -> Snapshot:
    """Return a gateway before an internal load balancer that it knows by name."""
    fronts = (
        FrontEnd("front", "pip-agw", None, None),
        FrontEnd("inside", None, INSIDE, "agw"),
    )
    device = ApplicationGateway(
        "agw", "agw", "agw", fronts, (443,), (), (NAME,), (443,), known(None), HERE
    )
    listens = (FrontEnd("front", None, ip_address(FRONT), "nodes"),)
    rules = {
        "agw": (
            rule("in", 100, IN, ALLOW, port="443"),
            rule("out", 100, OUT, DENY, to="10.1.0.0/24"),
        ),
        "nodes": (rule("in", 100, IN, DENY, source="10.1.5.0/24"),),
    }
    open_ = (rule("in", 100, IN, ALLOW, port="443"),)
    fabric = Fabric(
        networks=(network("net", "10.1.0.0/16", dns=(dns,) if dns else ()),),
        subnets=(
            subnet("agw", "net", "10.1.5.0/24", security_group=known("agw")),
            subnet("nodes", "net", "10.1.0.0/24", security_group=known("nodes")),
            subnet("AzureFirewallSubnet", "net", "10.1.9.0/26"),
        ),
        public_addresses=(public("pip-agw", str(DOOR)),),
        application_gateways=(device,),
        firewalls=(firewall(address=ip_address("10.1.9.4")),),
        load_balancers=(balancer("web", 443, front_ends=listens),),
        security_groups=tuple(
            group(name, *(rules[name] if name == shut else open_)) for name in rules
        ),
        zones=zones,
    )
    return snapshot(
        fabric,
        cluster(pool("sys", "nodes"), policy_engine=known(PolicyEngine.CALICO)),
        workloads=(workload("web"), workload("other")),
        services=(service("web", "web", 443, 8443),),
    )


def told(asked: Snapshot) -> Verdict:
    """Return what the engine says of a client on the internet."""
    to = AddressEnd((cidr(f"{DOOR}/32"),))
    answer = PathModel.build(asked).partition(InternetEnd(), to)
    header = Header(4, 6, int(CLIENT), int(DOOR), 40000, 443)
    if header in answer.denied:
        return D
    return U if header in answer.unknown else A


def defined(asked: Snapshot) -> Verdict:
    """Return what the definition says of both connections."""
    client = Packet(CLIENT, DOOR, 6, 40000, 443)
    first = follow(
        asked, Start(InternetEnd()), client, choice=fabric_strategies.Drawn(0)
    ).verdict
    found = resolve(asked, "net", NAME)
    if found.kind in ("nothing", "unknown", "public"):
        return first.then(D if found.kind == "nothing" else U)
    second = agreed(
        follow(
            asked,
            Start(SubnetEnd("agw")),
            Packet(INSTANCE, address, 6, 40000, 443),
            name=NAME,
            choice=fabric_strategies.Drawn(number),
        ).verdict
        for address in found.addresses
        for number in range(10)
    )
    return first.then(second)


CASES = {
    "a linked zone": (world(SERVED), A),
    "the firewall's proxy": (world(SERVED, dns="10.1.9.4"), A),
    "a server that is not known": (world(SERVED, dns="10.1.0.9"), U),
    "no record": (world(zone("corp.example", "net")), D),
    "a zone of somebody else": (world(zone("corp.example", "far", app=FRONT)), U),
    "no zone": (world(), U),
    "records that are not all known": (
        world(replace(zone("corp.example", "net"), complete=hidden())),
        U,
    ),
    "a record that leads nowhere": (
        world(zone("corp.example", "net", app="10.1.77.1")),
        U,
    ),
    "the gateway's own group": (world(SERVED, shut="agw"), D),
    "the nodes' group": (world(SERVED, shut="nodes"), D),
}


@pytest.mark.parametrize("case", CASES)
def test_a_gateway_finds_a_backend_by_name_as_its_network_does(case: str) -> None:
    """Source: Azure docs, application-gateway-components, "Backend pools"."""
    asked, expected = CASES[case]
    assert (told(asked), defined(asked)) == (expected, expected)


def test_what_a_name_hides_may_lead_to_any_pod() -> None:
    """A door whose backend cannot be found closes nothing; see path.md, V4."""
    for asked, expected in (
        (world(SERVED), (A, D)),
        (world(SERVED, dns="10.1.0.9"), (U, U)),
    ):
        model = PathModel.build(asked)
        for pod, verdict in zip(asked.objects.workloads, expected, strict=True):
            answer = model.partition(InternetEnd(), PodEnd(pod))
            parts = {A: answer.allowed, D: answer.denied, U: answer.unknown}
            assert parts[verdict], (pod.label, verdict)
            assert not answer.allowed or verdict is A


def sending(*blocks: str) -> Policy:
    """Return a policy that lets all pods send to some addresses only."""
    peers = tuple(BlockPeer(cidr(each)) for each in blocks)
    rules = (PolicyRule(peers, None, HERE),)
    return Policy("ns", "out", EVERYTHING, frozenset({OUT}), (), rules, HERE)


@pytest.mark.parametrize(("block", "expected"), [("10.1.5.0/24", A), (FRONT, D)])
def test_who_sends_to_a_gateway_sends_to_its_address(
    block: str, expected: Verdict
) -> None:
    """Source: Kubernetes docs, Network Policies, "ipBlock"."""
    plain = world(SERVED)
    asked = replace(plain, objects=replace(plain.objects, policies=(sending(block),)))
    case = Case(asked)
    sender = asked.objects.workloads[1]
    to = AddressEnd((cidr(f"{INSIDE}/32"),))
    answer = case.paths.partition(PodEnd(sender), to, policy=case.policies)
    source = int(ip_address("10.244.0.1"))
    header = Header(4, 6, source, int(INSIDE), 40000, 443)
    parts = {A: answer.allowed, D: answer.denied, U: answer.unknown}
    assert [verdict for verdict, part in parts.items() if header in part] == [expected]
