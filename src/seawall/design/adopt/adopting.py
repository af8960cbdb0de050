"""Leads a running cluster to what is needed, with as little change as that allows."""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import date

from seawall.design.adopt.answer import Adoption, Move, Standing, Step
from seawall.design.adopt.changes import change_of
from seawall.design.adopt.place import not_known
from seawall.design.adopt.proving import Proving
from seawall.design.adopt.standing import known, standing
from seawall.design.adopt.walking import walk
from seawall.design.choose.answer import Change, Conflict, Decided
from seawall.design.choose.asked import Asked
from seawall.design.choose.clause import Preference, decisions
from seawall.design.choose.deciding import choose
from seawall.design.choose.later import LATER
from seawall.design.options import (
    Choices,
    NodeOs,
    Option,
    OutboundType,
)
from seawall.design.requirements.needs import Requirements
from seawall.design.told import TITLES
from seawall.model.snapshot import Snapshot

_WEIGHTS = {
    Change.IN_PLACE: 60,
    Change.ONE_WAY: 80,
    Change.POOLS: 90,
    Change.REIMAGES: 100,
    Change.RECREATES: 1_000,
}
"""What a change weighs: more than any preference, as needs alone move something."""

_UNPROVED = (
    "connections that are open while a step runs, and what comes between two moments: "
    "each moment was asked about as a state, with ranges and names of a design beside "
    "what runs; ask `seawall diff` and `seawall test` of your own files"
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
    kept = (*_kept(known(found)), *_ways_out(needs))
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
    asked = Asked(needs, as_of, kept)
    goal = _options(decided.choices)
    start = {each: found[each].option or goal[each] for each in goal}
    proving = Proving(snapshot, needs, start, goal, as_of, asked.rules)
    walked = None if forced else walk(asked, proving)
    moves = _moves(found, decided.choices)
    way = Adoption(cluster.name, needs, decided, moves, today=proving.claims(snapshot))
    unknown = (*_unknown(found), *not_known(snapshot), *_balanced(decided, needs))
    if walked is None:
        recreates = forced or tuple(
            it.decision for it in moves if it.change is not None
        )
        steps = _anew(recreates)
        unproved = (*unknown, _UNPROVED)
        return replace(way, steps=steps, recreates=recreates, unproved=unproved)
    return replace(
        way,
        steps=walked.steps,
        last=walked.last,
        every_order=walked.every_order,
        unproved=(*unknown, _UNPROVED) if walked.steps else unknown,
    )


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


def _moves(found: Mapping[str, Standing], choices: Choices) -> tuple[Move, ...]:
    network = found["network"].option
    return tuple(
        _move(name, found[name], to, network) for name, to in _options(choices).items()
    )


def _unknown(found: Mapping[str, Standing]) -> Iterator[str]:
    """Yield what is not known of what stands, for each reason once."""
    reasons: dict[str, list[str]] = {}
    for name, each in found.items():
        if each.option is None:
            reasons.setdefault(each.why, []).append(TITLES[name])
    for why, titles in reasons.items():
        yield f"{', '.join(titles)}: {why}"


def _options(choices: Choices) -> dict[str, Option]:
    return {name: getattr(choices, name) for name in decisions()}


def _ways_out(needs: Requirements) -> Iterator[Preference]:
    """Yield what speaks against a load balancer whose address AKS may have chosen."""
    if needs.fixed_address:
        yield Preference(
            (OutboundType.LOAD_BALANCER,),
            2 * max(_WEIGHTS[Change.IN_PLACE], _WEIGHTS[Change.ONE_WAY]),
            "the address of a load balancer that runs may be one that AKS chose",
            "AKS docs, load-balancer-standard",
        )


def _balanced(decided: Decided, needs: Requirements) -> Iterator[str]:
    balanced = decided.choices.outbound is OutboundType.LOAD_BALANCER
    if balanced and needs.fixed_address:
        yield (
            "outbound type: whether the load balancer leaves by addresses of your own; "
            "`az aks update --load-balancer-outbound-ips` sets them, in place"
        )


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
