"""A way that is stopped, beside another one that the packet may take."""

import fabrics as fab
from seawall.model.end import NameEnd, SubnetEnd
from seawall.model.network import NextHop
from seawall.model.packet import PortRange, Protocol
from seawall.model.snapshot import Fabric
from seawall.model.trace import Verdict
from seawall.query.case import Case
from seawall.query.trace.answer import trace
from seawall.query.words.port import PortText


def sentence(*endpoints: str) -> str:
    """Return what is said of a vault that nobody declares, where all is dropped."""
    away = fab.table("away", fab.route("away", "0.0.0.0/0", NextHop.NONE))
    nodes = fab.subnet(
        "nodes",
        "net",
        "10.1.0.0/24",
        service_endpoints=endpoints,
        route_table=fab.known("away"),
    )
    fabric = Fabric(
        networks=(fab.network("net", "10.1.0.0/16"),),
        subnets=(nodes,),
        route_tables=(away,),
    )
    port = PortText(protocol=Protocol.TCP, ports=PortRange(443, 443))
    to = NameEnd("other.vault.azure.net")
    answer = trace(
        Case(fab.snapshot(fabric)), "?", (SubnetEnd("nodes"),), (to,), port=port
    )
    wanted = Verdict.UNKNOWN if endpoints else Verdict.DENIED
    assert answer.verdict is wanted
    return answer.sentence


def test_the_way_that_is_not_stopped_is_told_beside_the_one_that_is() -> None:
    """Source: Azure docs, virtual-network-service-endpoints-overview."""
    told = sentence("Microsoft.KeyVault")
    assert "away/away drops" in told
    assert "or it goes another way: an endpoint of nodes for Microsoft.KeyVault" in told


def test_where_every_way_is_stopped_no_other_is_told() -> None:
    assert "another way" not in sentence()
