"""Listeners of application gateways: where each listens, and what it leads to.

Source: Azure docs, application-gateway application-gateway-components.
"""

import pytest

import fabrics as fab
from seawall.engine.path import DoorKind, PathModel
from seawall.model.end import InternetEnd, SubnetEnd
from seawall.model.snapshot import Fabric, Snapshot
from seawall.model.translation import FrontEnd, GatewayRoute
from ways import A, D, ask

PUBLIC, PRIVATE = "52.0.0.7", "10.1.1.9"
WEB, ADMIN = fab.cidr("10.1.2.4"), fab.cidr("10.1.2.5")
FRONTS = (
    FrontEnd("public", "pip", None, None),
    FrontEnd("private", None, fab.cidr(PRIVATE).lowest, "gateways"),
)
ROUTES = (
    GatewayRoute("public", 80, (), (), ()),
    GatewayRoute("public", 443, (WEB,), (), (8080,)),
    GatewayRoute("private", 8443, (ADMIN,), (), (9000,)),
)


def world(*routes: GatewayRoute) -> Snapshot:
    """Return machines behind a gateway; only one of them may be reached by it."""
    only_web = fab.rule("web", 100, fab.IN, fab.ALLOW, to=str(WEB), port="8080")
    shut = fab.rule("rest", 200, fab.IN, fab.DENY)
    fabric = Fabric(
        networks=(fab.network("net", "10.1.0.0/16"),),
        subnets=(
            fab.subnet("gateways", "net", "10.1.1.0/24"),
            fab.subnet("web", "net", "10.1.2.0/24", security_group=fab.known("nsg")),
            fab.subnet("jump", "net", "10.1.3.0/24"),
        ),
        security_groups=(fab.group("nsg", only_web, shut),),
        public_addresses=(fab.public("pip", PUBLIC),),
        application_gateways=(
            fab.gateway(
                "gateways",
                front_ends=FRONTS,
                listener_ports=(80, 443, 8443),
                backend_addresses=(WEB, ADMIN),
                backend_ports=(8080, 9000),
                routes=routes,
            ),
        ),
    )
    return Snapshot(fabric=fabric)


@pytest.mark.parametrize(("port", "expected"), [(80, A), (443, A), (8443, D), (22, D)])
def test_a_listener_listens_at_its_own_front_end(port: int, expected: object) -> None:
    """A redirection is answered by the gateway itself."""
    found = ask(world(*ROUTES), InternetEnd(), PUBLIC, port, sender="8.8.8.8")
    assert found is expected


def test_a_listener_leads_to_its_own_backends_alone() -> None:
    assert ask(world(*ROUTES), SubnetEnd("jump"), PRIVATE, 8443) is D
    assert ask(world(*ROUTES), SubnetEnd("jump"), PRIVATE, 443) is D
    led = GatewayRoute("private", 443, (WEB,), (), (8080,))
    assert ask(world(*ROUTES, led), SubnetEnd("jump"), PRIVATE, 443) is A


def test_each_front_end_is_a_door_for_its_own_listeners() -> None:
    doors = PathModel.build(world(*ROUTES)).doors()
    found = {it.name: it.headers for it in doors if it.kind is DoorKind.GATEWAY}
    assert set(found) == {"agw/public", "agw/private"}
    assert not found["agw/public"] & found["agw/private"]
    (only,) = PathModel.build(world(*ROUTES[:2])).doors()
    assert only.name == "agw/public"
