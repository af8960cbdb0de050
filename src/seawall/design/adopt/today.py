"""What holds of the needs in what runs today: asked over all packets.

Namespaces of segments are asked about, whatever their workloads are called.
"""

from collections.abc import Iterator, Sequence
from datetime import date

from seawall.design.adopt.answer import Today
from seawall.design.requirements.needs import Access, Egress, Requirements
from seawall.model.intent import Demand, Exemption, Intent, Written
from seawall.model.origin import Origin
from seawall.model.snapshot import Snapshot
from seawall.query.case import Case
from seawall.query.intents.answer import judge_all
from seawall.query.intents.verdict import Judged, Standing

_UNSTATED = Origin("the requirements")


def today(snapshot: Snapshot, needs: Requirements, day: date) -> tuple[Today, ...]:
    """Return each need that packets show, and whether it holds in what was read."""
    asked = list(_asked(needs))
    intents = [intent for _, intent in asked]
    found = judge_all(Case(snapshot), intents, day)
    return tuple(
        Today(path, judged.intent.name, judged.standing, _why(judged))
        for (path, _), judged in zip(asked, found.judged, strict=True)
    )


def _why(judged: Judged) -> str:
    """Return what speaks against an intent first, or what is missing."""
    for each in judged.breaches:
        return f"{each.ends}: {each.says}"
    return "" if judged.standing is Standing.HOLDS else judged.says


def _asked(needs: Requirements) -> Iterator[tuple[str, Intent]]:
    if needs.access is Access.PRIVATE:
        yield _intent(
            needs,
            "api-server.access",
            "Nothing from the internet arrives at the API server",
            Demand.PRIVATE_CONTROL_PLANE,
        )
    spaces = list(dict.fromkeys(each.namespace for each in needs.segments))
    if spaces:
        yield from _egress(needs, spaces)
        yield from _segments(needs)
    if spaces and needs.default_deny:
        yield _intent(
            needs,
            "pods.default-deny",
            "Pods are closed unless a policy opens them",
            Demand.DEFAULT_DENY,
            spaces,
        )


def _egress(needs: Requirements, spaces: Sequence[str]) -> Iterator[tuple[str, Intent]]:
    path = "egress.to"
    if needs.egress is Egress.FIREWALL:
        says = "What pods send to the internet passes a firewall"
        yield _intent(needs, path, says, Demand.FIREWALL_ONLY, spaces)
    elif needs.egress in (Egress.NAMES, Egress.NONE):
        named = [each.name for each in needs.names]
        listed = needs.egress is Egress.NAMES
        says = (
            "Pods reach listed names only"
            if listed
            else "Pods reach nothing in the internet"
        )
        yield _intent(
            needs,
            path,
            says,
            Demand.FORBID,
            spaces,
            ["internet"],
            spared=named if listed else (),
        )


def _segments(needs: Requirements) -> Iterator[tuple[str, Intent]]:
    spaces = {each.name: each for each in needs.segments}
    for place, one in enumerate(needs.segments):
        for number, call in enumerate(one.calls):
            other = spaces.get(call.segment)
            if other is not None and other.namespace != one.namespace:
                yield _intent(
                    needs,
                    f"segments[{place}].calls[{number}]",
                    f"{one.name} reaches {other.name}",
                    Demand.REQUIRE,
                    [one.namespace],
                    [f"ns:{other.namespace}"],
                    ports=call.ports or other.serves,
                )
        strangers = [
            f"ns:{it.namespace}"
            for it in needs.segments
            if one.tenant and it.tenant and it.tenant != one.tenant
        ]
        if strangers:
            yield _intent(
                needs,
                f"segments[{place}].tenant",
                f"{one.name} reaches no other tenant",
                Demand.FORBID,
                [one.namespace],
                strangers,
            )


def _intent(  # noqa: PLR0913
    needs: Requirements,
    path: str,
    says: str,
    demand: Demand,
    spaces: Sequence[str] = (),
    targets: Sequence[str] = (),
    *,
    ports: Sequence[int] = (),
    spared: Sequence[str] = (),
) -> tuple[str, Intent]:
    origin = needs.stated.get(path, _UNSTATED)

    def written(texts: Sequence[str]) -> tuple[Written, ...]:
        return tuple(Written(text, origin) for text in texts)

    exempt = tuple(
        Exemption((), written([name]), (), "it is listed", None, origin)
        for name in spared
    )
    return path, Intent(
        says,
        demand,
        written([f"ns:{each}" for each in spaces]),
        written(targets),
        written([str(each) for each in ports]),
        "",
        exempt,
        "",
        origin,
    )
