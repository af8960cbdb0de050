"""What Cilium's policies mean: one test for each rule of the language."""

from dataclasses import replace
from pathlib import Path

import pytest

from policy_witness import Witnesses
from reading import read, told
from seawall.ingest import LoadOptions
from seawall.model.dataplane import CILIUM, Dataplane, Tri
from seawall.model.packet import Protocol
from seawall.model.ranked import IcmpMessages
from seawall.model.trace import Verdict

YES, NO, UNKNOWN = Verdict.ALLOWED, Verdict.DENIED, Verdict.UNKNOWN
UDP, SCTP, ICMP = Protocol.UDP, Protocol.SCTP, Protocol.ICMP
ADVANCED = replace(CILIUM, filters_names=Tri.YES, filters_requests=Tri.YES)
CLUSTER = """
apiVersion: v1
kind: Namespace
metadata: {name: x, labels: {team: red}}
---
apiVersion: v1
kind: Namespace
metadata: {name: y, labels: {team: blue}}
---
apiVersion: v1
kind: Pod
metadata: {name: web, namespace: x, labels: {app: web}}
spec:
  nodeName: n1
  serviceAccountName: robot
  containers: [{name: c, image: c, ports: [{name: http, containerPort: 8080}]}]
status: {podIP: 10.244.0.4, hostIP: 10.240.0.4}
---
apiVersion: v1
kind: Pod
metadata: {name: db, namespace: x, labels: {app: db}}
spec:
  nodeName: n2
  containers: [{name: c, image: c, ports: [{name: http, containerPort: 9090}]}]
status: {podIP: 10.244.1.4, hostIP: 10.240.0.5}
---
apiVersion: v1
kind: Pod
metadata: {name: far, namespace: y, labels: {app: web}}
spec: {nodeName: n2, containers: [{name: c, image: c}]}
status: {podIP: 10.244.1.5, hostIP: 10.240.0.5}
---
apiVersion: v1
kind: Pod
metadata: {name: agent, namespace: y, labels: {app: web}}
spec: {nodeName: n2, hostNetwork: true, containers: [{name: c, image: c}]}
status: {podIP: 10.240.0.5, hostIP: 10.240.0.5}
"""
ANY_NAMESPACE = (
    "{matchExpressions: [{key: io.kubernetes.pod.namespace, operator: Exists}]}"
)
WIDE = "CiliumClusterwideNetworkPolicy"


def made(spec: str, kind: str = "CiliumNetworkPolicy", name: str = "one") -> str:
    """Return a policy; in namespace x, unless it is cluster-wide."""
    place = "" if kind == WIDE else ", namespace: x"
    lines = "\n".join(f"  {line}" for line in spec.strip().splitlines())
    return (
        f"apiVersion: cilium.io/v2\nkind: {kind}\n"
        f"metadata: {{name: {name}{place}}}\nspec:\n{lines}\n"
    )


def on_web(rules: str) -> str:
    """Return a policy for x/web."""
    return made("endpointSelector: {matchLabels: {app: web}}\n" + rules)


def asked(
    folder: Path, *texts: str, plane: Dataplane = ADVANCED, warned: bool = False
) -> Witnesses:
    """Return a cluster with policies that read well."""
    snapshot = read(folder, CLUSTER, *texts, options=LoadOptions())
    faults = [
        item for item in told(snapshot) if "domain names or requests" not in item.what
    ]
    assert bool(faults) is warned, faults
    return Witnesses(snapshot.objects, "cilium", plane)


def test_a_rule_admits_its_peers_and_isolates_in_its_direction(tmp_path: Path) -> None:
    ask = asked(
        tmp_path, on_web("ingress:\n- fromEndpoints: [{matchLabels: {app: db}}]")
    )
    assert ask("x/db", "x/web") is YES
    assert ask("y/far", "x/web") is NO
    assert ask("8.8.8.8", "x/web") is NO
    assert ask("x/web", "8.8.8.8") is YES
    assert ask("y/far", "x/db") is YES


def test_an_empty_rule_denies_and_an_empty_list_does_nothing(tmp_path: Path) -> None:
    ask = asked(tmp_path, on_web("ingress: [{}]\negress: []"))
    assert ask("x/db", "x/web") is NO
    assert ask("x/web", "x/db") is YES


def test_an_empty_rule_beside_others_is_told(tmp_path: Path) -> None:
    asked(tmp_path, on_web("ingress: [{}, {fromEntities: [all]}]"), warned=True)


def test_a_denial_beats_every_allowance_also_of_network_policies(
    tmp_path: Path,
) -> None:
    ask = asked(
        tmp_path,
        on_web(
            "ingressDeny:\n- fromEndpoints: [{matchLabels: "
            "{io.kubernetes.pod.namespace: y}}]\n"
            "ingress: [{fromEntities: [all]}]"
        ),
        """
        apiVersion: networking.k8s.io/v1
        kind: NetworkPolicy
        metadata: {name: open, namespace: x}
        spec: {podSelector: {}, ingress: [{}]}
        """,
    )
    assert ask("y/far", "x/web") is NO
    assert ask("x/db", "x/web") is YES
    assert ask("y/far", "x/db") is YES


def test_allowances_join_with_those_of_network_policies(tmp_path: Path) -> None:
    ask = asked(
        tmp_path,
        on_web("ingress: [{fromEndpoints: [{matchLabels: {app: db}}]}]"),
        """
        apiVersion: networking.k8s.io/v1
        kind: NetworkPolicy
        metadata: {name: some, namespace: x}
        spec:
          podSelector: {}
          ingress: [{from: [{namespaceSelector: {matchLabels: {team: blue}}}]}]
        """,
    )
    assert ask("x/db", "x/web") is YES
    assert ask("y/far", "x/web") is YES
    assert ask("8.8.8.8", "x/web") is NO


def test_a_denial_alone_isolates_unless_default_deny_is_off(tmp_path: Path) -> None:
    rules = "egressDeny: [{toCIDR: [1.1.1.1/32]}]"
    (tmp_path / "one").mkdir()
    ask = asked(tmp_path / "one", on_web(rules))
    assert ask("x/web", "8.8.8.8") is NO
    (tmp_path / "two").mkdir()
    ask = asked(
        tmp_path / "two", on_web(rules + "\nenableDefaultDeny: {egress: false}")
    )
    assert ask("x/web", "8.8.8.8") is YES
    assert ask("x/web", "1.1.1.1") is NO


def test_without_default_deny_allowances_change_nothing(tmp_path: Path) -> None:
    ask = asked(
        tmp_path,
        on_web(
            "enableDefaultDeny: {ingress: false}\n"
            "ingress: [{fromEndpoints: [{matchLabels: {app: db}}]}]"
        ),
    )
    assert ask("y/far", "x/web") is YES


def test_requests_are_dropped_also_where_default_deny_is_off(tmp_path: Path) -> None:
    ask = asked(
        tmp_path,
        on_web(
            "enableDefaultDeny: {ingress: false}\n"
            "ingress:\n- toPorts:\n  - ports: [{port: '80', protocol: TCP}]\n"
            "    rules: {http: [{method: GET}]}"
        ),
    )
    assert ask("y/far", "x/web", 80) is UNKNOWN
    assert ask("y/far", "x/web", 81) is YES


def test_default_deny_in_a_direction_without_rules_is_not_settled(
    tmp_path: Path,
) -> None:
    ask = asked(
        tmp_path,
        on_web("enableDefaultDeny: {egress: true}\ningress: [{fromEntities: [all]}]"),
    )
    assert ask("x/web", "8.8.8.8") is UNKNOWN
    assert ask("8.8.8.8", "x/web") is YES


def test_selectors_stay_in_the_own_namespace_unless_they_name_one(
    tmp_path: Path,
) -> None:
    everyone = "ingress: [{fromEndpoints: [{}]}]"
    for number, (peer, inside, outside) in enumerate(
        (
            ("{}", YES, NO),
            ("{matchLabels: {k8s:io.kubernetes.pod.namespace: y}}", NO, YES),
            (
                "{matchLabels: {io.cilium.k8s.namespace.labels.team: blue}}",
                NO,
                YES,
            ),
            (ANY_NAMESPACE, YES, YES),
            ("{matchLabels: {any:app: web}}", NO, NO),
            ("{matchLabels: {container:app: db}}", NO, NO),
            ("{matchLabels: {io.cilium.k8s.policy.serviceaccount: default}}", YES, NO),
        )
    ):
        (tmp_path / str(number)).mkdir()
        ask = asked(tmp_path / str(number), on_web(everyone.replace("{}", peer)))
        assert ask("x/db", "x/web") is inside, peer
        assert ask("y/far", "x/web") is outside, peer
        assert ask("8.8.8.8", "x/web") is NO, peer


def test_a_cluster_wide_selector_means_pods_of_all_namespaces(tmp_path: Path) -> None:
    ask = asked(
        tmp_path,
        made("endpointSelector: {}\ningress: [{fromEndpoints: [{}]}]", WIDE),
    )
    assert ask("x/db", "y/far") is YES
    assert ask("y/far", "x/web") is YES
    assert ask("8.8.8.8", "x/web") is NO
    assert ask("10.240.0.9", "x/web") is NO


def test_a_selector_that_asks_only_for_absence_may_mean_more_than_pods(
    tmp_path: Path,
) -> None:
    ask = asked(
        tmp_path,
        on_web(
            "ingress: [{fromEndpoints: [{matchExpressions: [{key: "
            "io.kubernetes.pod.namespace, operator: NotIn, values: [y]}]}]}]"
        ),
    )
    assert ask("x/db", "x/web") is YES
    assert ask("y/far", "x/web") is NO
    assert ask("8.8.8.8", "x/web") is UNKNOWN


def test_a_namespaced_policy_governs_its_own_namespace_whatever_it_says(
    tmp_path: Path,
) -> None:
    ask = asked(
        tmp_path,
        made(
            "endpointSelector: {matchLabels: {k8s:io.kubernetes.pod.namespace: y}}\n"
            "ingress: [{}]"
        ),
        warned=True,
    )
    assert ask("y/far", "x/web") is NO
    assert ask("x/web", "y/far") is YES


@pytest.mark.parametrize(
    ("entity", "pod", "own_node", "other_node", "world"),
    [
        ("all", YES, YES, YES, YES),
        ("cluster", YES, YES, YES, NO),
        ("world", NO, NO, NO, YES),
        ("world-ipv4", NO, NO, NO, YES),
        ("world-ipv6", NO, NO, NO, NO),
        ("kube-apiserver", NO, NO, NO, UNKNOWN),
        ("health", NO, NO, NO, NO),
        ("ingress", NO, NO, NO, NO),
        ("init", NO, NO, NO, NO),
        ("unmanaged", NO, NO, NO, NO),
        ("none", NO, NO, NO, NO),
    ],
)
def test_each_entity_means_what_it_names(
    tmp_path: Path,
    entity: str,
    pod: Verdict,
    own_node: Verdict,
    other_node: Verdict,
    world: Verdict,
) -> None:
    """On the way out, where no exemption for the own node speaks along."""
    rules = f"egress: [{{toEntities: [{entity}]}}]"
    ask = asked(tmp_path, made("endpointSelector: {}\n" + rules))
    assert ask("x/db", "x/web") is pod
    assert ask("x/db", "y/agent") is own_node
    assert ask("x/web", "y/agent") is other_node
    assert ask("x/web", "8.8.8.8") is world


@pytest.mark.parametrize(
    ("entity", "own_node", "other_node"), [("host", YES, NO), ("remote-node", NO, YES)]
)
def test_own_and_other_nodes_are_told_apart(
    tmp_path: Path, entity: str, own_node: Verdict, other_node: Verdict
) -> None:
    """By the definition; the engine, for which nodes are one, may not know."""
    snapshot = read(
        tmp_path,
        CLUSTER,
        made("endpointSelector: {}\n" + f"egress: [{{toEntities: [{entity}]}}]"),
    )
    defined = Witnesses(snapshot.objects, "cilium", ADVANCED).defined
    assert defined("x/db", "y/agent") is own_node
    assert defined("x/web", "y/agent") is other_node
    assert defined("x/db", "x/web") is NO


def test_nodes_may_always_reach_their_own_pods(tmp_path: Path) -> None:
    ask = asked(tmp_path, made("endpointSelector: {}\ningress: [{}]"))
    assert ask("y/agent", "x/db") is YES
    assert ask("y/agent", "x/web") is NO


def test_reserved_labels_mean_what_is_no_pod(tmp_path: Path) -> None:
    ask = asked(
        tmp_path,
        on_web("egress: [{toEndpoints: [{matchLabels: {reserved:world: ''}}]}]"),
    )
    assert ask("x/web", "8.8.8.8") is UNKNOWN
    assert ask("x/web", "x/db") is NO
    assert ask("x/web", "y/agent") is NO


def test_labels_of_addresses_mean_some_of_them(tmp_path: Path) -> None:
    chosen = "{matchLabels: {'reserved:world': '', 'cidrgroup:office': ''}}"
    ask = asked(tmp_path, on_web(f"egress: [{{toEndpoints: [{chosen}]}}]"))
    assert ask("x/web", "8.8.8.8") is UNKNOWN
    assert ask("x/web", "x/db") is NO
    assert ask("x/web", "y/agent") is NO


def test_the_name_of_the_cluster_is_not_known(tmp_path: Path) -> None:
    chosen = "{matchLabels: {io.cilium.k8s.policy.cluster: default}}"
    ask = asked(tmp_path, on_web(f"ingress: [{{fromEndpoints: [{chosen}]}}]"))
    assert ask("x/db", "x/web") is UNKNOWN
    assert ask("y/far", "x/web") is NO


def test_blocks_mean_addresses_that_are_no_pod_and_no_node(tmp_path: Path) -> None:
    ask = asked(
        tmp_path,
        on_web(
            "egress: [{toCIDRSet: [{cidr: 0.0.0.0/0, except: [1.0.0.0/8]}]}, "
            "{toCIDR: [10.0.0.0/8]}]"
        ),
    )
    assert ask("x/web", "8.8.8.8") is YES
    assert ask("x/web", "1.1.1.1") is NO
    assert ask("x/web", "x/db") is NO
    assert ask("x/web", "y/agent") is NO


def test_groups_of_addresses_are_looked_up(tmp_path: Path) -> None:
    group = """
    apiVersion: cilium.io/v2alpha1
    kind: CiliumCIDRGroup
    metadata: {name: office, labels: {site: hq}}
    spec: {externalCIDRs: [1.1.1.0/24]}
    """
    for number, form in enumerate(
        ("cidrGroupRef: office", "cidrGroupSelector: {matchLabels: {site: hq}}")
    ):
        (tmp_path / str(number)).mkdir()
        rules = f"egress: [{{toCIDRSet: [{{{form}, except: [1.1.1.128/25]}}]}}]"
        ask = asked(tmp_path / str(number), group, on_web(rules))
        assert ask("x/web", "1.1.1.1") is YES
        assert ask("x/web", "1.1.1.200") is NO
        assert ask("x/web", "8.8.8.8") is NO


def test_a_group_that_stands_twice_may_hold_either(tmp_path: Path) -> None:
    group = """
    apiVersion: cilium.io/v2alpha1
    kind: CiliumCIDRGroup
    metadata: {name: office, labels: {site: %s}}
    spec: {externalCIDRs: [%s]}
    """
    ask = asked(
        tmp_path,
        group % ("hq", "1.1.1.0/24"),
        group % ("lab", "2.2.2.0/24"),
        on_web(
            "egress: [{toCIDRSet: [{cidrGroupSelector: {matchLabels: {site: hq}}}]}]"
        ),
        warned=True,
    )
    assert ask("x/web", "1.1.1.1") is UNKNOWN
    assert ask("x/web", "2.2.2.2") is UNKNOWN
    assert ask("x/web", "x/db") is NO


def test_a_group_that_is_not_there_leaves_addresses_open(tmp_path: Path) -> None:
    ask = asked(
        tmp_path, on_web("egress: [{toCIDRSet: [{cidrGroupRef: lost}]}]"), warned=True
    )
    assert ask("x/web", "1.1.1.1") is UNKNOWN
    assert ask("x/web", "x/db") is NO


@pytest.mark.parametrize("field", ["fromEndpoints", "fromCIDR", "fromEntities"])
def test_an_empty_list_of_peers_means_no_one(tmp_path: Path, field: str) -> None:
    ports = "toPorts: [{ports: [{port: '80'}]}]"
    ask = asked(tmp_path, on_web(f"ingress: [{{{field}: [], {ports}}}]"), warned=True)
    assert ask("x/db", "x/web", 80) is NO


def test_ports_without_peers_mean_everyone(tmp_path: Path) -> None:
    ask = asked(
        tmp_path,
        on_web("ingress: [{toPorts: [{ports: [{port: '80', protocol: TCP}]}]}]"),
    )
    assert ask("8.8.8.8", "x/web", 80) is YES
    assert ask("y/far", "x/web", 81) is NO
    assert ask("y/far", "x/web", 80, UDP) is NO
    assert ask("y/far", "x/web", 0, ICMP) is NO


@pytest.mark.parametrize(
    ("port", "number", "protocol", "verdict"),
    [
        ("{port: '80'}", 80, UDP, YES),
        ("{port: '80'}", 81, UDP, NO),
        ("{port: '0'}", 4242, Protocol.TCP, YES),
        ("{port: '0'}", 0, ICMP, NO),
        ("{port: '0', protocol: UDP}", 53, Protocol.TCP, NO),
        ("{port: '80', endPort: 90}", 85, Protocol.TCP, YES),
        ("{port: '80', endPort: 90}", 91, Protocol.TCP, NO),
        ("{port: HTTP, protocol: TCP}", 8080, Protocol.TCP, YES),
        ("{port: HTTP, protocol: TCP}", 9090, Protocol.TCP, NO),
        ("{port: '80', protocol: SCTP}", 80, SCTP, NO),
        ("{port: '80', protocol: SCTP}", 80, Protocol.TCP, NO),
    ],
)
def test_each_form_of_port(
    tmp_path: Path, port: str, number: int, protocol: Protocol, verdict: Verdict
) -> None:
    """SCTP is not carried on AKS, and isolates all the same."""
    ask = asked(tmp_path, on_web(f"ingress: [{{toPorts: [{{ports: [{port}]}}]}}]"))
    assert ask("y/far", "x/web", number, protocol) is verdict


def test_one_port_name_with_several_numbers_is_not_resolved_for_sure(
    tmp_path: Path,
) -> None:
    ask = asked(
        tmp_path,
        made(
            "endpointSelector: {}\n"
            "egress: [{toPorts: [{ports: [{port: http, protocol: TCP}]}]}]"
        ),
    )
    assert ask("x/web", "x/db", 9090) is UNKNOWN
    assert ask("x/web", "8.8.8.8", 9090) is NO


def test_messages_of_icmp_are_told_apart(tmp_path: Path) -> None:
    fields = "[{type: EchoRequest}, {type: 3}, {type: 128, family: IPv6}]"
    snapshot = read(tmp_path, on_web(f"ingress: [{{icmps: [{{fields: {fields}}}]}}]"))
    assert not told(snapshot)
    (policy,) = snapshot.objects.ranked_policies
    assert policy.ingress[0].services == (
        IcmpMessages(Protocol.ICMP, 8),
        IcmpMessages(Protocol.ICMP, 3),
        IcmpMessages(Protocol.ICMPV6, 128),
    )


def test_an_entry_without_ports_matches_nothing(tmp_path: Path) -> None:
    ask = asked(
        tmp_path, on_web("ingress: [{fromEntities: [all], toPorts: [{}]}]"), warned=True
    )
    assert ask("y/far", "x/web", 80) is NO


def test_requests_are_a_condition_and_plain_allowances_pass_all(tmp_path: Path) -> None:
    ask = asked(
        tmp_path,
        on_web(
            "ingress:\n"
            "- fromEntities: [cluster]\n"
            "  toPorts: [{ports: [{port: '80', protocol: TCP}],"
            " rules: {http: [{path: /}]}}]\n"
            "- fromEndpoints: [{}]\n"
            "  toPorts: [{ports: [{port: '80', protocol: TCP}]}]"
        ),
    )
    assert ask("y/far", "x/web", 80) is UNKNOWN
    assert ask("x/db", "x/web", 80) is YES
    assert ask("8.8.8.8", "x/web", 80) is NO


def test_without_advanced_networking_a_policy_on_requests_may_be_void(
    tmp_path: Path,
) -> None:
    ask = asked(
        tmp_path,
        on_web(
            "ingress:\n- toPorts: [{ports: [{port: '80', protocol: TCP}],"
            " rules: {http: [{}]}}]"
        ),
        plane=CILIUM,
    )
    assert ask("y/far", "x/web", 81) is UNKNOWN


def test_without_advanced_networking_what_goes_to_the_proxy_may_be_blocked(
    tmp_path: Path,
) -> None:
    for number, more in enumerate(("", "\nenableDefaultDeny: {egress: false}")):
        (tmp_path / str(number)).mkdir()
        policy = on_web("egress:\n" + RESOLVER + more)
        ask = asked(tmp_path / str(number), policy, plane=CILIUM)
        assert ask("x/web", "x/db", 53, UDP) is UNKNOWN


def test_requests_are_not_supported_in_cluster_wide_policies(tmp_path: Path) -> None:
    ask = asked(
        tmp_path,
        made(
            "endpointSelector: {}\ningress: [{toPorts: [{ports: "
            "[{port: '80', protocol: TCP}], rules: {http: [{}]}}]}]",
            WIDE,
        ),
    )
    assert ask("y/far", "x/web", 81) is UNKNOWN


@pytest.mark.parametrize(
    ("mode", "verdict"), [("required", UNKNOWN), ("disabled", YES)]
)
def test_authentication_is_a_condition(
    tmp_path: Path, mode: str, verdict: Verdict
) -> None:
    rules = f"ingress: [{{fromEndpoints: [{{}}], authentication: {{mode: {mode}}}}}]"
    assert asked(tmp_path, on_web(rules))("x/db", "x/web") is verdict


def test_the_server_name_of_tls_is_a_condition(tmp_path: Path) -> None:
    entry = "{ports: [{port: '443', protocol: TCP}], serverNames: [a.example]}"
    ask = asked(tmp_path, on_web(f"egress: [{{toPorts: [{entry}]}}]"))
    assert ask("x/web", "8.8.8.8", 443) is UNKNOWN
    assert ask("x/web", "8.8.8.8", 80) is NO


def test_groups_of_a_cloud_provider_mean_some_address_at_most(tmp_path: Path) -> None:
    groups = "egress: [{toGroups: [{aws: {securityGroupsIds: [sg-1]}}]}]"
    ask = asked(tmp_path, on_web(groups), warned=True)
    assert ask("x/web", "8.8.8.8") is UNKNOWN
    assert ask("x/web", "x/db") is NO


BY_LABEL = "{k8sServiceSelector: {selector: %s, namespace: x}}"
LABELLED = """
apiVersion: v1
kind: Service
metadata: {name: db, namespace: x, labels: {a: b}}
spec: {selector: {app: db}, ports: [{port: 80}]}
---
apiVersion: v1
kind: Service
metadata: {name: far, namespace: y, labels: {a: b}}
spec: {selector: {app: far}, ports: [{port: 80}]}
---
apiVersion: v1
kind: Service
metadata: {name: legacy, namespace: x, labels: {a: c}}
spec: {ports: [{port: 80}]}
"""


@pytest.mark.parametrize(
    ("selector", "pod", "world"),
    [
        ("{matchLabels: {a: b}}", YES, NO),
        ("{matchLabels: {'k8s:a': b}}", YES, NO),
        ("{matchLabels: {a: c}}", NO, UNKNOWN),
        ("{matchExpressions: [{key: a, operator: Exists}]}", YES, UNKNOWN),
        ("{matchExpressions: [{key: a, operator: NotIn, values: [c]}]}", YES, NO),
        ("{matchLabels: {a: d}}", UNKNOWN, UNKNOWN),
        ("{matchLabels: {'other:a': b}}", UNKNOWN, UNKNOWN),
    ],
)
def test_services_by_label_mean_what_stands_behind_those_that_have_it(
    tmp_path: Path, selector: str, pod: Verdict, world: Verdict
) -> None:
    rules = f"egress: [{{toServices: [{BY_LABEL % selector}]}}]"
    ask = asked(tmp_path, LABELLED, on_web(rules))
    assert ask("x/web", "x/db") is pod
    assert ask("x/web", "8.8.8.8") is world
    assert ask("x/web", "y/far") is NO


def test_services_by_label_that_the_input_lacks_may_be_any_pod_or_address(
    tmp_path: Path,
) -> None:
    chosen = "{k8sServiceSelector: {selector: {matchLabels: {a: b}}, namespace: x}}"
    ask = asked(tmp_path, on_web(f"egress: [{{toServices: [{chosen}]}}]"))
    assert ask("x/web", "x/db") is UNKNOWN
    assert ask("x/web", "8.8.8.8") is UNKNOWN
    assert ask("x/web", "y/far") is NO


NAMED = "- toFQDNs: [{matchName: example.com}, {matchPattern: '*.example.org'}]\n"
RESOLVER = (
    "- toEndpoints: [{matchLabels: {app: db}}]\n"
    "  toPorts: [{ports: [{port: '53'}], rules: {dns: [{matchPattern: '*'}]}}]\n"
)


def test_names_mean_nothing_where_nobody_watches_their_resolution(
    tmp_path: Path,
) -> None:
    ask = asked(tmp_path, on_web("egress:\n" + NAMED), warned=True)
    assert ask("x/web", "8.8.8.8") is NO


def test_names_mean_some_address_outside_where_resolution_is_watched(
    tmp_path: Path,
) -> None:
    ask = asked(
        tmp_path,
        on_web("egress:\n" + NAMED),
        made("endpointSelector: {}\negress:\n" + RESOLVER, name="dns"),
    )
    assert ask("x/web", "8.8.8.8") is UNKNOWN
    assert ask("x/web", "y/far") is NO
    assert ask("x/web", "x/db", 53, UDP) is YES
    assert ask("x/db", "8.8.8.8") is NO


def test_resolution_counts_only_for_the_pods_for_which_it_is_watched(
    tmp_path: Path,
) -> None:
    other = "endpointSelector: {matchLabels: {app: db}}\negress:\n" + RESOLVER
    ask = asked(tmp_path, on_web("egress:\n" + NAMED), made(other, name="dns"))
    assert ask("x/web", "8.8.8.8") is NO


SERVICES = """
apiVersion: v1
kind: Service
metadata: {name: db, namespace: x}
spec: {selector: {app: db}, ports: [{port: 80}]}
---
apiVersion: v1
kind: Service
metadata: {name: legacy, namespace: x}
spec: {ports: [{port: 80}]}
"""


def test_services_mean_the_pods_or_addresses_behind_them(tmp_path: Path) -> None:
    service = "{k8sService: {serviceName: %s, namespace: x}}"
    for number, (name, pod, world, warned) in enumerate(
        (
            ("db", YES, NO, False),
            ("legacy", NO, UNKNOWN, False),
            ("lost", UNKNOWN, UNKNOWN, True),
        )
    ):
        (tmp_path / name).mkdir()
        rules = f"egress: [{{toServices: [{service % name}]}}]"
        ask = asked(tmp_path / name, SERVICES, on_web(rules), warned=warned)
        assert ask("x/web", "x/db") is pod, number
        assert ask("x/web", "8.8.8.8") is world, number


def test_selectors_of_nodes_may_void_the_policy(tmp_path: Path) -> None:
    ask = asked(tmp_path, on_web("ingress: [{fromNodes: [{matchLabels: {a: b}}]}]"))
    assert ask("x/db", "x/web") is UNKNOWN


def test_a_policy_on_nodes_touches_no_pod_and_says_so(tmp_path: Path) -> None:
    ask = asked(tmp_path, made("nodeSelector: {}\ningress: [{}]", WIDE), warned=True)
    assert ask("x/db", "x/web") is YES


def test_several_specifications_stand_side_by_side(tmp_path: Path) -> None:
    ask = asked(
        tmp_path,
        """
        apiVersion: cilium.io/v2
        kind: CiliumNetworkPolicy
        metadata: {name: one, namespace: x}
        specs:
        - {endpointSelector: {matchLabels: {app: web}}, ingress: [{}]}
        - {endpointSelector: {matchLabels: {app: db}}, egress: [{}]}
        """,
    )
    assert ask("y/far", "x/web") is NO
    assert ask("y/far", "x/db") is YES
    assert ask("x/db", "y/far") is NO


def test_a_policy_that_stands_twice_may_be_either(tmp_path: Path) -> None:
    ask = asked(
        tmp_path,
        on_web("ingress: [{}]"),
        on_web("ingress: [{fromEntities: [all]}]"),
        warned=True,
    )
    assert ask("y/far", "x/web") is UNKNOWN
    assert ask("x/web", "y/far") is YES


HASHED = """
    apiVersion: v1
    kind: Pod
    metadata: {name: hashed, namespace: x, labels: {pod-template-hash: abc}}
    spec: {containers: [{name: c, image: c}]}
    """


def test_labels_that_cilium_leaves_out_of_identities_are_not_seen(
    tmp_path: Path,
) -> None:
    ask = asked(
        tmp_path,
        on_web("ingress: [{fromEndpoints: [{matchLabels: {pod-template-hash: abc}}]}]"),
        HASHED,
    )
    assert ask("x/hashed", "x/web") is NO
    assert ask("x/db", "x/web") is NO


def test_the_absence_of_a_label_that_is_left_out_always_holds(tmp_path: Path) -> None:
    absent = "{matchExpressions: [{key: pod-template-hash, operator: DoesNotExist}]}"
    ask = asked(tmp_path, on_web(f"ingress: [{{fromEndpoints: [{absent}]}}]"), HASHED)
    assert ask("x/hashed", "x/web") is YES


@pytest.mark.parametrize("engine", ["npm", "calico"])
def test_other_engines_do_not_know_these_policies(tmp_path: Path, engine: str) -> None:
    snapshot = read(tmp_path, CLUSTER, on_web("ingress: [{}]"))
    assert Witnesses(snapshot.objects, engine)("y/far", "x/web") is YES
