"""The side doors of pods, from networks as tests make them."""

from dataclasses import replace
from pathlib import Path

import pytest

from fabrics import (
    DENY,
    IN,
    OUT,
    cluster,
    group,
    hidden,
    hub_and_spoke,
    known,
    pool,
    rule,
    snapshot,
    subnet,
    workload,
)
from seawall.ingest import load
from seawall.model.cluster import Addressing, Cluster, NodePool
from seawall.model.dataplane import PolicyEngine
from seawall.model.end import ApiServerEnd, PodEnd
from seawall.model.origin import Origin
from seawall.model.packet import PortRange, Protocol
from seawall.model.policy import Direction, Policy
from seawall.model.selector import EVERYTHING
from seawall.model.snapshot import Fabric, Snapshot
from seawall.model.trace import Verdict
from seawall.model.workload import HostPort
from seawall.query.ask import ask
from seawall.query.case import Case
from seawall.query.side_doors.answer import Passage, side_doors
from seawall.query.side_doors.standing import standing_doors
from seawall.query.words.port import PortText

A, D, U = Verdict.ALLOWED, Verdict.DENIED, Verdict.UNKNOWN
NO_EGRESS = Policy(
    "ns",
    "deny",
    EVERYTHING,
    frozenset({Direction.EGRESS}),
    (),
    (),
    Origin("deny.yaml"),
)

CONTOSO = Path(__file__).parents[3] / "examples" / "contoso"


def world(
    on: Cluster, *policies: Policy, fabric: Fabric | None = None, hosted: bool = False
) -> Snapshot:
    web = workload("web", host_network=hosted)
    plain = snapshot(fabric or hub_and_spoke(), on, workloads=(web,))
    return replace(plain, objects=replace(plain.objects, policies=policies))


def aks(
    *pools: NodePool, engine: PolicyEngine = PolicyEngine.CALICO, **more: object
) -> Cluster:
    given = pools or (pool("sys", "nodes"), pool("user", "nodes"))
    return cluster(*given, policy_engine=known(engine), **more)


def by_door(asked: Snapshot) -> dict[str, Verdict]:
    found = side_doors(Case(asked))
    verdicts: dict[str, set[Verdict]] = {}
    for item in found:
        name = item.door.name.partition(",")[0]
        verdicts.setdefault(name, set()).add(item.verdict)
    return {name: each.pop() for name, each in verdicts.items() if len(each) == 1}


def passage(asked: Snapshot, name: str) -> Passage:
    (found,) = [it for it in side_doors(Case(asked)) if it.door.name.startswith(name)]
    return found


def test_without_policies_every_side_door_is_open() -> None:
    """Source: azure-network.md 1.6; AKS docs, manage-ssh-node-access."""
    plain = hub_and_spoke(
        subnets=(subnet("nodes", "spoke", "10.1.0.0/24"),),
        route_tables=(),
        firewalls=(),
    )
    doors = by_door(world(aks(engine=PolicyEngine.NONE), fabric=plain))
    assert set(doors.values()) == {A}
    assert set(doors) == {
        "instance metadata (IMDS)",
        "WireServer",
        "Azure DNS",
        "kubelet of its own node",
        "kubelet of other nodes",
        "SSH of its own node",
        "SSH of other nodes",
        "API server",
    }


def test_an_egress_policy_closes_them_and_is_named() -> None:
    found = passage(world(aks(), NO_EGRESS), "instance metadata")
    assert (found.verdict, found.workloads) == (D, ("ns/web[Deployment]",))
    assert found.reason.startswith("network policy, egress: isolated for egress")
    assert found.origin == Origin("deny.yaml")


def test_npm_leaves_a_pods_own_node_open_under_a_default_deny() -> None:
    """Source: aks.md 2.2: NPM never blocks pod to own-node egress."""
    doors = by_door(world(aks(engine=PolicyEngine.NPM), NO_EGRESS))
    assert doors["kubelet of its own node"] is A
    assert doors["kubelet of other nodes"] is D
    assert doors["SSH of its own node"] is A


def test_a_group_stands_between_nodes_and_not_on_one_node() -> None:
    """Source: aks.md 1.5: packets on one node never reach the group."""
    shut = group("g", rule("no-kubelet", 100, IN, DENY, port="10250"))
    guarded = hub_and_spoke(
        security_groups=(shut,),
        subnets=(subnet("nodes", "spoke", "10.1.0.0/24", security_group=known("g")),),
        route_tables=(),
        firewalls=(),
    )
    doors = by_door(world(aks(engine=PolicyEngine.NONE), fabric=guarded))
    assert doors["kubelet of its own node"] is A
    assert doors["kubelet of other nodes"] is D


def test_only_a_rule_for_its_tag_closes_a_platform_address() -> None:
    """Source: azure-network.md 1.6: AzurePlatformDNS, AzurePlatformIMDS."""
    every = group("g", rule("no", 100, OUT, DENY))
    tagged = group("g", rule("no", 100, OUT, DENY, to="AzurePlatformDNS"))
    for shut, expected in ((every, A), (tagged, D)):
        guarded = hub_and_spoke(
            security_groups=(shut,),
            subnets=(
                subnet("nodes", "spoke", "10.1.0.0/24", security_group=known("g")),
            ),
            route_tables=(),
            firewalls=(),
        )
        doors = by_door(world(aks(engine=PolicyEngine.NONE), fabric=guarded))
        assert doors["Azure DNS"] is expected
        assert doors["WireServer"] is A
        assert doors["instance metadata (IMDS)"] is A


@pytest.mark.parametrize(
    ("setting", "expected"),
    [(known(value=True), A), (known(value=False), D), (hidden(), U)],
)
def test_ssh_is_open_unless_the_pool_turns_it_off(
    setting: object, expected: Verdict
) -> None:
    """Source: AKS docs, manage-ssh-node-access: sshd answers all pods by default."""
    on = aks(pool("sys", "nodes", ssh=setting), engine=PolicyEngine.NONE)
    assert by_door(world(on))["SSH of its own node"] is expected
    assert by_door(world(on))["kubelet of its own node"] is A


def test_the_restriction_closes_imds_whatever_policies_say() -> None:
    """Source: AKS docs, imds-restriction."""
    on = aks(engine=PolicyEngine.NONE, instance_metadata_blocked=known(value=True))
    assert by_door(world(on))["instance metadata (IMDS)"] is D


def test_local_dns_is_a_door_only_where_it_may_run() -> None:
    """Source: AKS docs, localdns-custom."""
    plain = aks(engine=PolicyEngine.NONE)
    assert "LocalDNS of its node" not in by_door(world(plain))
    for setting, expected in ((known(value=True), A), (hidden(), U)):
        doors = by_door(world(replace(plain, local_dns=setting)))
        assert doors["LocalDNS of its node"] is expected


def test_pods_that_differ_by_pool_are_told_apart() -> None:
    on = aks(
        pool("sys", "nodes", ssh=known(value=False)),
        pool("user", "nodes"),
        engine=PolicyEngine.NONE,
    )
    found = [
        (item.pools, item.verdict)
        for item in side_doors(Case(world(on)))
        if item.door.name == "SSH of its own node"
    ]
    assert found == [(("sys",), D), (("user",), A)]


def test_pods_on_the_host_network_are_a_door_of_their_own() -> None:
    asked = world(aks(), NO_EGRESS, hosted=True)
    assert side_doors(Case(asked)) == ()
    (door,) = standing_doors(Case(asked))
    assert (door.name, door.verdict) == ("host network", A)


@pytest.mark.parametrize("routed", [True, False])
def test_a_service_endpoint_is_a_door_where_it_passes_a_firewall(routed: bool) -> None:  # noqa: FBT001
    """Source: azure-network.md 6.4: routes do not change its way."""
    nodes = subnet(
        "nodes",
        "spoke",
        "10.1.0.0/24",
        route_table=known("rt" if routed else None),
        service_endpoints=("Microsoft.Storage",),
    )
    plain = hub_and_spoke()
    others = tuple(each for each in plain.subnets if each.id != "nodes")
    fabric = replace(plain, subnets=(*others, nodes))
    found = standing_doors(Case(world(aks(), fabric=fabric)))
    assert [door.name for door in found] == (["service endpoint"] if routed else [])


def test_in_pod_subnet_mode_the_endpoints_of_the_pod_subnet_count() -> None:
    """Source: aks.md 1.5: service endpoints work on the pod subnet there."""
    pods = subnet(
        "pods",
        "spoke",
        "10.1.4.0/24",
        route_table=known("rt"),
        service_endpoints=("Microsoft.Sql",),
    )
    plain = hub_and_spoke()
    fabric = replace(plain, subnets=(*plain.subnets, pods))
    on = aks(
        pool("sys", "nodes", pod_subnet=known("pods")),
        addressing=known(Addressing.POD_SUBNET),
        pod_ranges=known(()),
    )
    (door,) = standing_doors(Case(world(on, fabric=fabric)))
    assert "Microsoft.Sql from pods" in door.text


def test_a_host_port_is_a_door_of_which_it_is_not_known_whether_it_is_open() -> None:
    opened = (HostPort(8080, Protocol.TCP, 80), HostPort(8125, Protocol.UDP, 8125))
    asked = snapshot(
        hub_and_spoke(), aks(), workloads=(workload("web", host_ports=opened),)
    )

    (door,) = standing_doors(Case(asked))

    assert (door.name, door.verdict) == ("host port TCP 8080, UDP 8125", U)
    assert "ns/web[Deployment]" in door.text


@pytest.mark.parametrize(
    ("setting", "expected"), [(known(value=True), A), (hidden(), U)]
)
def test_nodes_with_public_addresses_are_a_door(
    setting: object, expected: Verdict
) -> None:
    """Source: AKS docs, concepts-network-isolated: they leak even without egress."""
    on = aks(pool("sys", "nodes", node_public_addresses=setting))
    (door,) = standing_doors(Case(world(on)))
    assert (door.name, door.verdict) == ("nodes of sys", expected)


def test_a_setting_of_ssh_that_cannot_be_read_is_told(tmp_path: Path) -> None:
    (tmp_path / "aks.yaml").write_text(
        """
        type: Microsoft.ContainerService/managedClusters
        name: shop
        location: westeurope
        properties:
          networkProfile: {networkPlugin: azure, networkPluginMode: overlay}
          agentPoolProfiles:
          - {name: a, securityProfile: {sshAccess: Disabled}}
          - {name: b, securityProfile: {sshAccess: [x]}}
          - {name: c}
        """,
        encoding="utf-8",
    )
    found = load([tmp_path])
    assert found.cluster is not None
    assert [it.ssh.value for it in found.cluster.pools] == [False, None, True]
    assert any("`LocalUser`" in each.mend for each in found.diagnostics)


def test_the_api_server_is_the_door_that_a_question_about_it_finds() -> None:
    case = Case(load([str(CONTOSO)]))
    web = PortText(Protocol.TCP, PortRange(443, 443))
    told = {
        label: seen.verdict
        for seen in side_doors(case)
        if seen.door.name == "API server"
        for label in seen.workloads
    }
    asked = {
        each.label: ask(case, PodEnd(each), ApiServerEnd(), web).verdict
        for each in case.workloads
    }
    assert told == asked


def test_a_name_alone_closes_no_door_to_the_api_server(tmp_path: Path) -> None:
    """Source: AKS docs, outbound-rules-control-egress: pods may go by its address."""
    (tmp_path / "dns.yaml").write_text(
        "apiVersion: apps/v1\nkind: Deployment\n"
        "metadata: {name: coredns, namespace: kube-system}\n"
        "spec:\n  selector: {matchLabels: {k8s-app: kube-dns}}\n"
        "  template:\n    metadata: {labels: {k8s-app: kube-dns}}\n"
        "    spec: {containers: [{name: c, image: i}]}\n---\n"
        "apiVersion: networking.k8s.io/v1\nkind: NetworkPolicy\n"
        "metadata: {name: deny, namespace: kube-system}\n"
        "spec: {podSelector: {}, policyTypes: [Ingress, Egress]}\n"
    )
    asked = load([str(CONTOSO.parent / "open"), str(tmp_path)])
    told = {
        label: (seen.verdict, seen.reason)
        for seen in side_doors(Case(asked, "calico"))
        if seen.door.name == "API server"
        for label in seen.workloads
    }
    verdict, reason = told["shop/cart[Deployment]"]
    assert verdict is Verdict.UNKNOWN
    assert reason.startswith("its name does not resolve")
    assert told["kube-system/coredns[Deployment]"][0] is Verdict.DENIED


def test_its_own_node_is_open_where_the_place_of_nodes_is_not_known() -> None:
    """What is lost from sight is no node that is not there.

    Source: docs/semantics/path.md, V1.
    """
    nowhere = aks(pool("sys", "elsewhere"))
    doors = by_door(world(nowhere))
    assert doors["kubelet of its own node"] is U
    assert doors["kubelet of other nodes"] is U
