"""Health probes: which nodes a load balancer hands packets to."""

from collections.abc import Iterable, Iterator
from typing import NamedTuple

from seawall.engine.path.filters.filter import Filters
from seawall.engine.path.filters.needs import PROBES, Met, Need, met
from seawall.engine.path.ground.atlas import Atlas
from seawall.engine.path.ground.space import Space
from seawall.engine.path.ground.verdicts import Ruling, Said
from seawall.model.cluster import NodePool
from seawall.model.packet import PortRange
from seawall.model.trace import Verdict
from seawall.model.translation import LoadBalancerRule

SOURCE = "Azure docs, load-balancer-custom-probe-overview"


class Probed(NamedTuple):
    """A pool that may take packets, and what probes have to say about that.

    Attributes:
        pool: The pool.
        nodes: The addresses of its nodes.
        ruling: What no probe, or perhaps none, does to packets for it; None where it
            does not matter.
    """

    pool: NodePool
    nodes: Space
    ruling: Ruling | None = None


def healthy(
    atlas: Atlas,
    filters: Filters,
    pools: Iterable[tuple[NodePool, Space]],
    rule: LoadBalancerRule,
) -> Iterator[Probed]:
    """Yield the pools that a rule may hand packets to.

    A pool that probes surely do not come to takes none, and leaves them to the others.
    Where no pool is left, each is yielded with the denial, for the sake of what else
    is on its way.

    Args:
        atlas: What is known of the network.
        filters: Its rules.
        pools: The pools behind the rule, with the addresses of their nodes.
        rule: What hands packets on.

    Source:
        docs/semantics/path.md, B14.
    """
    if rule.probe is None:
        for pool, nodes in pools:
            yield Probed(pool, nodes)
        return
    found = [(*each, _met(atlas, filters, *each, rule.probe)) for each in pools]
    verdicts = {each.verdict for _, _, each in found}
    for pool, nodes, each in found:
        if Verdict.ALLOWED in verdicts:
            if each.verdict is not Verdict.DENIED:
                yield Probed(pool, nodes)
        elif Verdict.UNKNOWN not in verdicts:
            yield Probed(pool, nodes, _shut(pool, each.said))
        elif each.verdict is Verdict.UNKNOWN:
            says = f"probes may not reach pool {pool.name}: {each.said.says}"
            yield Probed(pool, nodes, Ruling.not_known(says, SOURCE, each.said.rule))


def _met(
    atlas: Atlas, filters: Filters, pool: NodePool, nodes: Space, ports: PortRange
) -> Met:
    home = atlas.subnet(pool.subnet.value)
    if home is None:
        says = f"the subnet of pool `{pool.name}` is not in the input"
        return Met(Verdict.UNKNOWN, Said(says, None, SOURCE))
    need = Need(PROBES, ports, "probes", SOURCE)
    return met(atlas, filters, home, need, pool, nodes)


def _shut(pool: NodePool, said: Said) -> Ruling:
    says = (
        f"no probe from AzureLoadBalancer reaches pool {pool.name}, so its nodes count "
        f"as down: {said.says}"
    )
    return Ruling.denying(says, SOURCE, said.rule)
