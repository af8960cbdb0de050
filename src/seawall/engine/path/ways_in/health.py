"""Health probes: which nodes a load balancer hands packets to."""

from collections.abc import Iterable, Iterator
from typing import NamedTuple

from seawall.engine.path.filters.filter import Filters
from seawall.engine.path.filters.needs import PROBES, Met, Need, met
from seawall.engine.path.ground.atlas import Atlas
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
        ruling: What no probe, or perhaps none, does to packets for it; None where it
            does not matter.
    """

    pool: NodePool
    ruling: Ruling | None = None


def healthy(
    atlas: Atlas, filters: Filters, pools: Iterable[NodePool], rule: LoadBalancerRule
) -> Iterator[Probed]:
    """Yield the pools that a rule may hand packets to.

    A pool that probes surely do not come to takes none, and leaves them to the others.
    Where no pool is left, each is yielded with the denial, for the sake of what else
    is on its way.

    Source:
        docs/semantics/path.md, B14.
    """
    if rule.probe is None:
        yield from map(Probed, pools)
        return
    found = [(pool, _met(atlas, filters, pool, rule.probe)) for pool in pools]
    verdicts = {each.verdict for _, each in found}
    for pool, each in found:
        if Verdict.ALLOWED in verdicts:
            if each.verdict is not Verdict.DENIED:
                yield Probed(pool)
        elif Verdict.UNKNOWN not in verdicts:
            yield Probed(pool, _shut(pool, each.said))
        elif each.verdict is Verdict.UNKNOWN:
            says = f"probes may not reach pool {pool.name}: {each.said.says}"
            yield Probed(pool, Ruling.not_known(says, SOURCE, each.said.rule))


def _met(atlas: Atlas, filters: Filters, pool: NodePool, ports: PortRange) -> Met:
    home = atlas.subnet(pool.subnet.value)
    if home is None:
        says = f"the subnet of pool `{pool.name}` is not in the input"
        return Met(Verdict.UNKNOWN, Said(says, None, SOURCE))
    need = Need(PROBES, ports, "probes", SOURCE)
    return met(atlas, filters, home, need, pool)


def _shut(pool: NodePool, said: Said) -> Ruling:
    says = (
        f"no probe from AzureLoadBalancer reaches pool {pool.name}, so its nodes count "
        f"as down: {said.says}"
    )
    return Ruling.denying(says, SOURCE, said.rule)
