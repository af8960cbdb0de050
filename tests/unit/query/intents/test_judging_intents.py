"""Intents hold, are violated by a packet, or are not known to hold."""

from datetime import date
from pathlib import Path

import pytest

from reading import read
from seawall.model.snapshot import Snapshot
from seawall.query.case import Case
from seawall.query.intents.answer import judge_all
from seawall.query.intents.verdict import Judged, Standing

HEAD = "apiVersion: seawall/v1\nkind: Intents\n"
DAY = date(2026, 11, 1)
HOLDS, VIOLATED, UNKNOWN = Standing.HOLDS, Standing.VIOLATED, Standing.UNKNOWN


def pod(name: str, namespace: str = "shop", spec: str = "") -> str:
    return f"""---
apiVersion: v1
kind: Pod
metadata: {{name: {name}, namespace: {namespace}, labels: {{app: {name}}}}}
spec:
  {{{spec}containers: [{{name: c, ports: [{{name: web, containerPort: 80}}]}}]}}
"""


def policy(namespace: str, subject: str, rules: str, name: str = "p") -> str:
    return f"""---
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: {{name: {name}, namespace: {namespace}}}
spec: {{podSelector: {subject}, {rules}}}
"""


APP = "{matchLabels: {app: %s}}"
CLUSTER = (
    pod("web")
    + pod("api")
    + pod("db")
    + pod("job", "batch")
    + policy(
        "shop",
        APP % "api",
        "policyTypes: [Ingress], ingress: [{from: [{podSelector: "
        + APP % "web"
        + "}], ports: [{port: 80}]}]",
    )
    + policy("shop", APP % "db", "policyTypes: [Ingress, Egress]", name="q")
)


def judged(folder: Path, text: str, *manifests: str, engine: str = "spec") -> Judged:
    snapshot = read(folder, *(manifests or (CLUSTER,)), HEAD + "intents:\n" + text)
    return all_of(snapshot, engine)[0]


def all_of(snapshot: Snapshot, engine: str = "spec") -> tuple[Judged, ...]:
    return judge_all(Case(snapshot, engine), snapshot.intents, DAY).judged


FORBIDDEN = {
    "- forbid: {from: batch/job, to: shop/api}": HOLDS,
    "- forbid: {from: batch/job, to: ns:shop}": VIOLATED,
    "- forbid: {from: ns:batch, to: shop/db}": HOLDS,
    "- forbid: {from: shop/web, to: shop/api}": VIOLATED,
    "- forbid: {from: shop/web, to: shop/api, ports: 443}": HOLDS,
    "- forbid: {from: shop/web, to: shop/api, ports: [443, 80]}": VIOLATED,
    "- forbid: {from: shop/web, to: shop/api, ports: web}": VIOLATED,
    "- forbid: {from: shop/web, to: shop/api, ports: udp/80}": HOLDS,
    "- forbid: {from: shop/db, to: 10.0.0.0/8}": HOLDS,
    "- forbid: {from: shop/web, to: 10.0.0.0/8}": VIOLATED,
    "- forbid: {from: 10.0.0.0/8, to: shop/db}": HOLDS,
    "- forbid: {from: anyone, to: shop/db}": HOLDS,
    "- forbid: {from: shop/db, to: anyone}": HOLDS,
    "- forbid: {from: anyone, to: shop/web}": VIOLATED,
    "- forbid: {from: anyone, to: anyone}": UNKNOWN,
    "- forbid: {from: ns:nowhere, to: shop/web}": UNKNOWN,
    "- forbid: {from: ns:shop, to: ns:batch}": VIOLATED,
    "- forbid: {from: 'service:shop/x', to: shop/db}": UNKNOWN,
    "- forbid: {from: nodes, to: shop/db}": UNKNOWN,
    "- forbid: {from: shop/web, to: shop/api, ports: 70000}": UNKNOWN,
    "- forbid: {from: shop/db, to: '*.contoso.com'}": UNKNOWN,
    "- only: {from: shop/web, to: '*.contoso.com'}": UNKNOWN,
}


@pytest.mark.parametrize("text", FORBIDDEN)
def test_nothing_may_pass_of_what_is_forbidden(tmp_path: Path, text: str) -> None:
    assert judged(tmp_path, text).standing is FORBIDDEN[text]


def test_a_violation_shows_a_packet_its_way_and_the_rule_that_admits_it(
    tmp_path: Path,
) -> None:
    found = judged(tmp_path, "- forbid: {from: shop/web, to: shop/api}")
    (breach,) = found.breaches
    assert (breach.source, breach.target) == ("shop/web[Pod]", "shop/api[Pod]")
    assert breach.services == "TCP 80"
    assert breach.packet.endswith("TCP 80")
    assert "rule 1 admits it" in breach.says
    assert breach.origin is not None
    assert breach.hops
    assert found.count == 1


ONLY = {
    "- only: {from: shop/web, to: shop/api}": HOLDS,
    "- only: {from: batch/job, to: shop/api}": VIOLATED,
    "- only: {from: [batch/job, shop/web], to: shop/api}": HOLDS,
    "- only: {from: batch/job, to: shop/api, ports: 443}": HOLDS,
    "- only: {from: ns:shop, to: shop/web}": VIOLATED,
    "- only: {from: ns:shop, to: anyone}": UNKNOWN,
    "- confine: {from: shop/db, to: shop/web}": HOLDS,
    "- confine: {from: shop/web, to: ns:shop}": VIOLATED,
    "- confine: {from: shop/web, to: [ns:shop, ns:batch, 0.0.0.0/0, '::/0']}": HOLDS,
    "- confine: {from: shop/web, to: [ns:shop, 0.0.0.0/0, '::/0']}": VIOLATED,
    "- confine: {from: shop/web, to: [ns:shop, ns:batch, 0.0.0.0/1, '::/0']}": VIOLATED,
    "- confine: {from: anyone, to: shop/web}": UNKNOWN,
}


@pytest.mark.parametrize("text", ONLY)
def test_nobody_else_may_pass_of_what_is_left_to_some(
    tmp_path: Path, text: str
) -> None:
    assert judged(tmp_path, text).standing is ONLY[text]


REQUIRED = {
    "- require: {from: shop/web, to: shop/api, ports: 80}": HOLDS,
    "- require: {from: shop/web, to: shop/api, ports: web}": HOLDS,
    "- require: {from: shop/web, to: shop/api, ports: other}": VIOLATED,
    "- require: {from: shop/web, to: shop/api, ports: [80, 81]}": VIOLATED,
    "- require: {from: shop/web, to: shop/api}": VIOLATED,
    "- require: {from: ns:shop, to: shop/api, ports: 80}": VIOLATED,
    "- require: {from: shop/web, to: batch/job}": HOLDS,
    "- require: {from: batch/job, to: shop/db}": VIOLATED,
    "- require: {from: anyone, to: shop/web}": UNKNOWN,
    "- require: {from: batch/nobody, to: shop/db}": UNKNOWN,
    "- require: {from: shop/web, to: shop/web}": HOLDS,
    "- require: {from: shop/web, to: batch/job, path: private}": VIOLATED,
}


@pytest.mark.parametrize("text", REQUIRED)
def test_everything_must_pass_of_what_is_required(tmp_path: Path, text: str) -> None:
    assert judged(tmp_path, text).standing is REQUIRED[text]


def test_what_is_missing_is_said_where_it_is_missing(tmp_path: Path) -> None:
    found = judged(tmp_path, "- forbid: {from: ns:shopp, to: shop/db}")
    assert "there is no namespace `shopp`" in found.says
    assert "did you mean `shop`" in found.mend


EXCEPTED = {
    "from: batch/job": HOLDS,
    "from: shop/web": VIOLATED,
    "to: shop/api": VIOLATED,
    "to: shop/web": HOLDS,
    "ports: 80": VIOLATED,
    "from: batch/job, expires: 2026-11-01": HOLDS,
    "from: batch/job, expires: 2026-10-31": VIOLATED,
}


@pytest.mark.parametrize("part", EXCEPTED)
def test_an_exception_takes_what_it_names_until_its_day_is_past(
    tmp_path: Path, part: str
) -> None:
    text = (
        "- forbid: {from: batch/job, to: [shop/web, shop/api, shop/db]}\n"
        f"  except: {{{part}, reason: known}}"
    )
    found = judged(tmp_path, text)
    assert found.standing is EXCEPTED[part]
    assert bool(found.lapsed) is part.endswith("10-31")
    assert bool(found.idle) is (part in {"from: shop/web", "to: shop/api"})


def test_an_exception_takes_a_part_of_addresses_and_no_more(tmp_path: Path) -> None:
    text = (
        "- forbid: {from: shop/web, to: 10.0.0.0/8}\n"
        "  except: {to: 10.0.0.0/%d, reason: known}"
    )
    assert judged(tmp_path, text % 9).standing is VIOLATED
    assert judged(tmp_path, text % 8).standing is HOLDS


def test_a_policy_that_cannot_be_read_leaves_an_intent_unknown(tmp_path: Path) -> None:
    broken = policy("shop", APP % "web", "ingress: 7", name="broken")
    found = judged(
        tmp_path, "- forbid: {from: batch/job, to: shop/web}", CLUSTER, broken
    )
    assert found.standing is UNKNOWN


DENYING_BATCH = policy("batch", "{}", "policyTypes: [Ingress]", name="deny")
DENYING = policy("shop", "{}", "policyTypes: [Ingress, Egress]", name="deny")
SOME = policy(
    "shop",
    "{matchExpressions: [{key: app, operator: NotIn, values: [x]}]}",
    "policyTypes: [Ingress, Egress]",
    name="some",
)
INGRESS = policy("shop", "{}", "policyTypes: [Ingress]", name="deny")
EGRESS = policy("shop", "{}", "policyTypes: [Egress]", name="deny")
HOST = pod("agent", "shop", "hostNetwork: true, ")
OPEN = policy("shop", "{}", "ingress: [{}]", name="open")
OPEN_EGRESS = policy("shop", "{}", "policyTypes: [Egress], egress: [{}]", name="open")
EVERYONE = """---
apiVersion: cilium.io/v2
kind: CiliumNetworkPolicy
metadata: {name: everyone, namespace: shop}
spec:
  endpointSelector: {}
  ingress: [{fromEntities: [all]}]
  egress: [{toEntities: [all]}]
"""
FROM_PODS = policy(
    "shop", "{}", "ingress: [{from: [{namespaceSelector: {}}]}]", name="open"
)
FROM_OWN = policy("shop", "{}", "ingress: [{from: [{podSelector: {}}]}]", name="own")
ADMIN = """---
apiVersion: policy.networking.k8s.io/v1alpha1
kind: AdminNetworkPolicy
metadata: {name: wide}
spec:
  priority: 3
  subject: {namespaces: {matchLabels: {kubernetes.io/metadata.name: shop}}}
  %s
"""
ADMITTING = ADMIN % "ingress: [{action: Allow, from: [{namespaces: {}}]%s}]"
BASELINE = ADMITTING.replace("priority: 3", "").replace("Admin", "BaselineAdmin")
BASELINE = BASELINE.replace("wide", "default")
DNS = policy(
    "shop", "{}", "policyTypes: [Egress], egress: [{ports: [{port: 53}]}]", name="dns"
)


@pytest.mark.parametrize(
    ("more", "engine", "wanted"),
    [
        ("", "spec", VIOLATED),
        (DENYING, "spec", HOLDS),
        (INGRESS, "spec", VIOLATED),
        (SOME, "spec", UNKNOWN),
        (DENYING, "none", VIOLATED),
        (DENYING + HOST, "spec", VIOLATED),
        (DENYING + OPEN, "spec", VIOLATED),
        (DENYING + OPEN_EGRESS, "spec", VIOLATED),
        (DENYING + DNS, "spec", HOLDS),
        (EVERYONE, "cilium", VIOLATED),
        (DENYING + FROM_PODS, "spec", VIOLATED),
        (DENYING + FROM_OWN, "spec", HOLDS),
        (DENYING + ADMITTING % "", "calico", VIOLATED),
        (DENYING + ADMITTING % ", porst: []", "calico", UNKNOWN),
        (DENYING + ADMITTING % "", "cilium", HOLDS),
        (DENYING + BASELINE % ", porst: []", "calico", HOLDS),
        (BASELINE % ", porst: []", "calico", VIOLATED),
        (EGRESS + BASELINE % ", porst: []", "calico", UNKNOWN),
    ],
)
def test_a_default_denies_if_policy_holds_every_pod_whatever_its_labels(
    tmp_path: Path, more: str, engine: str, wanted: Standing
) -> None:
    text = "- {preset: default-deny, in: ns:shop}"
    found = judged(tmp_path, text, CLUSTER + more, engine=engine)
    assert found.standing is wanted


@pytest.mark.parametrize(
    ("more", "name"),
    [
        (DENYING + ADMITTING % ", porst: []", "AdminNetworkPolicy wide"),
        (EGRESS + BASELINE % ", porst: []", "BaselineAdminNetworkPolicy default"),
        (DENYING.replace("Types", "Tpyes"), "NetworkPolicy shop/deny"),
    ],
)
def test_what_keeps_a_default_from_being_proved_is_named(
    tmp_path: Path, more: str, name: str
) -> None:
    text = "- {preset: default-deny, in: ns:shop}"
    found = judged(tmp_path, text, CLUSTER + more, engine="calico")
    says = {each.says for each in found.breaches if each.standing is UNKNOWN}
    assert any(each.endswith(f": {name} cannot be read") for each in says)


def test_an_empty_namespace_may_deny_by_default(tmp_path: Path) -> None:
    space = "---\napiVersion: v1\nkind: Namespace\nmetadata: {name: empty}\n"
    text = "- {preset: default-deny, in: ns:empty}"
    denying = DENYING.replace("namespace: shop", "namespace: empty")
    assert judged(tmp_path, text, CLUSTER + space).standing is VIOLATED
    assert judged(tmp_path, text, CLUSTER + space + denying).standing is HOLDS


def test_what_needs_a_cluster_is_not_known_without_one(tmp_path: Path) -> None:
    for preset in ("private-control-plane", "firewall-only"):
        found = judged(tmp_path, f"- preset: {preset}")
        assert (found.standing, found.says[:13]) == (UNKNOWN, "no cluster is")


NETWORK = """
type: Microsoft.ContainerService/managedClusters
name: aks
location: westeurope
properties:
  networkProfile:
    networkPlugin: azure
    networkPluginMode: overlay
    networkPolicy: calico
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
    - {name: desks, properties: {addressPrefix: 10.0.1.0/24}}
"""
PORT = pod("port").replace("containerPort: 80", "containerPort: 80, hostPort: 8080")
DESKS = "- forbid: {from: 'subnet:net/desks', to: shop/port%s}"


@pytest.mark.parametrize(
    ("ports", "more", "wanted"),
    [
        (", ports: 80", "", UNKNOWN),
        (", ports: 81", "", HOLDS),
        (", ports: 80", DENYING, HOLDS),
    ],
)
def test_what_may_come_by_a_host_port_is_not_known_to_stay_away(
    tmp_path: Path, ports: str, more: str, wanted: Standing
) -> None:
    inputs = (NETWORK, PORT + more)
    found = judged(tmp_path, DESKS % ports, *inputs, engine="calico")
    assert found.standing is wanted


def test_pods_of_an_overlay_are_not_reached_from_outside_without_one(
    tmp_path: Path,
) -> None:
    plain = PORT.replace(", hostPort: 8080", "")
    found = judged(tmp_path, DESKS % "", NETWORK, plain, engine="calico")
    assert found.standing is HOLDS


def test_a_pattern_of_names_is_not_asked_as_if_it_were_one_name(
    tmp_path: Path,
) -> None:
    found = judged(tmp_path, "- forbid: {from: shop/db, to: '*.contoso.com'}")
    assert "stands for any number of names" in found.says


def test_what_cannot_open_connections_is_named_where_it_stands(tmp_path: Path) -> None:
    text = "- forbid: {from: [shop/web, 'tag:Storage'], to: shop/db}"
    assert "`tag:Storage` opens" in judged(tmp_path, text).says


def test_pods_that_are_missing_are_missed_beside_other_ends(tmp_path: Path) -> None:
    space = "apiVersion: v1\nkind: Namespace\nmetadata: {name: empty}\n"
    text = "- forbid: {from: [pods, 10.0.0.0/8], to: 10.9.0.0/16}"
    assert judged(tmp_path, text, space).says.startswith("no workload is in the input")


@pytest.mark.parametrize(
    ("part", "wanted"),
    [
        ("from: shop/web", HOLDS),
        ("from: shop/web, ports: 443", VIOLATED),
        ("from: shop/web, to: 10.1.0.0/16", VIOLATED),
        ("from: [shop/web, batch/job], to: shop/web", VIOLATED),
    ],
)
def test_an_exception_for_some_packets_does_not_leave_a_pod_open(
    tmp_path: Path, part: str, wanted: Standing
) -> None:
    some = policy(
        "shop",
        "{matchExpressions: [{key: app, operator: NotIn, values: [web]}]}",
        "policyTypes: [Ingress, Egress]",
        name="some",
    )
    text = f"- {{preset: default-deny, in: ns:shop, except: {{{part}, reason: r}}}}"
    found = judged(tmp_path, text, CLUSTER + some)
    certain = VIOLATED in {each.standing for each in found.breaches}
    assert certain is (wanted is VIOLATED)
    assert bool(found.idle) is (wanted is VIOLATED)


RELEASE = """---
apiVersion: helm.toolkit.fluxcd.io/v2
kind: HelmRelease
metadata: {name: charted, namespace: batch}
spec: {chart: {spec: {chart: x, sourceRef: {kind: HelmRepository, name: r}}}}
"""
FROM_BATCH = policy(
    "shop",
    APP % "db",
    "policyTypes: [Ingress], ingress: [{from: [{namespaceSelector: {matchLabels: "
    "{kubernetes.io/metadata.name: batch}}, podSelector: {matchLabels: {app: x}}}]}]",
    name="from-batch",
)


@pytest.mark.parametrize(
    ("text", "more", "wanted"),
    [
        ("forbid: {from: ns:batch, to: shop/db}", FROM_BATCH, UNKNOWN),
        ("forbid: {from: pods, to: shop/db}", FROM_BATCH, UNKNOWN),
        ("forbid: {from: anyone, to: shop/db}", FROM_BATCH, UNKNOWN),
        ("only: {from: shop/web, to: shop/db}", FROM_BATCH, UNKNOWN),
        ("only: {from: [shop/web, ns:batch], to: shop/db}", FROM_BATCH, HOLDS),
        ("forbid: {from: batch/job, to: shop/db}", FROM_BATCH, HOLDS),
        ("forbid: {from: ns:batch, to: shop/db}", "", HOLDS),
        ("forbid: {from: shop/db, to: ns:batch}", "", HOLDS),
        ("forbid: {from: 10.1.0.0/16, to: ns:batch}", DENYING_BATCH, UNKNOWN),
    ],
)
def test_pods_that_are_not_shown_may_break_what_is_said_of_their_namespace(
    tmp_path: Path, text: str, more: str, wanted: Standing
) -> None:
    assert judged(tmp_path, f"- {text}", CLUSTER, RELEASE + more).standing is wanted


def test_an_exception_that_has_ended_spares_no_pods_that_are_not_shown(
    tmp_path: Path,
) -> None:
    text = (
        "- forbid: {from: [shop/web, ns:batch], to: shop/db}\n"
        "  except: {from: ns:batch, reason: r, expires: %s}"
    )
    more = RELEASE + FROM_BATCH
    ended, live = (text % day for day in ("2026-10-31", "2026-11-01"))
    assert judged(tmp_path, ended, CLUSTER, more).standing is UNKNOWN
    assert judged(tmp_path, live, CLUSTER, more).standing is HOLDS


def test_doubts_do_not_hide_what_is_certain(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("seawall.query.intents.forbid.MOST", 1)
    doubt = policy("shop", APP % "api", "ingress: 7", name="broken")
    text = "- forbid: {from: batch/job, to: [shop/api, shop/web]}"
    found = judged(tmp_path, text, CLUSTER + doubt)
    assert found.standing is VIOLATED


def test_an_exception_that_one_part_of_a_preset_uses_is_not_idle(
    tmp_path: Path,
) -> None:
    text = (
        "- preset: tenant-isolation\n"
        "  tenants: {one: ns:shop, two: ns:batch}\n"
        "  except: {from: batch/job, reason: r}"
    )
    snapshot = read(tmp_path, CLUSTER, HEAD + "intents:\n" + text)
    assert [each.idle for each in all_of(snapshot)] == [(), ()]


SHARED = (
    NETWORK.replace("[10.0.0.0/16]", "[10.0.0.0/16, 100.64.0.0/16]").replace(
        "properties: {addressPrefix: 10.0.0.0/24}",
        "properties: {addressPrefix: 10.0.0.0/24, "
        "networkSecurityGroup: {id: microsoft.network/networksecuritygroups/g}}",
    )
    + """    - {name: shared, properties: {addressPrefix: 100.64.0.0/24}}
---
type: Microsoft.Network/networkSecurityGroups
name: g
properties:
  securityRules:
    - name: shared
      properties: {priority: 100, direction: Inbound, access: Allow, protocol: Tcp,
        sourceAddressPrefix: 100.64.0.0/10, sourcePortRange: "*",
        destinationAddressPrefix: "*", destinationPortRange: "22"}
    - name: nobody
      properties: {priority: 200, direction: Inbound, access: Deny, protocol: "*",
        sourceAddressPrefix: "*", sourcePortRange: "*",
        destinationAddressPrefix: "*", destinationPortRange: "*"}
"""
)


def test_anyone_is_also_who_has_an_address_of_shared_space(tmp_path: Path) -> None:
    text = "- only: {from: 'subnet:net/desks', to: 'node:system', ports: 22}"
    found = judged(tmp_path, text, SHARED, engine="calico")
    assert found.standing is VIOLATED
    assert found.breaches[0].packet.startswith("100.64.")


def test_what_a_pod_on_its_nodes_network_sends_is_told_in_words(tmp_path: Path) -> None:
    text = "- forbid: {from: shop/agent, to: internet}"
    (breach,) = judged(tmp_path, text, CLUSTER + HOST).breaches
    assert breach.ends == "shop/agent[Pod] -> internet"
    assert breach.says == (
        "it passes: no policy holds pods on the network of their node"
    )


@pytest.mark.parametrize(
    ("excepted", "wanted"), [("node:system", UNKNOWN), ("10.0.0.0/24", HOLDS)]
)
def test_an_exception_of_nodes_does_not_spare_who_may_have_their_addresses(
    tmp_path: Path, excepted: str, wanted: Standing
) -> None:
    text = (
        "- forbid: {from: 10.0.0.0/24, to: 'subnet:net/desks', ports: 22}\n"
        f"  except: {{from: '{excepted}', reason: known}}"
    )
    assert judged(tmp_path, text, NETWORK, engine="calico").standing is wanted
