"""What Calico's policies mean, rule by rule (the numbers are those of calico.md)."""

from pathlib import Path

import pytest

from reading import read, told
from seawall.engine.policy import PolicyTable
from seawall.model.address import Address, AddressRange
from seawall.model.dataplane import CALICO, CILIUM, NPM, SPEC, Dataplane
from seawall.model.diagnostic import Level
from seawall.model.packet import Protocol
from seawall.model.policy import Direction
from seawall.model.snapshot import Snapshot
from seawall.model.trace import Verdict

ALLOWED, DENIED, UNKNOWN = Verdict.ALLOWED, Verdict.DENIED, Verdict.UNKNOWN
PODS = """
apiVersion: v1
kind: Namespace
metadata: {name: x, labels: {env: prod, ns: x}}
---
apiVersion: v1
kind: Namespace
metadata: {name: y, labels: {ns: y}}
---
apiVersion: v1
kind: Pod
metadata: {name: a, namespace: x, labels: {pod: a, role: db}}
spec:
  serviceAccountName: robot
  containers: [{name: c, image: c, ports: [{name: http, containerPort: 80}]}]
status: {podIP: 10.244.0.1, hostIP: 10.0.0.4}
---
apiVersion: v1
kind: Pod
metadata: {name: b, namespace: x, labels: {pod: b}}
spec: {containers: [{name: c, image: c, ports: [{name: http, containerPort: 8080}]}]}
status: {podIP: 10.244.0.2, hostIP: 10.0.0.4}
---
apiVersion: v1
kind: Pod
metadata: {name: a, namespace: y, labels: {pod: a, role: web}}
spec: {containers: [{name: c, image: c}]}
status: {podIP: 10.244.1.1, hostIP: 10.0.0.5}
---
apiVersion: v1
kind: Pod
metadata: {name: h, namespace: y, labels: {pod: h}}
spec: {hostNetwork: true, containers: [{name: c, image: c}]}
status: {podIP: 10.0.0.5, hostIP: 10.0.0.5}
---
"""


def wide(rules: str, name: str = "g", group: str = "projectcalico.org/v3") -> str:
    """Return a GlobalNetworkPolicy; *rules* are further lines of its spec."""
    lines = "".join(f"  {line}\n" for line in rules.strip("\n").splitlines())
    return (
        f"apiVersion: {group}\nkind: GlobalNetworkPolicy\nmetadata: {{name: {name}}}\n"
        f"spec:\n{lines}---\n"
    )


def narrow(rules: str, name: str = "n", group: str = "projectcalico.org/v3") -> str:
    """Return a NetworkPolicy of Calico in x."""
    return (
        wide(rules, name, group)
        .replace("Global", "")
        .replace(f"{{name: {name}}}", f"{{name: {name}, namespace: x}}")
    )


def closed(*more: str) -> str:
    """Return a NetworkPolicy of Kubernetes that closes x, but for *more* rules."""
    rules = "".join(f"  - {item}\n" for item in more) or "    []\n"
    return (
        "apiVersion: networking.k8s.io/v1\nkind: NetworkPolicy\n"
        "metadata: {name: k, namespace: x}\n"
        f"spec:\n  podSelector: {{}}\n  ingress:\n{rules}---\n"
    )


class Asked:
    """The policies of one text beside the pods, and questions about them."""

    def __init__(self, folder: Path, *texts: str, plane: Dataplane = CALICO) -> None:
        self.snapshot: Snapshot = read(folder, PODS + "".join(texts))
        assert not any("YAML" in item.what for item in told(self.snapshot))
        self.table = PolicyTable.build(self.snapshot.objects, plane)
        self.pods = {
            f"{item.namespace}/{item.name}": item
            for item in self.snapshot.objects.workloads
        }

    def __call__(
        self,
        source: str,
        destination: str,
        port: int = 80,
        protocol: int = Protocol.TCP,
    ) -> Verdict:
        """Return the verdict between two pods, or a pod and an address."""
        if source in self.pods and destination in self.pods:
            answer = self.table.between(self.pods[source], self.pods[destination])
        else:
            inward = destination in self.pods
            pod = self.pods[destination if inward else source]
            far: Address = AddressRange.parse(source if inward else destination).lowest
            way = Direction.INGRESS if inward else Direction.EGRESS
            (answer,) = (
                part.services
                for part in self.table.outside(pod, way)
                if any(far in item for item in part.ranges)
            )
        bit = self.table.services.mask_of(protocol, port)
        if answer.allowed & bit:
            return ALLOWED
        return UNKNOWN if answer.possible & bit else DENIED


DENY_ALL = "selector: pod == 'a'\ningress: [{action: Deny}]"


def test_ca1_selectors_of_a_policy_are_all_asked(tmp_path: Path) -> None:
    ask = Asked(
        tmp_path,
        wide(
            "selector: pod == 'a'\nnamespaceSelector: env == 'prod'\n"
            "serviceAccountSelector: projectcalico.org/name == 'robot'\n"
            "ingress: [{action: Deny}]"
        ),
    )
    assert ask("y/a", "x/a") is DENIED
    assert ask("x/a", "y/a") is ask("x/a", "x/b") is ALLOWED
    assert not told(ask.snapshot)


@pytest.mark.parametrize("selector", ["", "selector: all()", "selector: ''"])
def test_ca1_an_empty_selector_is_every_pod_of_the_namespace(
    tmp_path: Path, selector: str
) -> None:
    ask = Asked(tmp_path, narrow(f"{selector}\ningress: [{{action: Deny}}]"))
    assert ask("y/a", "x/b") is DENIED
    assert ask("x/b", "y/a") is ALLOWED


@pytest.mark.parametrize(
    ("rules", "ways"),
    [
        ("order: 1", "ingress"),
        ("ingress: [{action: Allow}]", "ingress"),
        ("egress: [{action: Allow}]", "egress"),
        ("ingress: [{action: Allow}]\negress: [{action: Allow}]", "ingress egress"),
        ("types: [Egress]\ningress: [{action: Allow}]", "egress"),
        ("types: []", "ingress"),
    ],
)
def test_ca2_types_are_filled_in_by_the_server(
    tmp_path: Path, rules: str, ways: str
) -> None:
    (policy,) = Asked(tmp_path, wide(rules)).snapshot.objects.ranked_policies
    assert {way.value for way in policy.governs} == set(ways.split())
    assert policy.isolates == policy.governs


def test_ca2_t28_a_stored_policy_without_types_governs_both_directions(
    tmp_path: Path,
) -> None:
    rules = "selector: pod == 'b'\ningress: [{action: Allow}]"
    served, stored = tmp_path / "v3", tmp_path / "raw"
    served.mkdir()
    stored.mkdir()
    assert Asked(served, wide(rules))("x/b", "y/a") is ALLOWED
    ask = Asked(stored, wide(rules, group="crd.projectcalico.org/v1"))
    assert ask("x/b", "y/a") is DENIED
    assert ask("y/a", "x/b") is ALLOWED


def test_ca3_lower_orders_go_first_then_names_then_none(tmp_path: Path) -> None:
    deny, allow = DENY_ALL, DENY_ALL.replace("Deny", "Allow")
    for number, (first, second, wanted) in enumerate(
        [
            (wide(f"order: 2\n{deny}"), wide(f"order: 1\n{allow}", "z"), ALLOWED),
            (wide(f"order: 1\n{deny}"), wide(f"order: 1\n{allow}", "a"), ALLOWED),
            (wide(f"order: 1\n{deny}"), wide(f"order: 1\n{allow}", "z"), DENIED),
            (wide(deny), wide(f"order: 9\n{allow}", "z"), ALLOWED),
        ]
    ):
        folder = tmp_path / str(number)
        folder.mkdir()
        assert Asked(folder, first, second)("y/a", "x/a") is wanted


@pytest.mark.parametrize(
    ("global_name", "name", "wanted"),
    [
        ("b", "c", DENIED),
        ("b", "a", UNKNOWN),  # older releases put the namespace first
        ("e", "default.f", UNKNOWN),  # and the tier, which newer ones do not
        ("default.b", "default.c", DENIED),
    ],
)
def test_ca3_where_releases_take_names_differently_no_order_is_certain(
    tmp_path: Path, global_name: str, name: str, wanted: Verdict
) -> None:
    allow = DENY_ALL.replace("Deny", "Allow")
    ask = Asked(tmp_path, wide(DENY_ALL, global_name), narrow(allow, name))
    assert ask("y/a", "x/a") is wanted


def test_ca3_a_hyphen_sorts_before_the_end_of_a_name_in_newer_releases_alone(
    tmp_path: Path,
) -> None:
    allow = DENY_ALL.replace("Deny", "Allow")
    ask = Asked(tmp_path, wide(DENY_ALL, "a"), wide(allow, "a-b"))
    assert ask("y/a", "x/a") is UNKNOWN


def test_ca3_policies_of_other_namespaces_unsettle_no_order(tmp_path: Path) -> None:
    allow = DENY_ALL.replace("Deny", "Allow")
    other = narrow(allow, "a").replace("namespace: x", "namespace: y")
    ask = Asked(tmp_path, wide(DENY_ALL, "b"), wide(allow, "c"), other)
    assert ask("y/a", "x/a") is DENIED
    assert ask("x/a", "y/a") is UNKNOWN


def test_ca4_log_decides_nothing(tmp_path: Path) -> None:
    ask = Asked(
        tmp_path,
        wide("selector: pod == 'a'\ningress: [{action: Log}, {action: Allow}]"),
    )
    assert ask("y/a", "x/a") is ALLOWED


TIER = """apiVersion: projectcalico.org/v3
kind: Tier
metadata: {name: front}
spec: {order: 10, defaultAction: Pass}
---
"""
IN_FRONT = "tier: front\nselector: pod == 'a'\ningress: "


def test_ca5_ca6_tiers_go_by_order_and_end_as_they_say(tmp_path: Path) -> None:
    rules = (
        "[{action: Deny, protocol: TCP, destination: {ports: [81]}},"
        " {action: Pass, protocol: TCP, destination: {ports: [82]}}]"
    )
    cases = {"Pass": (ALLOWED, DENIED, ALLOWED), "Deny": (DENIED, DENIED, ALLOWED)}
    for action, wanted in cases.items():
        folder = tmp_path / action
        folder.mkdir()
        ask = Asked(
            folder,
            TIER.replace("Pass", action),
            wide(IN_FRONT + rules),
            closed("{}"),
        )
        found = tuple(ask("y/a", "x/a", port) for port in (80, 81, 82))
        assert found == wanted
        assert ask("x/a", "x/b") is ALLOWED  # no policy of the tier selects it


def test_ca5_a_tier_without_order_comes_last_and_denies_by_default(
    tmp_path: Path,
) -> None:
    tier = TIER.replace("{order: 10, defaultAction: Pass}", "{}")
    ask = Asked(tmp_path, tier, wide(IN_FRONT + "[]"), closed("{}"))
    assert ask("y/a", "x/a") is ALLOWED  # the default tier has decided before it
    tier_of = {it.name: it.tier for it in ask.snapshot.objects.ranked_policies}
    assert tier_of["g"].order == float("inf")


def test_ca5_built_in_tiers_need_no_object_and_kubernetes_stands_between(
    tmp_path: Path,
) -> None:
    ask = Asked(
        tmp_path,
        wide("tier: adminnetworkpolicy\n" + DENY_ALL),
        wide("tier: kube-baseline\n" + DENY_ALL.replace("'a'", "'b'"), "late"),
        closed("{}"),
    )
    assert ask("y/a", "x/a") is DENIED
    assert ask("y/a", "x/b") is ALLOWED
    assert not told(ask.snapshot)


def test_ca5_a_tier_that_is_not_in_the_input_makes_its_policies_unknown(
    tmp_path: Path,
) -> None:
    ask = Asked(tmp_path, wide(IN_FRONT + "[{action: Allow}]"))
    assert ask("y/a", "x/a") is UNKNOWN
    assert ask("y/a", "x/b") is ALLOWED
    (error,) = told(ask.snapshot)
    assert error.what == "Tier `front` is not in the input"


def test_ca5_tiers_that_differ_under_one_name_make_their_policies_unknown(
    tmp_path: Path,
) -> None:
    other = TIER.replace("10", "11")
    ask = Asked(tmp_path, TIER, other, wide(IN_FRONT + "[{action: Deny}]"))
    assert ask("y/a", "x/a") is UNKNOWN
    assert any("stands more than once" in item.what for item in told(ask.snapshot))


def test_ca7_what_no_policy_decides_is_allowed_by_the_namespace(tmp_path: Path) -> None:
    ask = Asked(tmp_path, wide("selector: pod == 'a'\ningress: [{action: Pass}]"))
    assert ask("y/a", "x/a") is ask("8.8.8.8", "x/a") is ALLOWED


@pytest.mark.parametrize("order", [500, 1500])
def test_ca8_ca10_t27_pass_opens_what_kubernetes_closes(
    tmp_path: Path, order: int
) -> None:
    rules = f"order: {order}\nselector: all()\ningress: [{{action: Pass}}]"
    ask = Asked(tmp_path, wide(rules), closed())
    assert ask("y/a", "x/a") is ALLOWED


@pytest.mark.parametrize(("order", "wanted"), [(500, DENIED), (1500, ALLOWED)])
def test_ca8_ca10_t27_deny_takes_back_only_before_kubernetes(
    tmp_path: Path, order: int, wanted: Verdict
) -> None:
    from_y = "{from: [{namespaceSelector: {matchLabels: {ns: y}}}]}"
    rules = (
        f"order: {order}\ningress: [{{action: Deny, source: {{namespaceSelector: "
        "ns == 'y'}}, {action: Pass}]"
    )
    ask = Asked(tmp_path, wide(rules), closed(from_y))
    assert ask("y/a", "x/a") is wanted


def source(entity: str, action: str = "Allow") -> str:
    """Return rules of a policy that governs x/a and matches by source."""
    return f"selector: pod == 'a'\ningress: [{{action: {action}, source: {entity}}}]"


def test_ca11_criteria_are_anded_and_entries_ored(tmp_path: Path) -> None:
    entity = "{selector: has(pod), nets: [10.244.0.2/32, 10.244.1.1/32], notNets: "
    ask = Asked(tmp_path, wide(source(entity + "[10.244.1.0/24]}")))
    assert ask("x/b", "x/a") is ALLOWED
    assert ask("y/a", "x/a") is ask("10.244.0.9", "x/a") is DENIED


@pytest.mark.parametrize(
    ("ports", "yes", "no"),
    [
        ("[80, '90:92']", (80, 90, 92), (81, 89, 93)),
        ("['80']", (80,), (81,)),
        ("[http]", (80,), (8080,)),
    ],
)
def test_ca12_ports_are_numbers_ranges_and_names(
    tmp_path: Path, ports: str, yes: tuple[int, ...], no: tuple[int, ...]
) -> None:
    rule = f"{{action: Allow, protocol: TCP, destination: {{ports: {ports}}}}}"
    ask = Asked(tmp_path, wide(f"selector: pod == 'a'\ningress: [{rule}]"))
    assert {ask("y/a", "x/a", port) for port in yes} == {ALLOWED}
    assert {ask("y/a", "x/a", port) for port in no} == {DENIED}
    assert ask("y/a", "x/a", yes[0], Protocol.UDP) is DENIED


def test_ca12_a_port_name_is_that_of_each_destination(tmp_path: Path) -> None:
    rule = "{action: Allow, protocol: TCP, destination: {ports: [http]}}"
    ask = Asked(tmp_path, wide(f"selector: pod == 'a'\negress: [{rule}]"))
    assert ask("x/a", "x/b", 8080) is ALLOWED
    assert ask("x/a", "x/b", 80) is ask("x/a", "y/a", 80) is DENIED
    assert ask("x/a", "8.8.8.8", 80) is DENIED


def test_ca12_not_ports_except(tmp_path: Path) -> None:
    rule = "{action: Allow, protocol: TCP, destination: {notPorts: [80, '90:92']}}"
    ask = Asked(tmp_path, wide(f"selector: pod == 'a'\ningress: [{rule}]"))
    assert ask("y/a", "x/a", 81) is ALLOWED
    assert ask("y/a", "x/a", 80) is ask("y/a", "x/a", 91) is DENIED


@pytest.mark.parametrize(
    "entity", ["{selector: \"role != 'db'\"}", "{notSelector: role == 'db'}"]
)
def test_ca13_t29_a_namespaced_rule_means_its_own_namespace(
    tmp_path: Path, entity: str
) -> None:
    ask = Asked(tmp_path, narrow(source(entity)))
    assert ask("x/b", "x/a") is ALLOWED
    assert ask("y/a", "x/a") is ask("8.8.8.8", "x/a") is DENIED


def test_ca13_accounts_are_confined_and_nets_are_not(tmp_path: Path) -> None:
    accounts, nets = tmp_path / "accounts", tmp_path / "nets"
    accounts.mkdir()
    nets.mkdir()
    ask = Asked(accounts, narrow(source("{serviceAccounts: {names: [default]}}")))
    assert ask("x/b", "x/a") is ALLOWED
    assert ask("y/a", "x/a") is DENIED
    ask = Asked(nets, narrow(source("{notNets: [10.244.0.0/24]}")))
    assert ask("y/a", "x/a") is ask("8.8.8.8", "x/a") is ALLOWED
    assert ask("x/b", "x/a") is DENIED


SETS = """apiVersion: projectcalico.org/v3
kind: GlobalNetworkSet
metadata: {name: world, labels: {kind: partner}}
spec: {nets: [203.0.113.0/24, 198.51.100.7]}
---
apiVersion: projectcalico.org/v3
kind: NetworkSet
metadata: {name: near, namespace: x, labels: {kind: partner}}
spec: {nets: [192.0.2.0/24]}
---
"""
PARTNER = "selector: kind == 'partner'"


def test_ca13_ca14_network_sets_are_meant_by_their_labels(tmp_path: Path) -> None:
    cases = {
        "wide": (wide(source(f"{{{PARTNER}}}")), ALLOWED, ALLOWED),
        "narrow": (narrow(source(f"{{{PARTNER}}}")), DENIED, ALLOWED),
        "global": (
            narrow(source(f"{{{PARTNER}, namespaceSelector: global()}}")),
            ALLOWED,
            DENIED,
        ),
        "all": (
            narrow(source(f"{{{PARTNER}, namespaceSelector: all()}}")),
            DENIED,
            ALLOWED,
        ),
        "negative": (
            wide(source(f"{{{PARTNER}, namespaceSelector: \"env != 'prod'\"}}")),
            ALLOWED,
            DENIED,
        ),
    }
    for name, (policy, afar, near) in cases.items():
        folder = tmp_path / name
        folder.mkdir()
        ask = Asked(folder, SETS, policy)
        found = {ask("203.0.113.9", "x/a"), ask("198.51.100.7", "x/a")}
        assert found == {afar}, name
        assert ask("192.0.2.1", "x/a") is near, name
        assert ask("8.8.8.8", "x/a") is DENIED, name
        assert not told(ask.snapshot)


def test_ca15_t29_negation_within_a_selector_never_means_strangers(
    tmp_path: Path,
) -> None:
    inside, outside = tmp_path / "inside", tmp_path / "outside"
    inside.mkdir()
    outside.mkdir()
    ask = Asked(inside, wide(source("{selector: '!has(role)'}")))
    assert ask("x/b", "x/a") is ALLOWED
    assert ask("8.8.8.8", "x/a") is ask("y/a", "x/a") is DENIED
    ask = Asked(outside, wide(source("{notSelector: has(role)}")))
    assert ask("x/b", "x/a") is ask("8.8.8.8", "x/a") is ALLOWED
    assert ask("y/a", "x/a") is DENIED


def test_ca16_nets_mean_whoever_has_the_address(tmp_path: Path) -> None:
    ask = Asked(tmp_path, wide(source("{nets: [10.0.0.0/8]}")))
    assert ask("y/a", "x/a") is ask("y/h", "x/a") is ALLOWED
    assert ask("8.8.8.8", "x/a") is DENIED


SERVICE = """apiVersion: v1
kind: Service
metadata: {name: web, namespace: x}
spec: {selector: {pod: b}, clusterIP: 10.1.0.9, ports: [{port: 80, targetPort: http}]}
---
"""
TO_WEB = (
    "selector: pod == 'a' && has(role)\n"
    "egress: [{action: Allow, destination: {services: {name: web, namespace: x}}}]"
)


def test_ca17_a_service_stands_for_its_backends_and_their_ports(tmp_path: Path) -> None:
    ask = Asked(tmp_path, SERVICE, wide(TO_WEB))
    assert ask("x/a", "x/b", 8080) is ALLOWED
    assert ask("x/a", "x/b", 80) is ask("x/a", "10.1.0.9") is DENIED
    assert ask("x/a", "y/h") is DENIED
    assert not told(ask.snapshot)


def test_ca17_in_a_namespace_the_service_is_its_own_and_sources_have_any_port(
    tmp_path: Path,
) -> None:
    ask = Asked(tmp_path, SERVICE, narrow(source("{services: {name: web}}")))
    assert ask("x/b", "x/a", 1) is ALLOWED
    assert ask("y/a", "x/a", 1) is DENIED


def test_ca17_a_service_that_is_not_shown_leaves_open_what_it_stands_for(
    tmp_path: Path,
) -> None:
    ask = Asked(tmp_path, wide(TO_WEB))
    assert ask("x/a", "x/b", 8080) is UNKNOWN
    (warning,) = told(ask.snapshot)
    assert warning.what == "Service `x/web` is not in the input"


def test_ca17_backends_on_the_host_network_may_be_any_node(tmp_path: Path) -> None:
    service = SERVICE.replace("pod: b", "pod: h").replace(
        "namespace: x", "namespace: y"
    )
    number = service.replace("http", "8080")
    for name, text in (("name", service), ("number", number)):
        folder = tmp_path / name
        folder.mkdir()
        ask = Asked(folder, text, wide(TO_WEB.replace("namespace: x", "namespace: y")))
        assert ask("x/a", "y/h", 8080) is UNKNOWN
        assert ask("x/a", "x/b", 8080) is DENIED


def test_ca18_namespaces_accounts_and_orchestrators_are_labels(tmp_path: Path) -> None:
    for number, text in enumerate(
        [
            "{selector: projectcalico.org/namespace == 'y'}",
            "{namespaceSelector: projectcalico.org/name == 'y'}",
            "{namespaceSelector: kubernetes.io/metadata.name == 'y'}",
            "{selector: pcns.ns == 'y'}",
            "{notSelector: '!has(projectcalico.org/orchestrator) || has(pcns.env)'}",
        ]
    ):
        folder = tmp_path / str(number)
        folder.mkdir()
        ask = Asked(folder, wide(source(text)))
        assert ask("y/a", "x/a") is ALLOWED, text
        assert ask("x/b", "x/a") is DENIED, text


def test_protocols_families_and_messages_narrow_a_rule(tmp_path: Path) -> None:
    icmp, other = int(Protocol.ICMP), 99
    cases = {
        "{action: Allow, protocol: UDP}": {Protocol.UDP},
        "{action: Allow, protocol: 17}": {Protocol.UDP},
        "{action: Allow, notProtocol: TCP}": {Protocol.UDP, icmp, other},
        "{action: Allow, protocol: ICMP}": {icmp},
        "{action: Allow, protocol: ICMP, icmp: {}}": {icmp},
        "{action: Allow, protocol: ICMP, notICMP: {}}": {icmp},
        "{action: Allow, protocol: TCP, ipVersion: 6}": set(),
        "{action: Allow, source: {notNets: ['2001:db8::/32']}}": set(),
        "{action: Allow, source: {notNets: [192.0.2.0/24]}}": {6, 17, icmp, other},
    }
    for number, (rule, wanted) in enumerate(cases.items()):
        folder = tmp_path / str(number)
        folder.mkdir()
        ask = Asked(folder, wide(f"selector: pod == 'a'\ningress: [{rule}]"))
        found = {
            each
            for each in (6, 17, icmp, other)
            if ask("y/a", "x/a", 80 if each in (6, 17) else 0, each) is ALLOWED
        }
        assert found == wanted, rule
        assert not told(ask.snapshot)


@pytest.mark.parametrize(
    "rule",
    [
        "{action: Allow, protocol: TCP, source: {ports: [53]}}",
        "{action: Allow, protocol: TCP, http: {methods: [GET]}}",
        "{action: Allow, notICMP: {type: 8}}",
    ],
)
def test_what_no_header_of_the_question_shows_is_not_settled(
    tmp_path: Path, rule: str
) -> None:
    ask = Asked(tmp_path, wide(f"selector: pod == 'a'\ningress: [{rule}]"))
    assert ask("y/a", "x/a") is UNKNOWN
    assert ask("x/a", "x/b") is ALLOWED


def test_icmp_is_told_by_type_and_code(tmp_path: Path) -> None:
    echo, other_code, reply = 8 * 256, 8 * 256 + 1, 0
    cases = {
        "icmp: {type: 8}": (ALLOWED, ALLOWED, DENIED),
        "icmp: {type: 8, code: 1}": (DENIED, ALLOWED, DENIED),
        "notICMP: {type: 8, code: 1}": (ALLOWED, DENIED, ALLOWED),
    }
    for number, (field, wanted) in enumerate(cases.items()):
        folder = tmp_path / str(number)
        folder.mkdir()
        rule = f"{{action: Allow, protocol: ICMP, {field}}}"
        ask = Asked(folder, wide(f"selector: pod == 'a'\ningress: [{rule}]"))
        messages = (echo, other_code, reply)
        found = tuple(ask("y/a", "x/a", each, Protocol.ICMP) for each in messages)
        assert found == wanted, field


def test_d29_other_engines_read_none_of_it_and_the_api_leaves_it_open(
    tmp_path: Path,
) -> None:
    for plane, wanted in ((NPM, ALLOWED), (CILIUM, ALLOWED), (SPEC, UNKNOWN)):
        folder = tmp_path / plane.engine.value
        folder.mkdir()
        assert Asked(folder, wide(DENY_ALL), plane=plane)("y/a", "x/a") is wanted


def test_staged_policies_do_nothing_and_are_told(tmp_path: Path) -> None:
    ask = Asked(tmp_path, wide(DENY_ALL).replace("Global", "StagedGlobal"))
    assert ask("y/a", "x/a") is ALLOWED
    (note,) = told(ask.snapshot, Level.NOTE)
    assert "staged policies have no effect" in note.what


def test_ca18_labels_of_accounts_are_known_where_the_account_is_shown(
    tmp_path: Path,
) -> None:
    account = (
        "apiVersion: v1\nkind: ServiceAccount\n"
        "metadata: {name: default, namespace: x, labels: {team: t}}\n---\n"
    )
    rules = source("{serviceAccounts: {selector: team == 't'}}")
    for number, (text, wanted) in enumerate(((account, ALLOWED), ("", UNKNOWN))):
        folder = tmp_path / str(number)
        folder.mkdir()
        assert Asked(folder, text, narrow(rules))("x/b", "x/a") is wanted


HOST = """apiVersion: projectcalico.org/v3
kind: HostEndpoint
metadata: {name: n5, labels: {role: node}}
spec: {node: n5, interfaceName: eth0, expectedIPs: [10.0.0.5]}
---
"""


def test_ca20_ca21_policies_for_hosts_touch_no_pod_and_are_told(tmp_path: Path) -> None:
    rules = "applyOnForward: true\nselector: all()\ningress: [{action: Deny}]"
    for flag in ("preDNAT", "doNotTrack"):
        folder = tmp_path / flag
        folder.mkdir()
        ask = Asked(folder, wide(f"{flag}: true\n{rules}"))
        assert ask("y/a", "x/a") is ask("8.8.8.8", "x/a") is ALLOWED
        (note,) = told(ask.snapshot, Level.NOTE)
        assert note.what == "GlobalNetworkPolicy `g` governs host endpoints alone"


def test_ca19_apply_on_forward_alone_still_governs_pods(tmp_path: Path) -> None:
    ask = Asked(tmp_path, wide("applyOnForward: true\n" + DENY_ALL))
    assert ask("y/a", "x/a") is DENIED
    assert not told(ask.snapshot)


def test_ca22_host_endpoints_leave_open_what_pods_and_nodes_exchange(
    tmp_path: Path,
) -> None:
    ask = Asked(tmp_path, HOST, wide("selector: pod == 'b'\negress: [{action: Deny}]"))
    assert ask("x/a", "y/h") is ask("y/h", "x/a") is UNKNOWN
    assert ask("x/b", "y/h") is DENIED
    assert ask("x/a", "y/a") is ask("x/a", "8.8.8.8") is ALLOWED
    (item,) = told(ask.snapshot)
    assert item.level is Level.UNMODELLED


@pytest.mark.parametrize("flag", ["preDNAT: true\n", ""])
def test_ca19_ca21_where_host_endpoints_forward_a_policy_may_deny(
    tmp_path: Path, flag: str
) -> None:
    rules = "applyOnForward: true\nselector: role == 'node'\ningress: [{action: Deny}]"
    ask = Asked(tmp_path, HOST, wide(flag + rules), closed())
    assert ask("8.8.8.8", "y/a") is ask("x/a", "y/a") is UNKNOWN
    assert ask("8.8.8.8", "x/a") is DENIED


def test_ca14_addresses_of_host_endpoints_are_meant_by_their_labels(
    tmp_path: Path,
) -> None:
    second = HOST.replace("n5", "n6").replace("10.0.0.5", "10.0.0.6")
    other = second.replace("role: node", "role: other")
    ask = Asked(tmp_path, HOST, wide(source("{selector: role == 'node'}")))
    assert ask("10.0.0.6", "x/a") is DENIED
    twice = tmp_path / "twice"
    twice.mkdir()
    ask = Asked(twice, second, other, wide(source("{selector: role == 'node'}")))
    assert ask("10.0.0.6", "x/a") is UNKNOWN
    assert ask("10.0.0.7", "x/a") is DENIED


PROFILE = """apiVersion: projectcalico.org/v3
kind: Profile
metadata: {name: kns.x}
spec:
  ingress: [{action: Allow, source: {}, destination: {}}]
  egress: [{action: Allow}]
  labelsToApply: {pcns.ns: x}
---
"""


def test_ca7_profiles_as_calico_makes_them_change_nothing(tmp_path: Path) -> None:
    account = PROFILE.replace("kns.x", "ksa.x.robot").replace("pcns.ns", "pcsa.team")
    account = account.replace("{action: Allow, source: {}, destination: {}}", "")
    account = account.replace("{action: Allow}", "")
    hosts = PROFILE.replace("kns.x", "projectcalico-default-allow")
    ask = Asked(tmp_path, PROFILE, account, hosts)
    assert ask("y/a", "x/a") is ALLOWED
    assert not told(ask.snapshot)


def test_ca7_a_profile_that_is_another_leaves_open_what_no_policy_decides(
    tmp_path: Path,
) -> None:
    other = PROFILE.replace("{action: Allow}", "{action: Deny}")
    allow = wide("selector: pod == 'b'\ningress: [{action: Allow}]")
    ask = Asked(tmp_path, other, allow, PROFILE.replace("kns.x", "mine"))
    assert ask("y/a", "x/a") is UNKNOWN
    assert ask("y/a", "x/b") is ask("y/a", "y/h") is ALLOWED
    unmodelled, warning = told(ask.snapshot)
    assert unmodelled.level is Level.UNMODELLED
    assert warning.level is Level.WARNING


def test_ca23_a_node_reaches_its_pods_and_a_pod_its_node_as_policies_say(
    tmp_path: Path,
) -> None:
    ask = Asked(tmp_path, wide("selector: all()\nnamespaceSelector: ns == 'y'"))
    assert ask("x/a", "y/a") is DENIED
    assert ask("10.0.0.5", "y/a") is ALLOWED
    out = tmp_path / "out"
    out.mkdir()
    ask = Asked(out, wide("selector: pod == 'a'\negress: [{action: Deny}]"))
    assert ask("y/a", "10.0.0.5") is ask("y/a", "y/h") is DENIED


def test_what_is_not_shown_is_taken_not_to_exist_and_said(tmp_path: Path) -> None:
    ask = Asked(tmp_path, wide(DENY_ALL))
    ids = [item.id for item in ask.snapshot.assumptions]
    assert "calico-sets-and-hosts-are-all-shown" in ids
    bare = tmp_path / "bare"
    bare.mkdir()
    assert not Asked(bare, SETS).snapshot.assumptions


@pytest.mark.parametrize(("order", "wanted"), [(10, ALLOWED), (2_000, DENIED)])
def test_ca9_admin_policies_stand_in_a_tier_among_those_of_calico(
    tmp_path: Path, order: int, wanted: Verdict
) -> None:
    admin = (
        "apiVersion: policy.networking.k8s.io/v1alpha1\nkind: AdminNetworkPolicy\n"
        "metadata: {name: admin}\nspec:\n  priority: 5\n  subject: {namespaces: {}}\n"
        "  ingress: [{action: Deny, from: [{namespaces: {}}]}]\n---\n"
    )
    tier = TIER.replace("order: 10", f"order: {order}")
    ask = Asked(tmp_path, tier, admin, wide(IN_FRONT + "[{action: Allow}]"))
    assert ask("y/a", "x/a") is wanted
    assert ask("y/a", "x/b") is DENIED


def test_ca17_a_service_without_selector_stands_for_what_is_not_shown(
    tmp_path: Path,
) -> None:
    cases = {
        "selector: {pod: b}, ": ("", UNKNOWN),
        "selector: {pod: b}, clusterIP: 10.1.0.9": ("type: ExternalName", DENIED),
    }
    for number, (old, (new, wanted)) in enumerate(cases.items()):
        folder = tmp_path / str(number)
        folder.mkdir()
        ask = Asked(folder, SERVICE.replace(old, new), wide(TO_WEB))
        assert ask("x/a", "x/b", 8080) is ask("x/a", "8.8.8.8") is wanted
        assert not told(ask.snapshot)
