"""A name that cannot be asked for is not reached: the DNS question is traffic.

Source of each: Kubernetes docs, DNS for Services and Pods; AKS docs, coredns-custom,
localdns-custom and network-policy-best-practices.
"""

from dataclasses import replace
from pathlib import Path

import pytest

import fabrics as fab
from fabrics import DENY, OUT, hidden, known
from reading import read, told
from seawall.model.end import AddressEnd, End, NameEnd, NodeEnd, PodEnd
from seawall.model.packet import PortRange, Protocol
from seawall.model.snapshot import Fabric, Snapshot
from seawall.model.trace import AccessPath, Layer, Verdict
from seawall.query.ask import Asked, ask
from seawall.query.case import Case
from seawall.query.words.port import PortText

ENGINES = ("npm", "calico", "cilium")
NAME = NameEnd("www.example.com")
HTTPS = PortText(Protocol.TCP, PortRange(443, 443))
SYSTEM = fab.pool("sys", "nodes")
WEB = """
    apiVersion: apps/v1
    kind: Deployment
    metadata: {name: web, namespace: shop}
    spec:
      selector: {matchLabels: {app: web}}
      template:
        metadata: {labels: {app: web}}
        spec: {containers: [{name: web, image: web}]}
    ---
    apiVersion: networking.k8s.io/v1
    kind: NetworkPolicy
    metadata: {name: web, namespace: shop}
    spec:
      podSelector: {}
      policyTypes: [Egress]
      egress:
        - ports: [{port: 443}]
    """
DNS_RULE = """
        - to:
            - namespaceSelector:
                matchLabels: {kubernetes.io/metadata.name: kube-system}
              podSelector: {matchLabels: {k8s-app: kube-dns}}
          ports: [{port: 53, protocol: UDP}]
    """


def with_rules(*rules: str) -> str:
    """Return the workload and its policy with more rules for what it may send."""
    return WEB.rstrip() + "".join(rule.rstrip() for rule in rules)


def flat(*rules: object, **changed: object) -> Fabric:
    """Return one network with nodes that may go out, guarded by one group."""
    guarded = fab.subnet(
        "nodes", "net", "10.1.0.0/24", security_group=known("nsg"), **changed
    )
    return Fabric(
        networks=(fab.network("net", "10.1.0.0/16"),),
        subnets=(guarded, fab.subnet("servers", "net", "10.1.5.0/24")),
        security_groups=(fab.group("nsg", *rules),),  # type: ignore[arg-type]
    )


def cluster(folder: Path, text: str, fabric: Fabric, **changed: object) -> Snapshot:
    found = read(folder, text)
    assert not told(found)
    on = fab.cluster(SYSTEM, **changed)
    return replace(found, cluster=on, fabric=fabric)


def asked(snapshot: Snapshot, engine: str, source: End, target: End = NAME) -> Asked:
    return ask(Case(snapshot, engine), source, target, HTTPS)


def web(snapshot: Snapshot) -> PodEnd:
    return PodEnd(snapshot.objects.workloads[0])


@pytest.mark.parametrize("engine", ENGINES)
def test_policies_that_forget_dns_close_every_name(engine: str, tmp_path: Path) -> None:
    """Nobody answers, so that no name leads anywhere."""
    shot = cluster(tmp_path, WEB, flat())
    found = asked(shot, engine, web(shot))
    assert found.verdict is Verdict.DENIED
    assert found.path is AccessPath.UNRESOLVED
    (blocker,) = found.blockers
    assert blocker.layer is Layer.NAME
    assert "UDP 53 does not get there: network policy, egress" in blocker.says
    # Whoever knows an address needs no name.
    address = AddressEnd((fab.cidr("40.0.0.1/32"),))
    assert asked(shot, engine, web(shot), address).verdict is Verdict.ALLOWED


@pytest.mark.parametrize("engine", ENGINES)
def test_a_rule_for_the_clusters_dns_opens_names(engine: str, tmp_path: Path) -> None:
    """The DNS pods are not in the input: those of AKS stand for them."""
    shot = cluster(tmp_path, with_rules(DNS_RULE), flat())
    found = asked(shot, engine, web(shot))
    assert found.verdict is Verdict.ALLOWED
    assert found.path is AccessPath.PUBLIC


def settings(text: str) -> str:
    """Return the workload with settings of its own for DNS."""
    spec = "spec: {containers: [{name: web, image: web}]"
    return WEB.replace(spec, f"{spec}, {text}")


OWN = "dnsPolicy: None, dnsConfig: {nameservers: [10.1.5.4]}"
ALIAS = "hostAliases: [{ip: 10.1.5.9, hostnames: [www.example.com]}]"


def test_a_pod_that_asks_a_server_of_its_own_needs_no_rule_for_the_clusters_dns(
    tmp_path: Path,
) -> None:
    """Source: Kubernetes docs, DNS for Services and Pods, `dnsPolicy: None`."""
    shot = cluster(tmp_path, settings(OWN), flat())
    found = asked(shot, "calico", web(shot))
    assert found.verdict is Verdict.DENIED
    assert "asks 10.1.5.4, and UDP 53 does not get there" in found.blockers[0].says
    rule = """
        - to: [{ipBlock: {cidr: 10.1.5.4/32}}]
          ports: [{port: 53, protocol: UDP}]
    """
    shot = cluster(tmp_path, settings(OWN).rstrip() + rule.rstrip(), flat())
    found = asked(shot, "calico", web(shot))
    # What that server answers is not in the input.
    assert found.verdict is Verdict.UNKNOWN
    assert "what DNS server 10.1.5.4 answers is not known" in found.blockers[0].says


def test_a_name_of_host_aliases_is_never_asked_for(tmp_path: Path) -> None:
    """Source: Kubernetes docs, Adding entries to Pod /etc/hosts."""
    shot = cluster(tmp_path, settings(ALIAS), flat())
    found = asked(shot, "calico", web(shot))
    assert found.verdict is Verdict.ALLOWED
    assert found.path is AccessPath.PRIVATE
    assert [hop.at for hop in found.forward if hop.layer is Layer.NAME] == [
        "www.example.com"
    ]


def test_a_pod_of_default_policy_asks_as_its_node_does(tmp_path: Path) -> None:
    """Source: Kubernetes docs, DNS for Services and Pods."""
    shot = cluster(tmp_path, settings("dnsPolicy: Default"), flat())
    found = asked(shot, "calico", web(shot))
    assert found.verdict is Verdict.DENIED
    assert "asks 168.63.129.16" in found.blockers[0].says
    open_ = settings("dnsPolicy: Default") + "    - ports: [{port: 53, protocol: UDP}]"
    shot = cluster(tmp_path, open_, flat())
    assert asked(shot, "calico", web(shot)).verdict is Verdict.ALLOWED
    name = NameEnd("web.shop.svc.cluster.local")
    found = asked(shot, "calico", web(shot), name)
    assert found.path is AccessPath.UNRESOLVED


def test_settings_that_cannot_be_read_leave_names_open(tmp_path: Path) -> None:
    text = settings("dnsConfig: {nameservers: [nobody]}")
    shot = cluster(tmp_path, text, flat())
    found = asked(shot, "calico", web(shot))
    assert found.verdict is Verdict.UNKNOWN
    assert "`dnsConfig.nameservers` has 'nobody'" in found.blockers[0].says


@pytest.mark.parametrize(
    ("engine", "verdict"), [("npm", Verdict.ALLOWED), ("cilium", Verdict.DENIED)]
)
def test_local_dns_is_what_the_engine_lets_a_pod_send_to_its_node(
    engine: str, verdict: Verdict, tmp_path: Path
) -> None:
    """Source: AKS docs, localdns-custom; engines.md, D36."""
    shot = cluster(tmp_path, WEB, flat(), local_dns=known(True))
    assert asked(shot, engine, web(shot)).verdict is verdict


UNSTATED = hidden()
LOCAL_RULE = """
        - to: [{ipBlock: {cidr: 169.254.10.0/24}}]
          ports: [{port: 53, protocol: UDP}]
    """


def test_a_pod_that_is_answered_with_and_without_local_dns_surely_is(
    tmp_path: Path,
) -> None:
    """Source: path.md, Q10 and V3: whether it is on is a choice."""
    open_ = WEB.split("    ---", maxsplit=1)[0]
    shot = cluster(tmp_path, open_, flat(), local_dns=UNSTATED)
    found = asked(shot, "calico", web(shot))
    assert found.verdict is Verdict.ALLOWED
    assert found.path is AccessPath.PUBLIC
    both = cluster(
        tmp_path, with_rules(DNS_RULE, LOCAL_RULE), flat(), local_dns=UNSTATED
    )
    assert asked(both, "calico", web(both)).verdict is Verdict.ALLOWED


@pytest.mark.parametrize(
    ("rules", "on", "off"),
    [
        ((DNS_RULE,), Verdict.DENIED, Verdict.ALLOWED),
        ((LOCAL_RULE,), Verdict.ALLOWED, Verdict.DENIED),
        ((), Verdict.DENIED, Verdict.DENIED),
    ],
)
def test_a_pod_that_is_answered_by_one_of_both_is_not_known_to_be(
    rules: tuple[str, ...], on: Verdict, off: Verdict, tmp_path: Path
) -> None:
    text = with_rules(*rules)
    for setting, wanted in (
        (known(True), on),
        (known(False), off),
        (UNSTATED, on if on is off else Verdict.UNKNOWN),
    ):
        shot = cluster(tmp_path, text, flat(), local_dns=setting)
        assert asked(shot, "calico", web(shot)).verdict is wanted


def test_a_pod_on_the_network_of_its_node_asks_as_the_node_does(tmp_path: Path) -> None:
    """Source: Kubernetes docs, DNS for Services and Pods; path.md, Q10."""
    text = settings("hostNetwork: true").split("    ---", maxsplit=1)[0]
    shot = cluster(tmp_path, text, flat(), local_dns=known(True))
    said = [hop.says for hop in asked(shot, "calico", web(shot)).forward]
    assert any("asks 168.63.129.16: UDP 53 gets there" in says for says in said)
    assert not any("asks LocalDNS" in says for says in said)


def test_what_is_sent_to_local_dns_itself_stays_unknown_beside_a_name(
    tmp_path: Path,
) -> None:
    """One model is asked both, so that no answer is remembered for the other."""
    open_ = WEB.split("    ---", maxsplit=1)[0]
    shot = cluster(tmp_path, open_, flat(), local_dns=UNSTATED)
    case = Case(shot, "calico")
    near = AddressEnd((fab.cidr("169.254.10.10/32"),))
    dns = PortText(Protocol.UDP, PortRange(53, 53))
    for _ in range(2):
        assert ask(case, web(shot), near, dns).verdict is Verdict.UNKNOWN
        assert ask(case, web(shot), NAME, HTTPS).verdict is Verdict.ALLOWED


def test_a_deny_all_group_does_not_stop_azures_own_dns(tmp_path: Path) -> None:
    """Trap 6. Source: Azure docs, what-is-ip-address-168-63-129-16."""
    rules = (
        fab.rule("web", 100, OUT, fab.ALLOW, port="443"),
        fab.rule("pods", 110, OUT, fab.ALLOW, to="10.244.0.0/16"),
        fab.rule("all", 200, OUT, DENY),
    )
    shot = cluster(tmp_path, WEB, flat(*rules))
    assert asked(shot, "calico", NodeEnd("sys")).verdict is Verdict.ALLOWED
    tag = fab.rule("dns", 90, OUT, DENY, to="AzurePlatformDNS")
    shot = cluster(tmp_path, WEB, flat(tag, *rules))
    found = asked(shot, "calico", NodeEnd("sys"))
    assert found.verdict is Verdict.DENIED
    assert "AzurePlatformDNS" in found.blockers[0].says or found.blockers[0].rule


def test_a_group_that_denies_the_servers_of_the_network_closes_names(
    tmp_path: Path,
) -> None:
    """Source: AKS docs, outbound-rules-control-egress, custom DNS servers."""
    deny = fab.rule("no", 100, OUT, DENY, to="10.1.5.0/24", port="53")
    fabric = flat(deny)
    servers = ("10.1.5.4", "10.1.5.5")
    net = fab.network("net", "10.1.0.0/16", dns=servers)
    shot = cluster(tmp_path, WEB, replace(fabric, networks=(net,)))
    found = asked(shot, "calico", NodeEnd("sys"))
    assert found.verdict is Verdict.DENIED
    assert found.path is AccessPath.UNRESOLVED
    # One server that is reached will do; what it answers is not known.
    one = fab.rule("no", 100, OUT, DENY, to="10.1.5.4", port="53")
    shot = cluster(tmp_path, WEB, replace(flat(one), networks=(net,)))
    assert asked(shot, "calico", NodeEnd("sys")).verdict is Verdict.UNKNOWN
