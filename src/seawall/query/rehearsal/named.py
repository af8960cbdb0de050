"""What was proved about packets for a name, without the question of where it leads.

The twin has no name servers yet: a name is sent with the packet, to an address on the
internet. So the engine is asked about such a packet, past its name resolution.
"""

from seawall.engine.path import Answer, Branch, PathModel, PolicyOracle, Question
from seawall.engine.path.ground.verdicts import agreed
from seawall.engine.path.policies.judging import Judging
from seawall.flowspace import FlowSet
from seawall.model.end import End, NameEnd
from seawall.model.packet import Protocol
from seawall.twin.classes.cast import SiteStand


def answer_for(
    paths: PathModel, source: End, site: SiteStand, policy: PolicyOracle
) -> Answer:
    """Return what becomes of TCP to a public address that is meant for a name."""
    judging = Judging(paths.atlas, paths.walker.places)
    question = Question(NameEnd(site.name), name=site.name, is_public=True)
    ways: list[Branch] = []
    number, protocol = int(site.address), int(Protocol.TCP)
    for start in paths.starts(source):
        flows = FlowSet.box(
            sources=start.sources.intervals,
            destinations={4: ((number, number),)},
            protocols=((protocol, protocol),),
            destination_ports=((site.port, site.port),),
        )
        branch = Branch(start, question, flows)
        if flows:
            for way in paths.walker.walked(branch):
                ways += judging.judged(way, policy)
    return Answer(agreed(way.verdicts() for way in ways), tuple(ways))
