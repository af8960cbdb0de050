"""The source that a far end sees: the engine's set holds the definition's address."""

from hypothesis import given
from test_path_engine_agrees import header_of, journeys

import strategies_fabric as fabric_strategies
from seawall.engine.path import PathModel, Space, Start
from seawall.model.end import End, NameEnd
from seawall.model.packet import Packet
from seawall.model.snapshot import Snapshot
from seawall.model.trace import Verdict
from seawall.reference.journey import Start as ReferenceStart
from seawall.reference.walk import follow


@given(journeys())
def test_the_source_on_arrival_is_one_that_the_engine_knows(
    journey: tuple[Snapshot, End, End, Start, Packet],
) -> None:
    snapshot, source, target, start, packet = journey
    model = PathModel.build(snapshot)
    answer = model.partition(source, target)
    header = header_of(packet)
    here = ReferenceStart(
        source, start.pool.name if start.pool else "", start.network or ""
    )
    name = target.name if isinstance(target, NameEnd) else None
    for number in range(6):
        outcome = follow(
            snapshot,
            here,
            packet,
            name=name,
            target=target,
            choice=fabric_strategies.Drawn(number),
        )
        known = header in answer.partition.flows and name is None
        if outcome.arrival is None or outcome.verdict is Verdict.DENIED or not known:
            continue
        _, arrived = outcome.arrival
        where = (str(source), str(target), str(packet), str(arrived))
        seen = model.seen(answer, header)
        assert arrived in seen, (*where, str(seen))
        if header in answer.allowed:
            wanted = Space.parse(str(arrived))
            found = model.sightings(answer, wanted)
            assert any(arrived in each.sources for each in found), where
