"""Security admin rules: before every security group, on both ends (G).

Source: Azure docs, concept-security-admins and concept-network-manager-scope.
"""

from dataclasses import replace
from ipaddress import ip_address

import pytest

import fabrics as fab
from fabrics import ALLOW, DENY, HERE, IN, OUT, known
from seawall.engine.path import PathModel
from seawall.flowspace import FlowSet
from seawall.model.admin import AdminAccess, AdminCollection, AdminRule
from seawall.model.end import (
    AddressEnd,
    End,
    InternetEnd,
    PlatformEnd,
    PodEnd,
    SubnetEnd,
)
from seawall.model.packet import EVERY_PORT, Packet, PortRange
from seawall.model.policy import Direction
from seawall.model.snapshot import Fabric
from seawall.model.trace import Layer, Verdict
from seawall.reference.journey import Start
from seawall.reference.walk import follow
from strategies_fabric import Drawn

ALLOWED, DENIED, UNKNOWN = Verdict.ALLOWED, Verdict.DENIED, Verdict.UNKNOWN
NEXT, ALWAYS, STOP = AdminAccess.ALLOW, AdminAccess.ALWAYS_ALLOW, AdminAccess.DENY
HTTPS = FlowSet.box(protocols=[(6, 6)], destination_ports=[(443, 443)])


def admin(  # noqa: PLR0913
    name: str,
    priority: int,
    access: AdminAccess,
    direction: Direction = IN,
    *,
    source: str = "*",
    to: str = "*",
    port: str = "*",
) -> AdminRule:
    return AdminRule(
        name,
        priority,
        direction,
        access,
        6,
        (fab.term(source),),
        (EVERY_PORT,),
        (fab.term(to),),
        (PortRange.parse(port),),
        HERE,
    )


def managed(
    *rules: AdminRule, manager: str = "m", rank: int = 1, sure: bool = True
) -> AdminCollection:
    return AdminCollection(
        id=f"{manager}-rules",
        name=f"{manager}-rules",
        manager=manager,
        rank=rank,
        rules=rules,
        networks=("net",) if sure else (),
        maybe=() if sure else ("net",),
        why="" if sure else "where it is deployed is not in the input",
        origin=HERE,
    )


def net(
    *collections: AdminCollection,
    near: tuple[object, ...] = (),
    far: tuple[object, ...] = (),
    **changed: object,
) -> Fabric:
    """Return one network with two subnets, each with a group of its own."""
    subnets = (
        fab.subnet("near", "net", "10.1.0.0/24", security_group=known("near")),
        fab.subnet("far", "net", "10.1.1.0/24", security_group=known("far")),
        fab.subnet("bare", "net", "10.1.2.0/24", default_outbound=known(True)),
    )
    plain = Fabric(
        networks=(fab.network("net", "10.1.0.0/16"),),
        subnets=subnets,
        security_groups=(
            fab.group("near", *near),  # type: ignore[arg-type]
            fab.group("far", *far),  # type: ignore[arg-type]
        ),
        admin_rules=collections,
    )
    return replace(plain, **changed)  # type: ignore[arg-type]


def verdict(fabric: Fabric, source: str = "near", to: End | None = None) -> Verdict:
    model = PathModel.build(fab.snapshot(fabric))
    target = to or SubnetEnd("far")
    answer = model.partition(SubnetEnd(source), target, services=HTTPS)
    header = answer.partition.flows.witness()
    assert header is not None
    packet = Packet(
        *(ip_address(each) for each in (header.source, header.destination)),
        header.protocol,
        header.source_port,
        header.destination_port,
    )
    outcome = follow(
        fab.snapshot(fabric),
        Start(SubnetEnd(source), "", "net"),
        packet,
        target=target,
        choice=Drawn(0),
    )
    assert outcome.verdict is answer.partition.verdict()
    return outcome.verdict


def hops(fabric: Fabric, source: str = "near") -> list[tuple[Layer, str]]:
    model = PathModel.build(fab.snapshot(fabric))
    answer = model.partition(SubnetEnd(source), SubnetEnd("far"), services=HTTPS)
    header = answer.partition.flows.witness()
    assert header is not None
    return [(hop.layer, hop.says) for hop in model.explain(answer, header)]


DENY_IN = (fab.rule("no", 100, IN, DENY),)
ALLOW_IN = (fab.rule("yes", 100, IN, ALLOW),)


def test_a_denial_comes_before_a_group_that_allows() -> None:
    fabric = net(managed(admin("stop", 1, STOP)), far=ALLOW_IN)
    assert verdict(fabric) is DENIED
    assert (Layer.ADMIN_FILTER, "m-rules/stop denies it") in hops(fabric)


def test_always_allow_passes_a_group_that_denies() -> None:
    fabric = net(managed(admin("go", 1, ALWAYS)), far=DENY_IN)
    assert verdict(fabric) is ALLOWED
    assert (
        Layer.SUBNET_FILTER,
        "not asked: an admin rule always allows it",
    ) in hops(fabric)


def test_an_admin_allow_is_not_a_final_allow() -> None:
    """Trap 19 of eleven: `Allow` continues to the group."""
    fabric = net(managed(admin("perhaps", 1, NEXT)), far=DENY_IN)
    assert verdict(fabric) is DENIED
    assert verdict(net(managed(admin("perhaps", 1, NEXT)), far=ALLOW_IN)) is ALLOWED


def test_the_lower_number_decides_and_a_tie_does_not() -> None:
    first = managed(admin("a", 1, NEXT), admin("b", 2, STOP))
    assert verdict(net(first, far=ALLOW_IN)) is ALLOWED
    tied = managed(admin("a", 2, NEXT), admin("b", 2, STOP))
    assert verdict(net(tied, far=ALLOW_IN)) is UNKNOWN


def test_both_ends_ask_and_each_its_own_direction() -> None:
    out = managed(admin("stop", 1, STOP, OUT, to="10.1.1.0/24"))
    assert verdict(net(out, far=ALLOW_IN)) is DENIED
    passing = managed(admin("go", 1, ALWAYS, OUT))
    assert verdict(net(passing, far=DENY_IN)) is DENIED
    near = (fab.rule("no", 100, OUT, DENY),)
    assert verdict(net(passing, near=near, far=ALLOW_IN)) is ALLOWED


def test_rules_hold_where_there_is_no_group() -> None:
    fabric = net(managed(admin("stop", 1, STOP)))
    assert verdict(fabric, to=SubnetEnd("bare")) is DENIED


def test_what_is_not_known_to_apply_may_deny_and_says_why() -> None:
    fabric = net(managed(admin("stop", 1, STOP), sure=False), far=ALLOW_IN)
    assert verdict(fabric) is UNKNOWN
    assert any("where it is deployed is not in the input" in s for _, s in hops(fabric))


def test_where_group_and_admin_rule_agree_it_does_not_matter_whether_it_applies() -> (
    None
):
    stop = managed(admin("stop", 1, STOP), sure=False)
    assert verdict(net(stop, far=DENY_IN)) is DENIED
    go = managed(admin("go", 1, ALWAYS), sure=False)
    assert verdict(net(go, far=ALLOW_IN)) is ALLOWED
    assert verdict(net(go, far=DENY_IN)) is UNKNOWN


def test_the_higher_scope_wins() -> None:
    higher = managed(admin("go", 50, ALWAYS), manager="top", rank=0)
    lower = managed(admin("stop", 1, STOP), manager="sub", rank=1)
    assert verdict(net(higher, lower, far=DENY_IN)) is ALLOWED


def test_of_two_managers_of_one_scope_neither_wins() -> None:
    one = managed(admin("go", 50, ALWAYS), manager="one")
    other = managed(admin("stop", 1, STOP), manager="other")
    assert verdict(net(one, other, far=ALLOW_IN)) is UNKNOWN
    apart = managed(admin("go", 50, ALWAYS, port="80"), manager="one")
    assert verdict(net(apart, other, far=ALLOW_IN)) is DENIED


@pytest.mark.parametrize(
    "name", ["AzureBastionSubnet", "GatewaySubnet", "RouteServerSubnet"]
)
def test_subnets_of_some_services_are_left_out(name: str) -> None:
    fabric = net(managed(admin("stop", 1, STOP)), far=ALLOW_IN)
    exempt = tuple(
        replace(each, name=name) if each.id == "far" else each
        for each in fabric.subnets
    )
    assert verdict(replace(fabric, subnets=exempt)) is ALLOWED


def test_in_the_subnet_of_an_application_gateway_rules_may_be_left_out() -> None:
    """Source: Azure docs, concept-security-admins, "Nonapplication"; path.md, G5."""
    stop, go = managed(admin("stop", 1, STOP)), managed(admin("go", 1, ALWAYS))
    gated = {"application_gateways": (fab.gateway("far"),)}
    assert verdict(net(stop, far=ALLOW_IN, **gated)) is UNKNOWN
    assert verdict(net(stop, far=DENY_IN, **gated)) is DENIED
    assert verdict(net(go, far=DENY_IN, **gated)) is UNKNOWN
    assert verdict(net(go, far=ALLOW_IN, **gated)) is ALLOWED
    elsewhere = {"application_gateways": (fab.gateway("bare"),)}
    assert verdict(net(stop, far=ALLOW_IN, **elsewhere)) is DENIED


def test_always_allow_passes_no_route_and_no_other_layer() -> None:
    go = managed(admin("go", 1, ALWAYS, OUT))
    fabric = net(go)
    closed = tuple(
        replace(each, default_outbound=known(False)) for each in fabric.subnets
    )
    to = AddressEnd((fab.cidr("8.8.8.8"),))
    assert verdict(replace(fabric, subnets=closed), "bare", to) is DENIED


def test_a_private_endpoint_may_be_out_of_reach_of_admin_rules() -> None:
    stop = managed(admin("stop", 1, STOP))
    fabric = net(stop, private_endpoints=(fab.endpoint("bare", "10.1.2.4"),))
    assert verdict(fabric, to=AddressEnd((fab.cidr("10.1.2.4"),))) is UNKNOWN


def test_whether_admin_rules_reach_platform_addresses_is_not_known() -> None:
    stop = managed(admin("stop", 1, STOP, OUT))
    snapshot = fab.snapshot(net(stop))
    answer = PathModel.build(snapshot).partition(
        SubnetEnd("near"), PlatformEnd("imds"), services=HTTPS
    )
    assert answer.partition.verdict() is UNKNOWN


def test_always_allow_leaves_it_open_whether_a_closed_front_end_opens() -> None:
    """Trap 3: without a group a public front end is closed."""
    web = fab.workload("web")
    svc = fab.service("web", "web", 443, 8443)
    fabric = replace(
        net(),
        public_addresses=(fab.public("pip-lb", "52.0.0.9"),),
        load_balancers=(fab.balancer("web", 443),),
    )
    on = fab.cluster(fab.pool("sys", "bare"))

    def entered(*collections: AdminCollection) -> Verdict:
        ruled = replace(fabric, admin_rules=collections)
        snapshot = fab.snapshot(ruled, on, workloads=(web,), services=(svc,))
        model = PathModel.build(snapshot)
        found = model.partition(InternetEnd(), PodEnd(web), services=HTTPS)
        return found.partition.verdict()

    assert entered() is DENIED
    assert entered(managed(admin("go", 1, ALWAYS))) is UNKNOWN
    assert entered(managed(admin("stop", 1, STOP))) is DENIED
