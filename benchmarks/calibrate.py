"""Measures the machine by what is none of ours, so that tables of two can be compared.

    python benchmarks/calibrate.py         the pods of the cluster of `d`
    python benchmarks/calibrate.py FILE    another list of pods as JSON

The machine on which the goals were written decoded such a file by `json.loads` at 44 to
55 MB a CPU second, and by msgspec into types of the fields that are read at 165 to
177 MB. Each is the best of several, with the collection of garbage off, as `seawall`
has it, and on, as Python has it: which of the two it was there is not known.
"""

import argparse
import gc
import json
import os
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import msgspec
from generate import Mix, write_dump

TIMES = 3
STEPS = 20_000_000
GOALS = {"json.loads": (44, 55), "msgspec, typed": (165, 177)}
"""MB a CPU second on the machine of the goals."""


class Port(msgspec.Struct):
    name: str = ""
    containerPort: int = 0  # noqa: N815
    protocol: str = "TCP"


class Container(msgspec.Struct):
    name: str = ""
    ports: tuple[Port, ...] = ()


class Reference(msgspec.Struct):
    kind: str = ""
    name: str = ""
    controller: bool = False


class Metadata(msgspec.Struct):
    name: str = ""
    namespace: str = ""
    labels: dict[str, str] = {}
    ownerReferences: tuple[Reference, ...] = ()  # noqa: N815


class Spec(msgspec.Struct):
    nodeName: str = ""  # noqa: N815
    hostNetwork: bool = False  # noqa: N815
    containers: tuple[Container, ...] = ()


class Status(msgspec.Struct):
    phase: str = ""
    podIP: str = ""  # noqa: N815


class Pod(msgspec.Struct):
    metadata: Metadata
    spec: Spec
    status: Status


class Pods(msgspec.Struct):
    items: list[Pod]


def best(ask: Callable[[], object], *, collects: bool) -> float:
    """Return the CPU seconds of the quickest of several turns."""
    taken = []
    for _ in range(TIMES):
        gc.collect()
        (gc.enable if collects else gc.disable)()
        start = time.process_time()
        found = ask()
        taken.append(time.process_time() - start)
        del found
    return min(taken)


def steps() -> int:
    total = 0
    for number in range(STEPS):
        total += number & 7
    return total


def measure(text: bytes) -> dict[str, object]:
    megabytes = len(text) / 1e6
    decode = msgspec.json.Decoder(Pods).decode
    asked = {"json.loads": json.loads, "msgspec, typed": decode}
    found: dict[str, object] = {
        "MB": round(megabytes),
        f"a loop of {STEPS:,} steps, CPU s": round(best(steps, collects=False), 2),
    }
    for name, ask in asked.items():
        for collects in (False, True):
            rate = megabytes / best(lambda: ask(text), collects=collects)  # noqa: B023
            low, high = GOALS[name]
            garbage = "on" if collects else "off"
            found[f"{name}, collection {garbage}, MB a CPU s"] = round(rate)
            times = f"{rate / high:.2f} to {rate / low:.2f}"
            found[f"{name}, collection {garbage}, times the goals' machine"] = times
    found["load"] = [round(each, 1) for each in os.getloadavg()[:2]]
    return found


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("file", nargs="?", type=Path)
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="seawall-bench-") as made:
        file = arguments.file
        if file is None:
            write_dump(
                Path(made), Mix(namespaces=1000, workloads=10, policies=10, replicas=10)
            )
            file = Path(made) / "pods.json"
        text = file.read_bytes()
    json.dump(measure(text), sys.stdout, indent=2)


if __name__ == "__main__":
    main()
