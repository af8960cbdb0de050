"""What a question about the nodes of a pool is about."""

from dataclasses import replace
from ipaddress import ip_address

import fabrics as fab
from seawall.engine.path import PathModel
from seawall.model.end import NodeEnd
from seawall.model.translation import FrontEnd


def test_the_address_of_a_front_end_is_no_nodes() -> None:
    """Azure gives an address to one interface or front end only; see path.md, A3."""
    front = ip_address("10.1.0.9")
    fronts = (FrontEnd("front", None, front, "nodes"),)
    fabric = fab.hub_and_spoke(
        load_balancers=(fab.balancer("web", 443, front_ends=fronts),)
    )
    shot = fab.snapshot(fabric, fab.cluster(fab.pool("sys", "nodes")))
    model = PathModel.build(shot)
    node = NodeEnd("sys")
    assert front not in model.asking.addresses(node)
    assert front not in model.starts(node)[0].sources
    bare = replace(shot, fabric=replace(fabric, load_balancers=()))
    assert front in PathModel.build(bare).asking.addresses(node)
