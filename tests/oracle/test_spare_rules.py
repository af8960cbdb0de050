"""Rules called spare, taken away: the definition decides as before; others matter."""

from collections.abc import Iterable, Iterator
from dataclasses import replace
from typing import TypeVar

from hypothesis import given
from hypothesis import strategies as st

from policy_probes import (
    Probe,
    asked,
    default_families,
    edges_of,
    ends_of,
    every_probe,
    question_of,
)
from seawall.engine.policy import PolicyTable
from seawall.engine.policy.spare.rule_groups import Place
from seawall.engine.policy.spare.search import find_spare
from seawall.model.dataplane import CALICO, CILIUM, NPM, SPEC, Dataplane, Tri
from seawall.model.policy import Direction, Policy, PolicyRule
from seawall.model.ranked import RankedPolicy, RankedRule
from seawall.model.snapshot import KubernetesObjects
from seawall.model.trace import Verdict
from seawall.reference.policy import HostAt, Outside, PodAt, PolicyQuestion, decide
from strategies import ORIGIN, clusters
from strategies_ranked import ranked_clusters

ALL = replace(
    SPEC,
    enforces_calico_policies=Tri.YES,
    enforces_cilium_policies=Tri.YES,
    ties_by_name=True,
)
FIRM = replace(CALICO, ties_by_name=False)


def without(
    objects: KubernetesObjects, table: PolicyTable, places: Iterable[Place]
) -> KubernetesObjects:
    """Return a cluster without the rules at some places of a table."""
    gone = set(places)
    rules = {
        id(_policy(table, place).rules(place.direction)[place.position])
        for place in gone
    }
    return replace(
        objects,
        policies=tuple(
            replace(
                item,
                ingress=_left(item.ingress, rules),
                egress=_left(item.egress, rules),
            )
            for item in objects.policies
        ),
        ranked_policies=tuple(
            replace(
                item,
                ingress=_left(item.ingress, rules),
                egress=_left(item.egress, rules),
            )
            for item in objects.ranked_policies
        ),
    )


def _policy(table: PolicyTable, place: Place) -> Policy | RankedPolicy:
    index = table.index
    held = index.ranked if place.is_ranked else index.policies
    return held[place.policy]


Rule = TypeVar("Rule", PolicyRule, RankedRule)


def _left(rules: tuple[Rule, ...], gone: set[int]) -> tuple[Rule, ...]:
    return tuple(rule for rule in rules if id(rule) not in gone)


def questions(
    objects: KubernetesObjects, probes: Iterable[Probe]
) -> Iterator[PolicyQuestion]:
    """Yield every pair of ends with every probe."""
    families = default_families(objects, ())
    listed = list(probes)
    every = [item for item in objects.workloads if item.runs]
    for source in every:
        for a in ends_of("from", source, families):
            yield from _to_addresses(a, objects, listed)
            for destination in every:
                for b in ends_of("to", destination, families):
                    for version in a.keys() & b.keys():
                        for probe in listed:
                            yield asked(a[version], b[version], probe, version)


def _to_addresses(
    ends: dict[int, PodAt | HostAt], objects: KubernetesObjects, probes: list[Probe]
) -> Iterator[PolicyQuestion]:
    for address in edges_of(objects):
        end = ends.get(address.version)
        if end is None:
            continue
        for way in Direction:
            for probe in probes:
                yield question_of(end, Outside(address), way, probe)


def sides(
    objects: KubernetesObjects, plane: Dataplane, question: PolicyQuestion
) -> tuple[Verdict, Verdict]:
    found = decide(objects, plane, question)
    return found.egress.verdict, found.ingress.verdict


@st.composite
def repetitive(draw: st.DrawFn) -> KubernetesObjects:
    """A cluster whose policies repeat rules of one another."""
    objects = draw(ranked_clusters(exact=False))
    pool = [
        rule
        for policy in objects.ranked_policies
        for rule in (*policy.ingress, *policy.egress)
    ]
    if not pool:
        return objects
    more = st.lists(st.sampled_from(pool), max_size=3)

    def longer(rules: tuple[RankedRule, ...]) -> tuple[RankedRule, ...]:
        # Each is an object of its own, as every rule that is read is.
        return (*rules, *(replace(rule) for rule in draw(more)))

    return replace(
        objects,
        ranked_policies=tuple(
            replace(
                item,
                origin=ORIGIN.at(at),
                ingress=_placed(longer(item.ingress), at, "ingress"),
                egress=_placed(longer(item.egress), at, "egress"),
            )
            for at, item in enumerate(objects.ranked_policies)
        ),
    )


def _placed(
    rules: tuple[RankedRule, ...], policy: int, key: str
) -> tuple[RankedRule, ...]:
    """Return rules with places; of every three, two were written as one."""
    return tuple(
        replace(rule, origin=ORIGIN.at(policy, key, at - at // 3))
        for at, rule in enumerate(rules)
    )


@given(repetitive(), st.sampled_from((ALL, FIRM, CILIUM)), st.data())
def test_nothing_changes_without_the_spare_rules_of_any_language(
    objects: KubernetesObjects, plane: Dataplane, data: st.DataObject
) -> None:
    table = PolicyTable.build(objects, plane)
    found = find_spare(table)
    units = [item.unit for item in found.spare]
    spare = [place for unit in units for place in unit]
    unmatched = [place for unit in found.unmatched for place in unit]
    gone = [spare, unmatched, *units]
    rests = [without(objects, table, places) for places in gone if places][:4]
    probes = data.draw(
        st.lists(st.sampled_from(every_probe(objects)), min_size=3, max_size=5)
    )
    every = list(questions(objects, probes)) if rests else []
    for question in every[:: 1 + len(every) // 400]:
        wanted = sides(objects, plane, question)
        assert all(sides(rest, plane, question) == wanted for rest in rests)


@given(clusters(), st.sampled_from((SPEC, NPM, CALICO, CILIUM)))
def test_every_other_rule_of_a_network_policy_matters_to_some_packet(
    objects: KubernetesObjects, plane: Dataplane
) -> None:
    table = PolicyTable.build(objects, plane)
    found = find_spare(table)
    units = [*found.unmatched, *(item.unit for item in found.spare)]
    gone = {place for unit in units for place in unit}
    rest = without(objects, table, gone)
    probes = every_probe(objects)
    asked_about = list(questions(objects, probes))
    for at, policy in enumerate(table.index.policies):
        for way in policy.isolates:
            for position in range(len(policy.rules(way))):
                place = Place(False, at, way, position)
                if place in gone or (place,) in found.unasked:
                    continue
                units = range(len(table.index.units.units))
                if not any(at in table.grip(unit, way).policies for unit in units):
                    continue
                less = without(objects, table, {*gone, place})
                assert any(
                    sides(rest, plane, item) != sides(less, plane, item)
                    for item in asked_about
                ), place
