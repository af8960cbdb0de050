"""What is better where rules and needs leave it open.

Weights are in steps: what is only more parts or work (1 to 3), what is paid for or must
be changed one day (4 to 6), what is open or has an end (8 to 12), and a firewall (20).
"""

from collections.abc import Iterator
from datetime import date

from seawall.design.choose.always import ALWAYS
from seawall.design.choose.clause import Preference
from seawall.design.choose.rules.pods import NPM_ENDS
from seawall.design.options import (
    ApiServer,
    DefaultDeny,
    Firewall,
    Network,
    OutboundType,
    PaasAccess,
    PolicyEngine,
    PolicyLevel,
)
from seawall.design.requirements.needs import (
    Egress,
    PodControl,
    Requirements,
    ServiceAccess,
)

_POLICIES = "AKS docs, use-network-policies"
_EGRESS = "AKS docs, egress-outboundtype, nat-gateway"

_MANAGED = (
    "security groups and routes of the network that AKS makes may not be edited, and a "
    "cluster cannot move to another"
)
_NPM = (
    "Azure NPM ends on Linux nodes on 2028-09-30, and the documentation leads to "
    "Cilium; that it polices ingress only, as is often said, is not so"
)


def preferences(needs: Requirements, as_of: date) -> tuple[Preference, ...]:
    """Return the preferences, in an order that is always the same."""
    return (
        *ALWAYS,
        *_by_control(needs),
        *(_to_learn() if needs.preset == "learning" else _to_run()),
        *_firewall(needs),
        *_dated(as_of),
        *_paas(needs),
    )


_LEARNING = "with the preset `learning`"
_RUNNING = "without the preset `learning`"
_UNCONTROLLED = "where `pods.control` is `none`"
_CONTROLLED = "unless `pods.control` is `none`"
_PAID = "where `limits.firewall` is true"
_UNPAID = "unless `limits.firewall` is true"


def _by_control(needs: Requirements) -> Iterator[Preference]:
    if needs.control is PodControl.NONE:
        yield Preference(
            (DefaultDeny.ON,),
            2,
            "no control of pods is asked for, and a closed pod needs policies to work",
            "AKS docs, network-policy-best-practices",
            _UNCONTROLLED,
        )
    else:
        yield Preference(
            (DefaultDeny.OFF,),
            5,
            "pods that nobody thought of are open; the documentation recommends to "
            "deny by default",
            "AKS docs, network-policy-best-practices",
            _CONTROLLED,
        )


def _to_run() -> Iterator[Preference]:
    yield Preference(
        (Network.MANAGED,),
        6,
        _MANAGED,
        "AKS docs, concepts-network-cni-overview, support-policies",
        _RUNNING,
    )
    yield Preference(
        (ApiServer.PUBLIC,),
        12,
        "the API server has a public address, and nodes reach it through the internet",
        "AKS docs, plan-control-plane-networking, egress-outboundtype",
        _RUNNING,
    )
    yield Preference(
        (ApiServer.VNET_PUBLIC,),
        10,
        "the API server has a public address",
        "AKS docs, api-server-vnet-integration",
        _RUNNING,
    )
    yield Preference(
        (OutboundType.LOAD_BALANCER,),
        3,
        "a load balancer shares few source ports among all nodes; the documentation "
        "recommends a NAT gateway for many connections",
        _EGRESS,
        _RUNNING,
    )


def _to_learn() -> Iterator[Preference]:
    """Yield what a cluster to learn on differs in: the fewest parts, at no price."""
    yield Preference(
        (Network.OWN,),
        1,
        "to learn with, the network that AKS makes has the fewest parts",
        "AKS docs, concepts-network-cni-overview",
        _LEARNING,
    )
    yield Preference(
        (ApiServer.PUBLIC,),
        10,
        "the API server has a public address",
        "AKS docs, plan-control-plane-networking",
        _LEARNING,
    )
    yield Preference(
        (ApiServer.VNET_PUBLIC,),
        11,
        "the API server has a public address, and a subnet beside it to look after",
        "AKS docs, api-server-vnet-integration",
        _LEARNING,
    )
    for kind in (OutboundType.MANAGED_NAT_GATEWAY, OutboundType.USER_NAT_GATEWAY):
        yield Preference(
            (kind,),
            2,
            "a NAT gateway is paid for by the hour, and few nodes need few ports",
            _EGRESS,
            _LEARNING,
        )


def _firewall(needs: Requirements) -> Iterator[Preference]:
    """Yield what a firewall weighs: little where it may be paid for and is of use."""
    allowed = needs.limits.firewall is True
    when = _PAID if allowed else _UNPAID
    yield Preference(
        (Firewall.STANDARD,),
        4 if allowed else 20,
        "an Azure Firewall is paid for by the hour, whether or not anything passes",
        "Azure docs, firewall/overview",
        when,
    )
    yield Preference(
        (Firewall.PREMIUM,),
        8 if allowed else 24,
        "the premium tier costs more, and what it adds (inspection of TLS, intrusion "
        "detection) is not asked for",
        "Azure docs, firewall/premium-features",
        when,
    )
    if allowed and needs.egress is Egress.NAMES:
        for kind in (PolicyLevel.FQDN, PolicyLevel.L7):
            yield Preference(
                (kind, Firewall.NONE),
                10,
                "policies bind the pods that they select; a firewall, which may be "
                "paid for here, binds nodes and every pod",
                "AKS docs, outbound-rules-control-egress, limit-egress-traffic",
                f"{_PAID} and `egress.to` is `names`",
            )


def _dated(as_of: date) -> Iterator[Preference]:
    if as_of < NPM_ENDS:
        yield Preference(
            (PolicyEngine.AZURE,),
            9,
            _NPM,
            f"{_POLICIES}, includes/azure-network-policy-manager-linux-retirement",
            f"before {NPM_ENDS}",
        )


_ORDERS = {
    ServiceAccess.PRIVATE: (
        (PaasAccess.PRIVATE_ENDPOINT, 1),
        (PaasAccess.SERVICE_ENDPOINT, 3),
        (PaasAccess.PUBLIC, 6),
    ),
    ServiceAccess.SERVICE_ENDPOINT: (
        (PaasAccess.SERVICE_ENDPOINT, 1),
        (PaasAccess.PRIVATE_ENDPOINT, 3),
        (PaasAccess.PUBLIC, 6),
    ),
    ServiceAccess.PUBLIC: (
        (PaasAccess.PUBLIC, 1),
        (PaasAccess.SERVICE_ENDPOINT, 3),
        (PaasAccess.PRIVATE_ENDPOINT, 4),
    ),
}
_PAAS = {
    PaasAccess.PRIVATE_ENDPOINT: (
        "a private endpoint is paid for by the hour",
        "Azure docs, private-endpoint-overview",
    ),
    PaasAccess.SERVICE_ENDPOINT: (
        "the service keeps its public address, and only the subnet is let in",
        "Azure docs, virtual-network-service-endpoints-overview",
    ),
    PaasAccess.PUBLIC: (
        "packets leave for a public address that others reach too",
        "Azure docs, private-endpoint-overview",
    ),
}


def _paas(needs: Requirements) -> Iterator[Preference]:
    """Yield what speaks against each way: least against the strictest that is asked.

    Who states no way gets private endpoints, which the documentation recommends.
    """
    asked = {each.access for each in needs.services}
    if asked & {ServiceAccess.ANY, ServiceAccess.PRIVATE} or not asked:
        strictest = ServiceAccess.PRIVATE
    elif ServiceAccess.SERVICE_ENDPOINT in asked:
        strictest = ServiceAccess.SERVICE_ENDPOINT
    else:
        strictest = ServiceAccess.PUBLIC
    when = f"where `{strictest.value}` is the strictest access of a service"
    for option, weight in _ORDERS[strictest]:
        says, source = _PAAS[option]
        yield Preference((option,), weight, says, source, when)
