from dataclasses import replace
from ipaddress import ip_address

import fabrics as fab
from fabrics import ALLOW, DENY, IN, OUT, hidden, known
from seawall.engine.path import Answer, DoorKind, PathModel
from seawall.flowspace import FlowSet
from seawall.model.cluster import Addressing, OutboundType
from seawall.model.end import (
    AddressEnd,
    ApiServerEnd,
    End,
    InternetEnd,
    NameEnd,
    NodeEnd,
    PlatformEnd,
    PodEnd,
    ServiceEnd,
    SubnetEnd,
)
from seawall.model.network import NextHop
from seawall.model.service import ServiceType
from seawall.model.snapshot import Fabric, Snapshot
from seawall.model.trace import Layer, Reply, Verdict

WEB, DB = fab.workload("web"), fab.workload("db")
HTTPS = FlowSet.box(protocols=[(6, 6)], destination_ports=[(443, 443)])
SYSTEM = fab.pool("sys", "nodes")


def in_cluster(fabric: Fabric, **changed: object) -> Snapshot:
    on = fab.cluster(SYSTEM, **changed)
    return fab.snapshot(fabric, on, workloads=(WEB, DB))


def ask(snapshot: Snapshot, source: End, target: End) -> tuple[PathModel, Answer]:
    model = PathModel.build(snapshot)
    return model, model.partition(source, target, services=HTTPS)


def verdict(snapshot: Snapshot, source: End, target: End) -> Verdict:
    _, answer = ask(snapshot, source, target)
    assert answer.partition.flows
    return answer.partition.verdict()


def layers(model: PathModel, answer: Answer) -> list[Layer]:
    header = answer.partition.flows.witness()
    assert header is not None
    return [hop.layer for hop in model.explain(answer, header)]


def flat(*rules: object, **changed: object) -> Fabric:
    """Return one network with nodes in it, guarded by one group."""
    guarded = fab.subnet("nodes", "net", "10.1.0.0/24", security_group=known("nsg"))
    return Fabric(
        networks=(fab.network("net", "10.1.0.0/16"),),
        subnets=(replace(guarded, **changed),),  # type: ignore[arg-type]
        security_groups=(fab.group("nsg", *rules),),  # type: ignore[arg-type]
        public_addresses=(fab.public("pip-lb", "52.0.0.9"),),
    )


def test_a_firewall_that_allows_nothing_closes_the_internet() -> None:
    model, answer = ask(
        in_cluster(fab.hub_and_spoke()), PodEnd(WEB), NameEnd("example.com")
    )
    assert answer.partition.verdict() is Verdict.DENIED
    assert layers(model, answer) == [
        Layer.NAME,
        Layer.NAME,
        Layer.POLICY_EGRESS,
        Layer.MASQUERADE,
        Layer.ROUTE,
        Layer.PEERING,
        Layer.FIREWALL,
        Layer.SOURCE_NAT,
        Layer.ROUTE,
    ]


def test_an_application_rule_opens_a_name_and_no_other() -> None:
    rules = fab.collection(
        "apps", 100, ALLOW, fab.application_rule("a", "*.example.com")
    )
    shot = in_cluster(fab.hub_and_spoke(firewalls=(fab.firewall(rules),)))
    assert verdict(shot, PodEnd(WEB), NameEnd("api.example.com")) is Verdict.ALLOWED
    assert verdict(shot, PodEnd(WEB), NameEnd("example.com")) is Verdict.DENIED
    assert verdict(shot, PodEnd(WEB), InternetEnd()) is Verdict.UNKNOWN


def test_a_network_rule_shadows_an_application_rule() -> None:
    deny = fab.collection("no", 100, DENY, fab.application_rule("n", "example.com"))
    allow = fab.collection("net", 900, ALLOW, fab.network_rule("r", "*", "443"))
    shot = in_cluster(fab.hub_and_spoke(firewalls=(fab.firewall(deny, allow),)))
    assert verdict(shot, PodEnd(WEB), NameEnd("example.com")) is Verdict.ALLOWED


def test_the_aks_tag_opens_what_a_cluster_needs() -> None:
    rules = fab.collection(
        "aks", 100, ALLOW, fab.application_rule("aks", tag="AzureKubernetesService")
    )
    shot = in_cluster(fab.hub_and_spoke(firewalls=(fab.firewall(rules),)))
    assert verdict(shot, PodEnd(WEB), NameEnd("mcr.microsoft.com")) is Verdict.ALLOWED
    assert verdict(shot, PodEnd(WEB), NameEnd("x.azure.com")) is Verdict.UNKNOWN
    assert verdict(shot, PodEnd(WEB), NameEnd("github.com")) is Verdict.DENIED


def test_a_policy_that_is_not_all_there_makes_everything_unknown() -> None:
    shot = in_cluster(fab.hub_and_spoke(firewalls=(fab.firewall(complete=hidden()),)))
    assert verdict(shot, PodEnd(WEB), InternetEnd()) is Verdict.UNKNOWN


def test_collections_of_one_order_that_differ_are_unknown() -> None:
    one = fab.collection("a", 100, ALLOW, fab.network_rule("r", "*", "443"))
    two = fab.collection("b", 100, DENY, fab.network_rule("r", "*", "443"))
    shot = in_cluster(fab.hub_and_spoke(firewalls=(fab.firewall(one, two),)))
    assert verdict(shot, PodEnd(WEB), InternetEnd()) is Verdict.UNKNOWN


def test_an_appliance_that_is_nobody_known_is_unknown() -> None:
    shot = in_cluster(fab.hub_and_spoke(firewalls=()))
    assert verdict(shot, PodEnd(WEB), InternetEnd()) is Verdict.UNKNOWN


def test_the_route_of_a_peer_beats_a_default_route_to_the_firewall() -> None:
    shot = in_cluster(fab.hub_and_spoke())
    assert verdict(shot, PodEnd(WEB), SubnetEnd("jump")) is Verdict.ALLOWED


def test_a_user_route_beats_a_system_route_of_equal_length() -> None:
    rt = fab.table("rt", fab.route("drop", "10.0.0.0/16", NextHop.NONE))
    shot = in_cluster(fab.hub_and_spoke(route_tables=(rt,)))
    assert verdict(shot, PodEnd(WEB), SubnetEnd("jump")) is Verdict.DENIED


def test_a_route_table_that_is_missing_makes_everything_unknown() -> None:
    shot = in_cluster(fab.hub_and_spoke(route_tables=()))
    assert verdict(shot, PodEnd(WEB), SubnetEnd("jump")) is Verdict.UNKNOWN


def test_half_a_peering_is_unknown_and_a_broken_one_is_closed() -> None:
    half = fab.peered("spoke", "hub")[:1]
    shot = in_cluster(fab.hub_and_spoke(peerings=half))
    assert verdict(shot, PodEnd(WEB), SubnetEnd("jump")) is Verdict.UNKNOWN
    broken = fab.peered("spoke", "hub", connected=known(False))
    shot = in_cluster(fab.hub_and_spoke(peerings=broken))
    assert verdict(shot, PodEnd(WEB), SubnetEnd("jump")) is Verdict.DENIED


def test_private_addresses_that_nothing_covers_are_dropped() -> None:
    end = AddressEnd((fab.cidr("192.168.7.0/24"),))
    assert verdict(in_cluster(flat()), PodEnd(WEB), end) is Verdict.DENIED


def test_outbound_types_decide_without_a_route_to_an_appliance() -> None:
    for outbound, expected in (
        (OutboundType.LOAD_BALANCER, Verdict.ALLOWED),
        (OutboundType.NONE, Verdict.DENIED),
        (OutboundType.BLOCK, Verdict.DENIED),
    ):
        shot = in_cluster(flat(), outbound=known(outbound))
        assert verdict(shot, PodEnd(WEB), InternetEnd()) is expected


def test_a_nat_gateway_that_is_not_in_the_input_is_unknown() -> None:
    shot = in_cluster(flat(nat_gateway=known("nat")), outbound=known(OutboundType.NONE))
    model = PathModel.build(shot)
    answer = model.partition(PodEnd(WEB), InternetEnd())
    tcp = FlowSet.box(protocols=[(6, 6)])
    assert answer.unknown == answer.partition.flows & (
        tcp | FlowSet.box(protocols=[(17, 17)])
    )


def test_a_group_sees_the_node_and_not_the_overlay_pod() -> None:
    by_pod = fab.rule("pods", 100, OUT, DENY, source="10.244.0.0/16", to="Internet")
    by_node = fab.rule("nodes", 100, OUT, DENY, source="10.1.0.0/24", to="Internet")
    assert verdict(in_cluster(flat(by_pod)), PodEnd(WEB), InternetEnd()) is (
        Verdict.ALLOWED
    )
    assert verdict(in_cluster(flat(by_node)), PodEnd(WEB), InternetEnd()) is (
        Verdict.DENIED
    )


def test_a_group_that_knows_only_some_nodes_leaves_a_pod_unknown() -> None:
    some = fab.rule("some", 100, OUT, DENY, source="10.1.0.0/25", to="Internet")
    model, answer = ask(in_cluster(flat(some)), PodEnd(WEB), InternetEnd())
    assert answer.partition.verdict() is Verdict.UNKNOWN
    header = answer.unknown.witness()
    assert header is not None
    says = [hop.says for hop in model.explain(answer, header)]
    assert any(
        "depends on an address that the platform chooses" in each for each in says
    )


def test_two_rules_of_one_priority_that_differ_are_unknown() -> None:
    one = fab.rule("a", 100, OUT, DENY, to="Internet")
    two = fab.rule("b", 100, OUT, ALLOW, to="Internet")
    assert verdict(in_cluster(flat(one, two)), NodeEnd("sys"), InternetEnd()) is (
        Verdict.UNKNOWN
    )


def test_a_service_tag_may_match_any_public_address() -> None:
    deny = fab.rule("storage", 100, OUT, DENY, to="Storage.WestEurope")
    assert verdict(in_cluster(flat(deny)), NodeEnd("sys"), InternetEnd()) is (
        Verdict.UNKNOWN
    )


def test_a_missing_group_is_unknown_and_no_group_passes() -> None:
    missing = flat(security_group=known("other"))
    assert verdict(in_cluster(missing), NodeEnd("sys"), InternetEnd()) is (
        Verdict.UNKNOWN
    )
    none = flat(security_group=known(None))
    assert verdict(in_cluster(none), NodeEnd("sys"), InternetEnd()) is Verdict.ALLOWED


def test_pods_that_may_share_a_node_are_not_surely_parted_by_a_group() -> None:
    deny = fab.rule("all", 100, IN, DENY)
    shot = in_cluster(flat(deny))
    assert verdict(shot, PodEnd(WEB), PodEnd(DB)) is Verdict.UNKNOWN


def test_pods_on_known_nodes_are_parted_by_a_group_or_not_at_all() -> None:
    deny = fab.rule("all", 100, IN, DENY)
    web = replace(WEB, pods=(fab.pod("w", "10.244.0.4", "n0"),))
    far = replace(DB, pods=(fab.pod("d", "10.244.1.4", "n1"),))
    near = replace(DB, pods=(fab.pod("d", "10.244.0.5", "n0"),))
    shot = in_cluster(flat(deny))
    assert verdict(shot, PodEnd(web), PodEnd(far)) is Verdict.DENIED
    assert verdict(shot, PodEnd(web), PodEnd(near)) is Verdict.ALLOWED


def test_a_denial_is_found_behind_another_denial() -> None:
    deny = fab.rule("out", 100, OUT, DENY)
    shot = in_cluster(flat(deny), outbound=known(OutboundType.NONE))
    model, answer = ask(shot, PodEnd(WEB), InternetEnd())
    header = answer.denied.witness()
    assert header is not None
    denied = [
        hop.layer
        for hop in model.explain(answer, header)
        if hop.verdict is Verdict.DENIED
    ]
    assert denied == [Layer.SUBNET_FILTER, Layer.SOURCE_NAT]


def test_a_deny_all_does_not_stop_the_metadata_service() -> None:
    deny = fab.rule("all", 100, OUT, DENY)
    assert verdict(in_cluster(flat(deny)), PodEnd(WEB), PlatformEnd("imds")) is (
        Verdict.ALLOWED
    )
    tag = fab.rule("imds", 100, OUT, DENY, to="AzurePlatformIMDS")
    assert verdict(in_cluster(flat(tag)), PodEnd(WEB), PlatformEnd("imds")) is (
        Verdict.DENIED
    )
    blocked = in_cluster(flat(), instance_metadata_blocked=known(True))
    assert verdict(blocked, PodEnd(WEB), PlatformEnd("imds")) is Verdict.DENIED
    assert verdict(blocked, NodeEnd("sys"), PlatformEnd("imds")) is Verdict.ALLOWED


def test_nobody_outside_addresses_an_overlay_pod() -> None:
    shot = in_cluster(fab.hub_and_spoke())
    assert verdict(shot, SubnetEnd("jump"), PodEnd(WEB)) is Verdict.DENIED


def test_a_flat_pod_is_reached_from_a_peer() -> None:
    shot = in_cluster(
        fab.hub_and_spoke(),
        addressing=known(Addressing.NODE_SUBNET),
        pod_ranges=known(()),
    )
    assert verdict(shot, SubnetEnd("jump"), PodEnd(WEB)) is Verdict.ALLOWED


def private_vault(*links: str, **changed: object) -> Fabric:
    return fab.hub_and_spoke(
        resources=(fab.vault(public=known(False)),),
        private_endpoints=(fab.endpoint("endpoints", "10.1.9.4"),),
        zones=(fab.zone("privatelink.vaultcore.azure.net", *links, kv="10.1.9.4"),),
        **changed,
    )


VAULT = NameEnd("kv.vault.azure.net")


def test_a_linked_zone_leads_to_the_private_endpoint() -> None:
    model, answer = ask(in_cluster(private_vault("spoke")), PodEnd(WEB), VAULT)
    assert answer.partition.verdict() is Verdict.ALLOWED
    assert layers(model, answer)[-1] is Layer.PRIVATE_ENDPOINT
    assert ip_address("10.1.9.4") in answer.resolutions[0].addresses


def test_a_zone_that_is_linked_elsewhere_leads_to_the_public_address() -> None:
    rules = fab.collection("any", 100, ALLOW, fab.network_rule("r", "*", "443"))
    fabric = private_vault("hub", firewalls=(fab.firewall(rules),))
    model, answer = ask(in_cluster(fabric), PodEnd(WEB), VAULT)
    assert answer.partition.verdict() is Verdict.DENIED
    assert layers(model, answer)[-1] is Layer.RESOURCE_FIREWALL


def test_a_linked_zone_without_a_record_does_not_resolve() -> None:
    empty = fab.zone("privatelink.vaultcore.azure.net", "spoke")
    fabric = replace(private_vault("spoke"), zones=(empty,))
    assert verdict(in_cluster(fabric), PodEnd(WEB), VAULT) is Verdict.DENIED


def test_a_custom_dns_server_that_is_the_firewall_answers_from_the_hub() -> None:
    networks = (
        fab.network("hub", "10.0.0.0/16"),
        fab.network("spoke", "10.1.0.0/16", dns=("10.0.0.4",)),
    )
    through_hub = private_vault("hub", networks=networks)
    assert verdict(in_cluster(through_hub), PodEnd(WEB), VAULT) is Verdict.ALLOWED
    other = (networks[0], fab.network("spoke", "10.1.0.0/16", dns=("10.0.1.9",)))
    foreign = private_vault("hub", networks=other)
    assert verdict(in_cluster(foreign), PodEnd(WEB), VAULT) is Verdict.UNKNOWN


def test_the_group_of_an_endpoint_subnet_needs_its_policy_switched_on() -> None:
    deny = fab.group("closed", fab.rule("all", 100, IN, DENY))
    for policies, expected in (
        (known("Disabled"), Verdict.ALLOWED),
        (known("Enabled"), Verdict.DENIED),
        (hidden(), Verdict.UNKNOWN),
    ):
        plain = private_vault("spoke", security_groups=(deny,))
        subnets = tuple(
            replace(each, endpoint_policies=policies, security_group=known("closed"))
            if each.name == "endpoints"
            else each
            for each in plain.subnets
        )
        shot = in_cluster(replace(plain, subnets=subnets))
        assert verdict(shot, PodEnd(WEB), VAULT) is expected


def test_a_service_endpoint_passes_the_firewall_by() -> None:
    plain = fab.hub_and_spoke(
        resources=(
            fab.vault(
                default_access_allowed=known(False),
                allowed_subnets=("nodes",),
            ),
        )
    )
    subnets = tuple(
        replace(each, service_endpoints=("Microsoft.KeyVault",))
        if each.name == "nodes"
        else each
        for each in plain.subnets
    )
    shot = in_cluster(replace(plain, subnets=subnets))
    assert verdict(shot, PodEnd(WEB), VAULT) is Verdict.ALLOWED
    assert verdict(in_cluster(plain), PodEnd(WEB), VAULT) is Verdict.DENIED


def test_authorized_ranges_are_asked_about_the_firewalls_address() -> None:
    rules = fab.collection("any", 100, ALLOW, fab.network_rule("r", "*", "443"))
    for allowed, expected in (
        ("52.0.0.1", Verdict.ALLOWED),
        ("52.0.0.2", Verdict.DENIED),
    ):
        api = fab.vault(
            id="api",
            kind="api-server",
            host_names=("aks.hcp.west.azmk8s.io",),
            default_access_allowed=known(False),
            allowed_ranges=(fab.cidr(allowed),),
        )
        fabric = fab.hub_and_spoke(firewalls=(fab.firewall(rules),), resources=(api,))
        assert verdict(in_cluster(fabric), PodEnd(WEB), ApiServerEnd()) is expected


def test_a_service_stands_for_its_pods_at_the_target_port() -> None:
    svc = fab.service("db", "db", 443, 8443)
    shot = fab.snapshot(
        flat(), fab.cluster(SYSTEM), workloads=(WEB, DB), services=(svc,)
    )
    model, answer = ask(shot, PodEnd(WEB), ServiceEnd(svc))
    assert answer.partition.verdict() is Verdict.ALLOWED
    header = answer.allowed.witness()
    assert header is not None
    assert model.explain(answer, header)[0].after.port == "8443"
    assert verdict(shot, SubnetEnd("nodes"), ServiceEnd(svc)) is Verdict.DENIED


def published(*rules: object, **changed: object) -> Snapshot:
    svc = fab.service("web", "web", 443, 8443, type=ServiceType.LOAD_BALANCER)
    fabric = replace(
        flat(*rules, **changed), load_balancers=(fab.balancer("web", 443),)
    )
    return fab.snapshot(fabric, fab.cluster(SYSTEM), workloads=(WEB,), services=(svc,))


def from_internet(snapshot: Snapshot) -> tuple[PathModel, Answer]:
    return ask(snapshot, InternetEnd(), PodEnd(WEB))


def test_a_group_must_open_the_front_end_and_not_the_node() -> None:
    to_front = fab.rule("front", 100, IN, ALLOW, source="Internet", to="52.0.0.9")
    to_node = fab.rule("node", 100, IN, ALLOW, source="Internet", to="10.1.0.0/24")
    model, answer = from_internet(published(to_front))
    assert answer.partition.verdict() is Verdict.ALLOWED
    header = answer.allowed.witness()
    assert header is not None
    assert model.replies(answer, header)[0] is Reply.RETURNS
    _, answer = from_internet(published(to_node))
    assert answer.partition.verdict() is Verdict.DENIED


def test_without_any_group_a_public_front_end_is_closed() -> None:
    _, answer = from_internet(published(security_group=known(None)))
    assert answer.partition.verdict() is Verdict.DENIED


def test_doors_name_what_stands_behind_them() -> None:
    model = PathModel.build(published())
    kinds = [door.kind for door in model.doors()]
    assert kinds == [DoorKind.LOAD_BALANCER, DoorKind.API_SERVER]
    entries = model.enter(model.doors()[0])
    assert [entry.target for entry in entries] == [PodEnd(WEB)]


def test_the_reply_to_a_client_is_lost_behind_a_default_route_to_a_firewall() -> None:
    svc = fab.service("web", "web", 443, 8443, type=ServiceType.LOAD_BALANCER)
    opened = fab.group("nsg", fab.rule("in", 100, IN, ALLOW, source="Internet"))
    plain = fab.hub_and_spoke(
        load_balancers=(fab.balancer("web", 443),), security_groups=(opened,)
    )
    subnets = tuple(
        replace(each, security_group=known("nsg")) if each.name == "nodes" else each
        for each in plain.subnets
    )
    shot = fab.snapshot(
        replace(plain, subnets=subnets),
        fab.cluster(SYSTEM),
        workloads=(WEB,),
        services=(svc,),
    )
    model, answer = from_internet(shot)
    header = answer.allowed.witness()
    assert header is not None
    fate, hops = model.replies(answer, header)
    assert fate is Reply.LOST
    assert "10.0.0.4" in hops[0].says


def test_a_start_that_is_not_in_the_input_is_unknown() -> None:
    shot = in_cluster(replace(flat(), subnets=()))
    assert verdict(shot, PodEnd(WEB), InternetEnd()) is Verdict.UNKNOWN


def test_alike_pods_are_walked_once_and_keep_their_names() -> None:
    model = PathModel.build(in_cluster(flat()))
    first = model.partition(PodEnd(WEB), InternetEnd())
    walked = len(model._walked)
    second = model.partition(PodEnd(DB), InternetEnd())
    assert len(model._walked) == walked
    assert first.partition == second.partition
    assert second.branches[0].start.workload == DB
