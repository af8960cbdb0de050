"""Which nodes a load balancer hands packets to, drawn: both meanings agree."""

from dataclasses import replace

from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from test_traps_of_aks import probed
from test_way_vectors import enter

from fabrics import ALLOW, DENY, IN, group, hidden, known, pool, rule, subnet
from seawall.model.filter import SecurityRule
from seawall.model.packet import PortRange
from seawall.model.setting import Setting

PROBE = "AzureLoadBalancer"
SOURCES = ("*", PROBE, "168.63.129.16", "Storage", "VirtualNetwork", "Internet")
PLACES = ("*", "10.0.0.0/25", "10.0.2.0/24", "VirtualNetwork")
PORTS = ("*", "80", "30000-32767", "31000-31999")
CLIENT = rule("web", 100, IN, ALLOW, source="Internet", port="80")


@st.composite
def rules(draw: st.DrawFn) -> tuple[SecurityRule, ...]:
    return tuple(
        rule(
            f"r{number}",
            200 + number,
            IN,
            draw(st.sampled_from((DENY, DENY, ALLOW))),
            source=draw(st.sampled_from(SOURCES)),
            to=draw(st.sampled_from(PLACES)),
            port=draw(st.sampled_from(PORTS)),
        )
        for number in range(draw(st.integers(0, 2)))
    )


def settings_of(name: str) -> st.SearchStrategy[Setting[str]]:
    return st.sampled_from((known(name), known(name), known(None), hidden()))


@settings(
    phases=[Phase.explicit, Phase.generate],
    max_examples=40,
    suppress_health_check=[HealthCheck.too_slow],
)
@given(st.data())
def test_packets_go_to_the_nodes_that_probes_reach_alike(data: st.DataObject) -> None:
    at = (None, PortRange(30080, 30080), PortRange(30000, 32767))
    asked = probed(*data.draw(rules()), at=data.draw(st.sampled_from(at)))
    assert asked.cluster is not None
    outer = group("outer", CLIENT, *data.draw(rules()))
    (home,) = asked.fabric.subnets
    home = replace(home, security_group=data.draw(settings_of("outer")))
    away = subnet("away", "net", "10.0.2.0/24", security_group=known("outer"))
    fabric = replace(
        asked.fabric,
        subnets=(home, away),
        security_groups=(*asked.fabric.security_groups, outer),
    )
    user = pool("user", "away", nic_security_group=data.draw(settings_of("g")))
    pools = (*asked.cluster.pools, *data.draw(st.sampled_from(((), (user,)))))
    on = replace(asked.cluster, pools=pools)
    enter(replace(asked, fabric=fabric, cluster=on))
