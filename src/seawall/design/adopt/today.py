"""What holds of the needs in what runs today, or after a step: over all packets."""

from collections.abc import Iterator, Sequence
from datetime import date

from seawall.design.adopt.answer import Kind, Today
from seawall.design.adopt.claims import asked
from seawall.design.requirements.needs import Requirements, WayIn
from seawall.model.intent import Demand, Intent, Written
from seawall.model.origin import Origin
from seawall.model.trace import Reply, Verdict
from seawall.query.case import Case
from seawall.query.doors import DoorAnswer
from seawall.query.egress.answer import surely_required
from seawall.query.intents.answer import judge_all
from seawall.query.intents.verdict import Judged, Standing

PLATFORM = "cluster"
"""Where paths of what no need states, and every cluster lives by, begin."""
_MUST = (Demand.REQUIRE,)
_PUBLIC = (WayIn.PUBLIC, WayIn.PUBLIC_WAF)
_CLUSTER = Origin("the cluster")


def stand(
    case: Case, needs: Requirements, day: date, spared: Sequence[str] = ()
) -> tuple[Today, ...]:
    """Return each need that packets show, and whether it holds in a case.

    Args:
        case: What runs.
        needs: What is needed; what the cluster itself lives by comes last.
        day: By which exceptions expire.
        spared: Names that pods reach because their nodes must.
    """
    listed = [*asked(needs, spared), _nodes_call()]
    found = judge_all(case, [intent for _, intent in listed], day)
    told = (
        Today(
            path,
            judged.intent.name,
            judged.standing,
            _why(judged),
            Kind.REQUIRED if judged.intent.demand in _MUST else Kind.FORBIDDEN,
        )
        for (path, _), judged in zip(listed, found.judged, strict=True)
    )
    return (*told, *_entries(case, needs), *_platform(case))


def _why(judged: Judged) -> str:
    """Return what speaks against an intent first, or what is missing."""
    for each in judged.breaches:
        return f"{each.ends}: {each.says}"
    return "" if judged.standing is Standing.HOLDS else judged.says


def _nodes_call() -> tuple[str, Intent]:
    def written(text: str) -> tuple[Written, ...]:
        return (Written(text, _CLUSTER),)

    intent = Intent(
        "Nodes reach the API server",
        Demand.REQUIRE,
        written("nodes"),
        written("api-server"),
        written("443"),
        "",
        (),
        "",
        _CLUSTER,
    )
    return f"{PLATFORM}.api-server", intent


def _entries(case: Case, needs: Requirements) -> Iterator[Today]:
    """Yield the ways in from the internet, each by the best of its doors."""
    spaces = {each.name: each.namespace for each in needs.segments}
    for index, entry in enumerate(needs.entries):
        space = spaces.get(entry.segment)
        if entry.way not in _PUBLIC or space is None:
            continue
        doors = [it for it in case.doors if _leads(it, space)]
        standing, why = _best(doors)
        says = f"Clients from the internet reach {entry.segment}"
        yield Today(f"ingress[{index}]", says, standing, why, Kind.REQUIRED)


def _leads(door: DoorAnswer, space: str) -> bool:
    return door.door.is_public and door.target.startswith(f"{space}/")


def _best(doors: Sequence[DoorAnswer]) -> tuple[Standing, str]:
    for each in doors:
        if each.verdict is Verdict.ALLOWED and each.reply is Reply.RETURNS:
            return Standing.HOLDS, ""
    for each in doors:
        if each.verdict is not Verdict.DENIED and each.reply is not Reply.LOST:
            return Standing.UNKNOWN, f"{each.name}: {_stops(each)}"
    for each in doors:
        return Standing.VIOLATED, f"{each.name}: {_stops(each)}"
    return Standing.VIOLATED, "no public door leads there"


def _stops(door: DoorAnswer) -> str:
    for hop in (*door.forward, *door.back):
        if hop.verdict is not Verdict.ALLOWED:
            return hop.says
    return f"the reply: {door.reply.value}"


def _platform(case: Case) -> Iterator[Today]:
    """Yield whether nodes reach what AKS must reach, all of it together."""
    rows = surely_required(case)
    if not rows:
        return
    says = "Nodes reach what AKS must reach outside"
    verdicts = {row.verdict: row for row in reversed(rows)}
    for verdict, standing in (
        (Verdict.DENIED, Standing.VIOLATED),
        (Verdict.UNKNOWN, Standing.UNKNOWN),
    ):
        if verdict in verdicts:
            row = verdicts[verdict]
            why = f"{row.destination.text}: {row.passage.says}"
            yield Today(f"{PLATFORM}.egress", says, standing, why, Kind.REQUIRED)
            return
    yield Today(f"{PLATFORM}.egress", says, Standing.HOLDS, "", Kind.REQUIRED)
