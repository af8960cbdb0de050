from dataclasses import replace
from ipaddress import ip_address

from aks_builders import (
    HERE,
    assumed,
    cluster,
    completed,
    fabric,
    managed,
    own_rules,
    service,
    subnet,
)
from seawall.ingest.documents import AzurePart
from seawall.model.address import AddressRange
from seawall.model.cluster import OutboundType
from seawall.model.diagnostic import Level
from seawall.model.packet import PortRange
from seawall.model.service import ServiceType
from seawall.model.setting import Setting
from seawall.model.translation import (
    FrontEnd,
    LoadBalancer,
    LoadBalancerRule,
    PublicAddress,
)

INTERNAL = {"azure-load-balancer-internal": "true"}
ROUTED = Setting.stated(OutboundType.USER_DEFINED_ROUTING)


def balancer(part: AzurePart, name: str) -> LoadBalancer:
    return next(item for item in part.fabric.load_balancers if item.name == name)


def real_balancer(*rules: LoadBalancerRule) -> LoadBalancer:
    return LoadBalancer(
        id=managed("lb", "kubernetes"),
        name="kubernetes",
        front_ends=(FrontEnd("a123", "/address", None, None),),
        rules=rules,
        outbound_front_ends=(),
        origin=HERE,
    )


def real_rule(port: int) -> LoadBalancerRule:
    return LoadBalancerRule(
        name=f"a123-TCP-{port}",
        front_end="a123",
        pool="kubernetes",
        protocol=6,
        front_port=PortRange(port, port),
        back_port=port,
        floating=True,
        source_nat=False,
        origin=HERE,
    )


def real_address() -> PublicAddress:
    return PublicAddress(
        "/address", "address", (AddressRange.parse("203.0.113.9"),), HERE
    )


def test_a_cluster_that_goes_out_through_it_has_a_load_balancer_at_once() -> None:
    found = balancer(completed(), "kubernetes")
    assert found.predicted
    assert found.outbound_front_ends == ("outbound-0",)
    assert found.rules == ()


def test_a_cluster_that_is_routed_out_has_none_until_a_service_needs_it() -> None:
    assert completed(of=cluster(outbound=ROUTED)).fabric.load_balancers == ()
    part = completed(service(443), of=cluster(outbound=ROUTED))
    found = balancer(part, "kubernetes")
    assert found.outbound_front_ends == ()
    [rule] = found.rules
    assert rule.service == "shop/web"
    assert rule.floating
    assert str(rule.origin) == "shop.yaml#/web"
    [front] = found.front_ends
    assert front.is_public
    assert front.address is None


def test_an_address_in_force_beats_one_that_is_asked_for() -> None:
    live = service(
        annotations={"azure-load-balancer-ipv4": "203.0.113.1"},
        load_balancer_addresses=(ip_address("203.0.113.2"),),
    )
    found = balancer(completed(live), "kubernetes")
    assert found.front_ends[-1].address == ip_address("203.0.113.2")


def test_an_internal_service_listens_in_the_node_subnet() -> None:
    part = completed(service(annotations=INTERNAL))
    [front] = balancer(part, "kubernetes-internal").front_ends
    assert not front.is_public
    assert front.subnet == "/net/nodes"
    assert "internal-load-balancer" in assumed(part)


def test_an_internal_service_listens_in_the_subnet_that_it_names() -> None:
    wish = INTERNAL | {"azure-load-balancer-internal-subnet": "doors"}
    around = fabric(
        subnets=(subnet("doors", "10.1.9.0/28"), subnet("nodes", "10.1.0.0/24"))
    )
    part = completed(service(annotations=wish), around=around)
    [front] = balancer(part, "kubernetes-internal").front_ends
    assert front.subnet == "/net/doors"


def test_a_subnet_that_is_not_there_is_told() -> None:
    wish = INTERNAL | {"azure-load-balancer-internal-subnet": "doors"}
    part = completed(service(annotations=wish))
    [told] = part.diagnostics
    assert told.level is Level.ERROR
    assert "`doors`" in told.what
    [front] = balancer(part, "kubernetes-internal").front_ends
    assert front.subnet is None


def test_a_public_ip_resource_gives_the_address() -> None:
    named = service(annotations={"azure-pip-name": "Address"})
    part = completed(named, around=fabric(public_addresses=(real_address(),)))
    front = balancer(part, "kubernetes").front_ends[-1]
    assert front.public_address == "/address"
    assert front.address == ip_address("203.0.113.9")


def test_a_port_without_a_rule_is_left_out() -> None:
    quiet = service(80, 15021, annotations={"port_15021_no_lb_rule": "true"})
    found = balancer(completed(quiet), "kubernetes")
    assert [rule.front_port.first for rule in found.rules] == [80]


def test_only_load_balancer_services_open_doors() -> None:
    inner = replace(service(), type=ServiceType.NODE_PORT)
    assert balancer(completed(inner), "kubernetes").rules == ()


def test_rules_of_a_given_load_balancer_are_linked_by_address_and_port() -> None:
    live = service(443, load_balancer_addresses=(ip_address("203.0.113.9"),))
    around = fabric(
        load_balancers=(real_balancer(real_rule(443), real_rule(80)),),
        public_addresses=(real_address(),),
    )
    part = completed(live, around=around)
    [found] = part.fabric.load_balancers
    assert [rule.service for rule in found.rules] == ["shop/web", None]
    assert not found.predicted


def test_a_service_without_status_is_linked_by_its_port_alone() -> None:
    around = fabric(
        load_balancers=(real_balancer(real_rule(443)),),
        public_addresses=(real_address(),),
    )
    part = completed(service(443), around=around)
    [found] = part.fabric.load_balancers
    assert found.rules[0].service == "shop/web"
    assert "load-balancer-rule-matched-by-port" in assumed(part)


def test_a_service_that_a_given_load_balancer_does_not_serve_is_predicted() -> None:
    around = fabric(load_balancers=(real_balancer(real_rule(443)),))
    part = completed(service(8443), around=around)
    predicted = [item for item in part.fabric.load_balancers if item.predicted]
    assert [rule.service for item in predicted for rule in item.rules] == ["shop/web"]


def test_without_floating_addresses_the_node_port_is_used() -> None:
    plain = service(
        443, annotations={"azure-disable-load-balancer-floating-ip": "true"}
    )
    [rule] = balancer(completed(plain), "kubernetes").rules
    assert not rule.floating
    assert rule.back_port == 30443


def test_a_node_port_that_kubernetes_has_yet_to_choose_may_be_any() -> None:
    """Source: Kubernetes docs, Service, "Choosing your own port"."""
    plain = service(
        443, annotations={"azure-disable-load-balancer-floating-ip": "true"}
    )
    ports = tuple(replace(port, node_port=None) for port in plain.ports)
    [rule] = balancer(completed(replace(plain, ports=ports)), "kubernetes").rules
    assert rule.back_port == PortRange(30000, 32767)


def test_a_class_of_another_controller_gets_nothing_of_azures() -> None:
    other = replace(
        service(load_balancer_addresses=(ip_address("52.1.1.1"),)),
        load_balancer_class="example.com/other",
    )
    part = completed(other, of=cluster(outbound=ROUTED))
    assert own_rules(part) == ()
    [found] = part.fabric.load_balancers
    assert found.other_class == "example.com/other"
    assert [front.is_public for front in found.front_ends] == [True]


def test_a_name_that_another_controller_publishes_may_be_anywhere() -> None:
    other = replace(
        service(load_balancer_addresses=(ip_address("100.100.1.2"),)),
        load_balancer_class="example.com/other",
        load_balancer_names=("shop.example.com",),
    )
    [found] = completed(other, of=cluster(outbound=ROUTED)).fabric.load_balancers
    assert [front.address for front in found.front_ends] == [
        ip_address("100.100.1.2"),
        None,
    ]


def test_a_class_whose_address_azure_has_is_azures() -> None:
    address = PublicAddress(
        id="/address",
        name="a",
        ranges=(AddressRange.parse("52.1.1.1/32"),),
        origin=HERE,
    )
    other = replace(
        service(load_balancer_addresses=(ip_address("52.1.1.1"),)),
        load_balancer_class="example.com/other",
    )
    given = fabric(
        public_addresses=(address,), load_balancers=(real_balancer(real_rule(443)),)
    )
    part = completed(other, of=cluster(outbound=ROUTED), around=given)
    [found] = part.fabric.load_balancers
    assert not found.other_class
    assert found.rules[0].service == other.label
