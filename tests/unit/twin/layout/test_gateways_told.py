"""What is left out of application gateways is told of what is left out alone."""

from fabrics import cluster, gateway, network, pool, snapshot, subnet, workload, zone
from seawall.model.dataplane import CILIUM
from seawall.model.snapshot import Fabric
from seawall.twin.classes.cast import cast_of, enacted
from seawall.twin.layout.whole import whole_network
from seawall.twin.policies.ground import Ground

DESK = "10.1.5.4"
FAR = "198.51.100.9"


def left_out(*names: str) -> list[tuple[str, str]]:
    """Return the backends of a gateway that are not drawn, and why."""
    fabric = Fabric(
        networks=(network("shop", "10.1.0.0/16"),),
        subnets=(
            subnet("nodes", "shop", "10.1.0.0/24"),
            subnet("desk", "shop", "10.1.5.0/24"),
            subnet("gw", "shop", "10.1.9.0/24"),
        ),
        application_gateways=(
            gateway("gw", listener_ports=(443,), backend_names=names),
        ),
        zones=(zone("corp.example", "shop", app=DESK, far=FAR),),
    )
    read = snapshot(fabric, cluster(pool("p", "nodes")), workloads=(workload("web"),))
    cast = cast_of(read, whole=True)
    played = enacted(read, cast)
    ground = Ground(played.objects, CILIUM, cast)
    whole_network(ground, played)
    gaps = ground.marks.gaps.values()
    return [(gap.what, gap.why) for gap in gaps if gap.id == "backend-not-drawn"]


def test_a_name_that_is_drawn_is_not_told_as_left_out_after_one_that_is_not() -> None:
    why = "no zone of the input has the name"
    names = ("shop.elsewhere.example", "app.corp.example")
    assert left_out(*names) == [("agw, backend shop.elsewhere.example", why)]


def test_each_name_is_left_out_for_its_own_reason() -> None:
    assert left_out("shop.elsewhere.example", "far.corp.example") == [
        ("agw, backend shop.elsewhere.example", "no zone of the input has the name"),
        (
            "agw, backend far.corp.example",
            "nobody in the twin has the address that the name leads to",
        ),
    ]
