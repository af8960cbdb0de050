"""Leads a running cluster to what is needed, with as little change as that allows."""

from collections.abc import Iterator, Mapping
from datetime import date

from seawall.design.adopt.answer import Adoption, Move, Standing, Step
from seawall.design.adopt.changes import change_of
from seawall.design.adopt.order import steps
from seawall.design.adopt.standing import known, standing
from seawall.design.choose.answer import Change, Conflict, Decided
from seawall.design.choose.asked import Asked
from seawall.design.choose.clause import Preference, decisions
from seawall.design.choose.deciding import choose
from seawall.design.choose.later import LATER
from seawall.design.options import Choices, Option
from seawall.design.requirements.needs import Requirements
from seawall.design.told import TITLES
from seawall.model.snapshot import Snapshot

_WEIGHTS = {
    Change.IN_PLACE: 2,
    Change.ONE_WAY: 4,
    Change.POOLS: 6,
    Change.REIMAGES: 8,
    Change.RECREATES: 60,
}
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
    stands = known(found)
    kept = tuple(_kept(stands))
    decided = choose(needs, as_of, kept)
    if isinstance(decided, Conflict):
        return Adoption(cluster.name, decided)
    return _way(cluster.name, found, decided, Asked(needs, as_of, kept))


def _way(
    name: str, found: Mapping[str, Standing], decided: Decided, asked: Asked
) -> Adoption:
    goal = _options(decided.choices)
    start = {each: found[each].option or goal[each] for each in goal}
    moves = tuple(
        _move(each, found[each], goal[each], found["network"].option) for each in goal
    )
    recreates = tuple(
        each.decision for each in moves if each.change is Change.RECREATES
    )
    ordered = None if recreates else steps(asked, start, goal)
    if ordered is None and not recreates:
        recreates = tuple(each.decision for each in moves if each.change is not None)
    unknown = tuple(
        f"{each}: {it.why}" for each, it in found.items() if it.option is None
    )
    return Adoption(
        name,
        decided,
        moves,
        _anew(recreates) if ordered is None else ordered,
        recreates if ordered is None else (),
        (*unknown, *([_UNPROVED] if ordered is None or ordered else [])),
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
