"""The rules that never decide, found by a solver: one question for each rule.

    .benchmarks/z3/bin/python benchmarks/solver.py --rules 300

It is run by an interpreter that has `z3-solver`, beside `lists.py`, and prints JSON.
Tags are left out, because addresses are numbers here.
"""

import argparse
import json
import time

import z3
from lists import rules

from seawall.model.address import AddressRange
from seawall.model.filter import SecurityRule


def shadowed(found: list[SecurityRule]) -> list[str]:
    """Return the names of rules that earlier ones keep from every packet."""
    source, destination = z3.BitVec("source", 32), z3.BitVec("destination", 32)
    protocol, port = z3.BitVec("protocol", 8), z3.BitVec("port", 16)
    solver = z3.Solver()
    names = []

    def among(term: z3.BitVecRef, spans: list[tuple[int, int]]) -> z3.BoolRef:
        return z3.Or(
            [z3.And(z3.ULE(low, term), z3.ULE(term, high)) for low, high in spans]
        )

    for rule in found:
        parts = [
            among(port, [(item.first, item.last) for item in rule.destination_ports])
        ]
        if rule.protocol is not None:
            parts.append(protocol == rule.protocol)
        for term, terms in ((source, rule.sources), (destination, rule.destinations)):
            spans = [
                (item.first, item.last)
                for item in terms
                if isinstance(item, AddressRange)
            ]
            if spans:
                parts.append(among(term, spans))
        matches = z3.And(parts)
        solver.push()
        solver.add(matches)
        if solver.check() == z3.unsat:
            names.append(rule.name)
        solver.pop()
        solver.add(z3.Not(matches))
    return names


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--rules", type=int, default=300)
    arguments = parser.parse_args()
    given = rules(arguments.rules, tagged=0)
    start = time.process_time()
    found = shadowed(given)
    used = time.process_time() - start
    print(
        json.dumps({"rules": len(given), "z3": round(used, 2), "shadowed": len(found)})
    )


if __name__ == "__main__":
    main()
