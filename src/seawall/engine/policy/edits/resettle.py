"""From the table of some workloads to that of others that live in the same units."""

from dataclasses import replace

from seawall.engine.policy.compile.compiled import Compiled
from seawall.engine.policy.compile.near import Near
from seawall.engine.policy.ends.frame import families_of, nodes_of
from seawall.engine.policy.ends.refused import Windows
from seawall.engine.policy.ends.twins import Twins
from seawall.model.policy import Direction
from seawall.model.snapshot import KubernetesObjects
from seawall.model.workload import Workload


def resettled(
    compiled: Compiled, objects: KubernetesObjects, twins: Twins
) -> Compiled | None:
    """Return what is compiled of *objects*, which differ in workloads only.

    Rows stay as they are: workloads come into units, go, or move from one to another.
    None if that does not suffice: somebody is in a unit that there was not, a node
    or address family is new or gone, Windows comes or goes, or a port name becomes
    clear or unclear.

    Args:
        compiled: What was compiled before.
        objects: The objects after.
        twins: The workloads before and after.

    Complexity: linear in workloads, and in the pods of those that differ; in all pods,
    if those that differ show other nodes than they did.
    """
    index = compiled.index
    if not _is_cut_alike(compiled, objects, twins):
        return None
    units = index.units.regrouped(twins)
    named = None if units is None else index.named.over(units)
    if units is None or named is None:
        return None
    index = replace(
        index,
        objects=objects,
        workloads=objects.workloads,
        units=units,
        peers=index.peers.over(units),
        named=named,
    )
    compiler = compiled.compiler.over(index)
    near = Near(index, compiler.open)
    done = Compiled(
        index, compiler, compiled.grips, compiled.rows, near, compiled.seating
    )
    done.carry_on(compiled, dict.fromkeys(Direction, 0), ())
    return done


def _is_cut_alike(compiled: Compiled, objects: KubernetesObjects, twins: Twins) -> bool:
    """Whether the workloads after would be told apart by the same things."""
    index = compiled.index
    differing = [*twins.differing()]
    before = [twins.before[at] for at in (*(was for was, _ in differing), *twins.went)]
    after = [twins.after[at] for at in (*(now for _, now in differing), *twins.came)]
    nothing = replace(index.question, pod_ranges=())
    return (
        families_of(before, nothing) == families_of(after, nothing)
        and _show_the_same_nodes(twins, before, after)
        and Windows(objects, index.dataplane, room=index.roomy).agrees(
            index.units.windows
        )
    )


def _show_the_same_nodes(
    twins: Twins, before: list[Workload], after: list[Workload]
) -> bool:
    """Whether all workloads show the same nodes as before, if some differ."""
    if nodes_of(before).keys() == nodes_of(after).keys():
        return True
    return nodes_of(twins.before).keys() == nodes_of(twins.after).keys()
