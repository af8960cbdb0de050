"""Load balancers inbound: what filters see, whom pods see, and how replies leave."""

from dataclasses import replace
from ipaddress import ip_address

from fabrics import (
    ALLOW,
    HERE,
    IN,
    balancer,
    cluster,
    group,
    known,
    network,
    pool,
    public,
    rule,
    service,
    snapshot,
    subnet,
    workload,
)
from rehearsed import differing, packet, passed, rehearsed
from seawall.model.address import AddressRange
from seawall.model.filter import SecurityRule
from seawall.model.packet import Protocol
from seawall.model.ranked import Node
from seawall.model.service import Service, ServicePort, ServiceType
from seawall.model.snapshot import Fabric, Snapshot
from seawall.model.translation import FrontEnd, LoadBalancer
from seawall.model.workload import Pod
from seawall.query.rehearsal.answer import Rehearsal
from seawall.twin.classes.cast import PlaceStand

NODES = {"one": "10.1.0.10", "two": "10.1.0.11"}
FRONT = "52.0.0.9"
PRIVATE = FrontEnd("front", None, ip_address("10.1.0.100"), "nodes")


def shop(
    *rules: SecurityRule,
    lb: LoadBalancer | None = None,
    guarded: bool = True,
    **changed: object,
) -> Snapshot:
    """Return `web` on node one behind a public load balancer, and a desk beside it."""
    own = known("g") if guarded else known(None)
    fabric = Fabric(
        networks=(network("shop", "10.1.0.0/16"),),
        subnets=(
            subnet("nodes", "shop", "10.1.0.0/24", security_group=own),
            subnet("desk", "shop", "10.1.5.0/24"),
        ),
        security_groups=(group("g", *rules),),
        public_addresses=(public("pip-lb", FRONT),),
        load_balancers=(lb or balancer("web", 80),),
    )
    ports = (ServicePort("", Protocol.TCP, 80, 8080, 30080),)
    plain: Service = replace(
        service("web", "web", 80, 8080), type=ServiceType.LOAD_BALANCER, ports=ports
    )
    pods = (
        Pod(
            "web-0",
            (ip_address("10.244.0.10"),),
            "one",
            (ip_address(NODES["one"]),),
        ),
    )
    read = snapshot(
        fabric,
        cluster(pool("p", "nodes")),
        workloads=(workload("web", pods=pods),),
        services=(replace(plain, **changed),),
    )
    nodes = tuple(
        Node(name, (), (ip_address(address),), HERE) for name, address in NODES.items()
    )
    return replace(read, objects=replace(read.objects, nodes=nodes))


def from_the_internet(found: Rehearsal, port: int = 80) -> bool:
    """Whether every client on the internet got an answer of the front end, or none."""
    asked = [
        item
        for item in found.compared
        if isinstance(item.question.source, PlaceStand)
        and str(item.question.target.address) == FRONT
        and item.question.port == port
    ]
    answers = {passed(item) for item in asked}
    assert len(answers) == 1, answers
    return answers.pop()


OPEN = rule("web", 100, IN, ALLOW, source="Internet", to=FRONT, port="80")


def test_a_group_sees_the_front_end_and_not_the_node() -> None:
    for opened, answers in ((FRONT, True), ("10.1.0.0/24", False)):
        found = rehearsed(
            shop(rule("web", 100, IN, ALLOW, source="Internet", to=opened, port="80"))
        )
        assert differing(found) == []
        assert from_the_internet(found) is answers
        assert not from_the_internet(found, 4444)


def test_without_floating_address_a_group_sees_the_node_and_its_port() -> None:
    plain = balancer("web", 80)
    sunk = replace(plain.rules[0], floating=False, back_port=30080)
    lb = replace(plain, rules=(sunk,))
    for to, port, answers in (
        ("10.1.0.0/24", "30080", True),
        ("10.1.0.0/24", "80", False),
        (FRONT, "80", False),
    ):
        opened = rule("web", 100, IN, ALLOW, source="Internet", to=to, port=port)
        found = rehearsed(shop(opened, lb=lb))
        assert differing(found) == []
        assert from_the_internet(found) is answers


def test_a_front_end_is_closed_where_no_group_opens_the_nodes() -> None:
    found = rehearsed(shop(guarded=False))
    assert differing(found) == []
    assert not from_the_internet(found)


def test_clients_are_hidden_behind_a_node_unless_traffic_is_local() -> None:
    for local in (False, True):
        found = rehearsed(shop(OPEN, local_traffic_only=local))
        assert differing(found) == []
        assert from_the_internet(found)
        asked = [
            item.outcome.seen_source == str(item.question.source.address)
            for item in found.compared
            if str(item.question.target.address) == FRONT
            and isinstance(item.question.source, PlaceStand)
            and item.question.port == 80
        ]
        assert set(asked) == {local}


def test_source_ranges_keep_others_away() -> None:
    found = rehearsed(shop(OPEN, source_ranges=("192.0.2.0/24",)), "calico")
    assert differing(found) == []
    assert not from_the_internet(found)


def test_a_private_front_end_is_reached_from_the_network() -> None:
    lb = replace(balancer("web", 80), front_ends=(PRIVATE,))
    found = rehearsed(shop(lb=lb))
    assert differing(found) == []
    assert passed(packet(found, "desk", "front end", 80))
    assert not passed(packet(found, "desk", "front end", 4444))


def test_a_private_front_end_is_closed_by_a_rule_for_its_address() -> None:
    lb = replace(balancer("web", 80), front_ends=(PRIVATE,))
    here = AddressRange.parse("10.1.0.100/32")
    closing = rule("no", 100, IN, ALLOW, to=str(here), port="80")
    closed = replace(closing, access=type(closing.access).DENY)
    found = rehearsed(shop(closed, lb=lb))
    assert differing(found) == []
    assert not passed(packet(found, "desk", "front end", 80))
