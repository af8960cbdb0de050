"""How many pairs are open through all layers, listed one by one."""

from seawall.query.reach.cells import Words
from seawall.query.reach.count import NamespaceCount, ReachCount, pods_of
from seawall.query.reach.every_layer import ReachAll
from seawall.query.reach.tally import Passage, Tally


def count_listed(result: ReachAll) -> ReachCount:
    """Count the pairs that all layers let pass.

    Pairs of two pods of one workload are not among those of pods: what lies between
    them is not asked for.

    Complexity: the pairs of workloads; pairs of pods are not walked through.
    """
    workloads, targets = result.workloads, result.destinations()
    pairs, pods = Tally(), Tally()
    spaces: dict[str, NamespaceCount] = {}
    for item in workloads:
        space = spaces.setdefault(item.namespace, NamespaceCount(item.namespace))
        space.workloads += 1
        space.pods += pods_of(item)
    for source in result.sources():
        found, here = dict(result.between(source, targets)), workloads[source]
        for target in targets:
            if target == source and not result.include_self:
                continue
            there, passage = workloads[target], _passage(found.get(target))
            tallies = [pairs]
            if here.namespace == there.namespace:
                tallies.append(spaces[here.namespace].within)
            else:
                tallies.append(spaces[here.namespace].leaving)
                tallies.append(spaces[there.namespace].entering)
            for tally in tallies:
                tally.total += 1
                tally.add(passage, 1)
            if target != source:
                size = pods_of(here) * pods_of(there)
                pods.total += size
                pods.add(passage, size)
    ordered = sorted(spaces.values(), key=lambda item: item.name)
    return ReachCount(pairs, pods, tuple(ordered))


def _passage(words: Words | None) -> Passage:
    if words is None:
        return Passage.CLOSED
    others = words.others or ("", "")
    if words.allowed or others[0]:
        return Passage.OPEN
    return Passage.UNKNOWN if words.unknown or others[1] else Passage.CLOSED
