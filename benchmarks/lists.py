"""Measures what is said of ordered lists of rules, and prints it as JSON.

    python benchmarks/lists.py                        300, 1,000, 3,000 and 10,000 rules
    python benchmarks/lists.py --rules 300 --tagged 0 as `solver.py` is asked

Figures are CPU seconds within the process, after one list that does not count: the list
is compiled, and every rule that never decides and every rule that is not needed is
found. *compare* holds a list beside a copy in which a few rules differ. Whether the
answers are right is a matter of the tests.
"""

import argparse
import json
import random
import time
from collections.abc import Sequence

from seawall.engine.lists.compare import compare
from seawall.engine.lists.facts import ListFacts, RuleList
from seawall.engine.lists.reading import Reader
from seawall.engine.lists.rule import Listed
from seawall.model.address import AddressRange
from seawall.model.filter import (
    ANYWHERE,
    Access,
    AddressTerm,
    SecurityRule,
    ServiceTag,
)
from seawall.model.origin import Origin
from seawall.model.packet import EVERY_PORT, PortRange
from seawall.model.policy import Direction

NUMBERS = (22, 53, 80, 443, 1433, 3389, 5432, 6379, 8080, 8443, 9090, 9200)
TAGS = ("Storage", "Storage.WestEurope", "AzureMonitor", "VirtualNetwork", "Internet")
PROTOCOLS = (6, 6, 6, 17, 17, None)
SIZES = (300, 1_000, 3_000, 10_000)


def prefixes(many: int, dice: random.Random) -> list[AddressRange]:
    """Return prefixes that lie within one another, as those of networks do.

    More of them are spread over more networks.
    """
    found = []
    for _ in range(many):
        length = dice.choice((12, 16, 16, 20, 24, 24, 24, 26, 28, 32))
        start = (10 + dice.randrange(1 + many // 20)) % 220
        places = (start, *(dice.randrange(256) for _ in range(3)))
        found.append(AddressRange.parse(f"{'.'.join(map(str, places))}/{length}"))
    return found


def rules(many: int, seed: int = 1, tagged: float = 0.03) -> list[SecurityRule]:
    """Return a made-up list: prefixes within one another, ports and ranges.

    Args:
        many: How many rules; the last one denies everything.
        seed: The same gives the same rules.
        tagged: How many of the terms are service tags.
    """
    dice = random.Random(seed)
    pool = prefixes(max(many // 5, 20), dice)

    def terms() -> tuple[AddressTerm, ...]:
        if dice.random() < tagged:
            return (ServiceTag(dice.choice(TAGS)),)
        return tuple(dice.sample(pool, dice.choice((1, 1, 1, 2, 3))))

    def ports() -> tuple[PortRange, ...]:
        kind = dice.random()
        if kind < 0.1:
            return (EVERY_PORT,)
        if kind < 0.3:
            low = dice.randrange(1_000, 60_000, 500)
            return (PortRange(low, low + dice.choice((99, 499, 2_999))),)
        return tuple(PortRange(each, each) for each in dice.sample(NUMBERS, 2))

    def ends() -> tuple[tuple[AddressTerm, ...], tuple[AddressTerm, ...]]:
        kind = dice.random()
        return (
            (ANYWHERE,) if kind < 0.15 else terms(),
            (ANYWHERE,) if 0.15 <= kind < 0.3 else terms(),
        )

    pairs = [ends() for _ in range(many - 1)]
    found = [
        SecurityRule(
            name=f"rule-{at}",
            priority=100 + at,
            direction=Direction.INGRESS,
            access=dice.choice((Access.ALLOW, Access.ALLOW, Access.DENY)),
            protocol=dice.choice(PROTOCOLS),
            sources=pairs[at][0],
            source_ports=(EVERY_PORT,),
            destinations=pairs[at][1],
            destination_ports=ports(),
            origin=Origin("made-up"),
        )
        for at in range(many - 1)
    ]
    last = SecurityRule(
        "everything",
        100 + many,
        Direction.INGRESS,
        Access.DENY,
        None,
        (ANYWHERE,),
        (EVERY_PORT,),
        (ANYWHERE,),
        (EVERY_PORT,),
        Origin("made-up"),
    )
    return [*found, last]


def listed(found: Sequence[SecurityRule]) -> list[Listed]:
    return list(Reader().security_rules(found, "nsg"))


def told(many: int) -> ListFacts:
    return RuleList(listed(rules(many)), Access.DENY).facts()


def measured(many: int, tagged: float) -> dict[str, object]:
    given = listed(rules(many, tagged=tagged))
    start = time.process_time()
    made = RuleList(given, Access.DENY)
    built = time.process_time()
    found = made.facts()
    end = time.process_time()
    other, others = [*given], listed(rules(many, seed=2, tagged=tagged))
    for at in range(0, len(other), max(len(other) // 10, 1)):
        other[at] = others[at]
    compared = time.process_time()
    differing = compare(given, other, Access.DENY)
    return {
        "rules": many,
        "decided": round(built - start, 3),
        "all": round(end - start, 3),
        "shadowed": len(found.shadowed),
        "redundant": len(found.redundant),
        "open": len(found.open),
        "compare": round(time.process_time() - compared, 3),
        "differences": len(differing.differences),
    }


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--rules", type=int, action="append")
    parser.add_argument(
        "--tagged", type=float, default=0.03, help="the share of service tags"
    )
    arguments = parser.parse_args()
    told(30)
    for many in arguments.rules or SIZES:
        line = measured(many, arguments.tagged)
        print(json.dumps(line))


if __name__ == "__main__":
    main()
