"""Another way that a packet may take, where one of its ways is stopped."""

from seawall.engine.path.explain import hops_of
from seawall.model.trace import Hop, Verdict
from seawall.query.ask import Asked


def other_way_text(pair: Asked) -> str:
    """Say where else a packet may go, if it is stopped on the way that is shown.

    Nothing where no way lets it through, or nothing tells the ways apart.
    """
    if pair.witness is None or Verdict.DENIED not in _verdicts(pair.forward):
        return ""
    known = {(hop.layer, hop.at, hop.says) for hop in pair.forward}
    for way in pair.answer.ways(pair.witness):
        hops = hops_of(way, way.steps, pair.witness)
        if _verdicts(hops) & {Verdict.DENIED, Verdict.UNKNOWN}:
            continue
        for hop in hops:
            if (hop.layer, hop.at, hop.says) not in known and hop.says:
                return f"; or it goes another way: {hop.says}"
    return ""


def _verdicts(hops: tuple[Hop, ...]) -> set[Verdict]:
    return {hop.verdict for hop in hops}
