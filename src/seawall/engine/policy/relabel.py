"""From the table of some workloads to that of others that differ in labels only."""

from dataclasses import replace

from seawall.engine.policy.changes import Changes
from seawall.engine.policy.compiled import Compiled
from seawall.engine.policy.near import Near
from seawall.engine.policy.table import PolicyTable
from seawall.model.policy import Direction
from seawall.model.snapshot import KubernetesObjects


def relabelled(
    table: PolicyTable, objects: KubernetesObjects
) -> tuple[PolicyTable, Changes] | None:
    """Return the table of *objects*, whose workloads have other labels, and how.

    Rows stay as they are: workloads move from unit to unit. None if that does not
    suffice: something else differs, or a unit would come up, or be left by everybody.
    What port names and address blocks match rests on which units somebody is in.

    Complexity: linear in the number of pods.
    """
    compiled = table.compiled
    index = compiled.index
    before, after = index.objects.workloads, objects.workloads
    if len(before) != len(after) or (
        replace(objects, workloads=before) != index.objects
    ):
        return None
    for was, now in zip(before, after, strict=True):
        if was is not now and replace(now, labels=was.labels) != was:
            return None
    units = index.units.regrouped(after)
    if units.units != index.units.units or units.present != index.units.present:
        return None
    index = replace(index, objects=objects, workloads=after, units=units)
    compiler = compiled.compiler.over(index)
    near = Near(index, compiler.open)
    rows, seating = compiled.rows, compiled.seating
    done = Compiled(index, compiler, compiled.grips, rows, near, seating)
    touched = dict.fromkeys(Direction, 0)
    done.carry_on(compiled, touched, ())
    held = zip(table.index.units.of_workload, units.of_workload, strict=True)
    moved = tuple(at for at, (one, two) in enumerate(held) if one != two)
    changes = Changes(table, PolicyTable(done), touched, moved)
    return changes.after, changes
