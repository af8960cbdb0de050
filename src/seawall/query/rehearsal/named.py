"""What was proved about packets for a name, without the question of where it leads.

How names resolve is asked by itself. Here a name is sent with the packet, to the public
address that stands for it: the engine is asked about such a packet, past its name
resolution.
"""

from seawall.engine.path import Answer, Branch, PathModel, PolicyOracle, Question
from seawall.engine.path.ground.verdicts import agreed
from seawall.engine.path.policies.judging import Judging
from seawall.flowspace import FlowSet
from seawall.model.end import End, NameEnd
from seawall.model.packet import Protocol
from seawall.twin.classes.cast import ResourceStand, SiteStand


def answer_for(
    paths: PathModel,
    source: End,
    stand: SiteStand | ResourceStand,
    port: int,
    policy: PolicyOracle,
) -> Answer:
    """Return what becomes of TCP to a public address that is meant for a name."""
    judging = Judging(paths.atlas, paths.walker.places)
    owned = isinstance(stand, ResourceStand)
    name = stand.host if isinstance(stand, ResourceStand) else stand.name
    resource = stand.resource if isinstance(stand, ResourceStand) else None
    question = Question(
        NameEnd(name),
        name=name,
        canonical=name if owned else "",
        resource=resource,
        is_public=True,
    )
    ways: list[Branch] = []
    number, protocol = int(stand.address), int(Protocol.TCP)
    for start in paths.starts(source):
        flows = FlowSet.box(
            sources=start.sources.intervals,
            destinations={4: ((number, number),)},
            protocols=((protocol, protocol),),
            destination_ports=((port, port),),
        )
        branch = Branch(start, question, flows)
        if flows:
            for way in paths.walker.walked(branch):
                ways += judging.judged(way, policy)
    return Answer(agreed(way.verdicts() for way in ways), tuple(ways))
