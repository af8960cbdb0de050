"""Application gateways, both connections: engine and definition agree."""

from dataclasses import replace
from ipaddress import ip_address

from hypothesis import Phase, assume, given, settings
from hypothesis import strategies as st
from test_path_engine_agrees import (
    from_sets,
    header_of,
    one_of,
    reference_start,
    sources_of,
)

import fabrics as fab
import strategies_fabric as fabric_strategies
from seawall.engine.path import PathModel, Start
from seawall.model.address import AddressRange
from seawall.model.end import AddressEnd, End
from seawall.model.packet import Packet, Protocol
from seawall.model.snapshot import Snapshot
from seawall.model.trace import Verdict
from seawall.model.translation import ApplicationGateway, FrontEnd, GatewayRoute
from seawall.reference.walk import follow

FRONTS = (
    FrontEnd("public", "pip-own", None, None),
    FrontEnd("private", None, ip_address("10.1.0.21"), "endpoints"),
)
RECEIVERS = (fabric_strategies.OWN_PUBLIC, "10.1.0.21")
BACKENDS = ("10.1.0.4", "10.1.0.6", "10.0.0.9", "10.1.0.20", "10.9.0.1", "20.0.0.1")
PORTS = (80, 443, 8080)


@st.composite
def routes(draw: st.DrawFn) -> tuple[GatewayRoute, ...]:
    return tuple(
        GatewayRoute(
            draw(st.sampled_from(("public", "private"))),
            draw(st.sampled_from(PORTS)),
            tuple(AddressRange.parse(draw(st.sampled_from(BACKENDS))) for _ in "1"),
            (),
            draw(st.sampled_from(((80,), (443,), ()))),
        )
        for _ in range(draw(st.integers(0, 3)))
    )


@st.composite
def gateways(draw: st.DrawFn) -> ApplicationGateway:
    to = draw(st.lists(st.sampled_from(BACKENDS), min_size=1, max_size=2))
    return fab.gateway(
        draw(st.sampled_from(("endpoints", "endpoints", "remote", "missing"))),
        front_ends=FRONTS,
        listener_ports=draw(st.sampled_from(((80,), (80, 443)))),
        backend_addresses=tuple(map(AddressRange.parse, to)),
        backend_ports=draw(st.sampled_from(((), (80,)))),
        may_refuse=draw(st.sampled_from(((), (AddressRange.parse("10.0.0.0/8"),)))),
        routes=draw(routes()),
    )


@st.composite
def journeys(draw: st.DrawFn) -> tuple[Snapshot, End, End, Start, Packet]:
    snapshot = draw(fabric_strategies.snapshots())
    fabric = replace(
        snapshot.fabric,
        application_gateways=(draw(gateways()),),
        # Of a machine that has the same address none knows which of the two it is.
        interfaces=(),
    )
    snapshot = replace(snapshot, fabric=fabric)
    source = draw(st.sampled_from(sources_of(snapshot)))
    model = PathModel.build(snapshot)
    assume(len(model.starts(source)) == 1)
    (start,) = model.starts(source)
    receiver = ip_address(draw(st.sampled_from(RECEIVERS)))
    sender = one_of(draw, start.sources, 4)
    assume(sender is not None and sender != receiver)
    port = draw(st.sampled_from(PORTS))
    packet = Packet(sender, receiver, Protocol.TCP, 40_000, port)
    target = AddressEnd((AddressRange.of(receiver),))
    return snapshot, source, target, start, packet


@settings(phases=[Phase.explicit, Phase.generate], max_examples=150)
@given(journeys())
def test_a_gateway_leads_alike(
    journey: tuple[Snapshot, End, End, Start, Packet],
) -> None:
    snapshot, source, target, start, packet = journey
    answer = PathModel.build(snapshot).partition(source, target)
    header = header_of(packet)
    parts = (answer.allowed, answer.denied, answer.unknown)
    assume(any(header in part for part in parts))
    ours = from_sets(header, denied=answer.denied, unknown=answer.unknown)
    here = reference_start(source, start)
    every, chosen = set(), False
    for number in range(10):
        choice = fabric_strategies.Drawn(number)
        found = follow(snapshot, here, packet, target=target, choice=choice)
        every.add(found.verdict)
        chosen = chosen or choice.asked > 0
    where = (str(source), str(packet), ours, every)
    if ours is not Verdict.UNKNOWN:
        assert every == {ours}, where
    elif not chosen:
        assert every not in ({Verdict.ALLOWED}, {Verdict.DENIED}), where
