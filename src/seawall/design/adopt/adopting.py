"""Leads a running cluster to what is needed, with as little change as that allows."""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import date

from seawall.design.adopt.answer import Adoption, Move, Standing, Step, Today
from seawall.design.adopt.changes import change_of
from seawall.design.adopt.order import steps
from seawall.design.adopt.standing import known, standing
from seawall.design.adopt.today import today
from seawall.design.choose.answer import Change, Conflict, Decided
from seawall.design.choose.asked import Asked
from seawall.design.choose.clause import Preference, decisions
from seawall.design.choose.deciding import choose
from seawall.design.choose.later import LATER
from seawall.design.options import (
    Choices,
    DefaultDeny,
    Firewall,
    Ingress,
    NodeOs,
    Option,
    PaasAccess,
)
from seawall.design.requirements.needs import Requirements
from seawall.design.told import TITLES
from seawall.model.snapshot import Snapshot
from seawall.query.intents.verdict import Standing as Verdict

_WEIGHTS = {
    Change.IN_PLACE: 60,
    Change.ONE_WAY: 80,
    Change.POOLS: 90,
    Change.REIMAGES: 100,
    Change.RECREATES: 1_000,
}
"""What a change weighs: more than any preference, as needs alone move something."""

_UNPROVED = (
    "what happens to packets while a step runs; between steps what AKS takes and what "
    "is needed was checked by rules and not by packets: ask `seawall diff` and "
    "`seawall test` of the files of both"
)


def adopt(snapshot: Snapshot, needs: Requirements, as_of: date) -> Adoption | None:
    """Return the way from the cluster that was read to what is needed.

    Args:
        snapshot: What was read of the running configuration.
        needs: What must hold.
        as_of: The day by which retirements are judged.

    Returns:
        The way; None if the input holds no cluster. What stands and is not known is
        taken to be as wanted, and told.
    """
    cluster = snapshot.cluster
    if cluster is None:
        return None
    found = standing(snapshot, cluster, needs)
    needs = _with_windows(needs, found["systems"])
    kept = tuple(_kept(known(found)))
    decided = choose(needs, as_of, kept)
    if isinstance(decided, Conflict):
        return Adoption(cluster.name, needs, decided)
    forced = tuple(
        each.decision
        for each in _moves(found, decided.choices)
        if each.change is Change.RECREATES
    )
    if forced:
        anew = choose(needs, as_of)
        decided = anew if isinstance(anew, Decided) else decided
    way = _way(cluster.name, found, decided, Asked(needs, as_of, kept), forced)
    return _by_packets(way, decided.choices, today(snapshot, needs, as_of))


def _with_windows(needs: Requirements, systems: Standing) -> Requirements:
    """Return needs to which Windows pools that run belong, unless it is denied."""
    runs = systems.option is NodeOs.LINUX_AND_WINDOWS
    if not runs or needs.windows or _WINDOWS in needs.stated:
        return needs
    stated = dict(needs.stated)
    if systems.origin is not None:
        stated[_WINDOWS] = systems.origin
    return replace(needs, windows=True, stated=stated)


_WINDOWS = "nodes.windows"
_OWN = (Firewall.STANDARD, Firewall.PREMIUM)
_OF_PODS = ("pods.", "segments")


def _moves(found: Mapping[str, Standing], choices: Choices) -> tuple[Move, ...]:
    network = found["network"].option
    return tuple(
        _move(name, found[name], to, network) for name, to in _options(choices).items()
    )


def _way(
    name: str,
    found: Mapping[str, Standing],
    decided: Decided,
    asked: Asked,
    forced: tuple[str, ...],
) -> Adoption:
    goal = _options(decided.choices)
    start = {each: found[each].option or goal[each] for each in goal}
    ordered = None if forced else steps(asked, start, goal)
    moves = _moves(found, decided.choices)
    unknown = tuple(_unknown(found))
    if ordered is None:
        recreates = forced or tuple(
            each.decision for each in moves if each.change is not None
        )
        ways = _anew(recreates)
    else:
        recreates, ways = (), ordered
    unproved = (*unknown, _UNPROVED) if ways else unknown
    return Adoption(
        name, asked.needs, decided, moves, ways, recreates, unproved=unproved
    )


def _unknown(found: Mapping[str, Standing]) -> Iterator[str]:
    """Yield what is not known of what stands, for each reason once."""
    reasons: dict[str, list[str]] = {}
    for name, each in found.items():
        if each.option is None:
            reasons.setdefault(each.why, []).append(TITLES[name])
    for why, titles in reasons.items():
        yield f"{', '.join(titles)}: {why}"


def _by_packets(way: Adoption, choices: Choices, asked: tuple[Today, ...]) -> Adoption:
    """Return a way with what packets say, and the steps that settings do not show."""
    if way.recreates:
        return replace(way, today=asked)
    added = tuple(_outside(choices, asked))
    unproved = way.unproved
    if added and _UNPROVED not in unproved:
        unproved = (*unproved, _UNPROVED)
    return replace(way, today=asked, steps=(*way.steps, *added), unproved=unproved)


def _outside(choices: Choices, asked: tuple[Today, ...]) -> Iterator[Step]:
    """Yield the steps for what is no setting of the cluster."""
    lacking = {each.need for each in asked if each.standing is not Verdict.HOLDS}
    closed = {each.need for each in asked} >= {"pods.default-deny"}
    if choices.ingress is not Ingress.NONE:
        yield Step(
            f"build the way in ({choices.ingress.value}) beside what clients use now, "
            "lead their names to it, and take the old one away",
            Change.IN_PLACE,
            {"ingress": choices.ingress},
            "AKS docs, concepts-network-ingress",
        )
    if choices.paas in (PaasAccess.PRIVATE_ENDPOINT, PaasAccess.SERVICE_ENDPOINT):
        yield Step(
            "deploy the endpoints and see names lead to them, and close the services "
            "to the internet after that",
            Change.IN_PLACE,
            {"paas": choices.paas},
            "Azure docs, private-endpoint-overview",
        )
    if choices.firewall in _OWN and "egress.to" in lacking:
        yield Step(
            "write the rules of the firewall as the design has them: what it lets pass "
            "today is not known to be what is needed",
            Change.IN_PLACE,
            {"firewall": choices.firewall},
            "AKS docs, limit-egress-traffic",
            meanwhile="what a rule let pass is cut as soon as it is gone",
        )
    held = closed and not any(each.startswith(_OF_PODS) for each in lacking)
    if choices.default_deny is DefaultDeny.ON and not held:
        yield Step(
            "apply the policies of the design: first those that open what is needed, "
            "then those that deny, and ask `seawall diff` before each",
            Change.IN_PLACE,
            {"default_deny": choices.default_deny},
            "AKS docs, network-policy-best-practices",
        )


def _options(choices: Choices) -> dict[str, Option]:
    return {name: getattr(choices, name) for name in decisions()}


def _kept(stands: Mapping[str, Option]) -> Iterator[Preference]:
    """Yield what speaks against giving up what stands, by what that takes."""
    for decision, here in stands.items():
        for option in decisions()[decision]:
            if option is not here:
                change = change_of(here, option, stands.get("network"))
                yield Preference(
                    (option,),
                    _WEIGHTS[change],
                    f"`{here.value}` stands, and another {change.value}",
                    _sources(here),
                    "where another option stands",
                )


def _sources(here: Option) -> str:
    listed = [each.source for each in LATER[here]]
    return "; ".join(dict.fromkeys(listed)) or "the running configuration"


def _move(
    decision: str, found: Standing, wanted: Option, network: Option | None
) -> Move:
    here = found.option
    if here is None:
        says = f"what stands is not known: {found.why}"
        return Move(decision, found, wanted, None, says)
    if here is wanted:
        return Move(decision, found, wanted, None, "it stays")
    change = change_of(here, wanted, network)
    says = f"from `{here.value}` to `{wanted.value}`: {change.value}"
    return Move(decision, found, wanted, change, says, _sources(here))


def _anew(recreates: tuple[str, ...]) -> tuple[Step, ...]:
    """Return the steps where a new cluster is needed: beside the one that stands."""
    source = "AKS docs, update-azure-cni, private-clusters"
    what = ", ".join(TITLES[each] for each in recreates)
    return (
        Step(
            "deploy the files of the design beside the cluster that stands, in ranges "
            f"of their own, because these cannot be changed: {what}",
            Change.RECREATES,
            {},
            source,
        ),
        Step(
            "apply the Kubernetes side, deploy the workloads, and test what must pass "
            "and what must not (`seawall test`)",
            Change.IN_PLACE,
            {},
            source,
        ),
        Step(
            "lead clients to the new cluster, name by name, and watch that nobody "
            "calls the old one",
            Change.IN_PLACE,
            {},
            source,
            meanwhile="both clusters answer, each by its own policies",
        ),
        Step("delete the cluster that stood", Change.RECREATES, {}, source),
    )
