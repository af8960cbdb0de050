"""What a cluster must reach on a terminal: what is blocked first, then the rest."""

from collections.abc import Iterable, Iterator, Sequence

from seawall.app.cli.show.words import (
    bold,
    dim,
    is_colored,
    opening,
    placed,
    sign,
    wrapped,
)
from seawall.model.snapshot import Snapshot
from seawall.model.trace import Hop, Layer, Verdict
from seawall.query.egress.answer import EgressAnswer, Row, places
from seawall.query.egress.beyond import Excess
from seawall.query.egress.catalogue import CORE, Importance, cloud_text
from seawall.query.egress.later import Ended, Later

TOPOLOGIES = {
    "public": "public API server",
    "private-link": "API server over a private endpoint",
    "integrated-public": "API server in the network, and public",
    "integrated-private": "API server in the network",
}


def egress_text(
    snapshot: Snapshot,
    answer: EgressAnswer,
    then: Later | None,
    *,
    colored: bool,
    verbose: bool,
) -> str:
    """Return the answer as a person reads it."""
    paint = is_colored(to_terminal=colored)
    screen = _Screen(answer, paint=paint, verbose=verbose)
    lines = list(screen.head())
    if then is not None:
        lines += screen.later(then)
    sure = [row for row in answer.rows if row.is_sure]
    for verdict, heading in (
        (Verdict.DENIED, "REQUIRED AND BLOCKED"),
        (Verdict.UNKNOWN, "REQUIRED, AND NOT KNOWN WHETHER IT PASSES"),
        (Verdict.ALLOWED, "REQUIRED AND ALLOWED"),
    ):
        rows = [row for row in sure if row.verdict is verdict]
        lines += screen.section(heading, rows)
    lines += screen.section("MAY BE REQUIRED", answer.perhaps)
    lines += screen.section("OPTIONAL", answer.optional)
    lines += screen.excess()
    lines += screen.assumptions(snapshot)
    return "\n".join(lines)


class _Screen:
    """Makes the lines of one answer."""

    def __init__(self, answer: EgressAnswer, *, paint: bool, verbose: bool) -> None:
        self._answer = answer
        self._paint = paint
        self._verbose = verbose
        pools = answer.cluster.pools
        self._nodes = {f"nodes of {pool.name}" for pool in pools}

    def head(self) -> Iterator[str]:
        """Yield what is asked about, and the counts."""
        answer, cluster = self._answer, self._answer.cluster
        facts = answer.facts
        yield bold(cluster.name, colored=self._paint)
        region = f", {cluster.region}" if cluster.region else ""
        topology = facts.of_cluster("topology").value
        outbound = cluster.outbound.value
        parts = [
            cloud_text(facts.cloud().value or "") + region,
            TOPOLOGIES[topology] if topology else "how the API server is reached: ?",
            f"outbound type {outbound.value if outbound else 'not known'}",
        ]
        if facts.of_cluster("isolated").value == "yes":
            parts.append("network isolated")
        yield "  " + wrapped("; ".join(parts), 2, 2)
        day = f"on {answer.day}, " if self._verbose else ""
        yield f"  {day}by the catalogue of {answer.listed.as_of}"
        yield ""
        for verdict, text in (
            (Verdict.DENIED, "required and blocked"),
            (Verdict.UNKNOWN, "required, and not known whether it passes"),
            (Verdict.ALLOWED, "required and allowed"),
        ):
            count = places(answer.having(verdict))
            yield f"  {sign(verdict, colored=self._paint)} {count:>3} {text}"
        yield f"    {places(answer.perhaps):>3} may be required"

    def later(self, then: Later) -> Iterator[str]:
        """Yield what is different by a day or with a version of Kubernetes."""
        parts = [f"BY {then.day}"] if then.day != self._answer.day else []
        parts += [f"ON KUBERNETES {then.kubernetes}"] if then.kubernetes else []
        yield ""
        yield bold(", ".join(parts) or f"ON {then.day}", colored=self._paint)
        if not then:
            yield "  nothing changes that the catalogue knows of"
        for words, rows in (
            ("needed then", then.added),
            ("not needed any more", then.removed),
            ("needed now, perhaps not then", then.unsettled),
        ):
            for group in _grouped(rows):
                first = group[0]
                names = ", ".join(dict.fromkeys(row.destination.text for row in group))
                head = f"{words}: {names}  {first.requirement.service}"
                mark = sign(first.verdict, colored=self._paint)
                yield f"  {mark} " + wrapped(head, 6, 4)
                yield "      " + wrapped(_purpose(group), 6)
                for text in first.missing:
                    yield "      " + wrapped(f"not sure: {text}", 8, 6)
                for hop in first.passage.blockers:
                    yield from self._hop(hop)
        for item in then.ended:
            yield from self._ended(item)

    def _ended(self, item: Ended) -> Iterator[str]:
        ends = item.retirement
        where = f" (pool {', '.join(item.pools)})" if item.pools else ""
        when = f"ends {ends.day}"
        if ends.day <= self._answer.day:
            when = f"ended {ends.day}"
        if item.by_version and ends.kubernetes:
            when = f"not on Kubernetes {ends.kubernetes[0]}.{ends.kubernetes[1]}"
        mark = sign(
            Verdict.UNKNOWN if item.missing else Verdict.DENIED, colored=self._paint
        )
        yield f"  {mark} " + wrapped(f"{ends.what}{where}: {when}; {ends.effect}", 6, 4)
        for text in item.missing:
            yield "      " + wrapped(f"not sure: {text}", 8, 6)
        yield "      " + wrapped(f"mend: {ends.mend}", 8, 6)

    def section(self, heading: str, rows: Sequence[Row]) -> Iterator[str]:
        """Yield rows under a heading, those that fare alike together; if any."""
        if not rows:
            return
        yield ""
        yield bold(heading, colored=self._paint)
        for group in _grouped(rows):
            yield from self._group(group)
        is_public = self._answer.facts.cloud().value == "global"
        denied = rows[0].is_sure and rows[0].verdict is Verdict.DENIED
        if is_public and denied and any(_lacks_the_tag(row) for row in rows):
            text = (
                "mend: an application rule with the name tag AzureKubernetesService "
                "lets all names pass that AKS lists"
            )
            yield "  " + wrapped(text, 2, 2)

    def _group(self, rows: list[Row]) -> Iterator[str]:
        first = rows[0]
        by_why: dict[str, list[str]] = {}
        for row in rows:
            by_why.setdefault(_purpose([row]), []).append(row.destination.text)
        told = first.verdict is not Verdict.ALLOWED or not first.is_sure
        apart = told and len(by_why) > 1
        texts = dict.fromkeys(row.destination.text for row in rows)
        names = "" if apart else ", ".join(texts)
        head = f"{names}  {first.requirement.service}".lstrip()
        who = self._who(first.senders)
        head += f"  from {who}" if who else ""
        yield f"  {sign(first.verdict, colored=self._paint)} " + wrapped(head, 6, 4)
        if apart:
            for why, those in by_why.items():
                yield "      " + wrapped(f"{', '.join(those)}: {why}", 10, 6)
        elif told:
            yield "      " + wrapped(_purpose(rows), 6)
        for text in first.missing:
            yield "      " + wrapped(f"not sure: {text}", 8, 6)
        passage = first.passage
        if passage.blockers:
            verdicts = {hop.verdict for hop in passage.blockers}
            if first.verdict not in verdicts:
                yield "      " + wrapped(passage.says.partition(": ")[0], 8, 6)
            for hop in passage.blockers:
                yield from self._hop(hop)
        elif passage.says:
            yield "      " + wrapped(passage.says, 6)
        elif passage.let_by is not None:
            yield "      " + self._let_by(passage.let_by)

    def excess(self) -> Iterator[str]:
        """Yield what may be reached beyond what is needed, the widest first."""
        yield ""
        yield bold("ALLOWED BEYOND WHAT IS REQUIRED", colored=self._paint)
        if not self._answer.excess:
            yield "  nothing"
            return
        note = (
            "by AKS, that is: what your own workloads need is among it. Nodes are "
            "asked, which no network policy holds."
        )
        yield "  " + dim(wrapped(note, 2, 2), colored=self._paint)
        for group in _alike(self._answer.excess):
            first = group[0]
            names = ", ".join(item.text for item in group)
            head = f"{names}  {first.services}".rstrip()
            who = self._who(first.senders)
            head += f"  from {who}" if who else ""
            mark = opening(first.verdict, colored=self._paint)
            yield f"  {mark} " + wrapped(head, 6, 4)
            for text in first.why:
                yield "      " + wrapped(text, 8, 6)
            if first.let_by is not None:
                yield "      " + self._let_by(first.let_by)

    def _who(self, named: Sequence[str]) -> str:
        senders = list(named)
        if set(senders) >= self._nodes and len(self._nodes) > 1:
            others = [each for each in senders if each not in self._nodes]
            senders = ["nodes of every pool", *others]
        if set(senders) <= self._nodes and len(self._nodes) == 1:
            return ""
        return "" if senders == ["nodes of every pool"] else ", ".join(senders)

    def _hop(self, hop: Hop) -> Iterator[str]:
        at = hop.at if hop.layer is not Layer.NAME else ""
        place = f"{hop.layer.value} {at}".strip()
        sense = sign(hop.verdict, colored=self._paint)
        yield f"      {sense} " + wrapped(f"{place}: {hop.says}", 8, 8)
        if hop.rule is not None and hop.rule.origin is not None:
            yield " " * 8 + dim(str(hop.rule.origin), colored=self._paint)

    def _let_by(self, hop: Hop) -> str:
        rule = hop.rule
        if rule is None:
            return wrapped(f"nothing filters it; it leaves through {hop.at}", 6)
        if hop.layer is not Layer.FIREWALL:
            text = f"no firewall on the way; {rule.name} lets it pass"
        elif rule.name == hop.at:
            text = f"{hop.at}: {hop.says}"
        else:
            text = f"by {rule.name} at {hop.at}"
        place = rule.origin
        return placed(wrapped(text, 6), place, 6, colored=self._paint, taken=6)

    def assumptions(self, snapshot: Snapshot) -> Iterator[str]:
        """Yield what was taken for granted."""
        items = (*snapshot.assumptions, *self._answer.assumptions)
        held = {item.id: item for item in items}
        if not held:
            return
        yield ""
        yield bold("TAKEN FOR GRANTED", colored=self._paint)
        if self._verbose:
            for key in sorted(held):
                yield "  - " + wrapped(held[key].text, 4, 4)
        else:
            names = ", ".join(sorted(held))
            yield "  " + wrapped(f"{names} (-v tells what each says)", 2, 2)


def _grouped(rows: Iterable[Row]) -> Iterator[list[Row]]:
    """Put rows together that differ in nothing but the name."""
    groups: dict[object, list[Row]] = {}
    for row in rows:
        passage, by = row.passage, row.passage.let_by
        stops = tuple(
            (hop.layer, hop.layer is Layer.NAME or hop.at, hop.rule)
            for hop in passage.blockers
        )
        plain = row.is_sure and row.verdict is Verdict.ALLOWED
        key = (
            row.requirement.service,
            row.senders,
            row.missing,
            row.verdict,
            stops or passage.says,
            by.rule if by else None,
            None if plain else (row.requirement.feature, row.requirement.importance),
        )
        groups.setdefault(key, []).append(row)
    yield from groups.values()


def _lacks_the_tag(row: Row) -> bool:
    """Whether a firewall blocks a name for want of a rule."""
    return not row.requirement.end and any(
        hop.layer is Layer.FIREWALL
        and hop.verdict is Verdict.DENIED
        and (hop.rule is None or hop.rule.name == hop.at)
        for hop in row.passage.blockers
    )


def _alike(items: Iterable[Excess]) -> Iterator[list[Excess]]:
    """Put items together that differ in nothing but the destination."""
    groups: dict[object, list[Excess]] = {}
    for item in items:
        rule = item.let_by.rule if item.let_by else None
        key = (
            item.extent,
            item.services,
            item.senders,
            item.verdict,
            rule,
            item.why,
            "" if item.services else item.text,
        )
        groups.setdefault(key, []).append(item)
    yield from groups.values()


def _purpose(rows: list[Row]) -> str:
    first = rows[0].requirement
    whys = "; ".join(dict.fromkeys(row.requirement.why for row in rows))
    breaks = "; ".join(dict.fromkeys(row.requirement.breaks for row in rows))
    head = "" if first.feature == CORE else f"{first.feature}: "
    if first.importance is Importance.TOLERATED:
        return f"{head}{whys}"
    return f"{head}{whys}; without it: {breaks}"
