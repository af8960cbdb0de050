"""Measures edits of single policies on a large cluster, beside building it anew.

    python benchmarks/edits.py                 100,000 pods, 10,000 policies
    python benchmarks/edits.py INPUT           another input
    python benchmarks/edits.py --of workloads  edits of workloads instead

Every edit is drawn from one seeded source: a policy is removed, or added, or (three
times in five) replaced by what another policy says. Timed are the new table and all
that changes: pairs of units as rectangles, addresses, and the way to the own node. One
warm-up edit, which indexes rows by far end, is told apart.

Of workloads, one is relabelled as another of its namespace is, or goes, or one comes
that is labelled as another is.
"""

import argparse
import gc
import json
import os
import random
import resource
import sys
import tempfile
import time
from dataclasses import replace
from pathlib import Path

from generate import Mix, write

from seawall.app.cli.read import read_input
from seawall.engine.policy import PolicyTable
from seawall.engine.policy.edits.edit import changed
from seawall.engine.policy.edits.room import room_for
from seawall.engine.policy.ends.frame import Question
from seawall.model.dataplane import SPEC
from seawall.model.snapshot import KubernetesObjects

IN_KIB = 1024 if sys.platform == "darwin" else 1


def peak_mib() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / IN_KIB / 1024


def edited(objects: KubernetesObjects, chance: random.Random) -> KubernetesObjects:
    policies = list(objects.policies)
    at = chance.randrange(len(policies))
    old, other = policies[at], chance.choice(policies)
    how = chance.choice(("remove", "add", "replace", "replace", "replace"))
    if how == "remove":
        del policies[at]
    elif how == "add":
        policies.insert(at, replace(other, namespace=old.namespace))
    else:
        policies[at] = replace(other, namespace=old.namespace, name=old.name)
    return replace(objects, policies=tuple(policies))


def resettled(objects: KubernetesObjects, chance: random.Random) -> KubernetesObjects:
    workloads = list(objects.workloads)
    at = chance.randrange(len(workloads))
    old, like = workloads[at], chance.choice(workloads)
    how = chance.choice(("relabel", "go", "come"))
    if how == "go":
        del workloads[at]
    elif how == "come":
        new = replace(like, name=f"{like.name}-{len(workloads)}", pods=like.pods[:1])
        workloads.insert(at, new)
    else:
        kin = [item for item in workloads if item.namespace == old.namespace]
        workloads[at] = replace(old, labels=chance.choice(kin).labels)
    return replace(objects, workloads=tuple(workloads))


EDITS = {"policies": edited, "workloads": resettled}


def measure(objects: KubernetesObjects, edits: int, kind: str) -> dict[str, object]:
    start = time.process_time()
    room = room_for(objects.workloads)
    table = PolicyTable.of(objects, SPEC, Question(), room)
    built = time.process_time() - start
    gc.collect()
    gc.freeze()
    chance = random.Random(7)
    taken: list[tuple[float, float, int]] = []
    before = peak_mib()
    for number in range(edits + 1):
        objects = EDITS[kind](objects, chance)
        wall, cpu = time.perf_counter(), time.process_time()
        table, changes = changed(table, objects)
        listed = len(changes.rectangles if kind == "policies" else changes.pairs)
        _ = changes.addresses, changes.own_node
        cpu, wall = time.process_time() - cpu, time.perf_counter() - wall
        taken.append((1000 * cpu, 1000 * wall, listed))
        if number == 0:
            before = peak_mib()
    (first, _, _), rest = taken[0], taken[1:]
    cpu, wall = (sorted(item[kind] for item in rest) for kind in (0, 1))

    def at(times: list[float], share: float) -> float:
        return round(times[min(int(share * len(times)), len(times) - 1)], 2)

    return {
        "units": len(table.index.units.units),
        "policies": len(objects.policies),
        "build with room, CPU s": round(built, 2),
        "first edit, CPU ms": round(first, 1),
        "edits": f"{edits} of {kind}",
        "CPU ms p50, p95, max": [at(cpu, 0.5), at(cpu, 0.95), at(cpu, 1)],
        "wall ms p50, p95, max": [at(wall, 0.5), at(wall, 0.95), at(wall, 1)],
        "listed p50": sorted(item[2] for item in rest)[edits // 2],
        "peak MiB": round(peak_mib()),
        "peak growth, MiB an edit": round((peak_mib() - before) / edits, 3),
        "load": [round(each, 1) for each in os.getloadavg()[:2]],
    }


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("input", nargs="?", type=Path)
    parser.add_argument("--edits", type=int, default=200)
    parser.add_argument("--of", choices=sorted(EDITS), default="policies", dest="kind")
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="seawall-bench-") as made:
        folder = arguments.input
        if folder is None:
            folder = Path(made)
            write(folder, Mix(namespaces=1000, workloads=10, policies=10))
        snapshot = read_input((str(folder),), default_namespace="default", cluster=None)
    print(
        json.dumps(measure(snapshot.objects, arguments.edits, arguments.kind), indent=2)
    )


if __name__ == "__main__":
    main()
