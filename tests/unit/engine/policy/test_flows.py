from ipaddress import ip_address

from policy_cluster import (
    OUT,
    SCTP,
    TCP,
    UDP,
    Asked,
    block,
    cluster,
    policy,
    port,
    rule,
)
from seawall.engine.policy import Services
from seawall.engine.policy.answers.flows import address_flows, service_flows
from seawall.flowspace import FlowSet, Header
from seawall.model.packet import PortRange


def header(protocol: int, number: int = 0, to: str = "10.0.0.1") -> Header:
    return Header(4, protocol, 1, int(ip_address(to)), 0, number)


def test_every_service_is_every_header() -> None:
    services = Services([(TCP, PortRange(80, 90))])
    assert service_flows(services, services.everything) == FlowSet.everything()
    assert service_flows(services, 0) == FlowSet.empty()


def test_a_mask_holds_its_ports() -> None:
    services = Services([(TCP, PortRange(80, 90))])
    flows = service_flows(services, services.mask(TCP, PortRange(80, 90)))
    assert header(TCP, 80) in flows
    assert header(TCP, 91) not in flows
    assert header(UDP, 80) not in flows


def test_what_is_allowed_to_addresses_keeps_their_borders() -> None:
    rules = (rule([block("10.0.0.0/8", "10.1.0.0/16")], [port(443)]),)
    ask = Asked(cluster(policy("x/p", egress=rules)), "calico")
    parts = ask.table.egress(ask.workload("x/a"))
    flows = address_flows(ask.table.services, parts, OUT)
    assert flows.allowed == flows.possible
    assert header(TCP, 443) in flows.allowed
    assert header(TCP, 443, "10.1.0.1") not in flows.allowed
    assert header(SCTP, 443) not in flows.allowed
