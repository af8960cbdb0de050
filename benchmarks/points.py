"""Measures how many questions about pairs a large cluster answers in a second.

    python benchmarks/points.py            100,000 pods, 10,000 policies
    python benchmarks/points.py INPUT      another input

Pairs of pods are drawn from one seeded source. Timed, in CPU seconds of one process
that holds the table: answers about one pair after another (`PolicyTable.between`),
explained answers (`explain`), and verdicts of many pairs at once (`PolicyTable.many`),
the first time and once rows are laid out.
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
from array import array
from collections.abc import Callable
from pathlib import Path

from generate import Mix, write

from seawall.app.cli.read import read_input
from seawall.engine.policy import PolicyTable
from seawall.engine.policy.reasons.explain import explain
from seawall.model.dataplane import SPEC
from seawall.model.snapshot import KubernetesObjects

IN_KIB = 1024 if sys.platform == "darwin" else 1
POINTS, EXPLAINED, MANY = 20_000, 5_000, 4_000_000


def peak_mib() -> int:
    kib = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / IN_KIB
    return round(kib / 1024)


def rate(count: int, ask: Callable[[], object]) -> int:
    start = time.process_time()
    ask()
    return round(count / (time.process_time() - start))


def measure(objects: KubernetesObjects) -> dict[str, object]:
    table = PolicyTable.build(objects, SPEC)
    workloads = objects.workloads
    chance = random.Random(7)
    by_pod = [at for at, item in enumerate(workloads) for _ in item.pods or (0,)]
    some = [(chance.choice(by_pod), chance.choice(by_pod)) for _ in range(POINTS)]
    gc.collect()
    gc.freeze()
    gc.disable()
    pairs = [(workloads[a], workloads[b]) for a, b in some]
    points = [
        rate(POINTS, lambda: [table.between(a, b) for a, b in pairs]) for _ in range(3)
    ]
    asked = pairs[:EXPLAINED]
    explained = [
        rate(EXPLAINED, lambda: [explain(table, a, b, 6, 443) for a, b in asked])
        for _ in range(3)
    ]
    sources, destinations = (
        array("q", chance.choices(by_pod, k=MANY)) for _ in range(2)
    )
    before = peak_mib()
    many = table.many()
    first = rate(MANY, lambda: many.verdicts(sources, destinations))
    again = max(
        rate(MANY, lambda: many.verdicts(sources, destinations)) for _ in range(3)
    )
    return {
        "workloads": len(workloads),
        "policies": len(objects.policies),
        "point answers a second": max(points),
        "the same, the first time that rows are asked about": points[0],
        "explained answers a second": max(explained),
        "the same, the first time that ends are asked about": explained[0],
        "pairs a second in a batch of 4,000,000, rows laid out": again,
        "the same, the first time": first,
        "peak MiB before and after the batches": [before, peak_mib()],
        "load": [round(each, 1) for each in os.getloadavg()[:2]],
    }


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("input", nargs="?", type=Path)
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="seawall-bench-") as made:
        inputs = arguments.input
        if inputs is None:
            inputs = Path(made)
            mix = Mix(namespaces=1000, workloads=10, policies=10, replicas=10)
            write(inputs, mix)
        snapshot = read_input((str(inputs),), default_namespace="default", cluster=None)
    print(json.dumps(measure(snapshot.objects), indent=2))


if __name__ == "__main__":
    main()
