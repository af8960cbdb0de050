"""The Kubernetes side of a design, in the language of each engine."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import pytest

from seawall.design.objects import objects
from seawall.design.options import (
    Addressing,
    ApiServer,
    AuthorizedRanges,
    Choices,
    Dataplane,
    DefaultDeny,
    Encryption,
    Firewall,
    Images,
    Ingress,
    Network,
    NodeOs,
    OutboundType,
    PaasAccess,
    PolicyEngine,
    PolicyLevel,
    PrivateZone,
    PublicName,
    RunCommand,
)
from seawall.design.requirements.needs import (
    Call,
    Egress,
    EgressName,
    Entry,
    Requirements,
    Segment,
    WayIn,
)
from seawall.emit.tree import Deployment
from seawall.model.address import AddressRange

NOTHING = Deployment("", "", "", (), ())
CHOICES = Choices(
    network=Network.OWN,
    addressing=Addressing.OVERLAY,
    dataplane=Dataplane.CILIUM,
    engine=PolicyEngine.CILIUM,
    level=PolicyLevel.L7,
    encryption=Encryption.NONE,
    api_server=ApiServer.VNET_PRIVATE,
    ranges=AuthorizedRanges.NONE,
    zone=PrivateZone.SYSTEM,
    public_name=PublicName.OFF,
    run_command=RunCommand.OFF,
    outbound=OutboundType.USER_NAT_GATEWAY,
    firewall=Firewall.NONE,
    images=Images.DIRECT,
    ingress=Ingress.APPLICATION_GATEWAY,
    paas=PaasAccess.NOT_NEEDED,
    systems=NodeOs.LINUX,
    default_deny=DefaultDeny.ON,
)
WEB = Segment("web", "web", (8080,), (Call("pay", (8443,), ("GET",), ("/p.*",)),), "a")
NEEDS = Requirements(
    "shop",
    "westeurope",
    {},
    egress=Egress.NAMES,
    names=(EgressName("*.example.org", (443,), ("web",)),),
    segments=(WEB, Segment("pay", "pay", (8443, 9000), (), "b")),
)
Object = Mapping[str, Any]


def made(
    needs: Requirements = NEEDS, choices: Choices = CHOICES
) -> dict[tuple[str, str, str], Object]:
    return {
        (item.kind, item.namespace, item.name): item.body
        for item in objects(needs, choices, NOTHING)
    }


def plain(engine: PolicyEngine) -> Choices:
    return replace(
        CHOICES, engine=engine, level=PolicyLevel.NONE, dataplane=Dataplane.AZURE
    )


def of(kind: str, found: Mapping[tuple[str, str, str], Object]) -> set[str]:
    return {f"{namespace}/{name}" for each, namespace, name in found if each == kind}


@pytest.mark.parametrize("engine", list(PolicyEngine))
def test_each_engine_gets_kinds_that_it_knows(engine: PolicyEngine) -> None:
    choices = CHOICES if engine is PolicyEngine.CILIUM else plain(engine)
    kinds = {kind for kind, _, _ in made(NEEDS, choices)}
    wanted = {
        PolicyEngine.NONE: {"Namespace"},
        PolicyEngine.AZURE: {"Namespace", "NetworkPolicy"},
        PolicyEngine.CALICO: {"Namespace", "NetworkPolicy"},
        PolicyEngine.CILIUM: {
            "Namespace",
            "NetworkPolicy",
            "CiliumNetworkPolicy",
            "CiliumClusterwideNetworkPolicy",
        },
    }
    assert kinds == wanted[engine]


def test_every_namespace_is_closed_both_ways_and_asks_dns() -> None:
    found = made()
    for name in ("web", "pay", "default"):
        spec = found["NetworkPolicy", name, "default-deny"]["spec"]
        assert spec == {"podSelector": {}, "policyTypes": ["Ingress", "Egress"]}
        rules = found["CiliumNetworkPolicy", name, "dns"]["spec"]["egress"]
        peers = [next(iter(rule)) for rule in rules]
        assert peers == ["toEndpoints", "toEntities", "toCIDR"], "LocalDNS may be on"
        assert all(
            rule["toPorts"][0]["rules"] == {"dns": [{"matchPattern": "*"}]}
            for rule in rules
        ), "names are learnt from answers"


@pytest.mark.parametrize(
    ("engine", "blocks"), [(PolicyEngine.CALICO, 1), (PolicyEngine.AZURE, 0)]
)
def test_local_dns_is_a_link_local_address_where_it_is_policed(
    engine: PolicyEngine, blocks: int
) -> None:
    rules = made(NEEDS, plain(engine))["NetworkPolicy", "web", "dns"]
    assert str(rules).count("169.254.10.10/31") == blocks
    assert "kube-dns" in str(rules)


def test_pods_are_named_by_their_namespace_and_never_by_address() -> None:
    rules = made(choices=replace(CHOICES, level=PolicyLevel.FQDN))
    egress = rules["NetworkPolicy", "web", "web-egress"]["spec"]["egress"]
    peer = {"matchLabels": {"kubernetes.io/metadata.name": "pay"}}
    port = {"protocol": "TCP", "port": 8443}
    assert egress == [{"to": [{"namespaceSelector": peer}], "ports": [port]}]


def test_requests_are_told_apart_at_who_takes_them_and_nowhere_wider() -> None:
    found = made()
    assert ("NetworkPolicy", "pay", "pay-ingress") not in found
    (rule,) = found["CiliumNetworkPolicy", "pay", "pay-requests"]["spec"]["ingress"]
    (ports,) = rule["toPorts"]
    assert ports["rules"] == {"http": [{"method": "GET", "path": "/p.*"}]}
    assert ports["ports"] == [{"port": "8443", "protocol": "TCP"}]


def test_names_are_followed_outside_alone() -> None:
    spec = made()["CiliumNetworkPolicy", "web", "web-names"]["spec"]
    (names,) = (rule["toFQDNs"] for rule in spec["egress"])
    assert names == [{"matchPattern": "*.example.org"}]
    denied = [block["cidr"] for block in spec["egressDeny"][0]["toCIDRSet"]]
    assert "10.0.0.0/8" in denied
    assert ("CiliumNetworkPolicy", "pay", "pay-names") not in made()


def test_guard_rails_deny_and_close_nothing_else() -> None:
    found = made()
    kind = "CiliumClusterwideNetworkPolicy"
    assert of(kind, found) == {"/no-machine-metadata", "/tenant-a", "/tenant-b"}
    for (each, _, _), body in found.items():
        if each == kind:
            spec = body["spec"]
            assert spec["enableDefaultDeny"] == {"ingress": False, "egress": False}
            assert not {"ingress", "egress"} & set(spec)
            assert "NotIn" not in str(spec), "issue 46949"
    assert "169.254.169.254/32" in str(found[kind, "", "no-machine-metadata"])


def test_a_shared_namespace_is_told_apart_by_labels() -> None:
    segments = tuple(replace(each, namespace="shop") for each in NEEDS.segments)
    found = made(replace(NEEDS, segments=segments))
    policy = found["NetworkPolicy", "shop", "web-egress"]["spec"]
    assert policy["podSelector"] == {"matchLabels": {"segment": "web"}}
    (rule,) = policy["egress"]
    assert rule["to"] == [{"podSelector": {"matchLabels": {"segment": "pay"}}}]
    labels = found["Namespace", "", "shop"]["metadata"]["labels"]
    assert "tenant" not in labels, "two tenants share it"


def test_a_segment_is_kept_apart_where_nothing_else_is_closed() -> None:
    found = made(choices=replace(CHOICES, default_deny=DefaultDeny.OFF))
    assert not any(name == "default-deny" for _, _, name in found)
    assert ("NetworkPolicy", "pay", "pay-ingress") in found
    assert ("Namespace", "", "default") not in found


@pytest.mark.parametrize("way", list(WayIn))
def test_services_keep_the_client_and_open_no_node(way: WayIn) -> None:
    ranges = (AddressRange.parse("203.0.113.0/24"),)
    entry = Entry(way, "web", 8080, 443, "", ranges)
    door = Ingress.PUBLIC if way is WayIn.PUBLIC else CHOICES.ingress
    found = made(replace(NEEDS, entries=(entry,)), replace(CHOICES, ingress=door))
    service = found["Service", "web", f"web-{way.value}-0"]
    spec = service["spec"]
    assert spec["externalTrafficPolicy"] == "Local"
    assert spec["allocateLoadBalancerNodePorts"] is False
    assert spec["loadBalancerSourceRanges"]
    notes = service["metadata"].get("annotations", {})
    prefix = "service.beta.kubernetes.io/azure-"
    shut = f"{prefix}deny-all-except-load-balancer-source-ranges" in notes
    assert (f"{prefix}load-balancer-internal" in notes) == (way is not WayIn.PUBLIC)
    assert shut == (way is not WayIn.PUBLIC)
    assert (f"{prefix}pls-create" in notes) == (way is WayIn.PRIVATE_LINK)
    (port,) = spec["ports"]
    handed_on = way is WayIn.PUBLIC_WAF
    assert (port["port"], port["targetPort"]) == (8080 if handed_on else 443, 8080)


def test_the_internet_is_neither_private_nor_the_platform() -> None:
    needs = replace(NEEDS, egress=Egress.OPEN, names=())
    (rule,) = made(needs)["NetworkPolicy", "pay", "pay-egress"]["spec"]["egress"]
    block = rule["to"][0]["ipBlock"]
    assert block["cidr"] == "0.0.0.0/0"
    assert {"10.0.0.0/8", "169.254.0.0/16", "168.63.129.16/32"} <= set(block["except"])
