"""What is easily got wrong about source addresses, asked of engine and definition.

Each test names its trap and who documents it.
"""

from dataclasses import replace
from ipaddress import ip_address

import pytest

import strategies_fabric as fabric_strategies
from fabrics import (
    ALLOW,
    HERE,
    IN,
    balancer,
    cidr,
    cluster,
    group,
    hub_and_spoke,
    known,
    network,
    peered,
    pod,
    pool,
    public,
    rule,
    snapshot,
    subnet,
    workload,
)
from seawall.engine.path import PathModel
from seawall.flowspace import FlowSet
from seawall.model.cluster import Addressing, Cluster, OutboundType
from seawall.model.end import AddressEnd, PodEnd
from seawall.model.filter import Access
from seawall.model.masquerade import Masquerade
from seawall.model.packet import Packet
from seawall.model.setting import Setting
from seawall.model.snapshot import Fabric, Snapshot
from seawall.model.static_gateway import StaticGateway
from seawall.model.trace import Verdict
from seawall.model.workload import EGRESS_GATEWAY
from seawall.reference.journey import Journey, Start
from seawall.reference.outbound import methods
from ways import A, D, U, ask

POD, NODE = "10.1.0.255", "10.1.0.0/24"
WEB = workload("web", pods=(pod("web-1", POD),))
OVERLAID = workload("web", pods=(pod("web-1", "10.244.0.7"),))


def guarded(source: str, access: Access) -> Fabric:
    """Return a peered network whose one subnet allows or denies one source."""
    other = Access.DENY if access is ALLOW else ALLOW
    rules = (
        rule("one", 100, IN, access, source=source),
        rule("rest", 200, IN, other),
    )
    return hub_and_spoke(
        networks=(
            network("hub", "10.0.0.0/16"),
            network("spoke", "10.1.0.0/16"),
            network("data", "10.9.0.0/16"),
        ),
        subnets=(
            subnet("nodes", "spoke", NODE),
            subnet("vm", "data", "10.9.0.0/24", security_group=known("g")),
        ),
        peerings=peered("spoke", "data", connected=known(True)),
        security_groups=(group("g", *rules),),
        firewalls=(),
    )


def flat(told: Masquerade, **changed: object) -> Cluster:
    nodes = pool("sys", "nodes")
    mode = known(Addressing.NODE_SUBNET)
    plain = cluster(nodes, addressing=mode, pod_ranges=known(()), masquerade=told)
    return replace(plain, **changed)  # type: ignore[arg-type]


def from_pod(on: Cluster, *, admits: str) -> Verdict:
    """Return what becomes of a pod's packet to a subnet that admits one source."""
    asked = snapshot(guarded(admits, ALLOW), on, workloads=(WEB,))
    return ask(asked, PodEnd(WEB), "10.9.0.4", 443)


def added(*ranges: str) -> Masquerade:
    return Masquerade(added=known(tuple(map(cidr, ranges))))


def test_trap_15_a_flat_pod_is_seen_as_its_node_by_a_peer() -> None:
    """Source: AKS docs, concepts-network-legacy-cni; Azure/AKS issue 1207."""
    plain = flat(Masquerade())
    assert from_pod(plain, admits=NODE) is A
    # The pod stands in the nodes' subnet too, so no range tells the two apart; its own
    # address does.
    assert from_pod(plain, admits=POD) is U


def test_a_range_of_the_customer_lets_a_peer_see_the_pod() -> None:
    """Source: Azure/AKS issue 1207; Azure/ip-masq-agent-v2."""
    assert from_pod(flat(added("10.9.0.0/16")), admits=POD) is A
    assert from_pod(flat(added("10.9.9.0/24")), admits=POD) is U


def test_aks_own_list_holds_instead_of_the_network() -> None:
    """Source: AKS docs, update-azure-cni: the reconciled ConfigMap."""
    own = Masquerade(own=known((cidr("10.9.0.0/16"),)))
    assert from_pod(flat(own), admits=POD) is A


def test_a_list_that_stops_the_agent_leaves_the_source_open() -> None:
    """Source: Azure/ip-masq-agent-v2: an invalid file is an error."""
    broken = Masquerade(added=Setting.unknown("10.9.0.1/16 has host bits"))
    assert from_pod(flat(broken), admits=POD) is U


def test_host_routing_does_not_hear_the_customers_list() -> None:
    """Source: AKS docs, container-network-performance-ebpf-host-routing."""
    told = added("10.9.0.0/16")
    assert from_pod(flat(told, host_routing=known(True)), admits=POD) is U


def test_the_agent_does_not_run_on_windows() -> None:
    """Source: AKS docs, nat-gateway, OutboundNAT."""
    told = added("10.9.0.0/16")
    windows = flat(told, pools=(pool("sys", "nodes", windows=known(True)),))
    assert from_pod(windows, admits=POD) is U
    linux = flat(told)
    assert from_pod(linux, admits=POD) is A


def overlaid(told: Masquerade) -> Snapshot:
    on = cluster(pool("sys", "nodes"), masquerade=told)
    return snapshot(guarded(NODE, ALLOW), on, workloads=(OVERLAID,))


def test_trap_25_outside_its_range_an_overlay_pod_is_its_node() -> None:
    """Source: AKS docs, concepts-network-azure-cni-overlay."""
    asked = overlaid(Masquerade())
    assert ask(asked, PodEnd(OVERLAID), "10.9.0.4", 443) is A
    shut = snapshot(
        guarded("10.244.0.0/16", ALLOW), asked.cluster, workloads=(OVERLAID,)
    )
    assert ask(shut, PodEnd(OVERLAID), "10.9.0.4", 443) is D


def test_an_overlay_pod_that_keeps_its_address_may_get_nowhere() -> None:
    """Source: AKS docs, update-azure-cni: nobody outside reaches such an address."""
    asked = overlaid(added("10.9.0.0/16"))
    open_ = snapshot(
        guarded("10.244.0.0/16", ALLOW), asked.cluster, workloads=(OVERLAID,)
    )
    assert ask(open_, PodEnd(OVERLAID), "10.9.0.4", 443) is U
    # It is denied where it would be denied on arrival.
    assert ask(asked, PodEnd(OVERLAID), "10.9.0.4", 443) is D


def test_pods_of_a_pod_subnet_keep_their_address_whatever_the_customer_adds() -> None:
    """Source: AKS docs, concepts-network-azure-cni-pod-subnet."""
    fabric = guarded("10.1.8.0/24", ALLOW)
    fabric = replace(
        fabric, subnets=(*fabric.subnets, subnet("pods", "spoke", "10.1.8.0/24"))
    )
    nodes = pool("sys", "nodes", pod_subnet=known("pods"))
    mode = known(Addressing.POD_SUBNET)
    web = workload("web", pods=(pod("web-1", "10.1.8.9"),))

    def seen(told: Masquerade) -> Verdict:
        on = cluster(nodes, addressing=mode, pod_ranges=known(()), masquerade=told)
        return ask(snapshot(fabric, on, workloads=(web,)), PodEnd(web), "10.9.0.4", 443)

    assert seen(Masquerade()) is A
    assert seen(added("10.77.0.0/16")) is A
    # An own list of AKS says that the agent runs there: what it lacks is not known.
    assert seen(Masquerade(own=known((cidr("10.1.0.0/16"),)))) is U


@pytest.mark.parametrize(("spares", "verdict"), [("10.0.0.0/8", A), ("10.1.0.0/16", U)])
def test_another_agent_may_hide_what_its_list_does_not_spare(
    spares: str, verdict: Verdict
) -> None:
    """Source: kubernetes-sigs/ip-masq-agent."""
    told = replace(added("10.9.0.0/16"), others=(known((cidr(spares),)),))
    assert from_pod(flat(told), admits=POD) is verdict


def test_a_static_egress_gateway_is_never_a_certain_way() -> None:
    """Source: AKS docs, configure-static-egress-gateway: no policy applies there."""
    through = replace(OVERLAID, annotations=((EGRESS_GATEWAY, "fixed"),))
    on = cluster(pool("sys", "nodes"))
    for admits in (NODE, "10.77.0.0/16"):
        asked = snapshot(guarded(admits, ALLOW), on, workloads=(through,))
        assert ask(asked, PodEnd(through), "10.9.0.4", 443) is U
    asked = snapshot(guarded(NODE, ALLOW), on, workloads=(through,))
    assert ask(asked, PodEnd(through), "10.244.0.9", 443) is A
    host = replace(through, host_network=True, pods=())
    asked = snapshot(guarded(NODE, ALLOW), on, workloads=(host,))
    assert ask(asked, PodEnd(host), "10.9.0.4", 443) is A


GATE = StaticGateway("ns/fixed", known(True), known((cidr("10.9.0.0/16"),)), HERE)


@pytest.mark.parametrize(
    ("gate", "expected"),
    [
        (GATE, A),
        (replace(GATE, takes_rest=known(False)), U),
        (replace(GATE, takes_rest=known(False), excluded=known(())), A),
        (replace(GATE, excluded=known((cidr("10.9.0.0/30"),))), U),
        (replace(GATE, excluded=Setting.unknown("it cannot be read")), U),
        (replace(GATE, key="other/fixed"), U),
    ],
)
def test_what_a_static_egress_gateway_leaves_out_goes_the_usual_way(
    gate: StaticGateway, expected: Verdict
) -> None:
    """Source: Azure/kube-egress-gateway, api/v1alpha1 and pkg/cni/routes."""
    through = replace(OVERLAID, annotations=((EGRESS_GATEWAY, "fixed"),))
    on = cluster(pool("sys", "nodes"))
    asked = snapshot(guarded(NODE, ALLOW), on, workloads=(through,))
    asked = replace(asked, objects=replace(asked.objects, static_gateways=(gate,)))
    assert ask(asked, PodEnd(through), "10.9.0.4", 443) is expected
    if expected is A:
        shut = replace(asked, fabric=guarded(NODE, Access.DENY))
        assert ask(shut, PodEnd(through), "10.9.0.4", 443) is D


@pytest.mark.parametrize("kind", ["loadBalancer", "managedNATGateway"])
def test_a_cluster_is_seen_by_the_addresses_that_it_names(kind: str) -> None:
    """Source: AKS docs, load-balancer-standard and nat-gateway: effectiveOutboundIPs.

    Another load balancer in the input lends it nothing.
    """
    fabric = hub_and_spoke(
        firewalls=(),
        route_tables=(),
        subnets=(subnet("nodes", "spoke", NODE),),
        load_balancers=(balancer("other", 80, outbound_front_ends=("front",)),),
        public_addresses=(public("pip-lb", "52.0.0.9"), public("out", "52.0.0.40")),
    )
    on = cluster(
        pool("sys", "nodes"),
        outbound=known(OutboundType(kind)),
        outbound_addresses=known(("out",)),
    )
    model = PathModel.build(snapshot(fabric, on, workloads=(OVERLAID,)))
    to = AddressEnd((cidr("1.1.1.1"),))
    services = FlowSet.box(protocols=((6, 6),))
    answer = model.partition(PodEnd(OVERLAID), to, services=services)
    witness = answer.allowed.witness()
    assert witness is not None
    assert [str(item) for item in model.seen(answer, witness).ranges] == ["52.0.0.40"]
    here = Start(PodEnd(OVERLAID), "sys")
    lent = methods(
        Journey(model.snapshot, here, None, None, fabric_strategies.Drawn(0)),
        fabric.subnets[0],
        Packet(ip_address("10.1.0.4"), ip_address("1.1.1.1"), 6, 1, 443),
    )
    assert [method.sources for method in lent] == [(cidr("52.0.0.40"),)]
