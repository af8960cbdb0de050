"""Application gateways: the client's connection, and the gateway's own to backends."""

from dataclasses import replace
from ipaddress import ip_address

from fabrics import (
    ALLOW,
    DENY,
    HERE,
    IN,
    OUT,
    cluster,
    gateway,
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
    zone,
)
from rehearsed import differing, passed, rehearsed
from seawall.model.address import AddressRange
from seawall.model.filter import SecurityRule
from seawall.model.network import NextHop, Route, RouteTable
from seawall.model.service import Ingress, IngressBackend
from seawall.model.snapshot import Fabric, Snapshot
from seawall.model.translation import FrontEnd
from seawall.model.workload import Pod
from seawall.query.rehearsal.answer import Compared, Rehearsal
from seawall.twin.classes.cast import GatewayStand, MachineStand, PlaceStand

DOOR = "52.0.0.20"
DESK = "10.1.5.10"
PUBLIC = FrontEnd("door", "pip-agw", None, None)
PRIVATE = FrontEnd("inner", None, ip_address("10.1.9.200"), "gw")
OPEN = (
    rule("clients", 100, IN, ALLOW, port="443"),
    rule("rest", 200, IN, DENY, source="Internet"),
)


def shop(
    *rules: SecurityRule,
    desk: tuple[SecurityRule, ...] = (),
    route: Route | None = None,
    **changed: object,
) -> Snapshot:
    """Return a gateway with its group, and a desk and the pod `web` behind it."""
    plain: dict[str, object] = {
        "front_ends": (PUBLIC, PRIVATE),
        "listener_ports": (443,),
        "backend_ports": (8080,),
        "backend_addresses": (AddressRange.parse(f"{DESK}/32"),),
    }
    table = RouteTable("rt", "rt", (route,) if route else (), known(value=True), HERE)
    fabric = Fabric(
        networks=(network("shop", "10.1.0.0/16"),),
        subnets=(
            subnet("nodes", "shop", "10.1.0.0/24"),
            subnet("desk", "shop", "10.1.5.0/24", security_group=known("d")),
            subnet(
                "gw",
                "shop",
                "10.1.9.0/24",
                security_group=known("g"),
                route_table=known("rt"),
            ),
        ),
        security_groups=(group("g", *(rules or OPEN)), group("d", *desk)),
        route_tables=(table,),
        public_addresses=(public("pip-agw", DOOR),),
        application_gateways=(gateway("gw", **(plain | changed)),),
        zones=(zone("corp.example", "shop", app=DESK),),
    )
    home = ip_address("10.1.0.10")
    pods = (Pod("web-0", (ip_address("10.244.0.10"),), "one", (home,)),)
    return snapshot(
        fabric,
        cluster(pool("p", "nodes")),
        workloads=(workload("web", pods=pods),),
        services=(service("web", "web", 80, 8080),),
    )


def through(found: Rehearsal, client: type) -> list[Compared]:
    """Return what clients of a kind sent to a front end of theirs, for a backend."""
    is_far = client is PlaceStand
    return [
        item
        for item in found.compared
        if isinstance(item.question.target, GatewayStand)
        and item.question.target.backend is not None
        and isinstance(item.question.source, client)
        and item.question.target.front.is_public is is_far
    ]


def comes_through(found: Rehearsal, client: type = PlaceStand) -> bool:
    """Whether every client of a kind got an answer of every backend, or none."""
    assert differing(found) == []
    answers = {passed(item) for item in through(found, client)}
    assert len(answers) == 1, answers
    return answers.pop()


def test_the_backend_sees_the_gateway_and_never_the_client() -> None:
    found = rehearsed(shop())
    assert comes_through(found)
    seen = {item.outcome.seen_source for item in through(found, PlaceStand)}
    assert len(seen) == 1
    assert ip_address(seen.pop()) in AddressRange.parse("10.1.9.0/24")


def test_a_group_keeps_clients_from_listeners() -> None:
    found = rehearsed(shop(rule("none", 100, IN, DENY, source="Internet")))
    assert not comes_through(found)
    assert comes_through(found, MachineStand)


def test_what_no_listener_hears_is_refused() -> None:
    found = rehearsed(shop(rule("all", 100, IN, ALLOW)))
    assert comes_through(found)
    odd = [
        item
        for item in found.compared
        if isinstance(item.question.target, GatewayStand)
        and item.question.target.backend is None
    ]
    assert odd
    assert not any(map(passed, odd))


def test_the_gateways_own_connection_passes_the_groups_of_both_subnets() -> None:
    leaving = rule("out", 100, OUT, DENY, to=f"{DESK}/32", port="8080")
    assert not comes_through(rehearsed(shop(*OPEN, leaving)))
    arriving = rule("in", 100, IN, DENY, source="10.1.9.0/24", port="8080")
    assert not comes_through(rehearsed(shop(desk=(arriving,))))
    elsewhere = rule("in", 100, IN, DENY, source="Internet", port="8080")
    assert comes_through(rehearsed(shop(desk=(elsewhere,))))


def test_a_reply_is_lost_where_the_subnet_leads_the_internet_elsewhere() -> None:
    nowhere = Route("no", AddressRange.parse("0.0.0.0/0"), NextHop.NONE, None, HERE)
    found = rehearsed(shop(route=nowhere))
    assert comes_through(found, MachineStand)
    assert not any(
        item.expected.answers or item.outcome.seen_source
        for item in through(found, PlaceStand)
    )


def test_a_backend_that_is_a_name_is_looked_up() -> None:
    for name, answers in (("app.corp.example", True), ("no.corp.example", False)):
        read = shop(backend_addresses=(), backend_names=(name,))
        assert comes_through(rehearsed(read)) is answers


def test_pods_behind_an_ingress_are_reached_past_routes() -> None:
    read = shop(backend_addresses=(), follows_ingresses=True)
    to = IngressBackend("", "/", "web", 80)
    ingress = Ingress("ns", "web", "azure-application-gateway", (to,), HERE)
    led = replace(read, objects=replace(read.objects, ingresses=(ingress,)))
    assert comes_through(rehearsed(led))
