"""When the rules about isolation stay silent, and how sure they are."""

from pathlib import Path
from textwrap import dedent

import pytest

from seawall.audit.discover import all_rules
from seawall.audit.finding import Confidence, Finding
from seawall.ingest import load
from seawall.model.trace import Hop, Verdict
from seawall.query.case import Case
from seawall.query.fix.by_hand import by_hand

RULES = {rule.code: rule for rule in all_rules()}


def found(
    code: str, folder: Path, *swaps: tuple[str, str], **more: str
) -> list[Finding]:
    """What a rule finds in its bad example after some text is put for other text."""
    for name, text in {**RULES[code].bad, **more}.items():
        body = dedent(text).lstrip("\n")
        for old, new in swaps:
            body = body.replace(old, new)
        (folder / f"{name.removesuffix('.yaml')}.yaml").write_text(body, "utf-8")
    return list(RULES[code].check(Case(load([folder]))))


@pytest.mark.parametrize(
    ("code", "old", "new"),
    [
        # Without the public name there would be none.
        (
            "AKS106",
            "enablePrivateCluster:",
            "privateDNSZone: none\n    enablePrivateCluster:",
        ),
        ("AKS106", "enablePrivateCluster: true", "enablePrivateCluster: false"),
        # Everybody may call it anyway.
        ("AKS107", "enablePrivateCluster: true", "enablePrivateCluster: false"),
        ("AKS213", "outboundType: none", "outboundType: loadBalancer"),
        ("AKS214", "nextHopType: VirtualAppliance", "nextHopType: Internet"),
        ("AKS214", "addressPrefix: 0.0.0.0/0", "addressPrefix: 10.8.0.0/16"),
        # What goes straight to the internet leaves by the load balancer.
        (
            "AKS214",
            "  routes:\n",
            (
                "  routes:\n    - name: direct\n      properties:\n"
                "        addressPrefix: 198.51.100.0/24\n"
                "        nextHopType: Internet\n"
            ),
        ),
        ("AKS309", "enabled: true", "enabled: false"),
        ("AKS310", "port: 15021", "port: 15022"),
        ("AKS310", "name: status-port", "name: game"),
        (
            "AKS310",
            "type: LoadBalancer",
            "type: LoadBalancer\n  loadBalancerSourceRanges: [203.0.113.0/28]",
        ),
        # No rule of its own is written: AKS308 tells it.
        (
            "AKS307",
            "metadata: {name: web, namespace: shop}",
            (
                "metadata: {name: web, namespace: shop, annotations: {service.beta."
                "kubernetes.io/azure-disable-load-balancer-nsg-rule: 'true'}}"
            ),
        ),
        ("AKS308", "type: LoadBalancer", "type: ClusterIP"),
        # Another controller serves it.
        (
            "AKS308",
            "type: LoadBalancer",
            "type: LoadBalancer\n  loadBalancerClass: example.com/other",
        ),
        (
            "AKS307",
            "type: LoadBalancer",
            "type: LoadBalancer\n  loadBalancerClass: example.com/other",
        ),
        # Cilium holds no block for pods.
        ("AKS411", "networkPolicy: azure", "networkDataplane: cilium"),
        ("AKS411", "cidr: 0.0.0.0/0", "cidr: 10.244.0.0/16"),
        # Another rule opens all pods on purpose.
        (
            "AKS411",
            "  egress:\n",
            "  egress:\n    - to: [{namespaceSelector: {}}]\n",
        ),
        ("AKS412", "staticEgressGatewayProfile: {enabled: true}", ""),
        ("AKS412", "policyTypes: [Egress]", "policyTypes: [Ingress]"),
        ("AKS413", "type: mTLS", "type: None"),
        ("AKS413", "podSelector: {}", "podSelector: {matchLabels: {app: no}}"),
        ("AKS414", "type: WireGuard", "type: None"),
        ("AKS504", "defaultAction: Deny", "defaultAction: Allow"),
        ("AKS611", "MC_shop/providers", "shop/providers"),
        # Several Services share it.
        ("AKS611", "office-ssh", "shared-TCP-80-Internet"),
    ],
)
def test_what_is_fine_is_not_told(
    code: str, old: str, new: str, tmp_path: Path
) -> None:
    assert any(old in text for text in RULES[code].bad.values())
    assert not found(code, tmp_path, (old, new))


def test_pods_that_policies_isolate_reach_no_ssh(tmp_path: Path) -> None:
    deny = """
        apiVersion: networking.k8s.io/v1
        kind: NetworkPolicy
        metadata: {name: deny, namespace: batch}
        spec: {podSelector: {}, policyTypes: [Egress]}
        """
    assert not found("AKS415", tmp_path, deny=deny)


def test_a_way_out_through_a_firewall_of_ones_own_is_no_leak(tmp_path: Path) -> None:
    through = """
        type: Microsoft.Network/routeTables
        name: out
        properties:
          routes:
            - name: everything
              properties:
                addressPrefix: 0.0.0.0/0
                nextHopType: VirtualAppliance
                nextHopIpAddress: 10.9.0.4
        """
    swap = (
        "defaultOutboundAccess: true",
        "routeTable: {id: microsoft.network/routetables/out}",
    )
    assert not found("AKS213", tmp_path, swap, table=through)


def test_the_service_of_the_add_on_speaks_for_itself(tmp_path: Path) -> None:
    service = """
        apiVersion: v1
        kind: Service
        metadata: {name: nginx, namespace: app-routing-system}
        spec: {type: LoadBalancer, ports: [{port: 80}]}
        """
    assert not found("AKS309", tmp_path, service=service)


def test_what_annotations_decide_is_possible_and_what_is_stated_is_proved(
    tmp_path: Path,
) -> None:
    (one,) = found("AKS309", tmp_path)
    assert one.confidence is Confidence.POSSIBLE
    stated = (
        "enabled: true",
        "enabled: true\n      nginx: {defaultIngressControllerType: External}",
    )
    (two,) = found("AKS309", tmp_path, stated)
    assert two.confidence is Confidence.PROVED


@pytest.mark.parametrize(
    ("name", "annotations", "set_to", "wanted"),
    [
        ("default", "{}", "AnnotationControlled", ["shop"]),
        ("default", "{INTERNAL: 'true'}", "AnnotationControlled", []),
        ("default", "{INTERNAL: 'true'}", "External", ["shop"]),
        ("default", "{}", "Internal", []),
        ("default", "{}", "None", ["default"]),
        ("more", "{}", "Internal", ["more"]),
        ("more", "{INTERNAL: 'true'}", "Internal", []),
        ("more", "{}", "External", ["more", "shop"]),
    ],
)
def test_each_controller_of_application_routing_is_asked_about(
    tmp_path: Path, name: str, annotations: str, set_to: str, wanted: list[str]
) -> None:
    internal = "service.beta.kubernetes.io/azure-load-balancer-internal"
    controller = f"""
        apiVersion: approuting.kubernetes.azure.com/v1alpha1
        kind: NginxIngressController
        metadata: {{name: {name}}}
        spec: {{loadBalancerAnnotations: {annotations.replace("INTERNAL", internal)}}}
        """
    stated = (
        "enabled: true",
        f"enabled: true\n      nginx: {{defaultIngressControllerType: {set_to}}}",
    )
    told = found("AKS309", tmp_path, stated, controller=controller)
    assert sorted(item.subject for item in told) == wanted
    assert all(item.confidence is Confidence.PROVED for item in told)


def test_a_gateway_that_is_not_seen_to_exist_is_possible(tmp_path: Path) -> None:
    (one,) = found("AKS412", tmp_path)
    assert one.confidence is Confidence.POSSIBLE


def test_a_block_that_opens_pods_is_told_beside_a_rule_for_their_dns(
    tmp_path: Path,
) -> None:
    dns = "    - to: [{namespaceSelector: {}}]\n      ports: [{port: 53}]\n"
    (one,) = found("AKS411", tmp_path, ("  egress:\n", f"  egress:\n{dns}"))
    assert "ranges of the pods" in one.mend


def test_reachability_is_shown_by_the_way_of_a_packet(tmp_path: Path) -> None:
    for code in ("AKS213", "AKS215", "AKS310", "AKS411", "AKS414", "AKS415", "AKS504"):
        folder = tmp_path / code
        folder.mkdir()
        assert all(item.evidence for item in found(code, folder))


def test_host_ports_of_nodes_make_rules_that_look_like_somebodys(
    tmp_path: Path,
) -> None:
    ports = (
        "- name: system",
        (
            "- name: system\n      networkProfile:\n        allowedHostPorts: "
            "[{portStart: 80, portEnd: 80, protocol: TCP}]"
        ),
    )
    (one,) = found("AKS611", tmp_path, ports)
    assert one.confidence is Confidence.LIKELY


def test_probes_that_a_group_keeps_out_are_told_as_what_cuts_a_service_off(
    tmp_path: Path,
) -> None:
    """Source: Azure docs, load-balancer-custom-probe-overview."""
    denial = """
        - name: rest
          properties:
            priority: 4000
            direction: Inbound
            access: Deny
            protocol: "*"
            sourceAddressPrefix: "*"
            sourcePortRange: "*"
            destinationAddressPrefix: "*"
            destinationPortRange: "*"
    """
    denied = "  securityRules:" + "\n    ".join(dedent(denial).rstrip().split("\n"))
    opened = ('destinationPortRange: "80"', 'destinationPortRange: "443"')
    (told,) = found("AKS307", tmp_path, opened, ("  securityRules:", denied))
    assert "`own/rest`" in told.message
    assert "denies the health probes of its nodes" in told.message
    assert "AzureLoadBalancer" in told.mend
    assert all("AzureLoadBalancer" in by_hand(hop) for hop in _refusals(told))
    assert not found("AKS307", tmp_path, opened)


def _refusals(told: Finding) -> list[Hop]:
    refused = [hop for hop in told.evidence if hop.verdict is Verdict.DENIED]
    assert refused
    return refused
