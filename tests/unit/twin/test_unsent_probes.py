"""A load balancer whose probes a group may refuse is not compared with packets."""

from dataclasses import replace
from ipaddress import ip_address

import pytest

import fabrics as fab
from rehearsed import plan_of
from seawall.model.filter import SecurityRule
from seawall.model.packet import PortRange, Protocol
from seawall.model.ranked import Node
from seawall.model.service import ServicePort, ServiceType
from seawall.model.snapshot import Fabric, Snapshot
from seawall.model.workload import Pod

CLIENT = fab.rule("web", 100, fab.IN, fab.ALLOW, source="Internet", port="80")
SHUT = fab.rule("no", 4000, fab.IN, fab.DENY)


def shop(*rules: SecurityRule, probe: PortRange | None) -> Snapshot:
    lb = fab.balancer("web", 80)
    fabric = Fabric(
        networks=(fab.network("shop", "10.1.0.0/16"),),
        subnets=(
            fab.subnet("nodes", "shop", "10.1.0.0/24", security_group=fab.known("g")),
        ),
        security_groups=(fab.group("g", CLIENT, *rules),),
        public_addresses=(fab.public("pip-lb", "52.0.0.9"),),
        load_balancers=(replace(lb, rules=(replace(lb.rules[0], probe=probe),)),),
    )
    here = (ip_address("10.1.0.10"),)
    web = fab.workload(
        "web", pods=(Pod("w", (ip_address("10.244.0.10"),), "one", here),)
    )
    port = ServicePort("", Protocol.TCP, 80, 8080, 30080)
    svc = replace(
        fab.service("web", "web", 80, 8080),
        type=ServiceType.LOAD_BALANCER,
        ports=(port,),
    )
    on = fab.cluster(fab.pool("p", "nodes"))
    read = fab.snapshot(fabric, on, workloads=(web,), services=(svc,))
    nodes = (Node("one", (), here, fab.HERE),)
    return replace(read, objects=replace(read.objects, nodes=nodes))


@pytest.mark.parametrize(
    ("rules", "probe", "blind"),
    [
        ((SHUT,), PortRange(30080, 30080), True),
        ((SHUT,), None, False),
        ((), PortRange(30080, 30080), False),
    ],
)
def test_what_comes_to_such_a_front_end_is_not_shown(
    rules: tuple[SecurityRule, ...], probe: PortRange | None, *, blind: bool
) -> None:
    held = plan_of(shop(*rules, probe=probe))
    front = ip_address("52.0.0.9")
    asked = [it for it in held.questions if it.target.address == front]
    assert asked
    assert {held.is_blind(it) for it in asked} == {blind}
