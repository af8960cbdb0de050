"""What is chosen, what is told of it, and what is not to be had together."""

from dataclasses import replace
from datetime import date
from typing import Any

from seawall.design.choose import choose
from seawall.design.choose.answer import Conflict, Decided
from seawall.design.choose.clause import decisions, options_of
from seawall.design.choose.rules.every import FIXED
from seawall.design.options import (
    Addressing,
    ApiServer,
    AuthorizedRanges,
    Choices,
    Dataplane,
    DefaultDeny,
    Firewall,
    Images,
    Ingress,
    Network,
    OutboundType,
    PaasAccess,
    PolicyEngine,
    PolicyLevel,
    PrivateZone,
)
from seawall.design.requirements.needs import (
    Access,
    Desk,
    Egress,
    EgressName,
    Entry,
    ExistingNetwork,
    Limits,
    Operator,
    PaasService,
    PodControl,
    Requirements,
    Segment,
    ServiceAccess,
    ServiceKind,
    WayIn,
)
from seawall.model.address import AddressRange

DAY = date(2026, 11, 29)


def needs(**stated: Any) -> Requirements:
    return Requirements("shop", "westeurope", {}, **stated)


def decided(day: date = DAY, **stated: Any) -> Decided:
    found = choose(needs(**stated), day)
    assert isinstance(found, Decided), found
    return found


def refused(**stated: Any) -> Conflict:
    found = choose(needs(**stated), DAY)
    assert isinstance(found, Conflict), found
    return found


def test_who_says_nothing_gets_what_the_documentation_recommends() -> None:
    choices = decided().choices
    assert choices.network is Network.OWN
    assert choices.addressing is Addressing.OVERLAY
    assert choices.dataplane is Dataplane.CILIUM
    assert choices.default_deny is DefaultDeny.ON
    assert choices.is_private
    assert choices.firewall is Firewall.NONE
    assert choices.ingress is Ingress.NONE
    assert choices.paas is PaasAccess.NOT_NEEDED


def test_a_private_api_server_is_told_by_its_need() -> None:
    reason = decided(access=Access.PRIVATE).reason("api_server")
    assert reason.because == ("api-server.access",)
    public = next(it for it in reason.rejected if it.option is ApiServer.PUBLIC)
    assert public.because == ("api-server.access",)
    assert "private-clusters" in public.source
    assert reason.later


def test_listed_names_take_policies_that_know_names_or_a_firewall() -> None:
    stated = {"egress": Egress.NAMES, "names": (EgressName("api.example.com"),)}
    assert decided(**stated).choices.level is PolicyLevel.FQDN
    paid = decided(**stated, limits=Limits(firewall=True)).choices
    assert (paid.firewall, paid.outbound, paid.network) == (
        Firewall.STANDARD,
        OutboundType.USER_DEFINED_ROUTING,
        Network.HUB_AND_SPOKE,
    )
    conflict = refused(**stated, limits=Limits(firewall=False, acns=False))
    assert {each.path for each in conflict.needs} == {
        "egress.to",
        "limits.firewall",
        "limits.acns",
    }
    assert len(conflict.nearest.give_up) == 1
    assert conflict.nearest.give_up[0].path.startswith("limits.")


def test_what_may_not_be_paid_for_is_not_chosen() -> None:
    services = (PaasService(ServiceKind.STORAGE, "stshop"),)
    stated: dict[str, object] = {"egress": Egress.OPEN, "services": services}
    assert decided(**stated).choices.paas is PaasAccess.PRIVATE_ENDPOINT
    free = Limits(nat_gateway=False, private_endpoints=False)
    choices = decided(**stated, limits=free).choices
    assert choices.outbound is OutboundType.LOAD_BALANCER
    assert choices.paas is PaasAccess.SERVICE_ENDPOINT
    fixed = decided(**stated, fixed_address=True, limits=free).choices
    assert fixed.outbound is OutboundType.LOAD_BALANCER
    paid = decided(**stated, fixed_address=True).choices
    assert paid.outbound is OutboundType.USER_NAT_GATEWAY
    walled = refused(
        entries=(Entry(WayIn.PUBLIC_WAF, "web", 8080),),
        segments=(Segment("web", "web", (8080,)),),
        limits=Limits(application_gateway=False),
    )
    assert {each.path for each in walled.needs} == {
        "ingress[0]",
        "limits.application-gateway",
    }
    isolated = refused(egress=Egress.NONE, limits=replace(free, firewall=False))
    assert {each.path for each in isolated.needs} == {
        "egress.to",
        "limits.firewall",
        "limits.private-endpoints",
    }


def test_nothing_in_the_internet_is_an_isolated_cluster() -> None:
    choices = decided(egress=Egress.NONE).choices
    assert choices.outbound is OutboundType.NONE
    assert choices.images is Images.CACHE
    assert choices.is_private


def test_windows_and_names_in_policies_are_a_conflict_told_with_its_rules() -> None:
    conflict = refused(windows=True, control=PodControl.NAMES)
    assert {each.path for each in conflict.needs} == {"nodes.windows", "pods.control"}
    assert {rule.code for rule in conflict.rules} == {"AKSV003", "AKSV056"}
    assert "Linux only" in conflict.sentence
    assert conflict.nearest.choices.engine in set(PolicyEngine)


def test_a_network_that_stands_and_its_next_hop_are_kept() -> None:
    network = ExistingNetwork(
        "/subscriptions/s/resourceGroups/g/providers/Microsoft.Network"
        "/virtualNetworks/net/subnets/nodes",
        AddressRange.parse("10.1.0.0/24"),
        next_hop="10.0.1.4",
    )
    choices = decided(existing=network, egress=Egress.FIREWALL).choices
    assert choices.network is Network.EXISTING
    assert choices.firewall is Firewall.EXISTING
    assert choices.outbound is OutboundType.USER_DEFINED_ROUTING
    assert choices.api_server is ApiServer.PRIVATE_LINK


def test_operators_from_elsewhere_need_a_zone_of_ones_own() -> None:
    found = decided(operators=(Operator("admins", Desk.VPN),))
    assert found.choices.zone is PrivateZone.CUSTOM
    assert found.reason("zone").because == ("operators[0]",)


def test_services_are_reached_as_strictly_as_asked() -> None:
    def paas(access: ServiceAccess) -> PaasAccess:
        service = PaasService(ServiceKind.STORAGE, "shop", access)
        return decided(services=(service,)).choices.paas

    assert paas(ServiceAccess.ANY) is PaasAccess.PRIVATE_ENDPOINT
    assert paas(ServiceAccess.PRIVATE) is PaasAccess.PRIVATE_ENDPOINT
    assert paas(ServiceAccess.SERVICE_ENDPOINT) is PaasAccess.SERVICE_ENDPOINT
    assert paas(ServiceAccess.PUBLIC) is PaasAccess.PUBLIC


def test_public_clients_behind_a_firewall_come_by_its_dnat() -> None:
    found = decided(egress=Egress.FIREWALL, entries=(Entry(WayIn.PUBLIC, "web", 8080),))
    assert found.choices.ingress is Ingress.FIREWALL_DNAT
    ingress = found.reason("ingress")
    public = next(it for it in ingress.rejected if it.option is Ingress.PUBLIC)
    assert public.because == ("egress.to",)
    assert "AKS203" in public.rules


def test_every_decision_has_a_reason_and_every_other_option_a_why() -> None:
    for reason in decided().reasons:
        assert reason.why
        assert reason.source
        assert len(reason.rejected) == len(type(reason.option)) - 1
        assert all(each.why and each.source for each in reason.rejected)


def test_what_has_ended_is_not_chosen_any_more() -> None:
    before = decided(date(2028, 9, 29)).reason("engine")
    after = decided(date(2028, 9, 30)).reason("engine")
    npm = [
        next(it for it in each.rejected if it.option is PolicyEngine.AZURE)
        for each in (before, after)
    ]
    assert npm[0].is_possible
    assert npm[1].rules == ("AKSV011",)


def test_what_is_closed_to_the_internet_uses_no_service_there() -> None:
    public = PaasService(ServiceKind.SQL, "sql-shop", ServiceAccess.PUBLIC)
    for stated in ({"egress": Egress.NONE}, {"compliance": ("pci-dss",)}):
        found = refused(**stated, services=(public,))
        (path,) = {each.path for each in found.needs} - {"services[0]"}
        assert path in {"egress.to", "compliance[0]"}
        assert "its address is in the internet" in found.sentence
    private = PaasService(ServiceKind.SQL, "sql-shop", ServiceAccess.PRIVATE)
    assert decided(egress=Egress.NONE, services=(private,))


def test_a_service_endpoint_leads_past_a_firewall() -> None:
    service = PaasService(ServiceKind.STORAGE, "shop", ServiceAccess.SERVICE_ENDPOINT)
    found = refused(egress=Egress.FIREWALL, services=(service,))
    assert {each.path for each in found.needs} == {"egress.to", "services[0]"}
    assert "past every route" in found.sentence


def test_pods_have_no_subnet_in_a_network_that_aks_makes() -> None:
    choices = decided(network_sees_pods=True, preset="learning").choices
    assert choices.addressing is not Addressing.POD_SUBNET or (
        choices.network is not Network.MANAGED
    )


def test_agents_in_a_hub_need_a_zone_that_is_linked_there() -> None:
    agents = (Operator("builds", Desk.PIPELINE),)
    beside = decided(operators=agents).choices
    assert (beside.network, beside.zone) == (Network.OWN, PrivateZone.SYSTEM)
    hub = decided(operators=agents, egress=Egress.FIREWALL).choices
    assert hub.network is Network.HUB_AND_SPOKE
    assert hub.zone is PrivateZone.CUSTOM


def test_a_private_link_service_stands_beside_a_public_way_in() -> None:
    both = (Entry(WayIn.PRIVATE_LINK, "web", 8080), Entry(WayIn.PUBLIC_WAF, "web", 80))
    assert decided(entries=both).choices.ingress is Ingress.APPLICATION_GATEWAY
    alone = decided(entries=both[:1]).choices
    assert alone.ingress is Ingress.PRIVATE_LINK


def test_two_ways_in_at_one_port_are_told_apart_or_refused() -> None:
    shop = Entry(WayIn.PUBLIC, "web", 8080, host="shop.example.com")
    api = Entry(WayIn.PUBLIC, "api", 8080, host="api.example.com")
    found = decided(egress=Egress.FIREWALL, entries=(shop, api)).choices
    assert found.ingress is Ingress.APPLICATION_GATEWAY
    alone = decided(egress=Egress.FIREWALL, entries=(shop,)).choices
    assert alone.ingress is Ingress.FIREWALL_DNAT
    behind = Entry(WayIn.PUBLIC_WAF, "api", 8080, host="shop.example.com")
    conflict = refused(egress=Egress.FIREWALL, entries=(shop, behind))
    assert {each.path for each in conflict.needs} == {"ingress[0]", "ingress[1]"}


def test_clients_of_one_port_of_a_gateway_come_from_the_same_addresses() -> None:
    office = (AddressRange.parse("203.0.113.0/24"),)
    shop = Entry(WayIn.PUBLIC_WAF, "web", 8080, 443, "shop.example.com")
    desk = Entry(WayIn.PUBLIC_WAF, "desk", 8080, 443, "desk.example.com", office)
    conflict = refused(entries=(shop, desk))
    assert {each.path for each in conflict.needs} == {"ingress[1]"}
    assert "other clients come to `ingress[0]` there" in conflict.sentence
    apart = replace(desk, listen=8443)
    assert decided(entries=(shop, apart)).choices.ingress is Ingress.APPLICATION_GATEWAY


def test_nodes_are_let_in_where_ranges_are_stated() -> None:
    found = decided(
        preset="learning",
        access=Access.RANGES,
        access_ranges=(AddressRange.parse("203.0.113.0/24"),),
    )
    public = Choices(
        **{
            **{name: getattr(found.choices, name) for name in decisions()},
            "api_server": ApiServer.PUBLIC,
            "ranges": AuthorizedRanges.STATED,
            "outbound": OutboundType.MANAGED_NAT_GATEWAY,
            "network": Network.MANAGED,
        }
    )
    broken = [
        rule.code
        for rule in FIXED
        if not all(each.holds(options_of(public)) for each in rule.clauses)
    ]
    assert broken == ["DES104"]
