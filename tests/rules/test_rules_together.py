"""All audit rules on the examples of the project, and on those of one another."""

from functools import cache
from pathlib import Path
from textwrap import dedent

import pytest

from seawall.audit.discover import all_rules, audit
from seawall.audit.finding import Confidence, Finding, Severity
from seawall.audit.rule import Rule
from seawall.ingest import load
from seawall.query.case import Case

EXAMPLES = Path(__file__).parents[2] / "examples"
BY_REACHABILITY = {
    *("AKS104", "AKS202", "AKS203", "AKS204", "AKS213", "AKS215", "AKS301", "AKS303"),
    *("AKS310", "AKS411", "AKS414", "AKS415", "AKS501", "AKS504"),
}


@cache
def findings(example: str) -> tuple[Finding, ...]:
    return audit(Case(load([EXAMPLES / example])))


def place(finding: Finding) -> str:
    origin = finding.origin
    assert origin is not None
    return f"{Path(origin.path).name}:{origin.line}"


def test_the_three_planted_faults_of_contoso_are_found_and_nothing_else() -> None:
    found = {(item.rule, item.subject) for item in findings("contoso")}
    assert found == {
        ("AKS203", "shop/partner-feed"),
        ("AKS204", "ns:batch"),
        ("AKS501", "kv-contoso-identity.vault.azure.net"),
    }
    assert all(item.confidence is Confidence.PROVED for item in findings("contoso"))


def test_the_lost_reply_is_told_at_the_service_and_names_the_route() -> None:
    (lost,) = [item for item in findings("contoso") if item.rule == "AKS203"]
    assert place(lost) == "workloads.yaml:280"
    assert "everything-to-firewall" in lost.message


def test_the_private_zone_is_to_be_linked_to_the_network_whose_resolver_answers() -> (
    None
):
    (missed,) = [item for item in findings("contoso") if item.rule == "AKS501"]
    assert missed.mend == "link `privatelink.vaultcore.azure.net` to `vnet-hub`"


def test_the_default_cluster_is_told_what_everybody_should_know_about_it() -> None:
    codes = [item.rule for item in findings("open")]
    assert codes == ["AKS101", "AKS204", "AKS401", "AKS202", "AKS301", "AKS415"]


def test_findings_come_worst_first() -> None:
    weights = [item.severity.weight for item in findings("open")]
    assert weights == sorted(weights, reverse=True)


@pytest.mark.parametrize("rule", all_rules(), ids=lambda rule: rule.code)
def test_findings_of_all_rules_on_an_example_are_well_formed(
    rule: Rule, tmp_path: Path
) -> None:
    for name, text in rule.bad.items():
        (tmp_path / name).write_text(dedent(text).lstrip("\n"), encoding="utf-8")
    for item in audit(Case(load([tmp_path]))):
        assert item.subject
        assert item.origin is not None
        for text in (item.message, item.mend):
            assert not text.endswith(".")
            assert "  " not in text
            assert "None" not in text
        assert not item.message[0].isupper() or item.message.startswith("Cilium")
        assert item.mend[0].islower()
        if item.rule in BY_REACHABILITY and item.confidence is Confidence.PROVED:
            assert item.evidence, item


def written(folder: Path, **files: str) -> Case:
    for name, text in files.items():
        (folder / f"{name}.yaml").write_text(dedent(text), encoding="utf-8")
    return Case(load([folder]))


def found_by(code: str, case: Case) -> list[Finding]:
    (rule,) = [rule for rule in all_rules() if rule.code == code]
    return list(rule.check(case))


def workload(name: str, namespace: str, extra: str = "") -> str:
    return f"""---
apiVersion: apps/v1
kind: Deployment
metadata: {{name: {name}, namespace: {namespace}}}
spec:
  selector: {{matchLabels: {{app: {name}}}}}
  template:
    metadata: {{labels: {{app: {name}}}}}
    spec: {{{extra}containers: [{{name: {name}, image: {name}}}]}}
"""


CLUSTER = """
    type: Microsoft.ContainerService/managedClusters
    name: shop
    location: westeurope
    properties:
      networkProfile:
        networkPlugin: azure
        networkPluginMode: overlay
        networkDataplane: cilium
        networkPolicy: cilium
        podCidr: 10.244.0.0/16
      agentPoolProfiles:
        - name: system
          vnetSubnetID: microsoft.network/virtualnetworks/net/subnets/nodes
    ---
    type: Microsoft.Network/virtualNetworks
    name: net
    properties:
      addressSpace: {addressPrefixes: [10.0.0.0/16]}
      subnets:
        - {name: nodes, properties: {addressPrefix: 10.0.0.0/24}}
    """


def from_block(block: str) -> str:
    return f"""
    apiVersion: networking.k8s.io/v1
    kind: NetworkPolicy
    metadata: {{name: from, namespace: shop}}
    spec: {{podSelector: {{}}, ingress: [{{from: [{{ipBlock: {{cidr: {block}}}}}]}}]}}
    """


@pytest.mark.parametrize(
    ("block", "count"),
    [("10.244.3.0/24", 1), ("10.0.0.0/24", 1), ("10.0.0.0/8", 0), ("0.0.0.0/0", 0)],
)
def test_a_block_is_told_under_cilium_only_if_it_holds_pods_and_nodes_alone(
    block: str, count: int, tmp_path: Path
) -> None:
    case = written(tmp_path, cluster=CLUSTER, policy=from_block(block))
    assert len(found_by("AKS405", case)) == count


def test_a_block_of_nodes_is_not_told_where_a_private_endpoint_stands_among_them(
    tmp_path: Path,
) -> None:
    endpoint = """
    type: Microsoft.Network/privateEndpoints
    name: vault
    properties:
      subnet: {id: microsoft.network/virtualnetworks/net/subnets/nodes}
    """
    case = written(
        tmp_path, cluster=CLUSTER, policy=from_block("10.0.0.0/24"), endpoint=endpoint
    )
    assert not found_by("AKS405", case)


@pytest.mark.parametrize(
    ("key", "count"), [("pod-template-hash", 1), ("app.kubernetes.io/name", 0)]
)
def test_a_subject_by_a_label_that_cilium_does_not_see_is_told(
    key: str, count: int, tmp_path: Path
) -> None:
    policy = f"""
    apiVersion: networking.k8s.io/v1
    kind: NetworkPolicy
    metadata: {{name: by-hash, namespace: shop}}
    spec: {{podSelector: {{matchLabels: {{{key}: abc}}}}, ingress: []}}
    """
    case = written(tmp_path, cluster=CLUSTER, policy=policy)
    assert len(found_by("AKS407", case)) == count


def test_many_namespaces_without_any_policy_are_one_finding(tmp_path: Path) -> None:
    text = "".join(workload("web", f"team-{number}") for number in range(5))
    (found,) = found_by("AKS403", written(tmp_path, pods=text))
    assert "5 workloads in 5 namespaces" in found.message


@pytest.mark.parametrize(
    ("peer", "more", "says"),
    [
        ("", "", ""),
        ("", "porst: []", ""),
        ("matchLabels: {kubernetes.io/metadata.name: a}", "", "that no rule denies"),
        ("matchLabels: {x: y}", "", "so every pod may"),
    ],
)
def test_pods_that_a_baseline_closes_to_all_pods_are_not_called_open_to_them(
    tmp_path: Path, peer: str, more: str, says: str
) -> None:
    policy = f"""
    apiVersion: policy.networking.k8s.io/v1alpha1
    kind: BaselineAdminNetworkPolicy
    metadata: {{name: default}}
    spec:
      subject: {{namespaces: {{}}}}
      ingress: [{{action: Deny, from: [{{namespaces: {{{peer}}}}}], {more}}}]
    """
    pods = workload("web", "a") + workload("db", "b")
    folder = {"pods": pods, "policy": policy}
    case = Case(written(tmp_path, **folder).snapshot, "calico")
    found = found_by("AKS403", case)
    assert len(found) == (2 if says else 0)
    assert all(says in each.message for each in found)


def test_pods_on_the_host_network_and_of_the_platform_need_no_default_deny(
    tmp_path: Path,
) -> None:
    text = workload("agent", "watch", "hostNetwork: true, ")
    case = written(tmp_path, pods=text + workload("metrics", "kube-system"))
    assert not found_by("AKS403", case)


def test_pods_that_may_send_nothing_at_all_are_not_told_about_dns(
    tmp_path: Path,
) -> None:
    deny = """
    apiVersion: networking.k8s.io/v1
    kind: NetworkPolicy
    metadata: {name: deny, namespace: shop}
    spec: {podSelector: {}, policyTypes: [Egress]}
    """
    case = written(tmp_path, pods=workload("db", "shop"), policy=deny)
    assert not found_by("AKS404", case)


def test_dns_that_is_allowed_to_other_pods_than_the_servers_is_told(
    tmp_path: Path,
) -> None:
    server = workload("coredns", "kube-system").replace(
        "{labels: {app: coredns}}", "{labels: {k8s-app: kube-dns, app: coredns}}"
    )
    rule = """
    apiVersion: networking.k8s.io/v1
    kind: NetworkPolicy
    metadata: {name: dns, namespace: shop}
    spec:
      podSelector: {}
      policyTypes: [Egress]
      egress:
        - to: [{namespaceSelector: {}, podSelector: {matchLabels: {k8s-app: SERVER}}}]
          ports: [{port: 53, protocol: UDP}]
    """
    for label, count in (("kube-dns", 0), ("node-local-dns", 1)):
        folder = tmp_path / label
        folder.mkdir()
        case = written(
            folder,
            pods=workload("web", "shop") + server,
            policy=rule.replace("SERVER", label),
        )
        assert len(found_by("AKS404", case)) == count


def test_pods_that_ask_a_server_of_their_own_are_not_told_about_the_clusters_dns(
    tmp_path: Path,
) -> None:
    """Source: Kubernetes docs, DNS for Services and Pods."""
    rule = """
    apiVersion: networking.k8s.io/v1
    kind: NetworkPolicy
    metadata: {name: web, namespace: shop}
    spec:
      podSelector: {}
      policyTypes: [Egress]
      egress: [{ports: [{port: 443}]}]
    """
    own = "dnsPolicy: None, dnsConfig: {nameservers: [10.1.5.4]}, "
    for settings, count in (("", 1), (own, 0), ("dnsPolicy: Default, ", 0)):
        folder = tmp_path / str(len(settings))
        folder.mkdir()
        case = written(folder, pods=workload("web", "shop", settings), policy=rule)
        assert len(found_by("AKS404", case)) == count


def test_imds_is_told_once_where_nothing_isolates_any_pod(tmp_path: Path) -> None:
    pods = workload("web", "shop") + workload("api", "pay")
    (found,) = found_by("AKS204", written(tmp_path, cluster=CLUSTER, pods=pods))
    assert found.subject == "shop"
    assert "2 workloads in `pay`, `shop`" in found.message


def test_imds_is_told_by_namespace_where_only_some_pods_are_isolated(
    tmp_path: Path,
) -> None:
    deny = """
    apiVersion: networking.k8s.io/v1
    kind: NetworkPolicy
    metadata: {name: deny, namespace: pay}
    spec: {podSelector: {}, policyTypes: [Egress]}
    """
    pods = workload("web", "shop") + workload("api", "pay") + workload("x", "test")
    case = written(tmp_path, cluster=CLUSTER, pods=pods, policy=deny)
    assert [item.subject for item in found_by("AKS204", case)] == ["ns:shop", "ns:test"]


def test_a_web_port_open_to_everyone_weighs_less_than_another(tmp_path: Path) -> None:
    for port, severity in ((443, Severity.MEDIUM), (5432, Severity.HIGH)):
        folder = tmp_path / str(port)
        folder.mkdir()
        service = f"""
        apiVersion: v1
        kind: Service
        metadata: {{name: web, namespace: shop}}
        spec: {{type: LoadBalancer, selector: {{app: web}}, ports: [{{port: {port}}}]}}
        """
        case = written(
            folder, cluster=CLUSTER, pods=workload("web", "shop"), service=service
        )
        assert [item.severity for item in found_by("AKS301", case)] == [severity]
