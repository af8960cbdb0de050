"""The definition of the policy layer, by example."""

from dataclasses import replace
from ipaddress import ip_address

import pytest

from policy_cluster import (
    SCTP,
    TCP,
    UDP,
    block,
    cluster,
    labelled,
    name,
    opaque,
    pod,
    pods,
    policy,
    port,
    rule,
    term,
)
from seawall.model.address import AddressRange
from seawall.model.dataplane import (
    CALICO,
    CILIUM,
    NONE,
    NPM,
    SPEC,
    Dataplane,
    PolicyEngine,
    Tri,
)
from seawall.model.packet import Protocol
from seawall.model.policy import Policy
from seawall.model.snapshot import KubernetesObjects
from seawall.model.trace import Verdict
from seawall.model.workload import ContainerPort, Namespace, Pod
from seawall.reference.policy import (
    HostAt,
    Outside,
    PodAt,
    PolicyEnd,
    PolicyQuestion,
    decide,
)

ALLOWED, DENIED, UNKNOWN = Verdict.ALLOWED, Verdict.DENIED, Verdict.UNKNOWN
XA, XB, YA, YB = pod("x/a"), pod("x/b"), pod("y/a"), pod("y/b")
WORKLOADS = (XA, XB, YA, YB)
WORLD = Outside(ip_address("8.8.8.8"))
WORLD_6 = Outside(ip_address("2001:db8::1"))
NODE = ip_address("10.1.0.4")
ON_NODE = Pod("a-0", node="n1", node_addresses=(NODE,))
DENY_IN = policy("x/deny", ingress=())
DENY_OUT = policy("x/deny", egress=())


def judge(
    objects: KubernetesObjects,
    ends: tuple[PolicyEnd, PolicyEnd],
    service: tuple[int, int] = (TCP, 80),
    *,
    plane: Dataplane = SPEC,
    version: int = 4,
) -> Verdict:
    return decide(objects, plane, PolicyQuestion(*ends, *service, version)).verdict


def of(*policies: Policy) -> KubernetesObjects:
    return cluster(*policies, workloads=WORKLOADS)


def test_a_pod_that_no_policy_selects_is_open_both_ways() -> None:
    objects = of(policy("y/deny", ingress=(), egress=()))
    assert judge(objects, (PodAt(XB), PodAt(XA))) is ALLOWED
    assert judge(objects, (PodAt(XA), WORLD)) is ALLOWED


def test_both_sides_must_allow() -> None:
    objects = of(DENY_OUT, policy("y/open", ingress=(rule(),)))
    decision = decide(objects, SPEC, PolicyQuestion(PodAt(XA), PodAt(YA), TCP, 80))
    assert decision.verdict is DENIED
    assert decision.egress.verdict is DENIED
    assert decision.egress.isolating == (DENY_OUT,)
    assert decision.ingress.verdict is ALLOWED
    assert [item.label for item, _ in decision.ingress.admitting] == ["y/open"]


def test_one_policy_that_allows_is_enough() -> None:
    objects = of(DENY_IN, policy("x/open", ingress=(rule([pods()]),)))
    assert judge(objects, (PodAt(XB), PodAt(XA))) is ALLOWED
    assert judge(objects, (PodAt(YB), PodAt(XA))) is DENIED


def test_a_negative_term_holds_where_the_key_is_absent() -> None:
    peer = pods(namespaces=term("team", "NotIn", "red"))
    assert judge(
        of(policy("x/p", ingress=(rule([peer]),))), (PodAt(YA), PodAt(XA))
    ) is (ALLOWED)


def test_every_namespace_has_its_name_as_a_label() -> None:
    objects = of(
        policy(
            "x/p",
            ingress=(rule([pods(namespaces=labelled(**{NAME_LABEL: "y"}))]),),
        )
    )
    bare = tuple(replace(item, labels=()) for item in objects.namespaces)
    assert judge(replace(objects, namespaces=bare), (PodAt(YA), PodAt(XA))) is ALLOWED
    assert judge(replace(objects, namespaces=()), (PodAt(YA), PodAt(XA))) is ALLOWED


NAME_LABEL = "kubernetes.io/metadata.name"


def test_ports_never_mean_protocols_without_ports() -> None:
    objects = of(policy("x/p", ingress=(rule(ports=[port()]),)))
    ends = (PodAt(YA), PodAt(XA))
    assert judge(objects, ends, (TCP, 65535)) is ALLOWED
    for protocol in (UDP, SCTP, Protocol.ICMP, Protocol.ESP):
        assert judge(objects, ends, (protocol, 0)) is DENIED


def test_a_range_of_ports_includes_both_ends() -> None:
    objects = of(policy("x/p", ingress=(rule(ports=[port(53, 80)]),)))
    ends = (PodAt(YA), PodAt(XA))
    seen = {number: judge(objects, ends, (TCP, number)) for number in (52, 53, 80, 81)}
    assert seen == {52: DENIED, 53: ALLOWED, 80: ALLOWED, 81: DENIED}
    doubtful = replace(SPEC, honours_end_port=Tri.UNDEFINED)
    assert judge(objects, ends, (TCP, 53), plane=doubtful) is ALLOWED
    assert judge(objects, ends, (TCP, 80), plane=doubtful) is UNKNOWN


def test_a_port_name_is_looked_up_on_the_destination() -> None:
    low = pod("y/low", ports=(ContainerPort("web", 80),))
    high = pod("y/high", ports=(ContainerPort("web", 8080),))
    objects = cluster(
        policy("x/p", egress=(rule(ports=[name("web")]),)), workloads=(XA, low, high)
    )
    assert judge(objects, (PodAt(XA), PodAt(low)), (TCP, 80)) is ALLOWED
    assert judge(objects, (PodAt(XA), PodAt(high)), (TCP, 80)) is DENIED
    assert judge(objects, (PodAt(XA), PodAt(low)), (UDP, 80)) is DENIED
    assert judge(objects, (PodAt(XA), WORLD), (TCP, 80)) is DENIED
    assert judge(objects, (PodAt(XA), PodAt(low)), (TCP, 80), plane=CILIUM) is UNKNOWN


@pytest.mark.parametrize(
    "plane, verdict",
    [(SPEC, UNKNOWN), (NPM, ALLOWED), (CALICO, ALLOWED), (CILIUM, DENIED)],
)
def test_whether_a_block_means_pods_is_up_to_the_engine(
    plane: Dataplane, verdict: Verdict
) -> None:
    objects = of(policy("x/p", egress=(rule([block("0.0.0.0/0")]),)))
    assert judge(objects, (PodAt(XA), WORLD), plane=plane) is ALLOWED
    assert judge(objects, (PodAt(XA), PodAt(YA)), plane=plane) is verdict
    elsewhere = HostAt(ip_address("10.1.0.5"), "n2")
    assert judge(objects, (PodAt(XA, ON_NODE), elsewhere), plane=plane) is verdict


def test_an_exception_counts_within_its_own_block_only() -> None:
    holed = block("8.0.0.0/8", "8.8.0.0/16")
    one = of(policy("x/p", ingress=(rule([holed]),)))
    assert judge(one, (WORLD, PodAt(XA))) is DENIED
    two = of(policy("x/p", ingress=(rule([holed, block("8.8.8.0/24")]),)))
    assert judge(two, (WORLD, PodAt(XA))) is ALLOWED


def test_a_pod_without_an_address_may_be_anywhere_in_its_ranges() -> None:
    objects = of(policy("x/p", ingress=(rule([block("10.244.0.0/16")]),)))
    question = PolicyQuestion(PodAt(YA), PodAt(XA), TCP, 80)
    assert decide(objects, CALICO, question).verdict is UNKNOWN
    for text, verdict in (("10.244.3.0/24", ALLOWED), ("10.9.0.0/16", DENIED)):
        ranges = (AddressRange.parse(text),)
        decision = decide(objects, CALICO, question, pod_ranges=ranges)
        assert decision.verdict is verdict


def test_a_node_reaches_its_own_pods_on_every_engine() -> None:
    pod_end = PodAt(XA, ON_NODE)
    for plane in (SPEC, NPM, CALICO, CILIUM):
        own = judge(of(DENY_IN), (HostAt(NODE, "n1"), pod_end), plane=plane)
        other = judge(of(DENY_IN), (HostAt(None, "n2"), pod_end), plane=plane)
        unsaid = judge(of(DENY_IN), (HostAt(), pod_end), plane=plane)
        assert (own, other, unsaid) == (ALLOWED, DENIED, UNKNOWN)


@pytest.mark.parametrize(
    "plane, verdict",
    [(SPEC, UNKNOWN), (NPM, ALLOWED), (CALICO, DENIED), (CILIUM, DENIED)],
)
def test_whether_a_pod_reaches_its_own_node_is_up_to_the_engine(
    plane: Dataplane, verdict: Verdict
) -> None:
    ends = (PodAt(XA, ON_NODE), HostAt(NODE))
    assert judge(of(DENY_OUT), ends, plane=plane) is verdict


def test_pods_on_the_host_network_are_neither_governed_nor_selected() -> None:
    host = pod("x/h", host=True)
    end = HostAt(None, "n2", host)
    there = PodAt(XA, ON_NODE)
    objects = cluster(
        policy("x/p", ingress=(rule([pods()]),)), workloads=(XA, XB, host)
    )
    assert judge(objects, (there, end), plane=CALICO) is ALLOWED
    assert judge(objects, (end, there), plane=CALICO) is DENIED
    assert judge(objects, (end, there), plane=SPEC) is UNKNOWN
    closed = cluster(DENY_IN, workloads=(XA, XB, host))
    assert judge(closed, (there, end), plane=SPEC) is UNKNOWN
    assert judge(closed, (WORLD, end), plane=NPM) is ALLOWED


def test_a_port_name_on_a_governed_pod_is_its_own_even_on_the_host_network() -> None:
    host = pod("x/h", host=True)
    objects = cluster(
        policy("x/p", ingress=(rule(ports=[name("serve-80-tcp")]),)),
        workloads=(YA, host),
    )
    end = HostAt(None, None, host)
    assert judge(objects, (PodAt(YA), end), (TCP, 80)) is ALLOWED
    assert judge(objects, (PodAt(YA), end), (TCP, 81)) is UNKNOWN


def test_a_pod_and_itself_are_left_alone_by_engines() -> None:
    ends = (PodAt(XA, ON_NODE), PodAt(XA, ON_NODE))
    assert judge(of(DENY_IN), ends, plane=CALICO) is ALLOWED
    assert judge(of(DENY_IN), ends, plane=SPEC) is UNKNOWN
    replica = PodAt(XA, Pod("a-1"))
    assert judge(of(DENY_IN), (ends[0], replica), plane=CALICO) is DENIED


def test_finished_pods_neither_send_nor_receive() -> None:
    done = pod("x/b", runs=False)
    objects = cluster(workloads=(XA, done))
    assert judge(objects, (PodAt(done), PodAt(XA))) is DENIED
    assert judge(objects, (PodAt(XA), PodAt(done))) is DENIED


def test_an_unreadable_policy_makes_its_pods_unknown() -> None:
    objects = cluster(workloads=WORKLOADS, opaque_policies=(opaque(),))
    assert judge(objects, (PodAt(YA), PodAt(XA))) is UNKNOWN
    assert judge(objects, (PodAt(YA), PodAt(YB))) is ALLOWED
    assert judge(objects, (PodAt(YA), PodAt(XA)), plane=NONE) is ALLOWED


def test_an_unreadable_network_policy_takes_nothing_back() -> None:
    readable = policy("x/p", ingress=(rule([pods()]),))
    unread = cluster(readable, workloads=WORKLOADS, opaque_policies=(opaque(),))
    quiet = replace(opaque(), directions=frozenset(readable.isolates))
    unread = replace(unread, opaque_policies=(quiet,))
    assert judge(unread, (PodAt(XB), PodAt(XA))) is ALLOWED
    assert judge(unread, (PodAt(YB), PodAt(XA))) is UNKNOWN
    foreign = replace(quiet, kind="AuthorizationPolicy.security.istio.io")
    denying = replace(unread, opaque_policies=(foreign,))
    assert judge(denying, (PodAt(XB), PodAt(XA))) is UNKNOWN


def test_a_policy_of_another_engine_has_no_effect() -> None:
    foreign = opaque(
        "GlobalNetworkPolicy.projectcalico.org",
        engines=frozenset({PolicyEngine.CALICO}),
    )
    objects = cluster(workloads=WORKLOADS, opaque_policies=(foreign,))
    assert judge(objects, (PodAt(YA), PodAt(XA)), plane=CILIUM) is ALLOWED
    assert judge(objects, (PodAt(YA), PodAt(XA)), plane=CALICO) is UNKNOWN


def test_defects_of_negative_namespace_selectors_leave_the_answer_open() -> None:
    several = rule([pods(namespaces=term("ns", "NotIn", "y", "z"))])
    objects = of(policy("x/p", ingress=(several,)))
    assert judge(objects, (PodAt(YA), PodAt(XA)), plane=NPM) is UNKNOWN
    assert judge(objects, (PodAt(YA), PodAt(XA)), plane=CALICO) is DENIED
    absent = of(policy("x/p", ingress=(rule([pods(namespaces=ABSENT)]),)))
    assert judge(absent, (WORLD, PodAt(XA)), plane=NPM) is UNKNOWN
    assert judge(absent, (WORLD, PodAt(XA)), plane=CALICO) is DENIED
    named = of(policy("x/p", ingress=(rule([pods(labelled(pod="b"), ABSENT)]),)))
    assert judge(named, (WORLD, PodAt(XA)), plane=NPM) is DENIED


ABSENT = term("ns", "DoesNotExist")


def test_sctp_is_not_carried_everywhere() -> None:
    ends = (PodAt(XA), PodAt(YA))
    assert judge(of(), ends, (SCTP, 80), plane=CILIUM) is DENIED
    assert judge(of(), ends, (SCTP, 80), plane=CALICO) is ALLOWED


def test_azure_npm_polices_no_ipv6_and_skips_policies_that_name_it() -> None:
    ends = (WORLD_6, PodAt(XA))
    assert judge(of(DENY_IN), ends, plane=NPM, version=6) is ALLOWED
    assert judge(of(DENY_IN), ends, plane=CALICO, version=6) is DENIED
    named = of(policy("x/p", ingress=(rule([block("::/0")]),)))
    assert judge(named, (WORLD, PodAt(XA)), plane=NPM) is ALLOWED
    assert judge(named, (WORLD, PodAt(XA)), plane=CALICO) is DENIED


def test_without_an_engine_policies_change_nothing() -> None:
    unsure = replace(SPEC, enforces=Tri.UNDEFINED)
    ends = (PodAt(YA), PodAt(XA))
    assert judge(of(DENY_IN), ends, plane=NONE) is ALLOWED
    assert judge(of(DENY_IN), ends, plane=unsure) is UNKNOWN
    assert judge(of(), ends, plane=unsure) is ALLOWED


def test_addresses_of_two_families_are_no_question() -> None:
    with pytest.raises(ValueError, match="not an IPv4 address"):
        PolicyQuestion(PodAt(XA), WORLD_6, TCP, 80)


def test_a_declared_namespace_has_its_own_labels() -> None:
    objects = of(
        policy("x/p", ingress=(rule([pods(namespaces=labelled(team="red"))]),))
    )
    red = Namespace("y", (("team", "red"),), declared=True, origin=DENY_IN.origin)
    assert judge(objects, (PodAt(YA), PodAt(XA))) is DENIED
    painted = replace(objects, namespaces=(red,))
    assert judge(painted, (PodAt(YA), PodAt(XA))) is ALLOWED
