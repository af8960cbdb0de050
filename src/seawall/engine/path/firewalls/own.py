"""What a firewall does with packets to its own private address."""

from seawall.engine.path.ground.headers import TCP, TCP_UDP, port, services
from seawall.engine.path.ground.verdicts import EVERYTHING, NOTHING, Ruling, constant
from seawall.flowspace import FlowSet
from seawall.model.address import Address, AddressRange
from seawall.model.filter import AddressTerm, ServiceTag
from seawall.model.firewall import Firewall, NatRule
from seawall.model.packet import EVERY_PORT

SOURCE = "Azure docs, firewall dns-details and explicit-proxy"
_DNS = 53


def own_address(firewall: Firewall) -> Ruling:
    """Return what becomes of packets to a firewall's own private address.

    Source:
        Azure docs, firewall dns-details: its DNS proxy answers; explicit-proxy: clients
        address it; firewall-known-issues: destination translation of the private
        address was not supported in 2023. docs/semantics/path.md, W7.
    """
    answered = TCP_UDP & port(_DNS)
    sure = answered if firewall.dns_proxy.is_surely(value=True) else NOTHING
    doubtful = NOTHING if firewall.dns_proxy.known else answered
    says = "only the DNS proxy answers at the firewall's own address"
    if firewall.dns_proxy.is_surely(value=False):
        says = "the firewall's DNS proxy is off"
    if not firewall.dns_proxy.known:
        says = f"whether the DNS proxy is on: {firewall.dns_proxy.why}"
    led = _led_on(firewall)
    if led:
        says = "an explicit proxy or a translation of this address may take it"
    doubtful = (doubtful | led) - sure
    return Ruling(EVERYTHING - sure - doubtful, doubtful, constant(says, SOURCE))


def _led_on(firewall: Firewall) -> FlowSet:
    """Return the headers that a proxy or a translation rule may take."""
    if not firewall.complete.is_surely(value=True):
        return EVERYTHING
    ports = firewall.proxy_ports
    found = TCP & port(*ports.value) if ports.value else NOTHING
    if not ports.known:
        found = TCP
    for collection in firewall.collections:
        for rule in collection.rules:
            if isinstance(rule, NatRule) and _names(rule, firewall.address):
                ports_of = services(
                    rule.protocols, (EVERY_PORT,), rule.destination_ports
                )
                found = found | ports_of.possible
    return found


def _names(rule: NatRule, address: Address | None) -> bool:
    return address is not None and any(
        _may_be(term, address) for term in rule.destinations
    )


def _may_be(term: AddressTerm, address: Address) -> bool:
    if isinstance(term, AddressRange):
        return address in term
    return not isinstance(term, ServiceTag)
